// SPDX-License-Identifier: GPL-2.0-only
/* What a recording comes to, in exact words. */
#include <jansson.h>
#include "findings.h"
#include "recorded.h"
#include "report.h"

/* Three samples, a second apart; what is not set is unknown, or 0 where zero is set. */
struct run {
	struct sample s[3];
	struct summary summary;
	char *path;
};

static void begin(struct run *run, bool zero)
{
	for (unsigned int i = 0; i < 3; i++) {
		struct sample *s = &run->s[i];

		fixture_init(s);
		s->wall.tv_sec += i;
		s->mono_ns += i * 1000000000ULL;
		s->interval_ns = i ? 1000000000 : 0;
		for (unsigned int v = 0; v < NR_VALUES && zero; v++)
			s->v[v] = 0;
	}
	for (unsigned int i = 0; i < 3 && zero; i++)
		run->s[i].v[V_ENABLED] = 1;
}

/* A counter was at some value before, and grows to this much more. */
static void grow(struct run *run, unsigned int value, uint64_t by)
{
	run->s[0].v[value] = 1000000;
	run->s[1].v[value] = 1000000 + by / 3;
	run->s[2].v[value] = 1000000 + by;
}

static void set(struct run *run, unsigned int value, uint64_t to)
{
	for (unsigned int i = 0; i < 3; i++)
		run->s[i].v[value] = to;
}

static void observe(struct run *run, enum zt_histogram hist, unsigned int bucket, uint64_t n,
		    uint64_t sum, uint64_t max)
{
	for (unsigned int i = 0; i < 3; i++)
		run->s[i].hist_present[hist] = true;
	run->s[2].hist[hist].count[bucket] += n;
	run->s[2].hist[hist].sum += sum;
	if (run->s[2].hist[hist].max < max)
		run->s[2].hist[hist].max = max;
}

/* The cgroup as of the last sample; in the others it has counted nothing. */
static struct cgroup_sample *cgroup(struct run *run, const char *path)
{
	for (unsigned int i = 0; i < 2; i++)
		fixture_cgroup(&run->s[i], path);
	return fixture_cgroup(&run->s[2], path);
}

static void read_run(struct run *run)
{
	struct recorder *r = NULL;
	char why[512];

	run->path = temporary_path();
	for (unsigned int i = 0; i < 3; i++) {
		sort_cgroups(&run->s[i]);
		if (!r)
			r = begin_recording(run->path, &run->s[i]);
		assert_int_equal(recorder_sample(r, &run->s[i], i == 2), 0);
	}
	end_recording(r);
	if (summary_read(&run->summary, run->path, why, sizeof(why)))
		fail_msg("%s", why);
	run->summary.file = "a.gz";
}

static void end(struct run *run)
{
	summary_close(&run->summary);
	remove_path(run->path);
}

static char *text_of(struct run *run)
{
	struct capture c;

	read_run(run);
	assert_int_equal(report_write_text(capture_begin(&c), &run->summary), 0);
	capture_end(&c);
	return c.text;
}

