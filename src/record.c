// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop record: samples and events into a file. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>
#include "collector.h"
#include "commands.h"
#include "format.h"
#include "loop.h"
#include "privileges.h"
#include "recorder.h"

#define PARAMETERS "/sys/module/zswap/parameters"
/* The ring buffer is looked at so often, or when it is a quarter full. */
#define DRAIN_NS   100000000ULL

struct recording_run {
	const struct options *o;
	struct recorder *file;
	struct collector *collector;
	struct source *source;
	int wait_fd;	  /* readable when the command has ended, or events wait */
	pid_t child;	  /* 0: no command, or not any more */
	int child_status; /* as a shell has it; -1: no command */
	bool stop;
	const char *why; /* it ended */
	uint64_t cpu_ns; /* used up to the first sample */
	uint64_t end_ns; /* of --duration; 0: no end */
	int err;	 /* of the file: nothing more is written */
};

static uint64_t lost_events(const struct recording_run *run)
{
	struct live *live = collector_live(run->collector);

	return live && run->o->all_events ? live_events_lost(live) : 0;
}

/* Trouble with the file is told once; a command goes on without being recorded. */
static void file_failed(struct recording_run *run, int err)
{
	if (run->err)
		return;
	run->err = err;
	fprintf(stderr,
		"zswaptop: %s: cannot write: %s; it ends with sample %" PRIu64
		", up to which it can be read\n",
		run->o->output, strerror(-err), recorder_samples(run->file));
}

static void on_event(const struct zt_event *e, const char *path, void *arg)
{
	struct recording_run *run = arg;
	int err = run->err ? 0 : recorder_event(run->file, e, path);

	if (err)
		file_failed(run, err);
}

static void drain(struct recording_run *run)
{
	if (run->o->all_events)
		run->source->events(run->source, on_event, run);
}

/* 0, or the exit status. */
static int one_sample(struct recording_run *run, bool last)
{
	struct sample s;
	int err;

	if (run->err)
		return 0;
	drain(run);
	err = run->source->sample(run->source, &s);
	if (err) {
		fprintf(stderr, "zswaptop: cannot take a sample: %s\n", strerror(-err));
		sample_free(&s);
		return EXIT_FAILED;
	}
	err = recorder_sample(run->file, &s, last);
	if (err)
		file_failed(run, err);
	sample_free(&s);
	return 0;
}

/* --- the command ---------------------------------------------------------------------------- */

