// SPDX-License-Identifier: GPL-2.0-only
/* Moments as people write them, and lines as they read them. */
#include "fixture.h"
#include "moment.h"
#include "wrap.h"

/* 2026-11-21T20:05:00.123Z */
#define START	 1795291500123000000
/* 2026-11-21T00:00:00Z */
#define MIDNIGHT 1795219200000000000
#define SIXTY	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void check(const char *text, uint64_t want, bool want_offset)
{
	uint64_t ns;
	bool offset;

	assert_true(moment_parse(text, START, &ns, &offset));
	assert_int_equal(ns, want);
	assert_int_equal(offset, want_offset);
}

static void test_moments(void **state)
{
	(void)state;
	check("0", 0, true);
	check("90", 90000000000, true);
	check("1.5", 1500000000, true);
	check(".5", 500000000, true);
	check("2026-11-21T20:05:00Z", START - 123000000, false);
	check("2026-11-21T20:05:00.123Z", START, false);
	check("1970-01-01T00:00:00Z", 0, false);
	check("21:00", MIDNIGHT + 21 * 3600000000000, false);
	check("20:05:01", MIDNIGHT + 72301000000000, false);
	/* the second that the recording began in, and the one before it, of the next day */
	check("20:05:00", START - 123000000, false);
	check("20:04:59", START - 123000000 + 86399000000000, false);
	check("00:00", MIDNIGHT + 86400000000000, false);
	/* the minute that it began in, and the one before it */
	check("20:05", START - 123000000, false);
	check("20:04", START - 123000000 + 86340000000000, false);
}

static void test_no_moments(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"-1",
		"+1",
		"1e3",
		"inf",
		"nan",
		"1.2.3",
		"1 ",
		" 1",
		".",
		"25:00",
		"12:60",
		"12:00x",
		"2026-11-21",
		"2026-11-21T20:05",
		"2026-11-21T20:05:00",
		"Z",
		"0x10",
		"2026-11-21T20:05:00+01:00",
		"2026-11-21T20:05:00.xZ",
		"9999999999",
		"1969-12-31T23:59:59Z",
		"2026-13-21T20:05:00Z",
	};
	uint64_t ns;
	bool offset;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (moment_parse(bad[i], START, &ns, &offset))
			fail_msg("'%s' is taken for a moment", bad[i]);
}

static void check_wrap(const char *prefix, const char *text, const char *want)
{
	struct capture c;

	wrap_text(capture_begin(&c), prefix, text);
	assert_string_equal(capture_end(&c), want);
	free(c.text);
}

static void test_wrap(void **state)
{
	(void)state;
	check_wrap("* ", "", "* \n");
	check_wrap("* ", "one two", "* one two\n");
	/* 72 columns fit, 73 do not */
	check_wrap("* ", SIXTY " yyyyyyyyy", "* " SIXTY " yyyyyyyyy\n");
	check_wrap("* ", SIXTY " yyyyyyyyyy", "* " SIXTY "\n  yyyyyyyyyy\n");
	/* a long word stays whole, wherever it is */
	check_wrap("* ", "a " SIXTY SIXTY " b", "* a\n  " SIXTY SIXTY "\n  b\n");
	check_wrap("* ", "a  b", "* a b\n");
	/* characters are counted, not bytes */
	check_wrap("  ", "\xc3\xa9\xc3\xa9", "  \xc3\xa9\xc3\xa9\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_no_moments),
		cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