static void full_run(struct run *run)
{
	struct cgroup_sample *c;

	begin(run, true);
	for (unsigned int i = 0; i < 3; i++) {
		run->s[i].kernel =
			(struct kernel_info){"7.3.4+deb14-amd64", "xarray", "yes", "lzo", "on"};
		fixture_area(&run->s[i], 0, "/dev/vda");
		fixture_probe(&run->s[i], "store")->attached = true;
		run->s[i].probes[0].missed = i;
		run->s[i].probes[0].runs = 1000 * i;
		run->s[i].probes[0].run_ns = 1000000 * i;
		fixture_probe(&run->s[i], "load");
	}
	grow(run, V_INV_CALLS, 10000);
	grow(run, V_INV_TREE_EMPTY, 5000);
	grow(run, V_INV_ABSENT, 1000);
	grow(run, V_INV_ERASED, 3990);
	grow(run, V_INV_UNCLASSIFIED, 10);
	grow(run, V_LOCK_CONTENTIONS, 12);
	grow(run, V_LOCK_WAIT, 34567);
	grow(run, V_TREE_EMPTIED + ZT_CAUSE_INVALIDATE, 2);
	grow(run, V_TREE_EMPTIED + ZT_CAUSE_LOAD, 1);
	grow(run, V_TREE_NODES_FREED + ZT_CAUSE_INVALIDATE, 77);
	grow(run, V_TREE_GROWS, 3);
	grow(run, V_STORE_PAGES, 20000);
	grow(run, V_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT, 100);
	grow(run, V_STORE_REJECTED + ZT_REJECT_OTHER, 20);
	grow(run, V_STORE_BYTES, 19880 * 1500);
	grow(run, V_LOAD_LOOKUPS, 8000);
	grow(run, V_LOAD_HITS, 6000);
	grow(run, V_SWAPIN_PAGES + ZT_SOURCE_ZSWAP, 6000);
	grow(run, V_SWAPIN_PAGES + ZT_SOURCE_DISK, 2000);
	grow(run, V_WB_PAGES + ZT_TRIGGER_SHRINKER, 900);
	grow(run, V_WB_PAGES + ZT_TRIGGER_CGROUP_LIMIT, 100);
	grow(run, V_WB_SKIPPED + ZT_SKIP_IN_SWAPCACHE, 4);
	grow(run, V_WB_ROTATED, 321);
	grow(run, V_WB_STOPPED, 3);
	grow(run, V_SKIP_FATE + ZT_FATE_LOADED, 3);
	grow(run, V_SKIP_FATE + ZT_FATE_UNKNOWN, 1);
	grow(run, V_K_PSWPOUT, 100000);
	set(run, V_POOL_LIMIT, 100 << 20);
	run->s[1].v[V_POOL_BYTES] = 60 << 20;
	run->s[2].v[V_POOL_BYTES] = 30 << 20;
	observe(run, ZT_H_STORE_NS, 6, 900, 900 * 10000, 100000);
	observe(run, ZT_H_STORE_NS, 9, 100, 100 * 90000, 120000);
	observe(run, ZT_H_LOAD_NS, 4, 6000, 6000 * 3000, 4000);
	c = cgroup(run, "/db");
	c->n[ZT_CG_STORE_PAGES] = 15000;
	c->n[ZT_CG_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT] = 100;
	c->n[ZT_CG_LOAD_HITS] = 5000;
	c->n[ZT_CG_WB_PAGES] = 1000;
	c->n[ZT_CG_WB_SKIPPED + ZT_SKIP_IN_SWAPCACHE] = 4;
	c->n[ZT_CG_INV_ERASED] = 3000;
	c->pool_bytes = 20 << 20;
	c = cgroup(run, "/web\x1b[2J");
	c->n[ZT_CG_STORE_PAGES] = 5000;
	c->n[ZT_CG_LOAD_HITS] = 1000;
	cgroup(run, "/idle");
}

static const char full_text[] =
	"a.gz\n"
	"kernel      7.3.4+deb14-amd64, 2 CPUs, 1.0G of memory\n"
	"zswap       lzo, shrinker on\n"
	"swap        /dev/vda 1.0G\n"
	"recorded    2026-11-21T20:05:00.123Z, 2.0 s, 3 samples\n"
	"command     stress --vm 1\n"
	"            exit status 3\n"
	"\n"
	"zswap_invalidate (fast path: yes)               count    per s    share\n"
	"  calls                                         10000     5.0k   100.0%\n"
	"    tree_empty                                   5000     2.5k    50.0%\n"
	"    absent                                       1000      500    10.0%\n"
	"    erased                                       3990     2.0k    39.9%\n"
	"    unclassified                                   10      5.0     0.1%\n"
	"  stale lookups                                     0        0     0.0%\n"
	"  lock acquisitions                              4990     2.5k    49.9%\n"
	"  saved by the fast path                         5000     2.5k    50.0%\n"
	"  a lockless lookup would save besides           1000      500    10.0%\n"
	"  waits for a tree's lock, any caller              12      6.0\n"
	"    time waited                                34.6us\n"
	"\n"
	"Trees                                           count    per s\n"
	"  emptied                                           3      1.5\n"
	"    invalidate                                      2      1.0\n"
	"    load                                            1      0.5\n"
	"  shrunk                                            0        0\n"
	"  head collapses                                    0        0\n"
	"  nodes freed                                      77       38\n"
	"    invalidate                                     77       38\n"
	"  grown                                             3      1.5\n"
	"\n"
	"Stores, pages                                   count    per s    share\n"
	"  offered                                       20000    10.0k   100.0%\n"
	"  stored                                        19880     9.9k    99.4%\n"
	"  refused                                         120       60     0.6%\n"
	"    cgroup_limit                                  100       50     0.5%\n"
	"    other                                          20       10     0.1%\n"
	"  compressed size of a page, mean, bytes         1.5K\n"
	"  pool at its fullest, bytes, of limit          60.0M             60.0%\n"
	"\n"
	"Loads and swap-ins, pages                       count    per s    share\n"
	"  zswap_load calls                               8000     4.0k   100.0%\n"
	"    hits                                         6000     3.0k    75.0%\n"
	"    errors                                          0        0     0.0%\n"
	"  swap-ins                                       8000     4.0k   100.0%\n"
	"    from zswap                                   6000     3.0k    75.0%\n"
	"    from disk                                    2000     1.0k    25.0%\n"
	"    from zero                                       0        0     0.0%\n"
	"\n"
	"Writeback, pages                                count    per s    share\n"
	"  written                                        1000      500   100.0%\n"
	"    shrinker                                      900      450    90.0%\n"
	"    cgroup_limit                                  100       50    10.0%\n"
	"  second chances                                  321      160\n"
	"  shrinker runs ended by a busy entry               3      1.5\n"
	"  skipped                                           4      2.0   100.0%\n"
	"    in_swapcache                                    4      2.0   100.0%\n"
	"  what became of the busy ones                      4      2.0   100.0%\n"
	"    loaded                                          3      1.5    75.0%\n"
	"    unknown                                         1      0.5    25.0%\n"
	"\n"
	"Latency                    count    mean     p50     p90     p99     max\n"
	"  zswap_store, a call       1.0k  18.0us  16.4us  16.4us   120us   120us\n"
	"  zswap_load, a hit         6.0k   3.0us   4.0us   4.0us   4.0us   4.0us\n"
	"  swap-in from zswap         n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  swap-in from disk          n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  a writeback attempt        n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  skip to its outcome        n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  p50 to p99: upper bounds of buckets that double (16.4us: above 8.2us)\n"
	"\n"
	"Cgroups, pages\n"
	"     pool offered refused  loaded written skipped  erased\n"
	"    20.0M   15.0k     100    5.0k    1.0k       4    3.0k  /db\n"
	"      n/a    5.0k       0    1.0k       0       0       0  /web\\x1b[2J\n"
	"\n"
	"This tool\n"
	"  1 of 2 probes attached, missed runs 2, events lost 0\n"
	"  its programs: 2.0k runs, 1.0us each, 0.1% of one CPU\n"
	"  the recorder: 12.3ms of CPU time, 0.6% of one CPU\n"
	"\n"
	"Findings: nothing stands out\n";

