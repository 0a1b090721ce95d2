// SPDX-License-Identifier: GPL-2.0-only
/* Recordings that are cut, damaged, of something else, or made to do harm. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>
#include "compare.h"
#include "gzlines.h"
#include "recorded.h"
#include "report.h"
#include "text.h"

#define HEADER "{\"schema\":1,\"zswaptop\":\"0.1.0\"}\n"
#define TIMES  "\"time\":\"2026-11-21T20:05:00.123Z\",\"monotonic_ns\":5000000000"
#define FULL   "{\"schema\":1,\"full\":true," TIMES ",\"metrics\":{}}\n"
#define LATER  "\"time\":\"2026-11-21T20:05:01.123Z\",\"monotonic_ns\":6000000000"
#define ZEROES "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"

/* Reads all there is. What is wrong, or NULL; *samples: how many there were. */
static const char *read_all(struct recording *r, unsigned int *samples)
{
	struct source *source = recording_source(r);
	struct sample s;
	int err;

	recording_want_events(r, true);
	for (*samples = 0; !(err = source->sample(source, &s)); (*samples)++)
		sample_free(&s);
	return err < 0 ? recording_why(r) : NULL;
}

/* What is said of a recording of these lines; NULL: nothing. */
static const char *verdict(const char *lines, size_t len)
{
	static char why[512];
	struct recording *r = recording_open_memory(lines, len, true, false, why, sizeof(why));
	unsigned int samples;
	const char *wrong;

	if (!r)
		return why;
	wrong = read_all(r, &samples);
	if (wrong)
		snprintf(why, sizeof(why), "%s", wrong);
	recording_close(r);
	return wrong ? why : NULL;
}

static void check_lines(const char *lines, const char *want)
{
	const char *got = verdict(lines, strlen(lines));

	if (!want)
		assert_null(got);
	else if (!got || strcmp(got, want))
		fail_msg("\"%s\" instead of \"%s\" is said of:\n%s", got, want, lines);
}

static void test_first_lines(void **state)
{
	(void)state;
	check_lines(HEADER FULL, NULL);
	check_lines("{\n", "line 1: string or '}' expected near end of file");
	check_lines("hello\n", "line 1: '[' or '{' expected near 'hello'");
	check_lines("\x1b[2J\n", "line 1: '[' or '{' expected near '\\x1b'");
	check_lines("[]\n", "line 1: it is not a JSON object");
	check_lines("{}\n", "line 1: it is not a recording of zswaptop");
	check_lines("{\"schema\":1}\n", "line 1: it is not a recording of zswaptop");
	check_lines("{\"schema\":1,\"zswaptop\":3}\n", "line 1: it is not a recording of zswaptop");
	check_lines("{\"schema\":2,\"zswaptop\":\"9\"}\n",
		    "line 1: schema 2 is not known to this zswaptop, which knows schema 1");
	check_lines("{\"schema\":\"1\",\"zswaptop\":\"9\"}\n",
		    "line 1: schema is not a whole number from 0 on");
	check_lines("{\"zswaptop\":\"9\"}\n", "line 1: schema is missing or too large");
	check_lines("{\"schema\":1,\"schema\":1}\n",
		    "line 1: duplicate object key near '\"schema\"'");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"cpus\":-2}\n",
		    "line 1: cpus is not a whole number from 0 on");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"memory_bytes\":9223372036854775808}\n",
		    "line 1: too big integer near '9223372036854775808'");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"interval_s\":-1}\n",
		    "line 1: interval_s is not a time in seconds");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"interval_s\":1e300}\n",
		    "line 1: interval_s is not a time in seconds");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"command\":\"ls\"}\n",
		    "line 1: command is not an array");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"command\":[1]}\n",
		    "line 1: a word of command is not a text");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"zswap\":{\"enabled\":1}}\n",
		    "line 1: zswap's parameter enabled is not a text");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"zswap\":{\"\\u001b[1m\":\"1\"}}\n",
		    "line 1: zswap has no parameter of such a name: \\x1b[1m");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"zswap\":{\"\":\"1\"}}\n",
		    "line 1: zswap has no parameter of such a name: ");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"zswap\":3}\n",
		    "line 1: zswap is not an object");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\",\"events\":1}\n",
		    "line 1: events is neither true nor false");
	check_lines("{\"schema\":1,\"zswaptop\":\"9\xff\"}\n",
		    "line 1: unable to decode byte 0xff near '\"9'");
	check_lines("{\"schema\":1", "it breaks off in its first line");
}

