// SPDX-License-Identifier: GPL-2.0-only
/* What a recorder writes, a recording reads: the same samples and events. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "probes.h"
#include "recorded.h"

#define SAMPLES 700 /* more than two full ones */

/* Cgroups that come, are busy, go, and come again under the same path. */
static void make_sample(struct sample *s, unsigned int second)
{
	struct cgroup_sample *c;
	char path[40];

	fixture_full(s);
	s->wall.tv_sec += second;
	s->mono_ns += second * 1000000000ULL;
	for (unsigned int i = 0; i < NR_VALUES; i++)
		s->v[i] += i % 3 ? second * i : 0;
	s->v[V_POOL_BYTES] = second % 7 * 4096;
	s->v[V_SWAP_ZRAM] = second % 5 ? 0 : ABSENT;
	s->hist[ZT_H_LOAD_NS].count[3] += second;
	s->hist[ZT_H_LOAD_NS].sum += second * 1000;
	s->hist_present[ZT_H_FATE_NS] = second > 50;
	if (!s->hist_present[ZT_H_FATE_NS])
		memset(&s->hist[ZT_H_FATE_NS], 0, sizeof(s->hist[0]));
	s->areas[0].used_bytes += second / 10 * 4096;
	s->probes[0].missed = second / 100;
	if (second % 250 > 200)
		strcpy(s->kernel.shrinker, "off");
	c = &s->cgroups[1];
	c->n[ZT_CG_STORE_PAGES] += second * 3;
	c->n[ZT_CG_WB_SKIPPED + ZT_SKIP_OWN_FAULT] += second / 2;
	c->n[ZT_CG_INV_ERASED] = second < 400 ? ABSENT : second;
	c->id += second / 90;
	c->gone = second % 90 > 80;
	for (unsigned int i = 0; i < second / 70; i++) {
		snprintf(path, sizeof(path), "/system.slice/b%u.service", i * 7 % 10);
		c = fixture_cgroup(s, path);
		c->id = 1000 + i;
		c->n[ZT_CG_LOAD_HITS] = second * (i + 1);
		c->n[ZT_CG_STORE_BYTES] = (uint64_t)second << 33;
		c->store_ns[i] = UINT32_MAX - 400 + second;
		c->pool_bytes = second % 3 ? second * 4096 : ABSENT;
		c->limit_bytes = second % 11 ? UNLIMITED : second;
	}
	sort_cgroups(s);
	/* one goes without a trace, which a difference cannot say */
	if (second > 500 && second < 600)
		free(s->cgroups[--s->nr_cgroups].path);
}

/* Of the cgroups, what is not in every sample is taken as it is. */
static void forgive_slow(struct sample *s, const struct sample *want)
{
	assert_int_equal(s->nr_cgroups, want->nr_cgroups);
	for (size_t i = 0; i < s->nr_cgroups; i++) {
		struct cgroup_sample *c = &s->cgroups[i];
		const struct cgroup_sample *w = &want->cgroups[i];

		c->pool_bytes = w->pool_bytes;
		c->stored_bytes = w->stored_bytes;
		c->limit_bytes = w->limit_bytes;
		c->writeback = w->writeback;
		c->n[ZT_CG_STORE_BYTES] = w->n[ZT_CG_STORE_BYTES];
		memcpy(c->store_ns, w->store_ns, sizeof(c->store_ns));
		memcpy(c->load_ns, w->load_ns, sizeof(c->load_ns));
	}
}

static char *record_samples(unsigned int n)
{
	char *path = temporary_path();
	struct recorder *r = NULL;
	struct sample s;

	for (unsigned int i = 0; i < n; i++) {
		make_sample(&s, i);
		if (!r)
			r = begin_recording(path, &s);
		assert_int_equal(recorder_sample(r, &s, i == n - 1), 0);
	}
	assert_int_equal(recorder_samples(r), n);
	end_recording(r);
	return path;
}