static void test_text(void **state)
{
	struct run run;
	char *text;

	(void)state;
	full_run(&run);
	text = text_of(&run);
	assert_string_equal(text, full_text);
	free(text);
	end(&run);
}

/* Without a fast path, the calls on empty trees took the lock, too. */
static void test_no_fast_path(void **state)
{
	struct run run;
	char *text;

	(void)state;
	full_run(&run);
	for (unsigned int i = 0; i < 3; i++)
		strcpy(run.s[i].kernel.fast_path, "no");
	text = text_of(&run);
	assert_contains(
		text, "zswap_invalidate (fast path: no)                count    per s    share\n");
	assert_contains(
		text, "  lock acquisitions                              9990     5.0k    99.9%\n"
		      "  a fast path would have saved                   5000     2.5k    50.0%\n"
		      "  a lockless lookup would save besides           1000      500    10.0%\n");
	free(text);
	end(&run);
}

static const char unknown_text[] =
	"\n"
	"zswap_invalidate (fast path: n/a)               count    per s    share\n"
	"  calls                                           n/a      n/a\n"
	"    tree_empty                                    n/a      n/a\n"
	"    absent                                        n/a      n/a\n"
	"    erased                                        n/a      n/a\n"
	"    unclassified                                  n/a      n/a\n"
	"  lock acquisitions                               n/a      n/a\n"
	"\n"
	"Trees                                           count    per s\n"
	"  emptied                                         n/a      n/a\n"
	"  shrunk                                          n/a      n/a\n"
	"  head collapses                                  n/a      n/a\n"
	"  nodes freed                                     n/a      n/a\n"
	"  grown                                           n/a      n/a\n"
	"\n"
	"Stores, pages                                   count    per s    share\n"
	"  offered                                         n/a      n/a\n"
	"  stored                                          n/a      n/a\n"
	"  refused                                         n/a      n/a\n"
	"  pool at its fullest, bytes, of limit            n/a               n/a\n"
	"\n"
	"Loads and swap-ins, pages                       count    per s    share\n"
	"  zswap_load calls                                n/a      n/a\n"
	"    hits                                          n/a      n/a\n"
	"    errors                                        n/a      n/a\n"
	"  swap-ins                                        n/a      n/a\n"
	"    from zswap                                    n/a      n/a\n"
	"    from disk                                     n/a      n/a\n"
	"    from zero                                     n/a      n/a\n"
	"\n"
	"Writeback, pages                                count    per s    share\n"
	"  written                                         n/a      n/a\n"
	"  second chances                                  n/a      n/a\n"
	"  shrinker runs ended by a busy entry             n/a      n/a\n"
	"  skipped                                         n/a      n/a\n"
	"  what became of the busy ones                    n/a      n/a\n"
	"\n"
	"Latency                    count    mean     p50     p90     p99     max\n"
	"  zswap_store, a call        n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  zswap_load, a hit          n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  swap-in from zswap         n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  swap-in from disk          n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  a writeback attempt        n/a     n/a     n/a     n/a     n/a     n/a\n"
	"  skip to its outcome        n/a     n/a     n/a     n/a     n/a     n/a\n"
	"\n"
	"This tool\n"
	"  0 of 0 probes attached, missed runs n/a, events lost n/a\n"
	"  its programs: n/a (record with --self-cost)\n"
	"  the recorder: 12.3ms of CPU time, 0.6% of one CPU\n"
	"\n"
	"Findings: nothing stands out\n";

