// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop trace: one line an event. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "collector.h"
#include "commands.h"
#include "json.h"
#include "loop.h"
#include "privileges.h"
#include "text.h"

/* The ring buffer is looked at so often, or when it is a quarter full. */
#define DRAIN_NS 100000000ULL

struct tracer {
	const struct options *o;
	struct collector *collector;
	uint64_t written;
	uint64_t lost;
	int err;
};

static bool enough(const struct tracer *t)
{
	return t->err || (t->o->count && t->written >= t->o->count);
}

static void on_event(const struct zt_event *e, const char *path, void *arg)
{
	struct tracer *t = arg;

	if (enough(t))
		return;
	if (t->o->json)
		t->err = json_write_event(stdout, e, path);
	else
		text_write_event(stdout, e, path);
	t->written++;
}

static int drain(struct tracer *t)
{
	uint64_t lost = live_events_lost(collector_live(t->collector));
	struct source *source = collector_source(t->collector);
	int n = source->events(source, on_event, t);

	if (n < 0 && n != -EINTR)
		return n;
	if (lost > t->lost)
		fprintf(stderr,
			"zswaptop: %" PRIu64 " events lost: the ring buffer was full; trace less "
			"(--cgroup, --events, --results), or give it more (--buffer)\n",
			lost - t->lost);
	t->lost = lost;
	if (!t->err && fflush(stdout))
		t->err = -errno;
	return t->err;
}

static int run(struct tracer *t)
{
	int fd = live_events_fd(collector_live(t->collector));
	bool stop = false;
	int err = 0;

	while (!err && !stop && !enough(t)) {
		enum wake wake = loop_wait(loop_now() + DRAIN_NS, fd);

		stop = wake == WAKE_STOP;
		err = wake == WAKE_CLOSED ? -EPIPE : drain(t);
	}
	return err;
}

/* What the lines above may lack. */
static void sum_up(const struct tracer *t)
{
	struct source *source = collector_source(t->collector);
	uint64_t missed = 0;
	struct sample s;

	if (!source->sample(source, &s))
		for (size_t i = 0; i < s.nr_probes; i++)
			missed += s.probes[i].missed == ABSENT ? 0 : s.probes[i].missed;
	sample_free(&s);
	fprintf(stderr,
		"zswaptop: %" PRIu64 " events; %" PRIu64 " lost, %" PRIu64
		" runs of the programs missed\n",
		t->written, t->lost, missed);
}

int command_trace(struct options *o)
{
	struct tracer t = {.o = o};
	int err;

	t.collector = collector_open(
		o,
		&(struct demand){.events = o->events, .only_events = true, .need_programs = true});
	if (!t.collector)
		return EXIT_FAILED;
	if (!privileges_drop(o->user, &(struct later){})) {
		collector_close(t.collector);
		return EXIT_FAILED;
	}
	fputs("zswaptop: tracing\n", stderr);
	if (!o->json)
		text_write_event_header(stdout);
	fflush(stdout);
	err = run(&t);
	sum_up(&t);
	collector_close(t.collector);
	return err ? stdout_failed(err) : EXIT_DONE;
}
