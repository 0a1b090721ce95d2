// SPDX-License-Identifier: GPL-2.0-only
/* What the screens keep: samples, history, events, the map of the trees, reasons. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>
#include "fixture.h"
#include "probes.h"
#include "screen/view.h"
#include "screen/warnings.h"

/* A recording whose sample k has counted 10 * k stores, with an event before each sample. */
struct tape {
	struct source source;
	size_t next, told;
	unsigned int walks;
	uint64_t least, most; /* trees looked at */
};

static struct tape tape;
static struct view v;

static int tape_sample(struct source *source, struct sample *s)
{
	struct tape *t = (struct tape *)source;

	fixture_init(s);
	if (t->source.nr_samples && t->next >= t->source.nr_samples)
		return 1;
	t->source.position = t->next;
	s->wall.tv_sec += t->next;
	s->mono_ns = 1000000000ULL * (1 + t->next);
	s->interval_ns = t->next ? 1000000000 : 0;
	s->v[V_STORE_PAGES] = 10 * t->next;
	s->v[V_POOL_BYTES] = 100 + t->next;
	fixture_cgroup(s, "/x")->n[ZT_CG_STORE_PAGES] = t->next;
	t->next++;
	return 0;
}

static int tape_events(struct source *source, source_event_fn *fn, void *arg)
{
	struct tape *t = (struct tape *)source;
	int n = 0;

	for (; t->told < t->next; t->told++, n++) {
		struct zt_event e = {.time_ns = 1000000000ULL * (1 + t->told),
				     .type = ZT_EV_STORE,
				     .pid = t->told};

		fn(&e, t->told % 2 ? "/x/y" : "/xy", arg);
	}
	return n;
}

static int tape_seek(struct source *source, size_t index)
{
	struct tape *t = (struct tape *)source;

	t->next = t->told = index;
	return 0;
}

static int tape_trees(struct source *source, uint32_t swap, uint64_t first, unsigned int n,
		      const struct zt_cell **cells)
{
	static struct zt_cell found[ZT_WALK_TREES];
	struct tape *t = (struct tape *)source;

	(void)swap;
	assert_true(n <= ZT_WALK_TREES);
	t->walks++;
	t->least = first < t->least ? first : t->least;
	t->most = first + n > t->most ? first + n : t->most;
	for (unsigned int i = 0; i < n; i++)
		found[i] = (struct zt_cell){.entries = (first + i) % 3 ? 0 : 16384,
					    .in_use = (first + i) % 3 != 2};
	*cells = found;
	return 0;
}

static int start(size_t nr_samples)
{
	struct screen_setup setup = {.source = &tape.source, .interval_ns = 1000000000};

	tape = (struct tape){.source = {.sample = tape_sample,
					.events = tape_events,
					.trees = tape_trees,
					.seek = nr_samples ? tape_seek : NULL,
					.nr_samples = nr_samples},
			     .least = UINT64_MAX};
	return view_init(&v, &setup);
}

static int setup_live(void **state)
{
	(void)state;
	return start(0);
}

static int setup_replay(void **state)
{
	(void)state;
	return start(2000);
}

static int teardown(void **state)
{
	(void)state;
	view_free(&v);
	return 0;
}

static void test_rates_and_totals(void **state)
{
	char buf[FORMAT_LEN];

	(void)state;
	assert_int_equal(view_next(&v), 0);
	assert_true(view_diff(&v, V_STORE_PAGES) == ABSENT);
	assert_string_equal(view_amount(&v, ABSENT, AMOUNT_PAGES, buf), "-");
	assert_int_equal(view_next(&v), 0);
	assert_int_equal(view_next(&v), 0);
	assert_int_equal(view_diff(&v, V_STORE_PAGES), 10);
	v.totals = true;
	assert_int_equal(view_diff(&v, V_STORE_PAGES), 20);
	view_reset(&v);
	assert_int_equal(view_diff(&v, V_STORE_PAGES), 0);
	assert_int_equal(view_next(&v), 0);
	assert_int_equal(view_diff(&v, V_STORE_PAGES), 10);
	assert_string_equal(view_amount(&v, 10, AMOUNT_PAGES, buf), "10");
	v.bytes = true;
	assert_string_equal(view_amount(&v, 10, AMOUNT_CALLS, buf), "10");
	if (sysconf(_SC_PAGESIZE) == 4096)
		assert_string_equal(view_amount(&v, 10, AMOUNT_PAGES, buf), "40.0K");
	assert_string_equal(view_amount(&v, ABSENT, AMOUNT_PAGES, buf), "n/a");
}

static void test_paused_log_stays(void **state)
{
	(void)state;
	view_next(&v);
	view_next(&v);
	assert_int_equal(v.log.n, 2);
	v.paused = true;
	tape.next += 5;
	view_events(&v);
	assert_int_equal(v.log.n, 2);
	assert_int_equal(v.log.passed, 5);
}