static void test_samples(void **state)
{
	(void)state;
	check_lines(HEADER "{}\n", "line 2: it is neither a sample nor an event");
	check_lines(HEADER "{" TIMES ",\"metrics\":{}}\n",
		    "line 2: a sample without a full one before it");
	check_lines(HEADER "{\"schema\":3,\"full\":true," TIMES ",\"metrics\":{}}\n",
		    "line 2: schema 3 is not known to this zswaptop, which knows schema 1");
	check_lines(HEADER "{\"schema\":1,\"full\":1," TIMES ",\"metrics\":{}}\n",
		    "line 2: full is neither true nor false");
	check_lines(HEADER "{\"schema\":1,\"full\":true,\"metrics\":{}}\n",
		    "line 2: time is not a time such as 2026-11-21T20:05:00.123Z");
	check_lines(HEADER "{\"schema\":1,\"full\":true,\"time\":\"2026-11-21\",\"metrics\":{}}\n",
		    "line 2: time is not a time such as 2026-11-21T20:05:00.123Z");
	check_lines(HEADER "{\"schema\":1,\"full\":true,\"time\":\"2026-11-21T20:05:00.123Z\","
			   "\"metrics\":{}}\n",
		    "line 2: monotonic_ns is missing or too large");
	check_lines(HEADER "{\"schema\":1,\"full\":true,\"time\":\"1926-11-21T20:05:00.123Z\","
			   "\"metrics\":{}}\n",
		    "line 2: time is before 1970");
	check_lines(HEADER FULL FULL, "line 3: monotonic_ns does not go forward");
	check_lines(HEADER FULL "{" LATER ",\"interval_s\":\"1\",\"metrics\":{}}\n",
		    "line 3: interval_s is not a time in seconds");
	check_lines(HEADER FULL "{" LATER ",\"metrics\":[]}\n", "line 3: metrics is not an object");
	check_lines(HEADER FULL "{" LATER ",\"metrics\":{},\"kernel\":3}\n",
		    "line 3: kernel is not an object");
	check_lines(HEADER FULL "{" LATER ",\"metrics\":{},\"kernel\":{\"release\":3}}\n",
		    "line 3: release is not a text");
	check_lines(HEADER FULL "{" LATER ",\"metrics\":{},\"swaps\":{}}\n",
		    "line 3: swaps is not an array");
	check_lines(HEADER FULL "{" LATER ",\"metrics\":{},\"swaps\":[3]}\n",
		    "line 3: type is missing or too large");
	check_lines(HEADER FULL "{" LATER ",\"metrics\":{},\"probes\":[{}]}\n",
		    "line 3: a probe has no name, or there are too many names");
	check_lines(HEADER FULL "{" LATER ",\"metrics\":{},\"later\":{\"unknown\":[1]}}\n", NULL);
	check_lines(HEADER "{\"end\":3}\n", "line 2: end is not a text");
	check_lines(HEADER "{\"end\":\"stopped\"}\n" FULL,
		    "line 3: the recording goes on after its end");
}