/* What is not known is n/a, never 0; and nothing is concluded from it. */
static void test_nothing_known(void **state)
{
	struct run run;
	char *text;

	(void)state;
	begin(&run, false);
	text = text_of(&run);
	assert_string_equal(strstr(text, "\nzswap_invalidate"), unknown_text);
	assert_contains(text, "kernel      n/a, 2 CPUs, 1.0G of memory\n");
	assert_contains(text, "zswap       n/a, shrinker n/a\n");
	assert_contains(text, "swap        none\n");
	free(text);
	end(&run);
}

/* Of a cgroup, what no probe tells. */
static void test_cgroup_not_known(void **state)
{
	struct cgroup_sample *c;
	struct run run;
	char *text;

	(void)state;
	begin(&run, true);
	c = cgroup(&run, "/a");
	c->n[ZT_CG_STORE_PAGES] = 5;
	for (unsigned int i = 0; i < 3; i++) {
		c = &run.s[i].cgroups[0];
		c->n[ZT_CG_LOAD_HITS] = ABSENT;
		for (int k = 0; k < ZT_NR_REJECTS; k++)
			c->n[ZT_CG_STORE_REJECTED + k] = ABSENT;
	}
	text = text_of(&run);
	assert_contains(text, "      n/a       5     n/a     n/a       0       0       0  /a\n");
	free(text);
	end(&run);
}

static void test_long_lines(void **state)
{
	struct run run;
	char *text, *line;

	(void)state;
	full_run(&run);
	grow(&run, V_STORE_REJECTED + ZT_REJECT_POOL_FULL, 9999999);
	grow(&run, V_LOAD_ERRORS, 7);
	text = text_of(&run);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= 72);
		assert_true(line[strlen(line) - 1] != ' ');
	}
	free(text);
	end(&run);
}

static json_t *at(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (!value)
		fail_msg("no \"%s\"", name);
	return value;
}

static void assert_number(json_t *object, const char *name, uint64_t want)
{
	assert_true(json_is_integer(at(object, name)));
	assert_int_equal(json_integer_value(at(object, name)), want);
}

static json_t *json_of(struct run *run)
{
	struct capture c;
	json_t *root;

	read_run(run);
	assert_int_equal(report_write_json(capture_begin(&c), &run->summary), 0);
	capture_end(&c);
	assert_ptr_equal(strchr(c.text, '\n'), c.text + c.len - 1);
	root = json_loads(c.text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	free(c.text);
	return root;
}

/* Which calls took the lock is not known of a kernel that may have the fast path or not. */
static void test_json_fast_path(void **state)
{
	static const char *const known[] = {"yes", "no", ""};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		struct run run;
		json_t *root, *locks;

		full_run(&run);
		for (unsigned int k = 0; k < 3; k++)
			strcpy(run.s[k].kernel.fast_path, known[i]);
		root = json_of(&run);
		locks = at(root, "tree_lock");
		if (*known[i]) {
			assert_number(locks, "saved_by_fast_path", i ? 0 : 5000);
			assert_number(locks, "fast_path_would_save", i ? 5000 : 0);
		} else {
			assert_true(json_is_null(at(locks, "acquisitions")));
			assert_true(json_is_null(at(locks, "saved_by_fast_path")));
			assert_true(json_is_null(at(locks, "fast_path_would_save")));
		}
		json_decref(root);
		end(&run);
	}
}