static void check_sample(struct source *source, unsigned int second, bool exact)
{
	struct sample s, want;

	assert_int_equal(source->sample(source, &s), 0);
	assert_int_equal(source->position, second);
	make_sample(&want, second);
	if (!exact)
		forgive_slow(&s, &want);
	assert_same_sample(&s, &want);
	sample_free(&s);
	sample_free(&want);
}

/* By its turn, or because a difference could not be written. */
static bool is_full(unsigned int second)
{
	return second == 0 || second == 300 || second == 400 || second == 501;
}

static void test_round_trip(void **state)
{
	char *path = record_samples(SAMPLES);
	struct recording *r = open_recording(path, true);
	struct source *source = recording_source(r);
	struct sample s;

	(void)state;
	assert_int_equal(source->nr_samples, SAMPLES);
	for (unsigned int i = 0; i < SAMPLES; i++)
		check_sample(source, i, is_full(i) || i == SAMPLES - 1);
	assert_int_equal(source->sample(source, &s), 1);
	assert_int_equal(source->sample(source, &s), 1);
	recording_close(r);
	remove_path(path);
}

/* With few cgroups nothing is left out for long: 9 of them, 50 and 300 ms each. */
static void test_few_cgroups_lag_little(void **state)
{
	char *path = record_samples(60);
	struct recording *r = open_recording(path, false);

	(void)state;
	assert_int_equal(recording_source(r)->nr_samples, 0);
	for (unsigned int i = 0; i < 60; i++)
		check_sample(recording_source(r), i, true);
	recording_close(r);
	remove_path(path);
}

static void test_header_and_end(void **state)
{
	char *path = record_samples(2);
	struct recording *r = open_recording(path, true);
	const struct recording_header *h = recording_header(r);
	const struct recording_end *end = recording_end(r);

	(void)state;
	assert_string_equal(h->version, "0.1.0");
	assert_int_equal(h->interval_ns, 1000000000);
	assert_true(h->events);
	assert_string_equal(h->cgroup, "");
	assert_string_equal(h->command, "stress --vm 1");
	assert_int_equal(h->memory_bytes, 1 << 30);
	assert_int_equal(h->cpus, 2);
	assert_int_equal(h->nr_parameters, 0);
	assert_true(end->there);
	assert_string_equal(end->why, "command");
	assert_int_equal(end->status, 3);
	assert_int_equal(end->cpu_ns, 12345678);
	recording_close(r);
	remove_path(path);
}

static void test_first_line_exactly(void **state)
{
	char *path = record_samples(2);
	gzFile in = gzopen(path, "r");
	char line[4096];

	(void)state;
	assert_non_null(gzgets(in, line, sizeof(line)));
	assert_string_equal(line,
			    "{\"schema\":1,\"zswaptop\":\"0.1.0\",\"start\":"
			    "\"2026-11-21T20:05:00.123Z\",\"interval_s\":1,\"events\":true,"
			    "\"cgroup\":null,\"command\":[\"stress\",\"--vm\",\"1\"],\"release\":"
			    "\"6.12.1\",\"zswap\":{},\"memory_bytes\":1073741824,\"cpus\":2,"
			    "\"swaps\":[{\"device\":\"/dev/vda2\",\"bytes\":1073741824},"
			    "{\"device\":\"/swap \\\"file\\\"\",\"bytes\":1073741824}],"
			    "\"probes\":null}\n");
	gzclose(in);
	remove_path(path);
}

static void write_parameter(const char *dir, const char *name, const char *value)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(value, out);
	assert_int_equal(fclose(out), 0);
}