static void test_metrics(void **state)
{
	(void)state;
#define METRICS(text) HEADER FULL "{" LATER ",\"metrics\":{" text "}}\n"
	check_lines(METRICS("\"load_hits_total\":7,\"no_such_metric\":\"x\""), NULL);
	check_lines(METRICS("\"load_hits_total\":-7"),
		    "line 3: load_hits_total is not a whole number from 0 on");
	check_lines(METRICS("\"load_hits_total\":7.5"),
		    "line 3: load_hits_total is not a whole number from 0 on");
	check_lines(METRICS("\"load_hits_total\":\"7\""),
		    "line 3: load_hits_total is not a whole number from 0 on");
	check_lines(METRICS("\"load_hits_total\":1e999"),
		    "line 3: real number overflow near '1e999'");
	check_lines(METRICS("\"writeback_pages_total\":7"),
		    "line 3: writeback_pages_total is not an object");
	check_lines(METRICS("\"writeback_pages_total\":{\"shrinker\":[]}"),
		    "line 3: writeback_pages_total.shrinker is not a whole number from 0 on");
	check_lines(METRICS("\"load_duration_ns\":7"), "line 3: load_duration_ns is not an object");
	check_lines(METRICS("\"load_duration_ns\":null"), NULL);
	check_lines(METRICS("\"load_duration_ns\":{}"), "line 3: load_duration_ns is not an array");
	check_lines(METRICS("\"load_duration_ns\":{\"buckets\":[1]}"),
		    "line 3: load_duration_ns has fewer than 20 buckets");
	check_lines(METRICS("\"load_duration_ns\":{\"buckets\":[0," ZEROES "]}"),
		    "line 3: load_duration_ns has more than 20 elements");
	check_lines(METRICS("\"load_duration_ns\":{\"buckets\":[" ZEROES "],\"first_bound\":128}"),
		    "line 3: the buckets of load_duration_ns have other bounds");
	check_lines(METRICS("\"load_duration_ns\":{\"buckets\":[" ZEROES "],\"first_bound\":256}"),
		    "line 3: sum is missing or too large");
	check_lines(METRICS("\"swapin_duration_ns\":{\"disk\":3}"),
		    "line 3: swapin_duration_ns is not an object");
}

/* What the programs count cannot become less; what the kernel counts without a lock may. */
static void test_backwards(void **state)
{
#define TWICE(first, second)                                                             \
	HEADER "{\"schema\":1,\"full\":true," TIMES ",\"metrics\":{" first "}}\n{" LATER \
	       ",\"metrics\":{" second "}}\n"
#define HIST(bucket, sum)                                                            \
	"\"load_duration_ns\":{\"buckets\":[" bucket ",0,0,0,0,0,0,0,0,0,0,0,0,0,0," \
	"0,0,0,0,0],\"first_bound\":256,\"sum\":" sum ",\"max\":5}"
	(void)state;
	check_lines(TWICE("\"load_hits_total\":7", "\"load_hits_total\":7"), NULL);
	check_lines(TWICE("\"load_hits_total\":7", "\"load_hits_total\":6"),
		    "line 3: load_hits_total goes backwards");
	check_lines(TWICE("\"load_hits_total\":7", "\"load_hits_total\":null"), NULL);
	check_lines(TWICE("\"kernel_zswpin_pages_total\":7", "\"kernel_zswpin_pages_total\":6"),
		    NULL);
	check_lines(TWICE("\"pool_bytes\":7", "\"pool_bytes\":6"), NULL);
	check_lines(TWICE(HIST("3", "9"), HIST("3", "9")), NULL);
	check_lines(TWICE(HIST("3", "9"), HIST("2", "9")),
		    "line 3: load_duration_seconds goes backwards");
	check_lines(TWICE(HIST("3", "9"), HIST("3", "8")),
		    "line 3: load_duration_seconds goes backwards");
	check_lines(HEADER
		    "{\"schema\":1,\"full\":true," TIMES
		    ",\"metrics\":{\"load_hits_total\":7}}\n{\"schema\":1,\"full\":true," LATER
		    ",\"metrics\":{\"load_hits_total\":1}}\n",
		    "line 3: load_hits_total goes backwards");
}

