// SPDX-License-Identifier: GPL-2.0-only
/* What json.c writes, exactly, and as jansson understands it. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include "fixture.h"
#include "json.h"
#include "utf8.h"

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("%s at %d in:\n%s", error.text, error.position, text);
	return root;
}

/* Exactly one line. */
static const char *line_of(struct capture *c)
{
	const char *text = capture_end(c);

	assert_true(c->len > 0);
	assert_ptr_equal(strchr(text, '\n'), text + c->len - 1);
	return text;
}

static json_t *sample_json(const struct sample *s)
{
	struct capture c;
	json_t *root;

	assert_int_equal(json_write_sample(capture_begin(&c), s), 0);
	root = parse(line_of(&c));
	free(c.text);
	return root;
}

static json_t *at(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (!value)
		fail_msg("no \"%s\"", name);
	return value;
}

static void check_string(const char *value, const char *want)
{
	struct capture c;
	struct json j;

	json_start(&j, capture_begin(&c));
	json_put_string(&j, NULL, value);
	assert_int_equal(json_finish(&j), 0);
	capture_end(&c);
	c.text[c.len - 1] = '\0';
	assert_string_equal(c.text, want);
	free(c.text);
}

static void test_strings(void **state)
{
	(void)state;
	check_string(NULL, "null");
	check_string("", "\"\"");
	check_string("/a b/c.service", "\"/a b/c.service\"");
	check_string("/system.slice/a\\x2db", "\"/system.slice/a\\\\x2db\"");
	check_string("\"", "\"\\\"\"");
	check_string("a\nb\tc\rd\x1b[1m", "\"a\\u000ab\\u0009c\\u000dd\\u001b[1m\"");
	check_string("\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"");
	/* C1 controls are commands to some terminals. */
	check_string("\xC2\x9B\xC2\xA0", "\"\\u009b\xC2\xA0\"");
	check_string("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
		     "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
	check_string("a\xFFz", "\"a" UTF8_BAD_BYTES "z\"");
	check_string("\xED\xA0\x80", "\"" UTF8_BAD_BYTES UTF8_BAD_BYTES UTF8_BAD_BYTES "\"");
	check_string(UTF8_BAD_BYTES, "\"" UTF8_BAD_BYTES "\"");
	check_string("\xE2\x82", "\"" UTF8_BAD_BYTES UTF8_BAD_BYTES "\"");
	check_string("</script>", "\"</script>\"");
}

/* Every byte, as an independent parser reads it back. */
static void test_every_byte(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		char in[2] = {(char)i};
		struct capture c;
		struct json j;
		json_t *root;

		json_start(&j, capture_begin(&c));
		json_begin_array(&j, NULL);
		json_put_bytes(&j, NULL, in, 1);
		json_end_array(&j);
		assert_int_equal(json_finish(&j), 0);
		capture_end(&c);
		root = json_loads(c.text, JSON_ALLOW_NUL, NULL);
		assert_non_null(root);
		assert_memory_equal(json_string_value(json_array_get(root, 0)),
				    i < 128 ? in : UTF8_BAD_BYTES, i < 128 ? 1 : 3);
		json_decref(root);
		free(c.text);
	}
}

static void test_emitter(void **state)
{
	struct capture c;
	struct json j;

	(void)state;
	json_start(&j, capture_begin(&c));
	json_begin_object(&j, NULL);
	json_begin_array(&j, "empty");
	json_end_array(&j);
	json_begin_object(&j, "none");
	json_end_object(&j);
	json_begin_array(&j, "list");
	json_put_uint(&j, NULL, 0);
	json_put_uint(&j, NULL, UINT64_MAX);
	json_put_uint(&j, NULL, 1ULL << 63);
	json_put_value(&j, NULL, ABSENT);
	json_put_value(&j, NULL, 10);
	json_begin_object(&j, NULL);
	json_put_null(&j, "n");
	json_end_object(&j);
	json_begin_array(&j, NULL);
	json_end_array(&j);
	json_end_array(&j);
	json_put_bool(&j, "t", true);
	json_put_bool(&j, "f", false);
	json_put_seconds(&j, "s", 1000000256);
	json_put_real(&j, "r", 0.5);
	json_put_real(&j, "nan", NAN);
	json_end_object(&j);
	assert_int_equal(json_finish(&j), 0);
	assert_string_equal(capture_end(&c),
			    "{\"empty\":[],\"none\":{},\"list\":[0,18446744073709551615,"
			    "9223372036854775808,null,10,{\"n\":null},[]],\"t\":true,\"f\":false,"
			    "\"s\":1.000000256,\"r\":0.5,\"nan\":null}\n");
	free(c.text);
}

static void check_real(double value, const char *want)
{
	struct capture c;
	struct json j;

	json_start(&j, capture_begin(&c));
	json_put_real(&j, NULL, value);
	assert_int_equal(json_finish(&j), 0);
	capture_end(&c);
	c.text[c.len - 1] = '\0';
	assert_string_equal(c.text, want);
	free(c.text);
}

static void test_reals(void **state)
{
	(void)state;
	check_real(0, "0");
	check_real(0.1, "0.1");
	check_real(-1.5, "-1.5");
	check_real(1e300, "1e+300");
	check_real(2.5e-9, "2.5e-09");
	check_real(NAN, "null");
	check_real(INFINITY, "null");
	check_real(-INFINITY, "null");
}

static void test_sample_exactly(void **state)
{
	static const char start[] =
		"{\"schema\":1,\"time\":\"2026-11-21T20:05:00.123Z\","
		"\"monotonic_ns\":5000000000,\"interval_s\":1.000000256,\"kernel\":{\"release\":"
		"\"6.12.1\",\"tree\":\"xarray\",\"invalidate_fast_path\":\"yes\",\"compressor\":"
		"\"zstd\",\"shrinker\":\"on\"},\"metrics\":{\"store_pages_total\":1000,"
		"\"store_rejected_pages_total\":{\"disabled\":1001,\"cgroup_limit\":1002,";
	static const char end[] =
		"\"swaps\":[{\"type\":0,\"device\":\"/dev/vda2\",\"bytes\":1073741824,"
		"\"used_bytes\":1048576,\"trees\":16,\"trees_empty\":3},{\"type\":1,\"device\":"
		"\"/swap \\\"file\\\"\",\"bytes\":1073741824,\"used_bytes\":1048576,\"trees\":16,"
		"\"trees_empty\":null}],\"cgroups\":[{\"cgroup\":\"/z\",\"id\":101,"
		"\"store_pages_total\":7,\"store_rejected_pages_total\":{\"disabled\":0,"
		"\"cgroup_limit\":0,\"pool_full\":3,\"no_pool\":0,\"compress_fail\":0,"
		"\"compress_poor\":0,\"alloc_fail\":0,\"other\":0},"
		"\"store_compressed_bytes_total\":null,\"load_hits_total\":0,"
		"\"writeback_pages_total\":0,\"writeback_skipped_total\":{\"in_swapcache\":0,"
		"\"own_fault\":0,\"entry_gone\":0,\"no_memory\":0,\"io_error\":0,\"other\":0},"
		"\"invalidate_erased_total\":0,\"pool_bytes\":4096,\"stored_bytes\":null,"
		"\"limit_bytes\":\"max\",\"writeback\":null,\"store_ns\":{\"buckets\":[0,0,9,0,0,0,"
		"0,0,0,0,0,0,0,0,0,0,0,0,0,4294967295],\"first_bound\":256},\"load_ns\":{"
		"\"buckets\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],\"first_bound\":256},"
		"\"gone\":false}],\"probes\":[{\"probe\":\"store\",\"symbol\":\"zswap_store\","
		"\"attached\":true,\"reason\":null,\"missed_runs\":0,\"runs\":12,\"run_ns\":256},"
		"{\"probe\":\"writeback\",\"symbol\":null,\"attached\":false,\"reason\":\"no such "
		"symbol\",\"missed_runs\":null,\"runs\":null,\"run_ns\":null}]}\n";
	struct cgroup_sample *c;
	struct capture capture;
	struct sample s;

	(void)state;
	fixture_full(&s);
	for (size_t i = 0; i < s.nr_cgroups; i++)
		free(s.cgroups[i].path);
	s.nr_cgroups = 0;
	c = fixture_cgroup(&s, "/z");
	c->n[ZT_CG_STORE_PAGES] = 7;
	c->n[ZT_CG_STORE_BYTES] = ABSENT;
	c->n[ZT_CG_STORE_REJECTED + ZT_REJECT_POOL_FULL] = 3;
	c->pool_bytes = 4096;
	c->limit_bytes = UNLIMITED;
	c->store_ns[2] = 9;
	c->store_ns[19] = UINT32_MAX;
	assert_int_equal(json_write_sample(capture_begin(&capture), &s), 0);
	line_of(&capture);
	assert_memory_equal(capture.text, start, strlen(start));
	assert_true(capture.len > strlen(end));
	assert_string_equal(capture.text + capture.len - strlen(end), end);
	free(capture.text);
	sample_free(&s);
}

static void check_family(json_t *metrics, const struct family *f, const struct sample *s)
{
	char buf[128];
	json_t *value = at(metrics, metric_json_name(f->name, f->unit, buf, sizeof(buf)));

	if (!f->label.name) {
		assert_true(json_is_integer(value));
		assert_int_equal(json_integer_value(value), s->v[f->first]);
		return;
	}
	assert_int_equal(json_object_size(value), f->label.n);
	for (unsigned int i = 0; i < f->label.n; i++)
		assert_int_equal(json_integer_value(at(value, f->label.values[i])),
				 s->v[f->first + i]);
}

static void check_histogram(json_t *value, const struct zt_hist *h, uint64_t bound)
{
	json_t *buckets = at(value, "buckets");

	assert_int_equal(json_object_size(value), 4);
	assert_int_equal(json_array_size(buckets), ZT_BUCKETS);
	for (int i = 0; i < ZT_BUCKETS; i++)
		assert_int_equal(json_integer_value(json_array_get(buckets, i)), h->count[i]);
	assert_int_equal(json_integer_value(at(value, "first_bound")), bound);
	assert_int_equal(json_integer_value(at(value, "sum")), h->sum);
	assert_int_equal(json_integer_value(at(value, "max")), h->max);
}

static void test_sample_has_every_metric(void **state)
{
	json_t *root, *metrics, *swapin, *cgroups;
	struct sample s;

	(void)state;
	fixture_full(&s);
	root = sample_json(&s);
	assert_int_equal(json_object_size(root), 9);
	metrics = at(root, "metrics");
	for (unsigned int i = 0; i < nr_families; i++)
		check_family(metrics, &families[i], &s);
	check_histogram(at(metrics, "store_duration_ns"), &s.hist[ZT_H_STORE_NS], 256);
	check_histogram(at(metrics, "load_duration_ns"), &s.hist[ZT_H_LOAD_NS], 256);
	check_histogram(at(metrics, "writeback_duration_ns"), &s.hist[ZT_H_WB_NS], 256);
	check_histogram(at(metrics, "compressed_page_bytes"), &s.hist[ZT_H_PAGE_BYTES], 32);
	swapin = at(metrics, "swapin_duration_ns");
	assert_int_equal(json_object_size(swapin), 2);
	check_histogram(at(swapin, "zswap"), &s.hist[ZT_H_SWAPIN_ZSWAP_NS], 256);
	check_histogram(at(swapin, "disk"), &s.hist[ZT_H_SWAPIN_DISK_NS], 256);
	/* One name for two histograms. */
	assert_int_equal(json_object_size(metrics), nr_families + ZT_NR_HISTS - 1);
	cgroups = at(root, "cgroups");
	assert_string_equal(json_string_value(at(json_array_get(cgroups, 2), "cgroup")),
			    "/x\"y\nz," UTF8_BAD_BYTES "\xC3\xA9\x1b[1m");
	/* Not read, none, and nothing at all are three things. */
	assert_true(json_is_null(at(json_array_get(cgroups, 0), "limit_bytes")));
	assert_string_equal(json_string_value(at(json_array_get(cgroups, 1), "limit_bytes")),
			    "max");
	assert_true(json_is_integer(at(json_array_get(cgroups, 2), "limit_bytes")));
	assert_int_equal(json_integer_value(at(json_array_get(cgroups, 1), "writeback")), 1);
	assert_true(json_is_true(at(json_array_get(cgroups, 2), "gone")));
	json_decref(root);
	sample_free(&s);
}

/* null, or an object of nothing but null. */
static void check_null(json_t *value)
{
	const char *name;
	json_t *part;

	if (!json_is_object(value))
		assert_true(json_is_null(value));
	json_object_foreach(value, name, part) assert_true(json_is_null(part));
}

static void test_absent_sample(void **state)
{
	json_t *root, *metrics, *swapin, *value;
	struct sample s;
	const char *name;

	(void)state;
	fixture_init(&s);
	s.hist_present[ZT_H_SWAPIN_DISK_NS] = true;
	root = sample_json(&s);
	assert_true(json_is_null(at(root, "interval_s")));
	assert_true(json_is_null(at(root, "cgroups")));
	assert_int_equal(json_array_size(at(root, "probes")), 0);
	assert_int_equal(json_array_size(at(root, "swaps")), 0);
	json_object_foreach(at(root, "kernel"), name, value) assert_true(json_is_null(value));
	metrics = at(root, "metrics");
	assert_int_equal(json_object_size(metrics), nr_families + ZT_NR_HISTS - 1);
	swapin = at(metrics, "swapin_duration_ns");
	assert_true(json_is_null(at(swapin, "zswap")));
	assert_true(json_is_object(at(swapin, "disk")));
	json_object_del(metrics, "swapin_duration_ns");
	json_object_foreach(metrics, name, value) check_null(value);
	json_decref(root);
	/* None is not the same as not collected. */
	s.cgroups_present = true;
	root = sample_json(&s);
	assert_true(json_is_array(at(root, "cgroups")));
	json_decref(root);
	sample_free(&s);
}

static void test_sample_precision(void **state)
{
	struct capture c;
	struct sample s;
	json_t *root;

	(void)state;
	fixture_init(&s);
	s.v[V_STORE_PAGES] = INT64_MAX;
	root = sample_json(&s);
	assert_true(json_integer_value(at(at(root, "metrics"), "store_pages_total")) == INT64_MAX);
	json_decref(root);
	s.v[V_STORE_PAGES] = 1ULL << 63;
	s.v[V_LOAD_HITS] = (1ULL << 53) + 1;
	s.v[V_LOCK_WAIT] = 256;
	s.v[V_START_TIME] = 1795291500123456789;
	json_write_sample(capture_begin(&c), &s);
	capture_end(&c);
	assert_contains(c.text, "\"store_pages_total\":9223372036854775808,");
	assert_contains(c.text, "\"load_hits_total\":9007199254740993,");
	assert_contains(c.text, "\"tree_lock_wait_ns_total\":256,");
	assert_contains(c.text, "\"start_time_ns\":1795291500123456789,");
	free(c.text);
	sample_free(&s);
}

/* More than the buffer of the emitter, a component as long as one may be, strings longer still. */
static void test_large_sample(void **state)
{
	char path[20000];
	struct sample s;
	json_t *root;

	(void)state;
	fixture_init(&s);
	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	fixture_cgroup(&s, path);
	path[256] = '\0';
	for (int i = 0; i < 500; i++) {
		path[1 + i % 255] = 'a' + i % 26;
		fixture_cgroup(&s, path)->n[ZT_CG_LOAD_HITS] = i;
	}
	fixture_cgroup(&s, NULL);
	root = sample_json(&s);
	for (size_t i = 0; i < 501; i++) {
		json_t *c = json_array_get(at(root, "cgroups"), i);

		assert_string_equal(json_string_value(at(c, "cgroup")), s.cgroups[i].path);
		assert_int_equal(json_integer_value(at(c, "load_hits_total")),
				 s.cgroups[i].n[ZT_CG_LOAD_HITS]);
	}
	assert_true(json_is_null(at(json_array_get(at(root, "cgroups"), 501), "cgroup")));
	json_decref(root);
	sample_free(&s);
}

static struct zt_event an_event(void)
{
	return (struct zt_event){
		.time_ns = 123456789,
		.latency_ns = 2048,
		.offset = 16384,
		.cgroup_id = 77,
		.swap = 1,
		.pages = 1,
		.bytes = 1200,
		.pid = 4321,
		.cpu = 3,
		.type = ZT_EV_STORE,
		.result = ZT_STORE_STORED,
		.comm = "kswapd0",
	};
}

static void check_event(const struct zt_event *e, const char *path, const char *want)
{
	struct capture c;

	assert_int_equal(json_write_event(capture_begin(&c), e, path), 0);
	assert_string_equal(line_of(&c), want);
	json_decref(parse(c.text));
	free(c.text);
}

static void test_store_event(void **state)
{
	struct zt_event e = an_event();

	(void)state;
	check_event(
		&e, "/a\\x2db",
		"{\"time_ns\":123456789,\"event\":\"store\",\"result\":\"stored\",\"swap\":1,"
		"\"offset\":16384,\"pages\":1,\"bytes\":1200,\"latency_ns\":2048,\"cgroup\":"
		"\"/a\\\\x2db\",\"cgroup_id\":77,\"pid\":4321,\"comm\":\"kswapd0\",\"cpu\":3}\n");
}

static void test_absent_event(void **state)
{
	struct zt_event e = an_event();

	(void)state;
	e.type = ZT_EV_INVALIDATE;
	e.result = ZT_INV_RES_ABSENT;
	e.latency_ns = ZT_NO_U64;
	e.bytes = ZT_NO_U32;
	e.cgroup_id = ZT_NO_U64;
	e.pages = 0;
	check_event(&e, NULL,
		    "{\"time_ns\":123456789,\"event\":\"invalidate\",\"result\":\"absent\","
		    "\"swap\":1,\"offset\":16384,\"pages\":0,\"bytes\":null,\"latency_ns\":null,"
		    "\"cgroup\":null,\"cgroup_id\":null,\"pid\":4321,\"comm\":\"kswapd0\","
		    "\"cpu\":3}\n");
}

static void test_writeback_event(void **state)
{
	struct zt_event e = an_event();

	(void)state;
	e.type = ZT_EV_WRITEBACK;
	e.result = ZT_SKIP_OWN_FAULT;
	e.detail = ZT_TRIGGER_CGROUP_LIMIT;
	e.time_ns = INT64_MAX;
	memcpy(e.comm, "sixteen \"bytes\"!", 16);
	check_event(&e, "/",
		    "{\"time_ns\":9223372036854775807,\"event\":\"writeback\",\"result\":"
		    "\"own_fault\",\"swap\":1,\"offset\":16384,\"pages\":1,\"bytes\":1200,"
		    "\"latency_ns\":2048,\"cgroup\":\"/\",\"cgroup_id\":77,\"pid\":4321,\"comm\":"
		    "\"sixteen \\\"bytes\\\"!\",\"cpu\":3,\"trigger\":\"cgroup_limit\"}\n");
}

static void test_tree_event(void **state)
{
	struct zt_event e = an_event();

	(void)state;
	e.type = ZT_EV_TREE;
	e.result = ZT_TREE_RES_SHRINK;
	e.detail = ZT_CAUSE_LOAD;
	e.height_before = 3;
	e.height_after = 0;
	memcpy(e.comm, "\n\xff\0junk", 7);
	check_event(
		&e, "",
		"{\"time_ns\":123456789,\"event\":\"tree\",\"result\":\"shrink\",\"swap\":1,"
		"\"offset\":16384,\"pages\":1,\"bytes\":1200,\"latency_ns\":2048,\"cgroup\":\"\","
		"\"cgroup_id\":77,\"pid\":4321,\"comm\":\"\\u000a" UTF8_BAD_BYTES
		"\",\"cpu\":3,\"cause\":\"load\",\"height_before\":3,\"height_after\":0}\n");
}

/* A record of a later version must not break a line. */
static void test_unknown_event(void **state)
{
	struct zt_event e = an_event();
	struct capture c;

	(void)state;
	e.type = 200;
	e.time_ns = 1ULL << 63;
	json_write_event(capture_begin(&c), &e, NULL);
	assert_contains(line_of(&c), "\"event\":\"?\",\"result\":\"?\"");
	assert_contains(c.text, "\"time_ns\":9223372036854775808,");
	free(c.text);
	e.type = ZT_EV_WRITEBACK;
	e.detail = ZT_NR_TRIGGERS;
	json_write_event(capture_begin(&c), &e, NULL);
	assert_contains(line_of(&c), "\"trigger\":\"?\"");
	free(c.text);
	e.type = ZT_EV_TREE;
	e.detail = ZT_NR_CAUSES;
	json_write_event(capture_begin(&c), &e, NULL);
	assert_contains(line_of(&c), "\"cause\":\"?\"");
	free(c.text);
}

static void test_stream_errors(void **state)
{
	struct zt_event e = an_event();
	FILE *out = open_full();
	struct sample s;

	(void)state;
	assert_int_equal(json_write_event(out, &e, NULL), -ENOSPC);
	fixture_full(&s);
	assert_int_equal(json_write_sample(out, &s), -ENOSPC);
	sample_free(&s);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_emitter),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_sample_exactly),
		cmocka_unit_test(test_sample_has_every_metric),
		cmocka_unit_test(test_absent_sample),
		cmocka_unit_test(test_sample_precision),
		cmocka_unit_test(test_large_sample),
		cmocka_unit_test(test_store_event),
		cmocka_unit_test(test_absent_event),
		cmocka_unit_test(test_writeback_event),
		cmocka_unit_test(test_tree_event),
		cmocka_unit_test(test_unknown_event),
		cmocka_unit_test(test_stream_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
