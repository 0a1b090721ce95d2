/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of recordings share: making them, and comparing what comes out. */
#ifndef RECORDED_H
#define RECORDED_H

#include <unistd.h>
#include <zlib.h>
#include "fixture.h"
#include "json.h"
#include "recorder.h"
#include "recording.h"

/* A file name that nothing is at; belongs to the caller, who removes what comes to be there. */
static inline char *temporary_path(void)
{
	char *path = strdup("/tmp/zswaptop-test-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	return path;
}

static inline void remove_path(char *path)
{
	unlink(path);
	free(path);
}

static inline int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct cgroup_sample *)a)->path,
		      ((const struct cgroup_sample *)b)->path);
}

static inline void sort_cgroups(struct sample *s)
{
	if (s->nr_cgroups)
		qsort(s->cgroups, s->nr_cgroups, sizeof(*s->cgroups), compare_paths);
}

static inline char *sample_text(const struct sample *s)
{
	struct capture c;

	assert_int_equal(json_write_sample(capture_begin(&c), s), 0);
	capture_end(&c);
	return c.text;
}

static inline void assert_same_sample(const struct sample *a, const struct sample *b)
{
	char *x = sample_text(a), *y = sample_text(b);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

static inline struct recorder *begin_recording_of(const char *path, const struct sample *first,
						  const char *const *command)
{
	struct recorder_start start = {.interval_ns = 1000000000,
				       .command = command,
				       .memory_bytes = 1 << 30,
				       .cpus = 2,
				       .events = true};
	struct recorder *r;
	char why[256];

	r = recorder_open(path, why, sizeof(why));
	if (!r)
		fail_msg("%s", why);
	assert_int_equal(recorder_start(r, &start, first), 0);
	return r;
}

static inline struct recorder *begin_recording(const char *path, const struct sample *first)
{
	static const char *const command[] = {"stress", "--vm", "1", NULL};

	return begin_recording_of(path, first, command);
}

static inline void end_recording(struct recorder *r)
{
	struct recorder_end end = {.why = "command", .status = 3, .cpu_ns = 12345678};

	assert_int_equal(recorder_end(r, &end), 0);
	assert_int_equal(recorder_close(r), 0);
}

static inline struct recording *open_recording(const char *path, bool index)
{
	char why[512];
	struct recording *r = recording_open(path, index, why, sizeof(why));

	if (!r)
		fail_msg("%s: %s", path, why);
	return r;
}

#endif
