// SPDX-License-Identifier: GPL-2.0-only
/* Plain lines for people: exact blocks, unknown values, hostile names, numbers at their edges. */
#include <errno.h>
#include "event.h"
#include "fixture.h"
#include "format.h"
#include "text.h"
#include "utf8.h"

struct edge {
	uint64_t a, b;
	const char *text;
};

#define TWO_63 (1ULL << 63)
#define SECOND 1000000000ULL

#define CHECK_EDGES(edges, call)                                                          \
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {                   \
		const struct edge *e = &edges[i];                                         \
		char buf[FORMAT_LEN];                                                     \
                                                                                          \
		if (strcmp(call, e->text))                                                \
			fail_msg("%s: %llu, %llu: \"%s\", not \"%s\"", #call,             \
				 (unsigned long long)e->a, (unsigned long long)e->b, buf, \
				 e->text);                                                \
		assert_ptr_equal(call, buf);                                              \
		assert_true(strlen(buf) <= 7);                                            \
	}

static void test_count(void **state)
{
	static const struct edge edges[] = {
		{0, 0, "0"},
		{1, 0, "1"},
		{999, 0, "999"},
		{1000, 0, "1.0k"},
		{1049, 0, "1.0k"},
		{1051, 0, "1.1k"},
		{99949, 0, "99.9k"},
		{99950, 0, "100k"},
		{999499, 0, "999k"},
		{999500, 0, "1.0M"},
		{1000000, 0, "1.0M"},
		{12345678, 0, "12.3M"},
		{999499999, 0, "999M"},
		{999500000, 0, "1.0G"},
		{1000000000000, 0, "1.0T"},
		{1000000000000000, 0, "1.0P"},
		{TWO_63, 0, "9223P"},
		{ABSENT - 2, 0, "18447P"},
		{ABSENT, 0, "n/a"},
	};

	(void)state;
	CHECK_EDGES(edges, format_count(e->a, buf));
}

static void test_bytes(void **state)
{
	static const struct edge edges[] = {
		{0, 0, "0"},
		{1023, 0, "1023"},
		{1024, 0, "1.0K"},
		{1536, 0, "1.5K"},
		{102348, 0, "99.9K"},
		{102349, 0, "100K"},
		{1023 * 1024 + 511, 0, "1023K"},
		{1023 * 1024 + 512, 0, "1.0M"},
		{1048576, 0, "1.0M"},
		{1ULL << 40, 0, "1.0T"},
		{TWO_63, 0, "8192P"},
		{UNLIMITED - 1, 0, "16384P"},
		{UNLIMITED, 0, "max"},
		{ABSENT, 0, "n/a"},
	};

	(void)state;
	CHECK_EDGES(edges, format_bytes(e->a, buf));
}

static void test_ns(void **state)
{
	static const struct edge edges[] = {
		{0, 0, "0ns"},
		{999, 0, "999ns"},
		{1000, 0, "1.0us"},
		{12345, 0, "12.3us"},
		{999499, 0, "999us"},
		{999500, 0, "1.0ms"},
		{67108864, 0, "67.1ms"},
		{999500000, 0, "1.0s"},
		{60 * SECOND, 0, "60.0s"},
		{3600 * SECOND, 0, "3600s"},
		{ABSENT, 0, "n/a"},
	};

	(void)state;
	CHECK_EDGES(edges, format_ns(e->a, buf));
}

static void test_percent(void **state)
{
	static const struct edge edges[] = {
		{0, 1, "0.0%"},
		{1, 1, "100.0%"},
		{1, 3, "33.3%"},
		{1, 100000, "0.0%"},
		{9999, 10000, "100.0%"},
		{2, 1, "200.0%"},
		{0, 0, "-"},
		{5, 0, "-"},
		{ABSENT, 1, "n/a"},
		{1, ABSENT, "n/a"},
		{ABSENT, ABSENT, "n/a"},
		{ABSENT, 0, "n/a"},
		{TWO_63, TWO_63, "100.0%"},
	};

	(void)state;
	CHECK_EDGES(edges, format_percent(e->a, e->b, buf));
}

