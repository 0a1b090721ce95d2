// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include "loop.h"

static int signals = -1;
static sigset_t before;
static int watched_output = STDOUT_FILENO; /* -1: none */
static bool sent;

int loop_start(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, &before))
		return -errno;
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -errno;
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals < 0 ? -errno : 0;
}

void loop_release_child(void)
{
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void loop_ignore_stdout(void)
{
	watched_output = -1;
}

bool loop_was_sent(void)
{
	return sent;
}

uint64_t loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

uint64_t loop_next(uint64_t due_ns, uint64_t interval_ns)
{
	uint64_t now = loop_now();

	due_ns += interval_ns;
	if (due_ns <= now)
		due_ns += ((now - due_ns) / interval_ns + 1) * interval_ns;
	return due_ns;
}

static enum wake take_signal(void)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return WAKE_TIME;
	sent = info.ssi_code != SI_KERNEL;
	return info.ssi_signo == SIGHUP ? WAKE_HUP : WAKE_STOP;
}

enum wake loop_wait(uint64_t deadline_ns, int fd)
{
	/* a pipe whose reader is gone reports an error without being asked for anything */
	struct pollfd fds[] = {{signals, POLLIN, 0}, {watched_output, 0, 0}, {fd, POLLIN, 0}};
	struct timespec wait;

	for (;;) {
		uint64_t now = loop_now();
		uint64_t left = deadline_ns > now ? deadline_ns - now : 0;

		wait.tv_sec = left / 1000000000;
		wait.tv_nsec = left % 1000000000;
		if (ppoll(fds, 3, &wait, NULL) < 0 && errno != EINTR)
			return WAKE_STOP;
		if (fds[0].revents)
			return take_signal();
		if (fds[1].revents & (POLLERR | POLLNVAL))
			return WAKE_CLOSED;
		if (fds[2].revents)
			return WAKE_FD;
		if (!left)
			return WAKE_TIME;
	}
}
