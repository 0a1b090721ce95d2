// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop replay: what a recording shows. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "commands.h"
#include "json.h"
#include "loop.h"
#include "moment.h"
#include "output.h"
#include "recording.h"
#include "screen/screen.h"
#include "text.h"
#include "writer.h"

#define CGROUPS_SHOWN 20

struct replay {
	const struct options *o;
	struct recording *recording;
	struct source *source;
	struct writer writer;
	bool last_only;	   /* a text of which there is only one in a stream */
	double speed;	   /* 0: without waiting */
	uint64_t start_ns; /* CLOCK_MONOTONIC when the first sample was shown */
	uint64_t first_ns; /* of the recording, the same moment */
	uint64_t shown;
	int err; /* of standard output */
};

static bool enough(const struct replay *r)
{
	return r->err || (r->o->count && r->shown >= r->o->count);
}

static int bad_file(const struct replay *r, const char *why)
{
	fprintf(stderr, "zswaptop: %s: %s\n", r->o->operands[0], why);
	return EXIT_FAILED;
}

/* Whether a path is that of --cgroup, or below it. */
static bool is_below(const char *path, const char *cgroup)
{
	size_t n = strlen(cgroup);

	while (n && cgroup[n - 1] == '/')
		n--;
	return path && !strncmp(path, cgroup, n) && (path[n] == '/' || !path[n] || !n);
}

static bool wanted(const struct options *o, const struct zt_event *e, const char *path)
{
	if (o->cgroup && !is_below(path, o->cgroup))
		return false;
	if (!(o->events[e->type] >> e->result & 1))
		return false;
	return !o->min_latency_ns ||
	       (e->latency_ns != ZT_NO_U64 && e->latency_ns >= o->min_latency_ns);
}

static void on_event(const struct zt_event *e, const char *path, void *arg)
{
	struct replay *r = arg;

	if (enough(r) || !wanted(r->o, e, path))
		return;
	if (r->o->json)
		r->err = json_write_event(stdout, e, path);
	else
		text_write_event(stdout, e, path);
	r->shown++;
}

/* An event has the seconds since boot: what these are on a clock. */
static void print_event_header(const struct sample *first)
{
	char time[OUTPUT_TIME_LEN];

	printf("%.6f s is %s\n", first->mono_ns / 1e9, output_time(&first->wall, time));
	text_write_event_header(stdout);
}

/* before: NULL for the first sample, which a block of lines says nothing of. */
static void show(struct replay *r, const struct sample *before, const struct sample *now)
{
	if (r->o->all_events) {
		if (!before && !r->o->json)
			print_event_header(now);
		r->source->events(r->source, on_event, r);
	} else if (r->o->json) {
		r->err = json_write_sample(stdout, now);
		r->shown++;
	} else if (r->o->has_format) {
		if (!r->last_only)
			r->err = writer_put(&r->writer, stdout, now);
		r->shown++;
	} else if (before) {
		r->err = text_write_sample(stdout, before, now, CGROUPS_SHOWN);
		r->shown++;
	}
	errno = 0;
	if (!r->err && fflush(stdout))
		r->err = errno ? -errno : -EIO;
}

/* Waits until a sample is due. False: nothing more is wanted. */
static bool wait_for(struct replay *r, const struct sample *s)
{
	double later;
	uint64_t due = 0;
	enum wake wake;

	if (!r->start_ns) {
		r->start_ns = loop_now();
		r->first_ns = s->mono_ns;
	}
	later = r->speed > 0 ? (s->mono_ns - r->first_ns) / r->speed : 0;
	if (later > 0)
		due = later < 1e18 ? r->start_ns + (uint64_t)later : UINT64_MAX;
	wake = loop_wait(due, -1);
	if (wake == WAKE_CLOSED)
		r->err = -EPIPE;
	return wake == WAKE_TIME;
}

static int play(struct replay *r)
{
	struct sample before, now;
	bool any = false, more = true;
	int err = 0;

	sample_init(&before);
	while (more && !enough(r)) {
		err = r->source->sample(r->source, &now);
		if (err)
			break;
		more = wait_for(r, &now);
		if (more)
			show(r, any ? &before : NULL, &now);
		sample_free(&before);
		before = now;
		any = true;
	}
	if (err >= 0 && more && any && r->last_only)
		r->err = writer_put(&r->writer, stdout, &before);
	sample_free(&before);
	if (err < 0)
		return bad_file(r, recording_why(r->recording));
	return r->err ? stdout_failed(r->err) : EXIT_DONE;
}