static void test_cgroups(void **state)
{
#define CGROUPS(text) HEADER FULL "{" LATER ",\"metrics\":{},\"cgroups\":" text "}\n"
#define ONE	      "\"names\":[{\"index\":0,\"cgroup\":\"/\",\"id\":1}],"
	(void)state;
	check_lines(CGROUPS("null"), NULL);
	check_lines(CGROUPS("{}"), NULL);
	check_lines(CGROUPS("[]"), "line 3: cgroups is not an object");
	check_lines(CGROUPS("{\"names\":{}}"), "line 3: names is not an array");
	check_lines(CGROUPS("{\"names\":[{\"index\":1,\"cgroup\":\"/\",\"id\":1}]}"),
		    "line 3: cgroup 1 has no name, or comes too early");
	check_lines(CGROUPS("{\"names\":[{\"index\":0,\"id\":1}]}"),
		    "line 3: cgroup 0 has no name, or comes too early");
	check_lines(CGROUPS("{\"names\":[{\"index\":70000,\"cgroup\":\"/\",\"id\":1}]}"),
		    "line 3: index is missing or too large");
	check_lines(CGROUPS("{\"names\":[{\"index\":0,\"cgroup\":\"/\",\"id\":-1}]}"),
		    "line 3: id is not a whole number from 0 on");
	check_lines(CGROUPS("{\"names\":[{\"index\":0,\"cgroup\":\"a\\u0000b\",\"id\":1}]}"),
		    "line 3: \\u0000 is not allowed without JSON_ALLOW_NUL near "
		    "'\"a\\u0000b\"'");
	check_lines(CGROUPS("{" ONE "\"load_hits_total\":[3]}"), NULL);
	check_lines(CGROUPS("{" ONE "\"load_hits_total\":[null]}"), NULL);
	check_lines(CGROUPS("{" ONE "\"load_hits_total\":[3,4]}"),
		    "line 3: load_hits_total has more than 1 elements");
	check_lines(CGROUPS("{\"load_hits_total\":[3]}"),
		    "line 3: load_hits_total has more than 0 elements");
	check_lines(CGROUPS("{" ONE "\"load_hits_total\":[-3]}"),
		    "line 3: load_hits_total is not a whole number from 0 on");
	check_lines(CGROUPS("{" ONE "\"load_hits_total\":3}"),
		    "line 3: load_hits_total is not an array");
	check_lines(CGROUPS("{" ONE "\"writeback_skipped_total\":[3]}"),
		    "line 3: writeback_skipped_total is not an object");
	check_lines(CGROUPS("{" ONE "\"writeback_skipped_total\":{\"other\":3}}"),
		    "line 3: writeback_skipped_total is not an array");
	check_lines(CGROUPS("{" ONE "\"limit_bytes\":[\"max\"]}"), NULL);
	check_lines(CGROUPS("{" ONE "\"limit_bytes\":[\"min\"]}"),
		    "line 3: limit_bytes is neither a number nor \"max\"");
	check_lines(CGROUPS("{" ONE "\"store_ns\":[]}"), "line 3: store_ns is not an object");
	check_lines(CGROUPS("{" ONE "\"store_ns\":{\"3\":[null]}}"), "line 3: store_ns has a gap");
	check_lines(
		CGROUPS("{" ONE
			"\"load_hits_total\":[9223372036854775807]}") "{"
								      "\"time\":\"2026-11-21T20:05:"
								      "02.123Z\",\"monotonic_ns\":"
								      "7000000000,"
								      "\"metrics\":{},\"cgroups\":{"
								      "\"load_hits_total\":[1]}}\n",
		"line 4: load_hits_total grows too large");
}

static void test_events(void **state)
{
#define EVENT(text) HEADER FULL "{\"event\":" text "}\n"
#define PLACE	    "\"time_ns\":1,\"swap\":0,\"offset\":1,\"pages\":1,\"pid\":1,\"cpu\":0"
	(void)state;
	check_lines(EVENT("\"load\",\"result\":\"hit\"," PLACE), NULL);
	check_lines(EVENT("3"), "line 3: an unknown event");
	check_lines(EVENT("\"lode\""), "line 3: an unknown event");
	check_lines(EVENT("\"load\""), "line 3: an unknown result of load");
	check_lines(EVENT("\"load\",\"result\":\"stored\""), "line 3: an unknown result of load");
	check_lines(EVENT("\"load\",\"result\":\"hit\""),
		    "line 3: time_ns is missing or too large");
	check_lines(EVENT("\"load\",\"result\":\"hit\"," PLACE ",\"bytes\":4294967295"),
		    "line 3: bytes is too large");
	check_lines(EVENT("\"load\",\"result\":\"hit\"," PLACE ",\"latency_ns\":-1"),
		    "line 3: latency_ns is not a whole number from 0 on");
	check_lines(EVENT("\"load\",\"result\":\"hit\",\"time_ns\":1,\"offset\":1,"
			  "\"swap\":4294967296"),
		    "line 3: swap is missing or too large");
	check_lines(EVENT("\"tree\",\"result\":\"grow\"," PLACE),
		    "line 3: height_before is missing or too large");
	check_lines(EVENT("\"tree\",\"result\":\"grow\",\"height_before\":1,\"height_after\":"
			  "256," PLACE),
		    "line 3: height_after is missing or too large");
	/* a cause or trigger that is not known, and a name that is too long, are no reason to stop
	 */
	check_lines(EVENT("\"writeback\",\"result\":\"written\",\"trigger\":\"?\","
			  "\"comm\":\"0123456789abcdef0123456789\"," PLACE),
		    NULL);
}

