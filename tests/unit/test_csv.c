// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include "csv.h"
#include "fixture.h"
#include "utf8.h"
#include "version.h"

#define TIME "2026-11-21T20:05:00.123Z"

static const struct export_options plain;
static const struct export_options by_cgroup = {.by_cgroup = true};

static char *text_of(const struct sample *s, const struct export_options *o)
{
	struct capture c;

	assert_int_equal(csv_write(capture_begin(&c), s, o), 0);
	capture_end(&c);
	return c.text;
}

static void check_contains(const struct sample *s, const struct export_options *o, const char *want)
{
	char *text = text_of(s, o);

	assert_contains(text, want);
	free(text);
}

static void test_header(void **state)
{
	struct capture c;

	(void)state;
	assert_int_equal(csv_write_header(capture_begin(&c)), 0);
	assert_string_equal(capture_end(&c), "time,cgroup,metric,label,value\r\n");
	free(c.text);
}

static void test_rows(void **state)
{
	struct sample s;
	char *text;

	(void)state;
	fixture_full(&s);
	s.v[V_STORE_REJECTED + ZT_REJECT_POOL_FULL] = 1ULL << 63;
	s.v[V_LOCK_WAIT] = 256;
	s.v[V_POOL_BYTES] = ABSENT;
	text = text_of(&s, &by_cgroup);
	assert_contains(text, TIME ",,zswaptop_build_info,version=" ZSWAPTOP_VERSION ",1\r\n");
	assert_contains(text, TIME ",,zswaptop_kernel_info,release=6.12.1;tree=xarray;"
				   "invalidate_fast_path=yes,1\r\n");
	assert_contains(text, TIME ",,zswaptop_config_info,compressor=zstd;shrinker=on,1\r\n");
	assert_contains(text, TIME ",,zswaptop_store_pages_total,,1000\r\n");
	assert_contains(text, TIME ",,zswaptop_store_rejected_pages_total,reason=pool_full,"
				   "9223372036854775808\r\n");
	assert_contains(text, TIME ",,zswaptop_tree_lock_wait_seconds_total,,0.000000256\r\n");
	assert_contains(text, TIME ",,zswaptop_pool_bytes,,\r\n");
	assert_contains(text, TIME ",,zswaptop_trees_empty,swap=0,3\r\n" TIME
				   ",,zswaptop_trees_empty,swap=1,\r\n");
	assert_contains(text, TIME ",,zswaptop_swapin_duration_seconds_bucket,"
				   "source=zswap;le=2.56e-07,3\r\n");
	assert_contains(text, TIME ",,zswaptop_swapin_duration_seconds_bucket,"
				   "source=disk;le=+Inf,270\r\n" TIME
				   ",,zswaptop_swapin_duration_seconds_sum,source=disk,"
				   "0.123456793\r\n" TIME
				   ",,zswaptop_swapin_duration_seconds_count,source=disk,270\r\n");
	assert_contains(text, TIME ",/system.slice/a\\x2db.service,"
				   "zswaptop_cgroup_store_rejected_pages_total,reason=pool_full,"
				   "3\r\n");
	assert_contains(text, TIME ",/system.slice/a\\x2db.service,zswaptop_cgroup_limit_bytes,,"
				   "+Inf\r\n");
	assert_contains(text, TIME ",,zswaptop_cgroups_omitted,,0\r\n");
	free(text);
	sample_free(&s);
}

/* The same rows whatever is known, so that series do not come and go. */
static void test_absent_rows(void **state)
{
	unsigned int rows = 0, known = 0;
	struct sample s;
	char *text;

	(void)state;
	fixture_init(&s);
	text = text_of(&s, &plain);
	for (const char *p = text; (p = strstr(p, "\r\n")); p += 2) {
		rows++;
		known += p[-1] != ',';
	}
	/* Three info families, of which one is known; buckets, sum and count. */
	assert_int_equal(known, 1);
	assert_int_equal(rows, 3 + NR_VALUES + ZT_NR_HISTS * (ZT_BUCKETS + 2));
	assert_contains(text, TIME ",,zswaptop_config_info,,\r\n");
	assert_contains(text, TIME ",,zswaptop_load_duration_seconds_bucket,le=+Inf,\r\n");
	free(text);
}

static void test_cgroups_only_when_asked(void **state)
{
	struct sample s;
	char *text;

	(void)state;
	fixture_full(&s);
	text = text_of(&s, &plain);
	assert_lacks(text, "zswaptop_cgroup");
	free(text);
	sample_free(&s);
}

static void check_cgroup(const char *path, const char *field)
{
	char want[1024];
	struct sample s;

	fixture_init(&s);
	fixture_cgroup(&s, path)->n[ZT_CG_LOAD_HITS] = 5;
	snprintf(want, sizeof(want), "\r\n" TIME ",%s,zswaptop_cgroup_load_hits_total,,5\r\n",
		 field);
	check_contains(&s, &by_cgroup, want);
	sample_free(&s);
}

static void test_quoting(void **state)
{
	char path[257] = "/";

	(void)state;
	check_cgroup("/a b;c'd", "/a b;c'd");
	check_cgroup("/a,b", "\"/a,b\"");
	check_cgroup("/a\"b\"", "\"/a\"\"b\"\"\"");
	check_cgroup("/a\nb\rc", "\"/a\nb\rc\"");
	check_cgroup("/a\xFF\xC3\xA9", "/a" UTF8_BAD_BYTES "\xC3\xA9");
	check_cgroup("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
	check_cgroup("+1", "\"'+1\"");
	check_cgroup("-1", "\"'-1\"");
	check_cgroup("@x", "\"'@x\"");
	check_cgroup("\tx", "\"'\tx\"");
	check_cgroup("\rx", "\"'\rx\"");
	memset(path + 1, 'x', 255);
	check_cgroup(path, path);
}

static void test_quoted_labels(void **state)
{
	struct sample s;

	(void)state;
	fixture_init(&s);
	strcpy(s.kernel.release, "6.1,\"x\"");
	strcpy(s.kernel.tree, "rbtree");
	strcpy(s.kernel.compressor, "a\xff" UTF8_BAD_BYTES "z");
	check_contains(&s, &plain, ",compressor=a" UTF8_BAD_BYTES UTF8_BAD_BYTES "z,1\r\n");
	check_contains(&s, &plain, ",\"release=6.1,\"\"x\"\";tree=rbtree\",1\r\n");
}

static void test_stream_errors(void **state)
{
	FILE *out = open_full();
	struct sample s;

	(void)state;
	fixture_init(&s);
	assert_int_equal(csv_write_header(out), -ENOSPC);
	clearerr(out);
	assert_int_equal(csv_write(out, &s, &plain), -ENOSPC);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_absent_rows),
		cmocka_unit_test(test_cgroups_only_when_asked),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_quoted_labels),
		cmocka_unit_test(test_stream_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