static void remove_parameter(const char *dir, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

/* zswap's parameters as the kernel has them, whatever they are; and what the probes came to. */
static void test_parameters_and_plan(void **state)
{
	char *dir = temporary_path(), *path = temporary_path(), why[256], line[8192];
	struct recorder_start start = {.interval_ns = 250000000, .cpus = 1, .memory_bytes = ABSENT};
	struct plan plan = {};
	struct recorder *r;
	struct sample s;
	gzFile in;

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	write_parameter(dir, "enabled", "Y\n");
	write_parameter(dir, "compressor", "z\"std");
	write_parameter(dir, ".hidden", "1\n");
	for (int i = 0; i < NR_PROBES; i++)
		plan.probe[i].state = PROBE_HIDDEN;
	plan.probe[PROBE_LOAD].state = PROBE_PLANNED;
	plan.probe[PROBE_LOAD].candidate = &probes[PROBE_LOAD].candidates[0];
	plan.probe[PROBE_TREES].state = PROBE_PLANNED;
	plan.probe[PROBE_STORE].state = PROBE_ABSENT;
	strcpy(plan.probe[PROBE_STORE].reason, "no such symbol");
	start.parameters = dir;
	start.plan = &plan;
	fixture_init(&s);
	r = recorder_open(path, why, sizeof(why));
	assert_int_equal(recorder_start(r, &start, &s), 0);
	assert_int_equal(recorder_close(r), 0);
	in = gzopen(path, "r");
	assert_non_null(gzgets(in, line, sizeof(line)));
	gzclose(in);
	assert_contains(line, "\"interval_s\":0.25,\"events\":false,\"cgroup\":null,"
			      "\"command\":null,\"release\":null,\"zswap\":{\"compressor\":"
			      "\"z\\\"std\",\"enabled\":\"Y\"},\"memory_bytes\":null,\"cpus\":1,"
			      "\"swaps\":[],\"probes\":[{\"probe\":\"invalidate\",\"state\":"
			      "\"hidden\",\"symbol\":null,");
	assert_contains(line, "{\"probe\":\"trees\",\"state\":\"attached\",\"symbol\":"
			      "\"zswap_trees\",\"kernels\":null,\"reason\":null}");
	assert_contains(line, "{\"probe\":\"store\",\"state\":\"absent\",\"symbol\":null,"
			      "\"kernels\":null,\"reason\":\"no such symbol\"}");
	assert_contains(line, "{\"probe\":\"load\",\"state\":\"attached\",\"symbol\":"
			      "\"zswap_load\",\"kernels\":");
	assert_contains(line, "{\"probe\":\"tree_lock\",\"state\":\"hidden\"");
	remove_parameter(dir, "enabled");
	remove_parameter(dir, "compressor");
	remove_parameter(dir, ".hidden");
	assert_int_equal(rmdir(dir), 0);
	free(dir);
	remove_path(path);
}

/* A second sample has only what changed. */
static void test_difference_exactly(void **state)
{
	static const char want[] =
		"{\"time\":\"2026-11-21T20:05:01.123Z\",\"monotonic_ns\":6000000000,"
		"\"interval_s\":1,\"metrics\":{\"load_hits_total\":7},\"cgroups\":{"
		"\"names\":[{\"index\":2,\"cgroup\":\"/b\",\"id\":103}],"
		"\"store_pages_total\":[0,4],\"store_rejected_pages_total\":"
		"{\"pool_full\":[1]},\"pool_bytes\":[null,8192],\"store_ns\":{\"2\":[0,0,5]}}}\n";
	char *path = temporary_path(), line[4096];
	struct recorder *r = NULL;
	struct sample s;
	gzFile in;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		fixture_init(&s);
		s.mono_ns += i * 1000000000;
		s.wall.tv_sec += i;
		s.interval_ns = i * 1000000000;
		s.v[V_LOAD_HITS] = i * 7;
		fixture_cgroup(&s, "/a")->n[ZT_CG_STORE_REJECTED + ZT_REJECT_POOL_FULL] = 3 + i;
		fixture_cgroup(&s, "/c");
		s.cgroups[1].n[ZT_CG_STORE_PAGES] = 10 + 4 * i;
		s.cgroups[1].pool_bytes = 4096 + i * 4096;
		if (i)
			fixture_cgroup(&s, "/b")->store_ns[2] = 5;
		sort_cgroups(&s);
		if (!i)
			r = begin_recording(path, &s);
		assert_int_equal(recorder_sample(r, &s, i), 0);
	}
	end_recording(r);
	in = gzopen(path, "r");
	for (unsigned int i = 0; i < 3; i++)
		assert_non_null(gzgets(in, line, sizeof(line)));
	assert_string_equal(line, want);
	assert_non_null(gzgets(in, line, sizeof(line)));
	assert_string_equal(line, "{\"end\":\"command\",\"status\":3,\"samples\":2,\"events\":0,"
				  "\"cpu_ns\":12345678}\n");
	assert_null(gzgets(in, line, sizeof(line)));
	gzclose(in);
	remove_path(path);
}