static void test_rate(void **state)
{
	static const struct edge edges[] = {
		{0, SECOND, "0"},
		{1, SECOND, "1.0"},
		{1, 100 * SECOND, "0.0"},
		{99, 10 * SECOND, "9.9"},
		{994, 100 * SECOND, "9.9"},
		{995, 100 * SECOND, "10"},
		{10, SECOND, "10"},
		{999, SECOND, "999"},
		/* 999.5 a second, and the half below */
		{1999, 2 * SECOND, "1.0k"},
		{9994, 10 * SECOND, "999"},
		{1, 1, "1.0G"},
		{5, SECOND / 2, "10"},
		{7, 0, "n/a"},
		{0, 0, "n/a"},
		{ABSENT, SECOND, "n/a"},
		{ABSENT, 0, "n/a"},
	};

	(void)state;
	CHECK_EDGES(edges, format_rate(e->a, e->b, buf));
}

static void test_ratio(void **state)
{
	static const struct edge edges[] = {
		{3, 1, "3.00"}, {1, 3, "0.33"},	    {0, 1, "0.00"},	{0, 0, "-"},
		{1, 0, "-"},	{ABSENT, 1, "n/a"}, {1, ABSENT, "n/a"}, {TWO_63, TWO_63, "1.00"},
	};

	(void)state;
	CHECK_EDGES(edges, format_ratio(e->a, e->b, buf));
}

/* Two samples a second apart, in which each value has its own growth. */
static void make_pair(struct sample *before, struct sample *now)
{
	struct probe_sample *p;

	fixture_init(before);
	for (unsigned int i = 0; i < NR_VALUES; i++)
		before->v[i] = 50;
	sample_copy(now, before);
	now->interval_ns = SECOND;
	now->kernel = (struct kernel_info){"6.12.1", "xarray", "yes", "zstd", "on"};
	now->v[V_ENABLED] = 1;
	now->v[V_POOL_FULL] = 0;
	now->v[V_POOL_BYTES] = 256 << 20;
	now->v[V_POOL_LIMIT] = 1 << 30;
	now->v[V_STORED_BYTES] = 800 << 20;
	now->v[V_SWAP_ZRAM] = 0;
	now->v[V_EVENTS_LOST] = 0;
	now->v[V_CONTEXTS_LOST] = 0;
	now->v[V_STORE_PAGES] += 2500;
	now->v[V_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT] += 30;
	now->v[V_STORE_REJECTED + ZT_REJECT_OTHER] += 1;
	now->v[V_LOAD_LOOKUPS] += 400;
	now->v[V_LOAD_HITS] += 300;
	now->v[V_SWAPIN_PAGES + ZT_SOURCE_ZSWAP] += 300;
	now->v[V_SWAPIN_PAGES + ZT_SOURCE_DISK] += 75;
	now->v[V_SWAPIN_PAGES + ZT_SOURCE_ZERO] += 25;
	now->v[V_WB_PAGES + ZT_TRIGGER_SHRINKER] += 12;
	now->v[V_WB_PAGES + ZT_TRIGGER_POOL_LIMIT] += 8;
	now->v[V_WB_ROTATED] += 5;
	now->v[V_WB_STOPPED] += 1;
	now->v[V_WB_SKIPPED + ZT_SKIP_OWN_FAULT] += 3;
	now->v[V_INV_CALLS] += 1000;
	now->v[V_INV_TREE_EMPTY] += 500;
	now->v[V_INV_ABSENT] += 125;
	now->v[V_INV_ERASED] += 375;
	now->v[V_INV_STALE] = before->v[V_INV_STALE] = ABSENT;
	now->v[V_TREE_EMPTIED + ZT_CAUSE_LOAD] += 2;
	now->v[V_TREE_NODES_FREED + ZT_CAUSE_INVALIDATE] += 12000;
	now->v[V_TREE_GROWS] += 4;
	now->v[V_LOCK_CONTENTIONS] += 6;
	now->v[V_LOCK_WAIT] += 1500;
	now->hist_present[ZT_H_STORE_NS] = now->hist_present[ZT_H_LOAD_NS] = true;
	now->hist[ZT_H_STORE_NS].count[3] = 100;
	now->hist[ZT_H_STORE_NS].max = 1900;
	p = fixture_probe(now, "store");
	p->attached = true;
	p->missed = 3;
	fixture_probe(now, "load");
}

static void free_pair(struct sample *before, struct sample *now)
{
	sample_free(before);
	sample_free(now);
}

