// SPDX-License-Identifier: GPL-2.0-only
/* Text in lines of at most 72 columns. */
#include "fixture.h"
#include "wrap.h"

static void check(const char *prefix, const char *text, const char *want)
{
	struct capture c;

	wrap_text(capture_begin(&c), prefix, text);
	assert_string_equal(capture_end(&c), want);
	free(c.text);
}

/* 72 columns with a prefix of two: 70 of text. */
#define TEN    "123456789 "
#define SIXTY  TEN TEN TEN TEN TEN TEN
#define UMLAUT "\xC3\xA4"

static void test_short(void **state)
{
	(void)state;
	check("* ", "", "* \n");
	check("* ", "one", "* one\n");
	check("", "  one   two  ", "one two\n");
}

static void test_the_last_column(void **state)
{
	(void)state;
	check("* ", SIXTY "1234567890", "* " SIXTY "1234567890\n");
	check("* ", SIXTY "1234567890 x", "* " SIXTY "1234567890\n  x\n");
	check("* ", SIXTY "12345678 x", "* " SIXTY "12345678 x\n");
	check("* ", SIXTY "123456789 x",
	      "* " TEN TEN TEN TEN TEN TEN "123456789\n"
	      "  x\n");
}

/* They stay whole, but on a line of their own. */
static void test_long_words(void **state)
{
	(void)state;
#define LONG "12345678901234567890123456789012345678901234567890123456789012345678901234567890"
	check("* ", LONG, "* " LONG "\n");
	check("* ", "x " LONG " y", "* x\n  " LONG "\n  y\n");
}

/* Characters count, not their bytes; in the prefix, too. */
static void test_characters(void **state)
{
	(void)state;
	check(UMLAUT " ", SIXTY "12345678" UMLAUT UMLAUT " x",
	      UMLAUT " " SIXTY "12345678" UMLAUT UMLAUT "\n  x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_the_last_column),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