static void test_seek(void **state)
{
	static const unsigned int order[] = {0, 699, 0, 1, 2, 350, 300, 299, 301, 650, 610, 600, 5};
	char *path = record_samples(SAMPLES);
	struct recording *r = open_recording(path, true);
	struct source *source = recording_source(r);

	(void)state;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		assert_int_equal(source->seek(source, order[i]), 0);
		check_sample(source, order[i], false);
		if (order[i] < SAMPLES - 1)
			check_sample(source, order[i] + 1, false);
	}
	assert_int_equal(source->seek(source, SAMPLES), -EINVAL);
	recording_close(r);
	remove_path(path);
}

/* Somebody may have unpacked and packed it again: then there is one place to begin at. */
static void test_seek_in_one_member(void **state)
{
	char *path = record_samples(SAMPLES), *again = temporary_path(), buf[4096];
	gzFile in = gzopen(path, "r"), out = gzopen(again, "w");
	struct recording *r;
	int n;

	(void)state;
	while ((n = gzread(in, buf, sizeof(buf))) > 0)
		assert_int_equal(gzwrite(out, buf, n), n);
	gzclose(in);
	gzclose(out);
	r = open_recording(again, true);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(recording_source(r)->seek(recording_source(r), 500 - i * 200), 0);
		check_sample(recording_source(r), 500 - i * 200, false);
	}
	recording_close(r);
	remove_path(path);
	remove_path(again);
}

static void test_find(void **state)
{
	char *path = record_samples(400);
	struct recording *r = open_recording(path, true);
	uint64_t start = recording_start(r);

	(void)state;
	assert_int_equal(start, 1795291500123000000);
	assert_int_equal(recording_find(r, 0, true), 0);
	assert_int_equal(recording_find(r, 1, true), 1);
	assert_int_equal(recording_find(r, 30000000000, true), 30);
	assert_int_equal(recording_find(r, 399000000000, true), 399);
	assert_int_equal(recording_find(r, 399000000001, true), 400);
	assert_int_equal(recording_find(r, 0, false), 0);
	assert_int_equal(recording_find(r, start + 5000000000, false), 5);
	assert_int_equal(recording_find(r, start + 5000000001, false), 6);
	recording_close(r);
	remove_path(path);
}

static void test_cgroup_path(void **state)
{
	char *path = record_samples(2);
	struct recording *r = open_recording(path, false);
	struct source *source = recording_source(r);

	(void)state;
	check_sample(source, 0, true);
	assert_string_equal(source->cgroup_path(source, 101), "/");
	assert_string_equal(source->cgroup_path(source, 102), "/system.slice/a\\x2db.service");
	assert_null(source->cgroup_path(source, 999));
	recording_close(r);
	remove_path(path);
}

/* --- events --------------------------------------------------------------------------------- */