static char *write_block(const struct sample *before, const struct sample *now, unsigned int most)
{
	struct capture c;

	assert_int_equal(text_write_sample(capture_begin(&c), before, now, most), 0);
	capture_end(&c);
	return c.text;
}

#define HEAD	"2026-11-21T20:05:00.123Z  6.12.1  zswap on, zstd, shrinker on  (1.00 s)\n"
#define POOL	"pool        256M of 1.0G (25.0%)  stored 800M  ratio 3.12\n"
#define STORES	"stores      2.5k/s  refused 31  cgroup_limit 30  other 1\n"
#define LOADS	"loads       400/s  hits 75.0%\n"
#define SWAPINS "swap-ins    400/s  zswap 75.0%  disk 18.8%  zero 6.2%\n"
#define WRITES	"writeback   20/s  shrinker 12  pool_limit 8  rotated 5  stopped 1\n"
#define SKIPPED "skipped     3  own_fault 3\n"
#define CALLS	"invalidate  1.0k/s  tree_empty 50.0%  absent 12.5%  erased 37.5%  (fast path: yes)\n"
#define TREES                                                                           \
	"trees       emptied 2  shrunk 0  grown 4  nodes freed 12.0k  head collapses 0" \
	"  lock waits 6 (1.5us)\n"
#define TIMES                                                                       \
	"p50/p99     store 1.9us/1.9us  load -/-  writeback n/a/n/a  disk swap-in " \
	"n/a/n/a\n"
#define SELF "self        1 of 2 probes  missed runs 3  events lost 0\n"

static void test_block(void **state)
{
	struct sample before, now;
	char *text;

	(void)state;
	make_pair(&before, &now);
	text = write_block(&before, &now, 10);
	assert_string_equal(
		text, HEAD POOL STORES LOADS SWAPINS WRITES SKIPPED CALLS TREES TIMES SELF "\n");
	free(text);
	free_pair(&before, &now);
}

/* With --self-cost: the share of this interval. */
static void test_block_programs(void **state)
{
	struct sample before, now;
	char *text;

	(void)state;
	make_pair(&before, &now);
	fixture_probe(&before, "store")->run_ns = 7000000000;
	now.probes[0].run_ns = 7002000000;
	text = write_block(&before, &now, 10);
	assert_contains(text, "  events lost 0  programs 0.2% of a CPU\n");
	free(text);
	before.probes[0].run_ns = ABSENT;
	text = write_block(&before, &now, 10);
	assert_lacks(text, "programs");
	free(text);
	free_pair(&before, &now);
}

/* What is not said as long as there is nothing to say. */
static void test_block_alarms(void **state)
{
	struct sample before, now;
	char *text;

	(void)state;
	make_pair(&before, &now);
	now.v[V_POOL_FULL] = 1;
	now.v[V_LOAD_ERRORS] += 2;
	now.v[V_INV_UNCLASSIFIED] += 10;
	now.v[V_INV_STALE] = before.v[V_INV_STALE] = 3;
	now.v[V_CONTEXTS_LOST] = 9;
	now.v[V_SWAP_ZRAM] = 4096;
	now.v[V_SKIP_FATE + ZT_FATE_LOADED] += 2;
	now.v[V_ENABLED] = 0;
	text = write_block(&before, &now, 10);
	assert_contains(text, "  zswap off, ");
	assert_contains(text, "ratio 3.12  FULL: refusing until below the accept threshold\n");
	assert_contains(text, "hits 75.0%  ERRORS 2\n");
	assert_contains(text, "  unclassified 1.0%  stale 0  (fast path");
	assert_contains(text, "own_fault 3  then  loaded 2\n");
	assert_contains(text, "events lost 0  contexts lost 9\n");
	assert_contains(text, "\n!           zram swap is active too");
	free(text);
	free_pair(&before, &now);
}