static void test_json(void **state)
{
	json_t *root, *part;
	struct run run;

	(void)state;
	full_run(&run);
	root = json_of(&run);
	assert_number(root, "schema", 1);
	assert_number(root, "samples", 3);
	assert_number(root, "duration_s", 2);
	assert_true(json_is_true(at(root, "complete")));
	assert_string_equal(json_string_value(at(root, "command")), "stress --vm 1");
	part = at(root, "counters");
	assert_number(part, "invalidate_calls_total", 10000);
	assert_number(at(part, "writeback_pages_total"), "shrinker", 900);
	assert_number(part, "tree_lock_wait_ns_total", 34567);
	part = at(root, "tree_lock");
	assert_number(part, "acquisitions", 4990);
	assert_number(part, "saved_by_fast_path", 5000);
	assert_number(part, "fast_path_would_save", 0);
	assert_number(part, "lockless_lookup_would_save", 1000);
	part = at(at(root, "distributions"), "store_duration_ns");
	assert_number(part, "count", 1000);
	assert_number(part, "p90", 16384);
	assert_number(part, "p99", 120000);
	assert_true(json_number_value(at(part, "mean")) == 18000);
	part = at(at(root, "distributions"), "swapin_duration_ns_disk");
	assert_true(json_is_null(at(part, "count")));
	assert_true(json_is_null(at(part, "mean")));
	part = json_array_get(at(root, "cgroups"), 0);
	assert_string_equal(json_string_value(at(part, "cgroup")), "/db");
	assert_number(part, "store_pages_total", 15000);
	assert_int_equal(json_array_size(at(root, "cgroups")), 2);
	assert_number(at(root, "self"), "program_ns", 2000000);
	assert_int_equal(json_array_size(at(root, "findings")), 0);
	json_decref(root);
	end(&run);
}

static void test_json_of_nothing(void **state)
{
	json_t *root, *value, *counters;
	struct run run;
	const char *name;

	(void)state;
	begin(&run, false);
	root = json_of(&run);
	counters = at(root, "counters");
	json_object_foreach(counters, name, value)
	{
		json_t *part;
		const char *label;

		assert_true(json_is_null(value) || json_is_object(value));
		json_object_foreach(value, label, part) assert_true(json_is_null(part));
	}
	json_object_foreach(at(root, "tree_lock"), name, value) if (!strcmp(name, "acquisitions"))
		assert_true(json_is_null(value));
	assert_true(json_is_null(at(root, "cgroups")));
	assert_true(json_is_null(at(root, "release")));
	json_decref(root);
	end(&run);
}

/* --- findings ------------------------------------------------------------------------------- */

/* What is found in a run, which ends here; NULL text: it is not found. */
static void check_finding(struct run *run, const char *name, const char *text, const char *remedy)
{
	static struct finding list[MAX_FINDINGS];
	unsigned int n, i;

	read_run(run);
	n = findings_make(&run->summary, list);
	for (i = 0; i < n && strcmp(list[i].name, name); i++)
		;
	if (!text) {
		if (i < n)
			fail_msg("%s is found: %s", name, list[i].text);
	} else if (i == n) {
		fail_msg("%s is not found", name);
	} else {
		assert_string_equal(list[i].text, text);
		assert_string_equal(list[i].remedy, remedy);
		assert_true(list[i].nr_figures > 0);
	}
	end(run);
}

static void test_zswap_off(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	run.s[1].v[V_ENABLED] = 0;
	check_finding(
		&run, "zswap_off", "zswap was off in 1 of 3 samples.",
		"echo Y > /sys/module/zswap/parameters/enabled, or boot with zswap.enabled=1");
	begin(&run, true);
	check_finding(&run, "zswap_off", NULL, NULL);
}

static void test_pool_limit(void **state)
{
	static const char remedy[] =
		"raise max_pool_percent (n/a), or have cold pages written back before the pool is "
		"full (shrinker_enabled)";
	struct run run;

	(void)state;
	begin(&run, true);
	set(&run, V_POOL_LIMIT, 1000 << 20);
	run.s[1].v[V_POOL_BYTES] = 980 << 20;
	check_finding(&run, "pool_limit",
		      "The pool reached its limit: at most 980M of 1000M (98.0%); 0 pages were "
		      "refused because it was full, and in 0 of 3 samples it was refusing.",
		      remedy);
	begin(&run, true);
	set(&run, V_POOL_LIMIT, 1000 << 20);
	run.s[1].v[V_POOL_BYTES] = 979 << 20;
	check_finding(&run, "pool_limit", NULL, NULL);
	begin(&run, true);
	run.s[1].v[V_POOL_FULL] = 1;
	check_finding(&run, "pool_limit",
		      "The pool reached its limit: at most 0 of 0 (-); 0 pages were refused "
		      "because it was full, and in 1 of 3 samples it was refusing.",
		      remedy);
	begin(&run, true);
	run.s[2].v[V_POOL_FULL] = 1;
	grow(&run, V_STORE_REJECTED + ZT_REJECT_POOL_FULL, 12345);
	set(&run, V_POOL_LIMIT, ABSENT);
	set(&run, V_POOL_BYTES, ABSENT);
	check_finding(&run, "pool_limit",
		      "The pool reached its limit: at most n/a of n/a (n/a); 12.3k pages were "
		      "refused because it was full, and in 1 of 3 samples it was refusing.",
		      remedy);
}

