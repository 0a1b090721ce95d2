// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop top: what zswap does now. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "collector.h"
#include "commands.h"
#include "json.h"
#include "loop.h"
#include "privileges.h"
#include "screen/screen.h"
#include "text.h"

#define CGROUPS_SHOWN 20

static int flush(void)
{
	return fflush(stdout) ? -errno : 0;
}

static int show(const struct options *o, const struct sample *before, const struct sample *now)
{
	int err;

	if (o->json)
		err = json_write_sample(stdout, now);
	else
		err = text_write_sample(stdout, before, now, CGROUPS_SHOWN);
	return err ? err : flush();
}

static int sample_failed(int err)
{
	fprintf(stderr, "zswaptop: cannot take a sample: %s\n", strerror(-err));
	return EXIT_FAILED;
}

/*
 * JSON shows the first sample at once, as the raw counters need nothing before them; and the last
 * when told to stop, so that a recording in a shell script ends where the script says.
 */
static int run(const struct options *o, struct source *source)
{
	struct sample before, now;
	uint64_t due = loop_now(), shown = 0;
	int err = source->sample(source, &before);
	bool stop = false;

	if (err)
		return sample_failed(err);
	if (o->json) {
		err = show(o, NULL, &before);
		shown++;
	}
	while (!err && !stop && (!o->count || shown < o->count)) {
		enum wake wake;

		due = loop_next(due, o->interval_ns);
		wake = loop_wait(due, -1);
		if (wake == WAKE_CLOSED)
			err = -EPIPE;
		if (wake == WAKE_CLOSED || (wake == WAKE_STOP && !o->json))
			break;
		stop = wake == WAKE_STOP;
		err = source->sample(source, &now);
		if (err)
			return sample_failed(err);
		err = show(o, &before, &now);
		shown++;
		sample_free(&before);
		before = now;
	}
	sample_free(&before);
	return err ? stdout_failed(err) : EXIT_DONE;
}

static int show_screens(const struct options *o, struct source *source)
{
	char host[256] = "";
	struct screen_setup setup = {.source = source,
				     .interval_ns = o->interval_ns,
				     .count = o->count,
				     .restricted = o->cgroup,
				     .name = host};
	int err;

	gethostname(host, sizeof(host) - 1);
	err = screen_run(&setup);
	return err ? sample_failed(err) : EXIT_DONE;
}

int command_top(struct options *o)
{
	bool screens = !o->json && !o->batch && screen_usable();
	uint32_t events[ZT_NR_EVENTS];
	struct collector *c;
	int status;

	screen_events(events);
	c = collector_open(o, &(struct demand){.events = screens ? events : NULL,
					       .by_cgroup = true,
					       .live_trace = screens});
	if (!c)
		return EXIT_FAILED;
	if (!privileges_drop(o->user, &(struct later){})) {
		collector_close(c);
		return EXIT_FAILED;
	}
	status = screens ? show_screens(o, collector_source(c)) : run(o, collector_source(c));
	/* the kernel's files alone are not what was asked for */
	if (!status && !collector_live(c))
		status = EXIT_FAILED;
	collector_close(c);
	return status;
}