#define ABSENT_BLOCK                                                                          \
	"2026-11-21T20:05:00.123Z  n/a  zswap n/a, n/a, shrinker n/a  (1.00 s)\n"             \
	"pool        n/a of n/a (n/a)  stored n/a  ratio n/a\n"                               \
	"stores      n/a  refused n/a\n"                                                      \
	"loads       n/a  hits n/a\n"                                                         \
	"swap-ins    n/a  zswap n/a  disk n/a  zero n/a\n"                                    \
	"writeback   n/a  rotated n/a  stopped n/a\n"                                         \
	"skipped     n/a\n"                                                                   \
	"invalidate  n/a  tree_empty n/a  absent n/a  erased n/a  (fast path: n/a)\n"         \
	"trees       emptied n/a  shrunk n/a  grown n/a  nodes freed n/a  head collapses n/a" \
	"  lock waits n/a (n/a)\n"                                                            \
	"p50/p99     store n/a/n/a  load n/a/n/a  writeback n/a/n/a  disk swap-in n/a/n/a\n"  \
	"self        0 of 1 probes  missed runs 0  events lost n/a\n\n"

static void test_block_absent(void **state)
{
	struct sample before, now;
	char *text;

	(void)state;
	fixture_init(&before);
	fixture_init(&now);
	now.interval_ns = SECOND;
	/* that none was missed is known of this one */
	fixture_probe(&now, "store")->missed = 0;
	text = write_block(&before, &now, 10);
	assert_string_equal(text, ABSENT_BLOCK);
	assert_lacks(text, "n/a/s");
	free(text);
	free_pair(&before, &now);
	/* known before, or known only now: both unknown */
	make_pair(&before, &now);
	now.v[V_STORE_PAGES] = ABSENT;
	before.v[V_LOAD_LOOKUPS] = ABSENT;
	text = write_block(&before, &now, 10);
	assert_contains(text, "stores      n/a  refused 31");
	assert_contains(text, "loads       n/a  hits n/a\n");
	free(text);
	free_pair(&before, &now);
}

/* Of a family of which a part is unknown, the rest is summed. */
static void test_block_partly_absent(void **state)
{
	struct sample before, now;
	char *text;

	(void)state;
	make_pair(&before, &now);
	now.v[V_STORE_REJECTED + ZT_REJECT_OTHER] = ABSENT;
	now.v[V_WB_PAGES + ZT_TRIGGER_SHRINKER] = ABSENT;
	text = write_block(&before, &now, 10);
	assert_contains(text, "refused 30  cgroup_limit 30\n");
	assert_contains(text, "writeback   8.0/s  pool_limit 8  rotated");
	free(text);
	free_pair(&before, &now);
}

/* No time has passed; and a counter that went backwards. */
static void test_block_intervals(void **state)
{
	struct sample before, now;
	char *text;

	(void)state;
	make_pair(&before, &now);
	now.interval_ns = 0;
	text = write_block(&before, &now, 10);
	assert_contains(text, "(0.00 s)");
	assert_lacks(text, "inf");
	assert_lacks(text, "nan");
	free(text);
	now.interval_ns = SECOND;
	/* it grew by nothing */
	before.v[V_STORE_PAGES] = now.v[V_STORE_PAGES] + 1;
	text = write_block(&before, &now, 10);
	assert_contains(text, "stores      0/s ");
	free(text);
	free_pair(&before, &now);
}

#define CGROUP_HEAD "   POOL  STORED STORE/s REFUSED   HIT/s WRITE/s SKIPPED ERASE/s  CGROUP\n"

static void test_cgroups(void **state)
{
	struct sample before, now;
	struct cgroup_sample *c;
	char *text;

	(void)state;
	fixture_init(&before);
	fixture_init(&now);
	now.interval_ns = 2 * SECOND;
	fixture_cgroup(&before, "/a")->n[ZT_CG_STORE_PAGES] = 100;
	fixture_cgroup(&before, "/c")->n[ZT_CG_LOAD_HITS] = 7;
	c = fixture_cgroup(&now, "/a");
	c->n[ZT_CG_STORE_PAGES] = 110;
	c->n[ZT_CG_STORE_REJECTED + ZT_REJECT_OTHER] = 2;
	c->n[ZT_CG_STORE_REJECTED + ZT_REJECT_POOL_FULL] = 1;
	c->n[ZT_CG_WB_SKIPPED + ZT_SKIP_OTHER] = 4;
	c->pool_bytes = 4096;
	c->stored_bytes = 3 << 20;
	/* new: all of it is of this interval */
	c = fixture_cgroup(&now, "/b");
	c->n[ZT_CG_INV_ERASED] = 4000;
	c->n[ZT_CG_WB_PAGES] = 20;
	/* idle, and as idle: by name */
	fixture_cgroup(&now, "/c")->n[ZT_CG_LOAD_HITS] = 7;
	fixture_cgroup(&now, "/d");
	text = write_block(&before, &now, 3);
	assert_contains(text,
			"\n" CGROUP_HEAD
			"    n/a     n/a       0       0       0      10       0    2.0k  /b\n"
			"   4.0K    3.0M     5.0       3       0       0       4       0  /a\n"
			"    n/a     n/a       0       0       0       0       0       0  /c\n"
			"(1 more)\n\n");
	free(text);
	text = write_block(&before, &now, 4);
	assert_contains(text, "/c\n");
	assert_contains(text, "/d\n\n");
	assert_lacks(text, "more)");
	free(text);
	text = write_block(&before, &now, 0);
	assert_lacks(text, "CGROUP");
	free(text);
	free_pair(&before, &now);
}