/* 0 in every sample is no answer where pages were stored in between. */
static void test_pool_unseen(void **state)
{
	static const struct {
		uint64_t offered, refused;
		bool refusals_known;
		const char *pool;
	} cases[] = {
		{20000, 0, true, "n/a               n/a\n"},
		{20000, 19999, true, "n/a               n/a\n"},
		{20000, 0, false, "n/a               n/a\n"},
		{20000, 20000, true, "  0              0.0%\n"},
		{0, 0, true, "  0              0.0%\n"},
		{ABSENT, 0, true, "  0              0.0%\n"},
	};
	struct run run;
	char want[120], *text;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&run, true);
		set(&run, V_POOL_LIMIT, 100 << 20);
		if (cases[i].offered == ABSENT)
			set(&run, V_STORE_PAGES, ABSENT);
		else
			grow(&run, V_STORE_PAGES, cases[i].offered);
		grow(&run, V_STORE_REJECTED + ZT_REJECT_OTHER, cases[i].refused);
		for (int k = 0; k < ZT_NR_REJECTS && !cases[i].refusals_known; k++)
			set(&run, V_STORE_REJECTED + k, ABSENT);
		text = text_of(&run);
		snprintf(want, sizeof(want), "  pool at its fullest, bytes, of limit            %s",
			 cases[i].pool);
		assert_contains(text, want);
		free(text);
		end(&run);
	}
}

static void test_shrinker_off(void **state)
{
	struct run run;

	(void)state;
	for (unsigned int percent = 89; percent <= 90; percent++) {
		begin(&run, true);
		for (unsigned int i = 0; i < 3; i++)
			strcpy(run.s[i].kernel.shrinker, "off");
		set(&run, V_POOL_LIMIT, 100 << 20);
		run.s[1].v[V_POOL_BYTES] = percent << 20;
		check_finding(&run, "shrinker_off",
			      percent < 90
				      ? NULL
				      : "The shrinker is off while the pool was nearly full "
					"(90.0M of 100M, 90.0%): cold pages stay in it until it "
					"is full, and then new ones are refused.",
			      "echo Y > /sys/module/zswap/parameters/shrinker_enabled");
	}
	begin(&run, true);
	set(&run, V_POOL_LIMIT, 100 << 20);
	run.s[1].v[V_POOL_BYTES] = 99 << 20;
	check_finding(&run, "shrinker_off", NULL, NULL);
}

static void test_cgroup_limit(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	grow(&run, V_STORE_PAGES, 10000);
	grow(&run, V_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT, 100);
	cgroup(&run, "/a")->n[ZT_CG_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT] = 20;
	run.s[2].cgroups[0].n[ZT_CG_STORE_PAGES] = 8000;
	cgroup(&run, "/b\n")->n[ZT_CG_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT] = 80;
	run.s[2].cgroups[1].n[ZT_CG_STORE_PAGES] = 2000;
	check_finding(
		&run, "cgroup_limit",
		"100 of 10.0k pages offered (1.0%) were refused by memory.zswap.max, most of "
		"them, 80, of /b\\x0a.",
		"raise memory.zswap.max of the cgroup or of what it is in, or its memory.max, "
		"if the pages are worth the memory");
	begin(&run, true);
	grow(&run, V_STORE_PAGES, 10000);
	grow(&run, V_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT, 100);
	cgroup(&run, "/a")->n[ZT_CG_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT] = 100;
	run.s[2].cgroups[0].n[ZT_CG_STORE_PAGES] = 8000;
	check_finding(
		&run, "cgroup_limit",
		"100 of 10.0k pages offered (1.0%) were refused by memory.zswap.max, all of "
		"them of /a.",
		"raise memory.zswap.max of the cgroup or of what it is in, or its memory.max, "
		"if the pages are worth the memory");
	begin(&run, true);
	grow(&run, V_STORE_PAGES, 10000);
	grow(&run, V_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT, 99);
	check_finding(&run, "cgroup_limit", NULL, NULL);
}

static void incompressible_in(struct run *run, const char *path, uint64_t writeback)
{
	struct cgroup_sample *c = cgroup(run, path);

	c->n[ZT_CG_STORE_PAGES] = 1000;
	c->n[ZT_CG_STORE_REJECTED + ZT_REJECT_COMPRESS_POOR] = 30;
	c->n[ZT_CG_STORE_REJECTED + ZT_REJECT_COMPRESS_FAIL] = 10;
	c->writeback = writeback;
}