static void test_deep_nesting(void **state)
{
	size_t len = 100000, at = strlen(HEADER);
	char *lines = malloc(len + 1);

	(void)state;
	memset(lines, '[', len);
	memcpy(lines, HEADER, at);
	lines[len - 1] = '\n';
	lines[len] = '\0';
	check_lines(lines, "line 2: maximum parsing depth reached near '['");
	free(lines);
}

/* A line that does not end: its first 16 MiB are read, whatever the file's size. */
static void test_endless_line(void **state)
{
	char *path = temporary_path(), why[256], *block = calloc(1, 1 << 20);
	gzFile out = gzopen(path, "w1");
	struct recording *r;
	unsigned int n;

	(void)state;
	memset(block, ' ', 1 << 20);
	assert_true(gzputs(out, HEADER) > 0);
	for (int i = 0; i < 200; i++)
		assert_int_equal(gzwrite(out, block, 1 << 20), 1 << 20);
	gzclose(out);
	r = open_recording(path, false);
	assert_string_equal(read_all(r, &n), "after line 1: a line longer than 16 MiB");
	recording_close(r);
	assert_null(recording_open(path, true, why, sizeof(why)));
	assert_string_equal(why, "after line 1: a line longer than 16 MiB");
	free(block);
	remove_path(path);
}

static void check_file(const void *bytes, size_t len, const char *want)
{
	char *path = temporary_path(), why[256];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	assert_null(recording_open(path, true, why, sizeof(why)));
	assert_string_equal(why, want);
	remove_path(path);
}

static void test_other_files(void **state)
{
	char why[256];

	(void)state;
	check_file("", 0, "it is empty");
	check_file("\x1f", 1, "it is not gzip");
	check_file(HEADER, strlen(HEADER), "it is not gzip");
	check_file("\x28\xb5\x2f\xfd", 4, "it is not gzip");
	check_file("\x1f\x8b", 2, "it breaks off in its first line");
	check_file("\x1f\x8b\x09\x01\x01\x01\x01\x01\x01\x01", 10,
		   "the compressed data is damaged (unknown compression method)");
	assert_null(recording_open("/nowhere/a", true, why, sizeof(why)));
	assert_string_equal(why, "cannot open it: No such file or directory");
	assert_null(recording_open("/tmp", true, why, sizeof(why)));
	assert_string_equal(why, "it is not a regular file");
	assert_null(recording_open("/dev/zero", true, why, sizeof(why)));
	assert_string_equal(why, "it is not a regular file");
}

/* --- strings that would do harm where they are shown ------------------------------------------ */

