// SPDX-License-Identifier: GPL-2.0-only
/* Waiting: each case in a child, whose signals and standard output are its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "fixture.h"
#include "loop.h"

#define MS   1000000ULL

/* So long that only what is waited for can end it; alarm() ends what hangs. */
#define LONG (60000 * MS)

/* A case: what the child exits with, 0 where all is as it should be, else a line. */
#define WANT(what)                       \
	do {                             \
		if (!(what))             \
			return __LINE__; \
	} while (0)

/* Runs a case with out as its standard output. */
static void run(int (*fn)(void), int out)
{
	int verdict[2], status, line = -1;
	pid_t pid;

	assert_int_equal(pipe2(verdict, O_CLOEXEC), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		alarm(20);
		if (out >= 0)
			dup2(out, STDOUT_FILENO);
		line = loop_start() ? -2 : fn();
		if (write(verdict[1], &line, sizeof(line)) != sizeof(line))
			_exit(2);
		_exit(0);
	}
	close(verdict[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status || read(verdict[0], &line, sizeof(line)) != sizeof(line) || line)
		fail_msg("the child ended with %#x; not as wanted: line %d", status, line);
	close(verdict[0]);
}

/* On a file, which is never closed by anybody. */
static void run_case(int (*fn)(void))
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	run(fn, fd);
	close(fd);
}

static int deadline(void)
{
	uint64_t start = loop_now(), passed;

	WANT(loop_wait(start + 50 * MS, -1) == WAKE_TIME);
	passed = loop_now() - start;
	WANT(passed >= 50 * MS && passed < 10000 * MS);
	/* one that has passed, and the oldest of all */
	start = loop_now();
	WANT(loop_wait(start - 1, -1) == WAKE_TIME);
	WANT(loop_wait(0, -1) == WAKE_TIME);
	WANT(loop_now() - start < 5000 * MS);
	return 0;
}

static int readable(void)
{
	int fds[2];
	char c;

	WANT(!pipe(fds));
	/* nothing to read: only time passes */
	WANT(loop_wait(loop_now() + 20 * MS, fds[0]) == WAKE_TIME);
	WANT(write(fds[1], "x", 1) == 1);
	WANT(loop_wait(loop_now() + LONG, fds[0]) == WAKE_FD);
	/* it is not read by the loop; ready wins over a deadline that has passed */
	WANT(loop_wait(0, fds[0]) == WAKE_FD);
	WANT(read(fds[0], &c, 1) == 1);
	WANT(loop_wait(0, fds[0]) == WAKE_TIME);
	close(fds[1]);
	WANT(loop_wait(loop_now() + LONG, fds[0]) == WAKE_FD);
	return 0;
}

/* From a child of the child, so that it arrives while it is waited. */
static pid_t signal_soon(int signo, const struct timespec *delay)
{
	pid_t target = getpid(), pid = fork();

	if (pid)
		return pid;
	nanosleep(delay, NULL);
	kill(target, signo);
	_exit(0);
}

static int signalled(void)
{
	static const struct {
		int signo;
		enum wake wake;
	} cases[] = {{SIGTERM, WAKE_STOP}, {SIGHUP, WAKE_HUP}, {SIGINT, WAKE_STOP}};
	const struct timespec delay = {0, 30 * MS};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t start = loop_now();
		pid_t pid = signal_soon(cases[i].signo, &delay);

		WANT(pid > 0);
		WANT(loop_wait(start + LONG, -1) == cases[i].wake);
		WANT(loop_now() - start < LONG / 2);
		WANT(loop_was_sent());
		WANT(waitpid(pid, NULL, 0) == pid);
		/* it was taken: once */
		WANT(loop_wait(loop_now() + 5 * MS, -1) == WAKE_TIME);
	}
	return 0;
}

/* What comes between two waits is kept, and told before all else. */
static int signalled_before(void)
{
	int fds[2];

	WANT(!pipe(fds));
	WANT(write(fds[1], "x", 1) == 1);
	raise(SIGTERM);
	raise(SIGHUP);
	raise(SIGTERM);
	/* in the order of their numbers */
	WANT(loop_wait(0, fds[0]) == WAKE_HUP);
	WANT(loop_wait(0, fds[0]) == WAKE_STOP);
	WANT(loop_wait(0, fds[0]) == WAKE_FD);
	return 0;
}