static void assert_at(size_t index)
{
	double values[HISTORY_LEN];

	assert_int_equal(v.source->position, index);
	assert_int_equal(view_sample(&v)->v[V_STORE_PAGES], 10 * index);
	assert_int_equal(v.before->s.v[V_STORE_PAGES], 10 * (index - 1));
	assert_int_equal(view_diff(&v, V_STORE_PAGES), 10);
	history_values(&v.history, V_POOL_BYTES, 1, values, 2);
	assert_true(values[1] == 100 + index);
	if (index > 1)
		assert_true(values[0] == 100 + index - 1);
	event_log_settle(&v.log);
	assert_int_equal(event_log_at(&v.log, v.log.nr_shown - 1)->e.pid, index);
}

static void test_going_about(void **state)
{
	static const size_t places[] = {1,    2,    3,	  2,	1,    700, 699,	 698,  1400,
					1399, 1398, 1999, 5000, 1998, 300, 1999, 1000, 1};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		assert_int_equal(view_go(&v, places[i]), 0);
		assert_at(places[i] < 2000 ? places[i] : 1999);
	}
}

/* Many steps back, one by one: the graphs do not run dry. */
static void test_stepping_back(void **state)
{
	(void)state;
	view_go(&v, 1500);
	for (size_t at = 1499; at > 100; at--) {
		view_go(&v, at);
		assert_at(at);
		assert_true(v.history.n >= 99);
	}
}

static void test_end_of_recording(void **state)
{
	(void)state;
	view_go(&v, 1999);
	assert_int_equal(view_next(&v), 1);
	assert_at(1999);
}

static void test_history(void **state)
{
	double values[600];

	(void)state;
	for (int i = 0; i < 5; i++)
		view_next(&v);
	history_values(&v.history, V_STORE_PAGES, 1, values, 6);
	assert_true(isnan(values[0]) && isnan(values[1]));
	for (int i = 2; i < 6; i++)
		assert_true(values[i] == 10);
	history_values(&v.history, V_LOAD_HITS, 1, values, 1);
	assert_true(isnan(values[0]));
	/* of a run, what is known is summed */
	history_values(&v.history, V_STORE_PAGES, 2, values, 1);
	assert_true(values[0] == 10);
}

static void test_log_filters(void **state)
{
	(void)state;
	view_go(&v, 9);
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, 10);
	/* "/x" is above "/x/y", but not above "/xy" */
	paths_toggle(&v.log.cgroups, "/x");
	v.log.changed = true;
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, 5);
	paths_toggle(&v.log.cgroups, "/");
	v.log.changed = true;
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, 10);
	strcpy(v.log.filter, "STORE");
	v.log.changed = true;
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, 10);
	strcpy(v.log.filter, "tree");
	v.log.changed = true;
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, 0);
}

static void test_log_forgets_the_oldest(void **state)
{
	(void)state;
	tape.next = EVENT_LOG_LEN + 100;
	view_next(&v);
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, EVENT_LOG_LEN);
	assert_int_equal(v.log.seen, EVENT_LOG_LEN + 101);
	assert_int_equal(event_log_at(&v.log, 0)->e.pid, 101);
	assert_int_equal(event_log_at(&v.log, EVENT_LOG_LEN - 1)->e.pid, EVENT_LOG_LEN + 100);
}

static void test_map(void **state)
{
	const struct mapped_area *area;
	struct sample s;

	(void)state;
	fixture_init(&s);
	fixture_area(&s, 0, "/swap")->trees = 1000;
	fixture_area(&s, 3, "/none")->trees = ABSENT;
	assert_int_equal(tree_map_update(&v.map, &tape.source, &s, 1), 0);
	assert_int_equal(tape.least, 0);
	assert_int_equal(tape.most, 1000);
	area = tree_map_area(&v.map, 0);
	assert_non_null(area);
	assert_null(tree_map_area(&v.map, 3));
	assert_int_equal(tree_map_step(area, 0, 1), 8);
	/* in use, though no entry was counted */
	assert_int_equal(tree_map_step(area, 1, 1), 1);
	assert_int_equal(tree_map_step(area, 2, 1), 0);
	assert_int_equal(tree_map_step(area, 0, 3), 3);
	assert_int_equal(tree_map_step(area, 2000, 3), -1);
	sample_free(&s);
}

/* Not more than once a second, and not for longer than a moment. */
static void test_map_is_bounded(void **state)
{
	struct sample s;
	unsigned int walks;

	(void)state;
	fixture_init(&s);
	fixture_area(&s, 0, "/swap")->trees = 1000;
	tree_map_update(&v.map, &tape.source, &s, 1);
	walks = tape.walks;
	tree_map_update(&v.map, &tape.source, &s, 2);
	tree_map_update(&v.map, &tape.source, &s, 999999999);
	assert_int_equal(tape.walks, walks);
	tree_map_update(&v.map, &tape.source, &s, 60000000000);
	assert_true(tape.walks > walks);
	/* another size: what was known of it is of no use */
	s.areas[0].trees = 5;
	tree_map_update(&v.map, &tape.source, &s, 60000000001);
	assert_int_equal(tree_map_area(&v.map, 0)->trees, 5);
	tape.source.trees = NULL;
	assert_int_equal(tree_map_update(&v.map, &tape.source, &s, 1), -ENOTSUP);
	sample_free(&s);
}