/* The cgroups that found no place of their own are one, and that is said. */
static void test_other_cgroups(void **state)
{
	struct sample before, now;
	char *text;

	(void)state;
	fixture_init(&before);
	fixture_init(&now);
	now.interval_ns = 2 * SECOND;
	fixture_cgroup(&now, "(other)")->n[ZT_CG_STORE_PAGES] = 10;
	fixture_cgroup(&now, "/a");
	text = write_block(&before, &now, 1);
	assert_contains(text,
			"  (other)\n(1 more)\n"
			"!           cgroups beyond the first 10000 are counted as (other)\n");
	free(text);
	free_pair(&before, &now);
}

/* Everything that is written to a terminal can be shown, but for the ends of lines. */
static void assert_harmless(const char *text)
{
	size_t left = strlen(text), n;
	uint32_t cp;

	while ((n = utf8_decode(text, left, &cp))) {
		bool bad = (cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0) ||
			   (n == 1 && cp == UTF8_BAD);

		if (bad)
			fail_msg("byte 0x%02x in: %s", (unsigned char)*text, text);
		text += n;
		left -= n;
	}
}

static void test_hostile_cgroups(void **state)
{
	struct sample before, now;
	char longest[256], *text;

	(void)state;
	fixture_init(&before);
	fixture_init(&now);
	now.interval_ns = SECOND;
	memset(longest, '\x1b', 255);
	longest[0] = '/';
	longest[255] = '\0';
	fixture_cgroup(&now, "/\x1b[2J\x1b]0;x\x07");
	fixture_cgroup(&now, "/a\nb\tc\rd");
	fixture_cgroup(&now, "/\xff\xc3\xa9\xc3");
	fixture_cgroup(&now, "/\xc2\x9b"
			     "31m\x7f");
	fixture_cgroup(&now, "/%s%n");
	fixture_cgroup(&now, longest);
	text = write_block(&before, &now, 100);
	assert_harmless(text);
	assert_contains(text, "  /\\x1b[2J\\x1b]0;x\\x07\n");
	assert_contains(text, "  /a\\x0ab\\x09c\\x0dd\n");
	assert_contains(text, "  /\\xff\xc3\xa9\\xc3\n");
	assert_contains(text, "  /\\xc2\\x9b31m\\x7f\n");
	assert_contains(text, "  /%s%n\n");
	free(text);
	free_pair(&before, &now);
}