#define EVIL "\\u001b[2J\\u009b\\n\\\"}"
static const char evil_lines[] =
	"{\"schema\":1,\"zswaptop\":\"" EVIL "\",\"command\":[\"" EVIL "\"],\"cgroup\":\"" EVIL
	"\",\"events\":true,\"zswap\":{\"max_pool_percent\":\"" EVIL "\"}}\n"
	"{\"schema\":1,\"full\":true," TIMES ",\"kernel\":{\"release\":\"" EVIL
	"\",\"tree\":\"" EVIL "\",\"compressor\":\"" EVIL "\",\"invalidate_fast_path\":\"" EVIL
	"\",\"shrinker\":\"" EVIL "\"},\"metrics\":{"
	"\"pool_bytes\":7,\"store_pages_total\":1,\"store_rejected_pages_total\":{\"cgroup_limit\":"
	"0}},"
	"\"swaps\":[{\"type\":0,\"device\":\"" EVIL
	"\",\"bytes\":1,\"used_bytes\":1}],\"cgroups\":{"
	"\"names\":[{\"index\":0,\"id\":1,\"cgroup\":\"" EVIL "\"}]},\"probes\":[{\"probe\":\"" EVIL
	"\",\"symbol\":\"" EVIL "\",\"reason\":\"" EVIL "\",\"attached\":true}]}\n"
	"{\"event\":\"load\",\"result\":\"hit\",\"time_ns\":1,\"swap\":0,\"offset\":1,\"pages\":1,"
	"\"pid\":1,\"cpu\":0,\"comm\":\"" EVIL "\",\"cgroup\":\"" EVIL "\"}\n"
	"{" LATER
	",\"metrics\":{\"store_pages_total\":2,\"pool_full\":1,\"store_rejected_pages_total\":{"
	"\"cgroup_limit\":1}},\"cgroups\":{\"store_pages_total\":[1],\"store_rejected_pages_"
	"total\":{"
	"\"cgroup_limit\":[1]}}}\n{\"end\":\"" EVIL "\"}\n";

/* Nothing that a terminal would obey: only what is printable, in lines. */
static void assert_harmless(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((*p > 0 && *p < ' ' && *p != '\n') || *p == 0x7f ||
		    (*p == (char)0xC2 && p[1] < (char)0xA0))
			fail_msg("not printable, at \"%.20s\" in:\n%s", p, text);
}

static void show_event(const struct zt_event *e, const char *cgroup, void *arg)
{
	text_write_event(arg, e, cgroup);
}

static void test_evil_strings_replayed(void **state)
{
	char why[256];
	struct recording *r = recording_open_memory(evil_lines, strlen(evil_lines), true, false,
						    why, sizeof(why));
	struct source *source = recording_source(r);
	struct sample before, now;
	struct capture c;

	(void)state;
	recording_want_events(r, true);
	assert_int_equal(source->sample(source, &before), 0);
	assert_int_equal(source->sample(source, &now), 0);
	capture_begin(&c);
	assert_int_equal(source->events(source, show_event, c.out), 1);
	assert_int_equal(text_write_sample(c.out, &before, &now, 5), 0);
	capture_end(&c);
	assert_contains(c.text, "\\x1b[2J");
	assert_harmless(c.text);
	free(c.text);
	sample_free(&before);
	sample_free(&now);
	recording_close(r);
}