static void make_event(struct zt_event *e, unsigned int i)
{
	memset(e, 0, sizeof(*e));
	e->time_ns = 5000000000 + i;
	e->type = i % ZT_NR_EVENTS;
	e->result = i % (e->type == ZT_EV_TREE ? ZT_NR_TREE_RESULTS : 3);
	e->offset = 1ULL << (i % 40);
	e->swap = i % 3;
	e->pages = 1 + i % 2 * 15;
	e->bytes = i % 4 ? i : ZT_NO_U32;
	e->latency_ns = i % 5 ? i * 1000 : ZT_NO_U64;
	e->cgroup_id = i % 7 ? i : ZT_NO_U64;
	e->pid = 100000 + i;
	e->cpu = i % 8;
	memcpy(e->comm, "stress \"x\"\xc3\xa9", 12);
	if (e->type == ZT_EV_WRITEBACK)
		e->detail = i % ZT_NR_TRIGGERS;
	if (e->type == ZT_EV_TREE) {
		e->detail = i % ZT_NR_CAUSES;
		e->height_before = 3;
		e->height_after = 2;
	}
}

/* The same path for some, another for the next, none for others. */
static const char *event_path(unsigned int i)
{
	static const char *const paths[] = {"/a", "/a", NULL, "/b\x1b", "/a"};

	return paths[i % 5];
}

static void check_event(const struct zt_event *e, const char *cgroup, void *arg)
{
	unsigned int *i = arg;
	struct zt_event want;

	make_event(&want, *i);
	assert_memory_equal(e, &want, sizeof(want));
	if (event_path(*i))
		assert_string_equal(cgroup, event_path(*i));
	else
		assert_null(cgroup);
	(*i)++;
}

/* 50 events before each of three samples. */
static char *record_events(void)
{
	char *path = temporary_path();
	struct recorder *r = NULL;
	struct zt_event e;
	struct sample s;

	for (unsigned int i = 0; i < 3; i++) {
		make_sample(&s, i);
		if (!r)
			r = begin_recording(path, &s);
		for (unsigned int k = i * 50; k < (i + 1) * 50; k++) {
			make_event(&e, k);
			assert_int_equal(recorder_event(r, &e, event_path(k)), 0);
		}
		assert_int_equal(recorder_sample(r, &s, i == 2), 0);
	}
	assert_int_equal(recorder_events(r), 150);
	end_recording(r);
	return path;
}

static void test_events(void **state)
{
	char *path = record_events();
	struct recording *r = open_recording(path, true);
	struct source *source = recording_source(r);
	unsigned int n = 0;

	(void)state;
	recording_want_events(r, true);
	assert_int_equal(source->events(source, check_event, &n), 0);
	for (unsigned int i = 0; i < 3; i++) {
		check_sample(source, i, true);
		assert_int_equal(source->events(source, check_event, &n), 50);
		assert_int_equal(n, (i + 1) * 50);
		assert_int_equal(source->events(source, check_event, &n), 0);
	}
	/* those before the sample that was gone to */
	assert_int_equal(source->seek(source, 1), 0);
	check_sample(source, 1, true);
	n = 50;
	assert_int_equal(source->events(source, check_event, &n), 50);
	/* two samples at once */
	assert_int_equal(source->seek(source, 0), 0);
	check_sample(source, 0, true);
	check_sample(source, 1, true);
	n = 0;
	assert_int_equal(source->events(source, check_event, &n), 100);
	recording_close(r);
	remove_path(path);
}

static void test_unwanted_events(void **state)
{
	char *path = record_events();
	struct recording *r = open_recording(path, false);
	struct source *source = recording_source(r);
	unsigned int n = 0;

	(void)state;
	check_sample(source, 0, true);
	assert_int_equal(source->events(source, check_event, &n), 0);
	recording_close(r);
	remove_path(path);
}

/* --- the file ------------------------------------------------------------------------------- */

static unsigned int whole_samples(const char *path)
{
	struct recording *r = open_recording(path, false);
	struct source *source = recording_source(r);
	struct sample s;
	unsigned int n;
	int err;

	for (n = 0; !(err = source->sample(source, &s)); n++)
		sample_free(&s);
	assert_int_equal(err, 1);
	assert_false(recording_end(r)->there);
	recording_close(r);
	return n;
}