static void test_reasons(void **state)
{
	struct reasons r = {};
	struct sample s;
	char text[512];

	(void)state;
	fixture_init(&s);
	assert_false(reasons_text(&r, &s, text, sizeof(text)));
	reasons_value(&r, V_INV_ABSENT);
	assert_true(reasons_text(&r, &s, text, sizeof(text)));
	assert_contains(text, "no programs are loaded");
	strcpy(fixture_probe(&s, "trees")->reason, "hidden");
	fixture_probe(&s, "store");
	reasons_text(&r, &s, text, sizeof(text));
	assert_string_equal(text, "trees: hidden");
	reasons_value(&r, V_SWAPIN_PAGES + ZT_SOURCE_ZERO);
	reasons_text(&r, &s, text, sizeof(text));
	assert_contains(text, "swpin_zero");
	/* a short line is not written beyond */
	reasons_text(&r, &s, text, 8);
	assert_true(strlen(text) < 8);
	sample_free(&s);
}

/* Whatever is absent, there is a reason to be told. */
static void test_every_value_has_a_reason(void **state)
{
	struct sample s;
	char text[512];

	(void)state;
	fixture_init(&s);
	for (unsigned int i = 0; i < NR_VALUES; i++) {
		struct reasons r = {};

		if (i == V_EVENTS_LOST || i == V_CONTEXTS_LOST || i >= V_START_TIME)
			continue;
		reasons_value(&r, i);
		if (!reasons_text(&r, &s, text, sizeof(text)))
			fail_msg("no reason for value %u", i);
	}
	sample_free(&s);
}

static void test_warnings(void **state)
{
	struct warnings w;

	(void)state;
	view_next(&v);
	warnings_gather(&w, &v);
	assert_int_equal(w.n, 1);
	assert_string_equal(w.text[0], "no programs loaded");
	v.now->s.v[V_SWAP_ZRAM] = 4096;
	v.now->s.v[V_POOL_FULL] = 1;
	v.now->s.v[V_EVENTS_LOST] = 3;
	fixture_probe(&v.now->s, "store")->missed = 9;
	warnings_gather(&w, &v);
	assert_int_equal(w.n, 5);
	assert_contains(w.text[0], "pool full");
	assert_string_equal(w.text[1], "zram swap also active");
	assert_string_equal(w.text[2], "1 probe missing");
	assert_string_equal(w.text[4], "missed runs 9");
}

static source_traced_fn *traced_fn;
static void *traced_arg;

static void tape_trace(struct source *source, source_traced_fn *traced, void *arg)
{
	(void)source;
	traced_fn = traced;
	traced_arg = arg;
}

static void trace_paths(const char *a, const char *b)
{
	struct paths paths = {};

	paths_toggle(&paths, a);
	if (b)
		paths_toggle(&paths, b);
	view_trace(&v, &paths);
	paths_clear(&paths);
}

/* What is traced is what is shown: the cgroups and those below. */
static void test_trace(void **state)
{
	(void)state;
	tape.source.trace = tape_trace;
	view_next(&v);
	trace_paths("/a/b", NULL);
	assert_true(v.tracing);
	assert_true(traced_fn("/a/b", traced_arg));
	assert_true(traced_fn("/a/b/c", traced_arg));
	assert_false(traced_fn("/a", traced_arg));
	assert_false(traced_fn("/a/bc", traced_arg));
	trace_paths("/x", "/a/c");
	assert_true(traced_fn("/x/y", traced_arg));
	assert_true(traced_fn("/a/c", traced_arg));
	assert_false(traced_fn("/a/b", traced_arg));
	view_trace(&v, NULL);
	assert_false(v.tracing);
	assert_null(traced_fn);
	assert_int_equal(v.log.cgroups.n, 0);
}

/* Where nothing can be traced, what there is is filtered. */
static void test_trace_filters(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		view_next(&v);
	trace_paths("/x", NULL);
	assert_false(v.tracing);
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, 2);
	view_trace(&v, NULL);
	event_log_settle(&v.log);
	assert_int_equal(v.log.nr_shown, 4);
}

/* The source may live longer. */
static void test_trace_ends(void **state)
{
	tape.source.trace = tape_trace;
	view_next(&v);
	trace_paths("/a", NULL);
	view_free(&v);
	assert_null(traced_fn);
	setup_live(state);
}

#define LIVE(test)   cmocka_unit_test_setup_teardown(test, setup_live, teardown)
#define REPLAY(test) cmocka_unit_test_setup_teardown(test, setup_replay, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(test_rates_and_totals),
		LIVE(test_paused_log_stays),
		REPLAY(test_going_about),
		REPLAY(test_stepping_back),
		REPLAY(test_end_of_recording),
		LIVE(test_history),
		REPLAY(test_log_filters),
		LIVE(test_log_forgets_the_oldest),
		LIVE(test_map),
		LIVE(test_map_is_bounded),
		LIVE(test_reasons),
		LIVE(test_every_value_has_a_reason),
		LIVE(test_warnings),
		LIVE(test_trace),
		LIVE(test_trace_filters),
		REPLAY(test_trace_filters),
		LIVE(test_trace_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