static void test_clean(void **state)
{
	char buf[16], one[1] = {'x'}, guarded[24];

	(void)state;
	assert_ptr_equal(text_clean("abc", buf, sizeof(buf)), buf);
	assert_string_equal(buf, "abc");
	assert_string_equal(text_clean("", buf, sizeof(buf)), "");
	assert_string_equal(text_clean("\x01", buf, sizeof(buf)), "\\x01");
	assert_string_equal(text_clean("\xf0\x9f\x98\x80", buf, sizeof(buf)), "\xf0\x9f\x98\x80");
	/* C1 controls as characters, a surrogate, an overlong form: byte by byte */
	assert_string_equal(text_clean("\xc2\x80", buf, sizeof(buf)), "\\xc2\\x80");
	assert_string_equal(text_clean("\xc0\xaf", buf, sizeof(buf)), "\\xc0\\xaf");
	assert_string_equal(text_clean("\xc2\xa0", buf, sizeof(buf)), "\xc2\xa0");
	/* a real U+FFFD is a character */
	assert_string_equal(text_clean(UTF8_BAD_BYTES, buf, sizeof(buf)), UTF8_BAD_BYTES);
	/* what turns text around, has no width, or is a tag */
	assert_string_equal(text_clean("/\xe2\x80\xae"
				       "cod",
				       buf, sizeof(buf)),
			    "/\\u202ecod");
	assert_string_equal(text_clean("\xe2\x81\xa6\xd8\x9c", buf, sizeof(buf)), "\\u2066\\u061c");
	assert_string_equal(text_clean("\xf3\xa0\x81\x81", buf, sizeof(buf)), "\\U000e0041");
	assert_string_equal(text_clean("\xe2\x80\x90", buf, sizeof(buf)), "\xe2\x80\x90");
	/* cut to size, never in a character, never beyond */
	assert_string_equal(text_clean("x", one, sizeof(one)), "");
	for (size_t size = 1; size <= 20; size++) {
		memset(guarded, '#', sizeof(guarded));
		text_clean("\xf0\x9f\x98\x80\x1b\xc3\xa9z\xe2\x80\xae", guarded, size);
		assert_true(strlen(guarded) < size);
		assert_harmless(guarded);
		for (size_t i = size; i < sizeof(guarded); i++)
			assert_int_equal(guarded[i], '#');
	}
}

static struct zt_event event_of(enum zt_event_type type, unsigned int result)
{
	struct zt_event e = {
		.time_ns = 12345678901234,
		.latency_ns = 12345,
		.offset = 98765,
		.cgroup_id = 7,
		.swap = 1,
		.pages = 1,
		.bytes = 1234,
		.pid = 4321,
		.cpu = 3,
		.type = type,
		.result = result,
		.comm = "stress",
	};

	return e;
}

static char *write_event(const struct zt_event *e, const char *cgroup)
{
	struct capture c;

	text_write_event(capture_begin(&c), e, cgroup);
	capture_end(&c);
	return c.text;
}

static void check_event(const struct zt_event *e, const char *cgroup, const char *want)
{
	char *text = write_event(e, cgroup);

	assert_string_equal(text, want);
	free(text);
}

static void test_event_header(void **state)
{
	struct capture c;

	(void)state;
	text_write_event_header(capture_begin(&c));
	assert_string_equal(capture_end(&c),
			    "TIME(s)          CPU     PID COMM            EVENT      RESULT        "
			    "   SWAP:OFFSET PAGES BYTES  LATENCY  CGROUP\n");
	free(c.text);
}

/* What is the same in all of them, and what follows the result. */
#define FRONT "12345.678901       3    4321 stress          "
#define REAR  "        1:98765     1  1234   12.3us  /a"

static void test_events(void **state)
{
	struct zt_event e = event_of(ZT_EV_STORE, ZT_STORE_STORED);

	(void)state;
	check_event(&e, "/a", FRONT "store      stored       " REAR "\n");
	e = event_of(ZT_EV_STORE, ZT_REJECT_CGROUP_LIMIT);
	check_event(&e, "/a", FRONT "store      cgroup_limit " REAR "\n");
	e = event_of(ZT_EV_LOAD, ZT_LOAD_MISS);
	check_event(&e, "/a", FRONT "load       miss         " REAR "\n");
	e = event_of(ZT_EV_INVALIDATE, ZT_INV_RES_TREE_EMPTY);
	check_event(&e, "/a", FRONT "invalidate tree_empty   " REAR "\n");
	e = event_of(ZT_EV_INVALIDATE, ZT_INV_RES_UNCLASSIFIED);
	check_event(&e, "/a", FRONT "invalidate unclassified " REAR "\n");
	e = event_of(ZT_EV_WRITEBACK, ZT_SKIP_IN_SWAPCACHE);
	e.detail = ZT_TRIGGER_POOL_LIMIT;
	check_event(&e, "/a", FRONT "writeback  in_swapcache " REAR "  trigger=pool_limit\n");
	e = event_of(ZT_EV_TREE, ZT_TREE_RES_HEAD_COLLAPSE);
	e.detail = ZT_CAUSE_WRITEBACK;
	e.height_before = 3;
	e.height_after = 1;
	check_event(&e, "/a",
		    FRONT "tree       head_collapse" REAR "  cause=writeback height=3->1\n");
}