/* The sample that --at says. */
static int find_start(const struct replay *r, size_t *index)
{
	char time[OUTPUT_TIME_LEN];
	struct timespec start;
	uint64_t ns;
	bool offset;

	*index = 0;
	if (!r->o->at)
		return EXIT_DONE;
	if (!moment_parse(r->o->at, recording_start(r->recording), &ns, &offset)) {
		fprintf(stderr,
			"zswaptop: --at: '%s' is neither seconds, nor a time such as 20:05:00 or "
			"2026-11-21T20:05:00Z\n",
			r->o->at);
		return EXIT_USAGE;
	}
	*index = recording_find(r->recording, ns, offset);
	if (*index < r->source->nr_samples)
		return EXIT_DONE;
	start.tv_sec = recording_start(r->recording) / 1000000000;
	start.tv_nsec = recording_start(r->recording) % 1000000000;
	fprintf(stderr, "zswaptop: --at: the recording begins at %s and ends before %s\n",
		output_time(&start, time), r->o->at);
	return EXIT_FAILED;
}

static int go_to(struct replay *r)
{
	size_t index;
	int status = find_start(r, &index);

	if (status || !index)
		return status;
	/* a block of lines is of two samples */
	if (!r->o->json && !r->o->has_format && !r->o->all_events)
		index--;
	return r->source->seek(r->source, index) ? bad_file(r, recording_why(r->recording))
						 : EXIT_DONE;
}

/* A terminal is shown screens, unless something else was asked for. */
static bool screens_wanted(const struct options *o)
{
	return !o->batch && !o->json && !o->has_format && !o->all_events && screen_usable();
}

static int show_screens(struct replay *r)
{
	struct screen_setup setup = {.source = r->source,
				     .count = r->o->count,
				     .name = r->o->operands[0],
				     .speed = r->o->speed > 0 ? r->o->speed : 0};
	int status = find_start(r, &setup.start), err;

	if (status)
		return status;
	recording_want_events(r->recording, true);
	err = screen_run(&setup);
	if (err == -EBADMSG)
		return bad_file(r, recording_why(r->recording));
	return err ? bad_file(r, strerror(-err)) : EXIT_DONE;
}

static int check_usage(const struct options *o)
{
	const char *wrong = NULL;

	if (o->nr_operands != 1)
		wrong = "replay needs one FILE, of zswaptop record";
	else if (o->has_format && (o->json || o->all_events))
		wrong = "--format goes neither with --json nor with --events";
	else if (!o->has_format && (o->by_cgroup || o->has_match || o->depth))
		wrong = "--by-cgroup, --cgroup-match and --cgroup-depth need --format";
	else if (!o->all_events && (o->has_results || o->min_latency_ns))
		wrong = "--results and --min-latency need --events";
	else if (o->cgroup && !o->all_events)
		wrong = "--cgroup needs --events: a recording's samples are of what was recorded";
	else if (o->cgroup && *o->cgroup != '/')
		wrong = "--cgroup: a recorded path begins with /";
	if (wrong)
		fprintf(stderr, "zswaptop: %s\n", wrong);
	return wrong ? EXIT_USAGE : EXIT_DONE;
}

static int run(struct replay *r)
{
	int status;

	if (!recording_end(r->recording)->there)
		fprintf(stderr,
			"zswaptop: %s breaks off: its recorder still runs or was killed, or the "
			"file was cut; "
			"read up to its last whole sample, %zu of them\n",
			r->o->operands[0], r->source->nr_samples);
	if (r->o->all_events && !recording_header(r->recording)->events)
		return bad_file(r, "it has no events: record with --events");
	if (screens_wanted(r->o))
		return show_screens(r);
	recording_want_events(r->recording, r->o->all_events);
	status = go_to(r);
	if (status)
		return status;
	return play(r);
}

int command_replay(struct options *o)
{
	struct replay r = {.o = o};
	int status = check_usage(o);
	char why[512];

	if (status)
		return status;
	writer_init(&r.writer, o);
	r.writer.stream = true;
	r.last_only = o->has_format &&
		      (o->format == FORMAT_PROMETHEUS || o->format == FORMAT_OPENMETRICS);
	r.speed = o->speed >= 0 ? o->speed : !r.last_only && isatty(STDOUT_FILENO);
	r.recording = recording_open(o->operands[0], true, why, sizeof(why));
	if (!r.recording)
		return bad_file(&r, why);
	r.source = recording_source(r.recording);
	status = run(&r);
	recording_close(r.recording);
	return status;
}