/* What was written when, is there at once, whatever comes after. */
static void test_every_sample_is_flushed(void **state)
{
	char *path = temporary_path();
	struct recorder *r = NULL;
	struct sample s;

	(void)state;
	for (unsigned int i = 0; i < 5; i++) {
		make_sample(&s, i);
		if (!r)
			r = begin_recording(path, &s);
		assert_int_equal(recorder_sample(r, &s, false), 0);
		assert_int_equal(whole_samples(path), i + 1);
	}
	end_recording(r);
	remove_path(path);
}

/* As on a full disk: what fits stays readable, and the error is told from then on. */
static void test_full_disk(void **state)
{
	const struct recorder_end end = {.why = "stopped", .status = -1};
	struct rlimit old, limit;
	char *path = temporary_path();
	struct recorder *r = NULL;
	unsigned int n = 0;
	struct sample s;
	struct stat st;
	int err = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 20000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (; !err && n < 5000; n++) {
		make_sample(&s, n % 1000);
		s.mono_ns += n * 1000000000ULL;
		if (!r)
			r = begin_recording(path, &s);
		err = recorder_sample(r, &s, false);
	}
	assert_int_equal(err, -EFBIG);
	make_sample(&s, 0);
	assert_int_equal(recorder_sample(r, &s, false), -EFBIG);
	assert_int_equal(recorder_end(r, &end), -EFBIG);
	/* the part of a sample that found room is cut off again */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, recorder_bytes(r));
	assert_true(st.st_size < 20000);
	assert_int_equal(recorder_close(r), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_true(n > 20);
	assert_int_equal(whole_samples(path), n - 1);
	remove_path(path);
}

static void check_refused(const char *path, const char *want)
{
	char why[256];

	assert_null(recorder_open(path, why, sizeof(why)));
	assert_string_equal(why, want);
}

static void test_what_is_not_written_to(void **state)
{
	char *path = temporary_path(), below[64];
	struct stat st;

	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	check_refused(path, "Is a directory");
	snprintf(below, sizeof(below), "%s/a", path);
	assert_int_equal(mkfifo(below, 0600), 0);
	check_refused(below, "it is not a regular file");
	unlink(below);
	assert_int_equal(symlink("/dev/null", below), 0);
	check_refused(below, "it is a symbolic link, which is not followed");
	unlink(below);
	/* nor is one created through a link */
	assert_int_equal(symlink("b", below), 0);
	check_refused(below, "it is a symbolic link, which is not followed");
	assert_int_equal(lstat(below, &st), 0);
	unlink(below);
	check_refused("/dev/null", "it is not a regular file");
	check_refused("/nowhere/a", "No such file or directory");
	assert_int_equal(rmdir(path), 0);
	free(path);
}

/* Until something is recorded, an old file stays, and no new one appears. */
static void test_nothing_started(void **state)
{
	char *path = temporary_path(), why[256], text[8] = "";
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	struct recorder *r = recorder_open(path, why, sizeof(why));

	(void)state;
	assert_int_equal(write(fd, "old", 3), 3);
	assert_int_equal(recorder_close(r), 0);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 3);
	assert_string_equal(text, "old");
	close(fd);
	unlink(path);
	r = recorder_open(path, why, sizeof(why));
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(recorder_close(r), 0);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_few_cgroups_lag_little),
		cmocka_unit_test(test_header_and_end),
		cmocka_unit_test(test_first_line_exactly),
		cmocka_unit_test(test_parameters_and_plan),
		cmocka_unit_test(test_difference_exactly),
		cmocka_unit_test(test_seek),
		cmocka_unit_test(test_seek_in_one_member),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_cgroup_path),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_unwanted_events),
		cmocka_unit_test(test_every_sample_is_flushed),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_what_is_not_written_to),
		cmocka_unit_test(test_nothing_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