/* No number where there is none, no cgroup where none is known, no name beyond the tables. */
static void test_events_absent(void **state)
{
	struct zt_event e = event_of(ZT_EV_LOAD, ZT_LOAD_HIT);

	(void)state;
	e.bytes = ZT_NO_U32;
	e.latency_ns = ZT_NO_U64;
	check_event(&e, NULL,
		    FRONT "load       hit                  1:98765     1     -        -  -\n");
	e.bytes = 0;
	e.latency_ns = 0;
	check_event(&e, "",
		    FRONT "load       hit                  1:98765     1     0      0ns  \n");
	e = event_of(ZT_NR_EVENTS, 0);
	check_event(&e, "/a", FRONT "?          ?            " REAR "\n");
	e = event_of(255, 255);
	e.detail = 255;
	check_event(&e, "/a", FRONT "?          ?            " REAR "\n");
	e = event_of(ZT_EV_WRITEBACK, 200);
	e.detail = ZT_NR_TRIGGERS;
	check_event(&e, "/a", FRONT "writeback  ?            " REAR "\n");
	e = event_of(ZT_EV_TREE, 200);
	e.detail = ZT_NR_CAUSES;
	check_event(&e, "/a", FRONT "tree       ?            " REAR "\n");
}

static void check_harmless(const struct zt_event *e, const char *cgroup)
{
	char *text = write_event(e, cgroup);
	size_t len = strlen(text);

	assert_harmless(text);
	/* one line, and one only */
	assert_int_equal(strcspn(text, "\n"), len - 1);
	free(text);
}

static void test_hostile_events(void **state)
{
	struct zt_event e = event_of(ZT_EV_STORE, ZT_STORE_STORED);
	char longest[4096], *text;

	(void)state;
	/* sixteen bytes without an end */
	memcpy(e.comm, "0123456789abcdef", ZT_COMM_LEN);
	text = write_event(&e, "/");
	assert_contains(text, " 0123456789abcdef store");
	free(text);
	memcpy(e.comm, "\x1b[2J\n\r\t\x07\xff\xc3\xc2\x9b%n\x7f", ZT_COMM_LEN);
	check_harmless(&e, "/");
	memset(e.comm, 0x9b, ZT_COMM_LEN);
	check_harmless(&e, "/");
	text = write_event(&e, "/x");
	assert_contains(text, "\\x9b\\x9b\\x9b\\x9b store");
	assert_contains(text, "  /x\n");
	free(text);
	memset(e.comm, 0, ZT_COMM_LEN);
	check_harmless(&e, "/a\nstore stored");
	check_harmless(&e, "\x1b]0;title\x07");
	memset(longest, 0xff, 255);
	longest[255] = '\0';
	check_harmless(&e, longest);
	memset(longest, '\n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	check_harmless(&e, longest);
	/* nothing is cut of a name of 255 ordinary bytes */
	memset(longest, 'x', 255);
	longest[255] = '\0';
	text = write_event(&e, longest);
	assert_contains(text, longest);
	free(text);
	/* numbers as large as they get */
	e.time_ns = e.offset = ABSENT;
	e.latency_ns = ABSENT - 1;
	e.swap = e.pages = e.pid = e.cpu = UINT32_MAX;
	e.bytes = UINT32_MAX - 1;
	e.height_before = e.height_after = 255;
	check_harmless(&e, "/");
}

static void test_write_errors(void **state)
{
	struct sample before, now;
	FILE *out = open_full();

	(void)state;
	make_pair(&before, &now);
	assert_int_equal(text_write_sample(out, &before, &now, 10), -ENOSPC);
	fclose(out);
	free_pair(&before, &now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_ns),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_block_programs),
		cmocka_unit_test(test_block_alarms),
		cmocka_unit_test(test_block_absent),
		cmocka_unit_test(test_block_partly_absent),
		cmocka_unit_test(test_block_intervals),
		cmocka_unit_test(test_cgroups),
		cmocka_unit_test(test_other_cgroups),
		cmocka_unit_test(test_hostile_cgroups),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_event_header),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_absent),
		cmocka_unit_test(test_hostile_events),
		cmocka_unit_test(test_write_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