static void test_incompressible(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	grow(&run, V_STORE_PAGES, 1000);
	grow(&run, V_STORE_REJECTED + ZT_REJECT_COMPRESS_POOR, 30);
	grow(&run, V_STORE_REJECTED + ZT_REJECT_COMPRESS_FAIL, 20);
	check_finding(
		&run, "incompressible",
		"50 of 1.0k pages offered (5.0%) were refused because they do not compress: "
		"time is spent on compressing them, and they are not in the pool.",
		"set memory.zswap.max=0 for cgroups whose data is compressed already; the table "
		"of cgroups shows which");
	begin(&run, true);
	incompressible_in(&run, "/a", 0);
	incompressible_in(&run, "/b", 1);
	incompressible_in(&run, "/c", ABSENT);
	check_finding(
		&run, "incompressible_writeback_off",
		"40 pages that do not compress were refused in 1 cgroup with "
		"memory.zswap.writeback=0 (4.0% of the 1.0k pages offered there): they cannot "
		"leave memory, and reclaim tries them again and again.",
		"echo 1 > memory.zswap.writeback there, or give such data a cgroup without "
		"zswap (memory.zswap.max=0 and writeback on)");
	begin(&run, true);
	incompressible_in(&run, "/b", 1);
	check_finding(&run, "incompressible_writeback_off", NULL, NULL);
}

static void test_read_back(void **state)
{
	struct run run;

	(void)state;
	for (unsigned int read = 999; read <= 1000; read++) {
		begin(&run, true);
		grow(&run, V_WB_PAGES + ZT_TRIGGER_SHRINKER, 1000);
		grow(&run, V_K_PSWPOUT, 2000);
		grow(&run, V_SWAPIN_PAGES + ZT_SOURCE_DISK, read);
		check_finding(
			&run, "read_back",
			read < 1000 ? NULL
				    : "Writeback mostly comes back: 1.0k pages were written "
				      "back, and about 500 of them read from disk in the same "
				      "time (2.0k pages written to disk in all, 1.0k read).",
			"give the pool more room (max_pool_percent, memory.zswap.max), or turn "
			"the shrinker off, or memory.zswap.writeback for the cgroups "
			"concerned");
	}
	begin(&run, true);
	grow(&run, V_WB_PAGES, 99);
	grow(&run, V_K_PSWPOUT, 99);
	grow(&run, V_SWAPIN_PAGES + ZT_SOURCE_DISK, 1000);
	check_finding(&run, "read_back", NULL, NULL);
}

static void test_zram_swap(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	run.s[1].v[V_SWAP_ZRAM] = 1 << 30;
	set(&run, V_SWAP_TOTAL, 3ULL << 30);
	check_finding(
		&run, "zram_swap",
		"Swap on zram is active besides zswap (1.0G of 3.0G): what zswap writes back or "
		"refuses is compressed a second time, and stays in memory.",
		"use one of them: swapoff the zram device, or echo N > "
		"/sys/module/zswap/parameters/enabled");
}

static void test_rare_findings(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	grow(&run, V_LOAD_ERRORS, 2);
	check_finding(&run, "load_errors",
		      "2 pages found in zswap could not be decompressed: the data is lost.",
		      "look for hardware trouble (memory, and a compressor that is a device), see "
		      "dmesg, and report it to linux-mm");
	begin(&run, true);
	grow(&run, V_TREE_COLLAPSES + ZT_CAUSE_LOAD, 1);
	check_finding(&run, "head_collapse",
		      "1 time an erase moved the last entry of a tree into its head, which a "
		      "lockless lookup in zswap_invalidate would have to take care of.",
		      "report it to linux-mm with the events of it (zswaptop trace --results "
		      "head_collapse): it is believed not to occur");
	begin(&run, true);
	grow(&run, V_INV_STALE, 3);
	grow(&run, V_INV_CALLS, 500);
	check_finding(&run, "stale_lookups",
		      "In 3 of 500 calls of zswap_invalidate a lockless lookup and the outcome "
		      "disagreed.",
		      "report it to linux-mm: an entry found without the lock must still be there "
		      "under it");
	begin(&run, true);
	grow(&run, V_WB_SKIPPED + ZT_SKIP_OWN_FAULT, 3);
	grow(&run, V_WB_SKIPPED + ZT_SKIP_OTHER, 1);
	check_finding(
		&run, "own_fault",
		"3 times a task's writeback met the very entry that this task was faulting in "
		"(of 4 attempts given up): the recursion that looped forever before Linux 6.8.",
		"nothing, if the machine goes on; the recording is worth a report to linux-mm "
		"if it does not");
	begin(&run, true);
	grow(&run, V_EVENTS_LOST, 5);
	check_finding(
		&run, "incomplete",
		"The counts may lack something: the kernel skipped n/a runs of the programs, "
		"and 5 events found no room.",
		"compare with the kernel's own counters; give the events more room (--buffer)");
	for (unsigned int missed = 0; missed < 2; missed++) {
		begin(&run, true);
		grow(&run, V_INV_CALLS, 600);
		grow(&run, V_STORE_PAGES, 400);
		for (unsigned int i = 0; i < 3; i++)
			fixture_probe(&run.s[i], "store")->missed = 50 + (i ? missed : 0);
		check_finding(
			&run, "incomplete",
			missed ? "The counts may lack something: the kernel skipped 1 runs of "
				 "the programs."
			       : NULL,
			"compare with the kernel's own counters");
	}
}