static void run_child(char **command, int report)
{
	int err;

	loop_release_child();
	execvp(command[0], command);
	err = errno;
	/* the parent says what is wrong; without it there is nothing to say it to */
	if (write(report, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(err == ENOENT ? 127 : 126);
}

static int watch(struct recording_run *run, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (epoll_ctl(run->wait_fd, EPOLL_CTL_ADD, fd, &event))
		return -errno;
	return 0;
}

/* 0 if it runs, or -errno; *refused: errno of a command that could not be run. */
static int start_child(struct recording_run *run, int *refused)
{
	int report[2], fd, err = 0;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	run->child = fork();
	if (!run->child)
		run_child(run->o->rest, report[1]);
	if (run->child < 0)
		err = -errno;
	close(report[1]);
	if (!err && read(report[0], refused, sizeof(*refused)) != sizeof(*refused))
		*refused = 0;
	close(report[0]);
	if (err || *refused)
		return err;
	fd = pidfd_open(run->child, 0);
	return fd < 0 ? -errno : watch(run, fd);
}

static int begin_command(struct recording_run *run)
{
	int refused = 0, err;

	if (!run->o->nr_rest)
		return EXIT_DONE;
	err = start_child(run, &refused);
	if (!err && !refused)
		return EXIT_DONE;
	fprintf(stderr, "zswaptop: cannot run %s: %s\n", run->o->rest[0],
		strerror(err ? -err : refused));
	if (run->child > 0 && err)
		kill(run->child, SIGTERM);
	if (run->child > 0)
		waitpid(run->child, NULL, 0);
	run->child = 0;
	return err ? EXIT_FAILED : refused == ENOENT ? 127 : 126;
}

static void look_at_child(struct recording_run *run, int options)
{
	int status;

	if (run->child <= 0 || waitpid(run->child, &status, options) != run->child)
		return;
	run->child = 0;
	run->child_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	run->why = "command";
	run->stop = true;
}

/* Told to stop: a command is told so too, and recorded until it ends. */
static void told_to_stop(struct recording_run *run)
{
	if (run->child > 0) {
		if (loop_was_sent())
			kill(run->child, SIGTERM);
		return;
	}
	run->why = "stopped";
	run->stop = true;
}

/* --- recording ------------------------------------------------------------------------------ */

static uint64_t next_wake(const struct recording_run *run, uint64_t next)
{
	uint64_t drain_at = loop_now() + DRAIN_NS;

	if (run->end_ns && run->end_ns < next)
		next = run->end_ns;
	return run->o->all_events && drain_at < next ? drain_at : next;
}

static void wait_for_something(struct recording_run *run, uint64_t next)
{
	switch (loop_wait(next_wake(run, next), run->wait_fd)) {
	case WAKE_STOP:
	case WAKE_HUP:
		told_to_stop(run);
		break;
	case WAKE_FD:
		look_at_child(run, WNOHANG);
		break;
	default:
		break;
	}
	drain(run);
	if (run->err && run->child <= 0)
		run->stop = true;
	if (!run->stop && run->end_ns && loop_now() >= run->end_ns) {
		run->why = "duration";
		run->stop = true;
	}
}

static int record(struct recording_run *run)
{
	uint64_t interval = run->o->interval_ns, next = loop_now() + interval, taken = 1;
	int status = 0;

	while (!run->stop && !status) {
		wait_for_something(run, next);
		if (run->stop || loop_now() < next)
			continue;
		status = one_sample(run, run->o->count == taken + 1);
		if (++taken == run->o->count) {
			run->why = "count";
			return status;
		}
		next = loop_next(next, interval);
	}
	return status ? status : one_sample(run, true);
}

static uint64_t own_cpu_ns(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u))
		return 0;
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000ULL +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ULL;
}

static int write_start(struct recording_run *run, const struct sample *first)
{
	struct live *live = collector_live(run->collector);
	struct recorder_start start = {
		.interval_ns = run->o->interval_ns,
		.events = run->o->all_events,
		.cgroup = run->o->cgroup,
		.command = run->o->nr_rest ? (const char *const *)run->o->rest : NULL,
		.plan = live ? live_plan(live) : NULL,
		.parameters = PARAMETERS,
		.memory_bytes = ABSENT,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
	};
	struct sysinfo info;

	if (!sysinfo(&info))
		start.memory_bytes = (uint64_t)info.totalram * info.mem_unit;
	return recorder_start(run->file, &start, first);
}

/*
 * The first sample is from before the command; that it runs is known before an old file is
 * emptied.
 */
static int begin(struct recording_run *run)
{
	struct sample first;
	int err = run->source->sample(run->source, &first), status = EXIT_DONE;

	if (err)
		fprintf(stderr, "zswaptop: cannot take a sample: %s\n", strerror(-err));
	else
		status = begin_command(run);
	if (!err && !status) {
		err = write_start(run, &first);
		if (!err)
			err = recorder_sample(run->file, &first, false);
		if (err)
			file_failed(run, err);
	}
	sample_free(&first);
	return err && !run->child ? EXIT_FAILED : status;
}

static void sum_up(const struct recording_run *run)
{
	uint64_t lost = lost_events(run);
	char size[FORMAT_LEN];

	fprintf(stderr, "zswaptop: %s: %" PRIu64 " samples", run->o->output,
		recorder_samples(run->file));
	if (run->o->all_events)
		fprintf(stderr, ", %" PRIu64 " events, %" PRIu64 " lost",
			recorder_events(run->file), lost);
	fprintf(stderr, ", %s of file\n", format_bytes(recorder_bytes(run->file), size));
	if (lost)
		fputs("zswaptop: give the events more room (--buffer), or record fewer of them "
		      "(--cgroup)\n",
		      stderr);
}

