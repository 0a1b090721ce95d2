// SPDX-License-Identifier: GPL-2.0-only
/* Lines of events: read fast they say what JSON says, and anything unusual is left to that. */
#include "event.h"
#include "eventline.h"
#include "fixture.h"
#include "json.h"
#include "state.h"

static uint64_t random_state = 1;

static uint64_t random_number(void)
{
	uint64_t z = random_state += 0x9E3779B97F4A7C15;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

/* Of any size up to so many bits. */
static uint64_t random_bits(unsigned int bits)
{
	return random_number() >> (64 - bits + random_number() % bits);
}

static struct zt_event random_event(void)
{
	static const char *const comms[] = {"workload", "kswapd0", "a b", "", "0123456789abcde"};
	struct zt_event e = {.time_ns = random_bits(59)};

	e.type = random_number() % ZT_NR_EVENTS;
	e.result = random_number() % event_nr_results(e.type);
	e.swap = random_bits(5);
	e.offset = random_bits(50);
	e.pages = random_bits(9);
	e.bytes = random_number() % 4 ? random_bits(32) - 1 : ZT_NO_U32;
	e.latency_ns = random_number() % 4 ? random_bits(40) : ZT_NO_U64;
	e.cgroup_id = random_number() % 4 ? random_bits(40) : ZT_NO_U64;
	e.pid = random_bits(32);
	e.cpu = random_bits(10);
	if (e.type == ZT_EV_WRITEBACK)
		e.detail = random_number() % ZT_NR_TRIGGERS;
	if (e.type == ZT_EV_TREE) {
		e.detail = random_number() % ZT_NR_CAUSES;
		e.height_before = random_bits(8);
		e.height_after = random_bits(8);
	}
	strcpy(e.comm, comms[random_number() % 5]);
	return e;
}

/* The line, without its newline. */
static char *line_of(const struct zt_event *e, const char *cgroup)
{
	struct capture c;

	assert_int_equal(json_write_event(capture_begin(&c), e, cgroup), 0);
	capture_end(&c);
	c.text[c.len - 1] = '\0';
	return c.text;
}

static void read_slowly(const char *line, struct zt_event *e)
{
	struct state st;
	const char *cgroup;
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	state_init(&st);
	assert_non_null(object);
	assert_int_equal(state_event(&st, object, e, &cgroup), 0);
	json_decref(object);
	state_free(&st);
}

static void test_same(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *path = random_number() % 4 ? "/web.slice/a.service" : NULL, *read;
		struct zt_event e = random_event(), fast, slow;
		char *line = line_of(&e, path);

		read_slowly(line, &slow);
		if (!eventline_read(line, strlen(line), &fast, &read))
			fail_msg("not read: %s", line);
		assert_memory_equal(&fast, &e, sizeof(e));
		assert_memory_equal(&slow, &e, sizeof(e));
		if (path)
			assert_string_equal(read, path);
		else
			assert_null(read);
		free(line);
	}
}

/* Left alone, that is: nothing of the line is changed. */
static void assert_left(const char *line)
{
	char *copy = strdup(line);
	const char *cgroup;
	struct zt_event e;

	if (eventline_read(copy, strlen(copy), &e, &cgroup))
		fail_msg("read: %s", line);
	assert_string_equal(copy, line);
	free(copy);
}

static void test_cut(void **state)
{
	struct zt_event e = random_event();
	char *line = line_of(&e, "/a");

	(void)state;
	for (size_t n = strlen(line) - 1; n; n--) {
		line[n] = '\0';
		assert_left(line);
	}
	free(line);
}

/* The line of an event with one part replaced. */
static void assert_left_with(const char *part, const char *other)
{
	struct zt_event e = {.time_ns = 12, .offset = 7, .bytes = 9, .type = ZT_EV_STORE};
	char *line, *at, *changed;

	strcpy(e.comm, "work");
	line = line_of(&e, "/a");
	at = strstr(line, part);
	assert_non_null(at);
	assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - line), line, other,
			     at + strlen(part)) > 0);
	assert_left(changed);
	free(changed);
	free(line);
}

static void test_unusual(void **state)
{
	(void)state;
	assert_left("");
	assert_left("{\"schema\":1,\"full\":true}");
	assert_left_with("\"time_ns\":12", "\"time_ns\":012");
	assert_left_with("\"time_ns\":12", "\"time_ns\":-12");
	assert_left_with("\"time_ns\":12", "\"time_ns\":12.5");
	assert_left_with("\"time_ns\":12", "\"time_ns\":12000000000000000000");
	assert_left_with("\"time_ns\":12", "\"time_ns\": 12");
	assert_left_with("\"time_ns\":12", "\"time_ns\":");
	assert_left_with("\"time_ns\":12", "\"time_ns\":null");
	assert_left_with("\"event\":\"store\"", "\"event\":\"stor\"");
	assert_left_with("\"event\":\"store\"", "\"event\":\"\"");
	assert_left_with("\"event\":\"store\"", "\"event\":\"load\"");
	assert_left_with("\"result\":\"disabled\"", "\"result\":\"hit\"");
	assert_left_with("\"swap\":0", "\"swap\":4294967296");
	assert_left_with("\"bytes\":9", "\"bytes\":4294967295");
	assert_left_with("\"bytes\":9", "\"bytes\":nul");
	assert_left_with("\"cgroup\":\"/a\"", "\"cgroup\":\"/\\u0061\"");
	assert_left_with("\"cgroup\":\"/a\"", "\"cgroup\":\"/\xc3\xa4\"");
	assert_left_with("\"cgroup\":\"/a\"", "\"cgroup\":\"/a");
	assert_left_with("\"comm\":\"work\"", "\"comm\":null");
	assert_left_with("\"comm\":\"work\"", "\"comm\":\"\t\"");
	assert_left_with("}", ",\"more\":1}");
	assert_left_with("}", "} ");
	assert_left_with("}", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_unusual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