/* In the order of their gravity, wrapped for a mail. */
static void test_findings_in_a_report(void **state)
{
	struct run run;
	char *text;

	(void)state;
	full_run(&run);
	run.s[2].v[V_SWAP_ZRAM] = 1 << 20;
	grow(&run, V_LOAD_ERRORS, 1);
	text = text_of(&run);
	assert_string_equal(
		strstr(text, "\nFindings"),
		"\nFindings\n"
		"* 1 page found in zswap could not be decompressed: the data is lost.\n"
		"  Try: look for hardware trouble (memory, and a compressor that is a\n"
		"       device), see dmesg, and report it to linux-mm\n"
		"* Swap on zram is active besides zswap (1.0M of 0): what zswap writes\n"
		"  back or refuses is compressed a second time, and stays in memory.\n"
		"  Try: use one of them: swapoff the zram device, or echo N >\n"
		"       /sys/module/zswap/parameters/enabled\n");
	free(text);
	end(&run);
}

static void test_too_short(void **state)
{
	char *path = temporary_path(), why[512];
	struct recorder *r;
	struct summary s;
	struct sample one;

	(void)state;
	fixture_init(&one);
	r = begin_recording(path, &one);
	assert_int_equal(recorder_sample(r, &one, false), 0);
	end_recording(r);
	assert_int_equal(summary_read(&s, path, why, sizeof(why)), -1);
	assert_string_equal(why,
			    "it has a single whole sample, and two are needed for a difference");
	summary_close(&s);
	unlink(path);
	assert_int_equal(summary_read(&s, path, why, sizeof(why)), -1);
	assert_string_equal(why, "cannot open it: No such file or directory");
	summary_close(&s);
	free(path);
}

static void test_broken_off(void **state)
{
	struct run run;
	struct capture c;
	char why[512];

	(void)state;
	full_run(&run);
	read_run(&run);
	summary_close(&run.summary);
	/* the last line is a gzip member together with the last sample */
	assert_int_equal(truncate(run.path, 0), 0);
	assert_int_equal(summary_read(&run.summary, run.path, why, sizeof(why)), -1);
	assert_string_equal(why, "it is empty");
	end(&run);
	full_run(&run);
	for (unsigned int i = 0; i < 3; i++) {
		static struct recorder *r;

		if (!i) {
			run.path = temporary_path();
			r = begin_recording(run.path, &run.s[0]);
		}
		assert_int_equal(recorder_sample(r, &run.s[i], i == 2), 0);
		if (i == 2)
			assert_int_equal(recorder_close(r), 0);
	}
	assert_int_equal(summary_read(&run.summary, run.path, why, sizeof(why)), 0);
	assert_int_equal(report_write_text(capture_begin(&c), &run.summary), 0);
	assert_contains(capture_end(&c),
			"command     stress --vm 1\n"
			"            The recording breaks off: its recorder still runs or was\n"
			"            killed, or the file was cut. This is what it has up to its\n"
			"            last whole sample.\n");
	free(c.text);
	end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),	       cmocka_unit_test(test_no_fast_path),
		cmocka_unit_test(test_nothing_known),  cmocka_unit_test(test_cgroup_not_known),
		cmocka_unit_test(test_long_lines),     cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_fast_path), cmocka_unit_test(test_json_of_nothing),
		cmocka_unit_test(test_zswap_off),      cmocka_unit_test(test_pool_limit),
		cmocka_unit_test(test_pool_unseen),    cmocka_unit_test(test_shrinker_off),
		cmocka_unit_test(test_cgroup_limit),   cmocka_unit_test(test_incompressible),
		cmocka_unit_test(test_read_back),      cmocka_unit_test(test_zram_swap),
		cmocka_unit_test(test_rare_findings),  cmocka_unit_test(test_findings_in_a_report),
		cmocka_unit_test(test_too_short),      cmocka_unit_test(test_broken_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