/* A handled signal of another kind, or a stop, does not end a wait. */
static void on_signal(int signo)
{
	(void)signo;
}

static int interrupted(void)
{
	const struct timespec delay = {0, 20 * MS};
	uint64_t start;
	pid_t pid;

	WANT(signal(SIGUSR1, on_signal) != SIG_ERR);
	start = loop_now();
	pid = signal_soon(SIGUSR1, &delay);
	WANT(pid > 0);
	WANT(loop_wait(start + 200 * MS, -1) == WAKE_TIME);
	WANT(loop_now() - start >= 200 * MS);
	return 0;
}

/* The reader of standard output has gone; without SIGPIPE, a write says so. */
static int output_closed(void)
{
	WANT(loop_wait(loop_now() + LONG, -1) == WAKE_CLOSED);
	WANT(loop_wait(0, -1) == WAKE_CLOSED);
	errno = 0;
	WANT(write(STDOUT_FILENO, "x", 1) == -1 && errno == EPIPE);
	/* a signal is told all the same */
	raise(SIGTERM);
	WANT(loop_wait(0, -1) == WAKE_STOP);
	loop_ignore_stdout();
	WANT(loop_wait(loop_now() + 5 * MS, -1) == WAKE_TIME);
	return 0;
}

static int output_not_there(void)
{
	close(STDOUT_FILENO);
	WANT(loop_wait(loop_now() + LONG, -1) == WAKE_CLOSED);
	loop_ignore_stdout();
	WANT(loop_wait(loop_now() + 5 * MS, -1) == WAKE_TIME);
	return 0;
}

/* Full, but somebody may read it yet: nothing to be told. */
static int output_full(void)
{
	char block[4096] = {0};

	WANT(!fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK));
	while (write(STDOUT_FILENO, block, sizeof(block)) > 0)
		;
	WANT(errno == EAGAIN);
	WANT(loop_wait(loop_now() + 20 * MS, -1) == WAKE_TIME);
	return 0;
}

/* A child that was given its signals back is ended by them. */
static int released(void)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGPIPE};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid_t pid = fork();
		int status;

		WANT(pid >= 0);
		if (!pid) {
			loop_release_child();
			raise(signals[i]);
			_exit(0);
		}
		WANT(waitpid(pid, &status, 0) == pid);
		WANT(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
	}
	return 0;
}

static void test_deadline(void **state)
{
	(void)state;
	run_case(deadline);
}

static void test_readable(void **state)
{
	(void)state;
	run_case(readable);
}

static void test_signals(void **state)
{
	(void)state;
	run_case(signalled);
	run_case(signalled_before);
	run_case(interrupted);
}

static void test_released(void **state)
{
	(void)state;
	run_case(released);
}

static void test_output(void **state)
{
	int fds[2];

	(void)state;
	run_case(output_not_there);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	run(output_full, fds[1]);
	close(fds[0]);
	run(output_closed, fds[1]);
	close(fds[1]);
}

static void test_now(void **state)
{
	uint64_t a = loop_now(), b = loop_now();
	struct timespec ts;

	(void)state;
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &ts), 0);
	assert_true(b >= a);
	assert_true(ts.tv_sec * 1000000000ULL + ts.tv_nsec - a < 10000 * MS);
}

/* What is due in time, what is late, and what was missed for a long time: always in step. */
static void test_next(void **state)
{
	uint64_t now = loop_now(), next;

	(void)state;
	assert_int_equal(loop_next(now, LONG), now + LONG);
	assert_int_equal(loop_next(now - LONG / 2, LONG), now + LONG / 2);
	next = loop_next(now - 10 * LONG - LONG / 2, LONG);
	assert_int_equal(next, now + LONG / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deadline), cmocka_unit_test(test_readable),
		cmocka_unit_test(test_signals),	 cmocka_unit_test(test_released),
		cmocka_unit_test(test_output),	 cmocka_unit_test(test_now),
		cmocka_unit_test(test_next),
	};

	/* whoever runs the tests may ignore them (nohup), and that is inherited */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