static int finish(struct recording_run *run)
{
	struct recorder_end end = {.why = run->why ? run->why : "stopped",
				   .status = run->child_status,
				   .cpu_ns = own_cpu_ns() - run->cpu_ns};
	int err = run->err ? 0 : recorder_end(run->file, &end);

	if (err)
		file_failed(run, err);
	sum_up(run);
	return run->err ? EXIT_FAILED : EXIT_DONE;
}

/* The exit status of all: our own failure, or else what the command said. */
static int run_all(struct recording_run *run)
{
	int status, failed;

	status = begin(run);
	/* the command has started with all that it was given */
	if (!status && !privileges_drop(run->o->user, &(struct later){.signals = run->child > 0}))
		status = EXIT_FAILED;
	if (status)
		return status;
	run->cpu_ns = own_cpu_ns();
	if (run->o->duration_ns)
		run->end_ns = loop_now() + run->o->duration_ns;
	status = record(run);
	/* without samples there still is a command to wait for */
	look_at_child(run, 0);
	failed = finish(run);
	if (!status)
		status = failed;
	if (!status && !collector_live(run->collector))
		status = EXIT_FAILED;
	return !status && run->child_status > 0 ? run->child_status : status;
}

static int open_collector(struct recording_run *run)
{
	const struct options *o = run->o;
	int fd;

	run->collector =
		collector_open(o, &(struct demand){.events = o->all_events ? o->events : NULL,
						   .by_cgroup = true,
						   .need_programs = o->all_events});
	if (!run->collector)
		return EXIT_FAILED;
	run->source = collector_source(run->collector);
	run->wait_fd = epoll_create1(EPOLL_CLOEXEC);
	fd = o->all_events ? live_events_fd(collector_live(run->collector)) : -1;
	if (run->wait_fd >= 0 && (fd < 0 || !watch(run, fd)))
		return EXIT_DONE;
	fprintf(stderr, "zswaptop: cannot wait for events: %s\n", strerror(errno));
	return EXIT_FAILED;
}

static int check_usage(const struct options *o)
{
	const char *wrong = NULL;

	if (!o->output)
		wrong = "record needs -o FILE";
	else if (!strcmp(o->output, "-"))
		wrong = "a recording needs a file: one that breaks off is cut back to its last "
			"whole sample";
	else if (o->nr_rest && (o->duration_ns || o->count))
		wrong = "a COMMAND ends the recording, so --duration and --count cannot; to end "
			"the command: -- timeout SECONDS COMMAND";
	else if (o->count == 1)
		wrong = "--count: a recording has at least 2 samples";
	if (wrong)
		fprintf(stderr, "zswaptop: %s\n", wrong);
	return wrong ? EXIT_USAGE : EXIT_DONE;
}

int command_record(struct options *o)
{
	struct recording_run run = {.o = o, .wait_fd = -1, .child_status = -1};
	int status = check_usage(o), err;
	char why[256];

	if (status)
		return status;
	loop_ignore_stdout();
	privileges_own_rights(true);
	run.file = recorder_open(o->output, why, sizeof(why));
	privileges_own_rights(false);
	if (!run.file) {
		fprintf(stderr, "zswaptop: cannot record to %s: %s\n", o->output, why);
		return EXIT_FAILED;
	}
	status = open_collector(&run);
	if (!status)
		status = run_all(&run);
	err = recorder_close(run.file);
	if (err && !run.err && !status) {
		fprintf(stderr, "zswaptop: %s: cannot write: %s\n", o->output, strerror(-err));
		status = EXIT_FAILED;
	}
	if (run.wait_fd >= 0)
		close(run.wait_fd);
	collector_close(run.collector);
	return status;
}
