// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feeds a recording to everything that reads one. The first byte chooses whether the rest is
 * gzip, as in a file, or plain lines: no fuzzer gets far behind a checksum.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "compare.h"
#include "csv.h"
#include "json.h"
#include "openmetrics.h"
#include "prometheus.h"
#include "recording.h"
#include "report.h"
#include "text.h"

static FILE *out;

static void write_all(const struct sample *before, const struct sample *now)
{
	const struct export_options options = {.by_cgroup = true, .depth = 2};

	json_write_sample(out, now);
	prometheus_write(out, now, &options);
	openmetrics_write(out, now, &options);
	csv_write(out, now, &options);
	if (before)
		text_write_sample(out, before, now, 20);
}

static void on_event(const struct zt_event *e, const char *cgroup, void *arg)
{
	(void)arg;
	text_write_event(out, e, cgroup);
	json_write_event(out, e, cgroup);
}

/* Forwards, then back to a sample in the middle. */
static void replay(struct recording *r)
{
	struct source *source = recording_source(r);
	struct sample before, now;
	bool any = false;

	recording_want_events(r, true);
	sample_init(&before);
	while (!source->sample(source, &now)) {
		if (source->events)
			source->events(source, on_event, NULL);
		write_all(any ? &before : NULL, &now);
		sample_free(&before);
		before = now;
		any = true;
	}
	sample_free(&before);
	sample_free(&now);
	if (!source->seek(source, source->nr_samples / 2) && !source->sample(source, &now))
		sample_free(&now);
	recording_find(r, recording_start(r), false);
}

static void report(struct recording *r)
{
	struct recording_set set;
	struct summary s;
	char why[512];

	if (!summary_take(&s, "fuzz", r, why, sizeof(why))) {
		report_write_text(out, &s);
		report_write_json(out, &s);
		set = (struct recording_set){&s, 1};
		compare_write_text(out, &set, &set);
		compare_write_json(out, &set, &set);
	}
	summary_close(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recording *r;
	char why[512];
	bool plain;

	if (!out)
		out = fopen("/dev/null", "w");
	if (!size)
		return 0;
	plain = data[0] != 'Z';
	r = recording_open_memory(data + 1, size - 1, plain, true, why, sizeof(why));
	if (r)
		replay(r);
	recording_close(r);
	r = recording_open_memory(data + 1, size - 1, plain, false, why, sizeof(why));
	if (r)
		report(r);
	return 0;
}