static void test_evil_strings_reported(void **state)
{
	char why[256];
	struct recording_set set = {.n = 1};
	struct summary s;
	struct capture c;
	json_t *root;

	(void)state;
	assert_int_equal(summary_take(&s, "\x1b[2J",
				      recording_open_memory(evil_lines, strlen(evil_lines), true,
							    false, why, sizeof(why)),
				      why, sizeof(why)),
			 0);
	set.list = &s;
	assert_int_equal(report_write_text(capture_begin(&c), &s), 0);
	assert_int_equal(compare_write_text(c.out, &set, &set), 0);
	capture_end(&c);
	assert_contains(c.text, "kernel      \\x1b[2J");
	assert_contains(c.text, "A  1 recording, \\x1b[2J");
	assert_contains(c.text, "raise max_pool_percent (\\x1b[2J");
	assert_harmless(c.text);
	free(c.text);
	assert_int_equal(report_write_json(capture_begin(&c), &s), 0);
	root = json_loads(capture_end(&c), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	json_decref(root);
	free(c.text);
	summary_close(&s);
}

/* --- cut and damaged files ------------------------------------------------------------------ */

struct file {
	unsigned char *bytes;
	size_t len;
	size_t ends[8]; /* after each sample */
};

#define SAMPLES 5

static void make_file(struct file *f)
{
	char *path = temporary_path();
	struct recorder *r = NULL;
	struct sample s;
	FILE *in;

	for (unsigned int i = 0; i < SAMPLES; i++) {
		fixture_full(&s);
		s.mono_ns += i * 1000000000ULL;
		s.v[V_LOAD_HITS] += i * 1000;
		s.v[V_STORE_PAGES] += i * i;
		s.cgroups[1].n[ZT_CG_LOAD_HITS] += i;
		sort_cgroups(&s);
		if (!r)
			r = begin_recording(path, &s);
		assert_int_equal(recorder_sample(r, &s, false), 0);
		f->ends[i] = recorder_bytes(r);
	}
	end_recording(r);
	in = fopen(path, "r");
	f->bytes = malloc(1 << 20);
	f->len = fread(f->bytes, 1, 1 << 20, in);
	fclose(in);
	remove_path(path);
}

/* Where the file is cut decides how much is read, never whether. */
static void test_cut_anywhere(void **state)
{
	struct file f;

	(void)state;
	make_file(&f);
	for (size_t len = 1; len < f.len; len++) {
		char why[256] = "";
		struct recording *r =
			recording_open_memory(f.bytes, len, false, false, why, sizeof(why));
		unsigned int want = 0, n = 0;

		while (want < SAMPLES && f.ends[want] <= len)
			want++;
		if (!r) {
			assert_int_equal(want, 0);
			assert_string_equal(why, len < 2 ? "it is not gzip"
							 : "it breaks off in its first line");
			continue;
		}
		assert_null(read_all(r, &n));
		/* a line may be whole before its flush is */
		assert_true(n == want || n == want + 1);
		recording_close(r);
	}
	free(f.bytes);
}

/* File systems may leave zeros behind a crash of the machine. */
static void test_zeros_at_the_end(void **state)
{
	struct file f;
	struct recording *r;
	unsigned int n;
	char why[256];

	(void)state;
	make_file(&f);
	for (unsigned int i = 0; i < SAMPLES; i++) {
		unsigned char *bytes = calloc(1, f.len + 5000);

		memcpy(bytes, f.bytes, f.ends[i]);
		r = recording_open_memory(bytes, f.len + 5000, false, true, why, sizeof(why));
		assert_non_null(r);
		assert_null(read_all(r, &n));
		assert_int_equal(n, i + 1);
		assert_int_equal(recording_source(r)->nr_samples, i + 1);
		assert_false(recording_end(r)->there);
		recording_close(r);
		free(bytes);
	}
	free(f.bytes);
}

/* Some bits are noticed, some make it look cut, some do not matter: none does harm. */
static void test_damaged_anywhere(void **state)
{
	unsigned int noticed = 0, n;
	struct file f;

	(void)state;
	make_file(&f);
	for (size_t at = 0; at < f.len; at++) {
		struct recording *r;
		char why[256];

		f.bytes[at] ^= 1 << at % 8;
		r = recording_open_memory(f.bytes, f.len, false, false, why, sizeof(why));
		if (!r || read_all(r, &n))
			noticed++;
		recording_close(r);
		f.bytes[at] ^= 1 << at % 8;
	}
	/* nine in ten: the others hit what is not looked at, such as the time in gzip's header */
	assert_true(noticed * 10 > f.len * 9);
	free(f.bytes);
}

static void test_rubbish_behind_the_end(void **state)
{
	struct file f;
	struct recording *r;
	unsigned int n;
	char why[256];

	(void)state;
	make_file(&f);
	memcpy(f.bytes + f.len, "rubbish", 7);
	r = recording_open_memory(f.bytes, f.len + 7, false, false, why, sizeof(why));
	assert_string_equal(read_all(r, &n), "after line 7: the compressed data is damaged "
					     "(incorrect header check)");
	assert_int_equal(n, SAMPLES);
	recording_close(r);
	free(f.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_lines),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_backwards),
		cmocka_unit_test(test_cgroups),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_evil_strings_replayed),
		cmocka_unit_test(test_evil_strings_reported),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_zeros_at_the_end),
		cmocka_unit_test(test_damaged_anywhere),
		cmocka_unit_test(test_rubbish_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
