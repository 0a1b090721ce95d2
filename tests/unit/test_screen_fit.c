// SPDX-License-Identifier: GPL-2.0-only
/* Names from outside: harmless, and never wider than they may be. */
#include <locale.h>
#include "fixture.h"
#include "screen/fit.h"

static wchar_t out[4096];

static void assert_fit(const char *name, int width, enum cut cut, bool unicode, const wchar_t *want)
{
	int used = fit_name(name, width, cut, unicode, out, 4096);

	if (wcscmp(out, want))
		fail_msg("%s, %d columns: \"%ls\", not \"%ls\"", name, width, out, want);
	assert_true(used <= (width > 0 ? width : 0));
	assert_int_equal(used, wcswidth(out, wcslen(out)));
}

static void test_plain(void **state)
{
	(void)state;
	assert_fit("", 10, CUT_END, true, L"");
	assert_fit("/a/b", 10, CUT_END, true, L"/a/b");
	assert_fit("/a/b", 4, CUT_END, true, L"/a/b");
	assert_fit("/a/b", 4, CUT_END, false, L"/a/b");
}

static void test_cut(void **state)
{
	(void)state;
	assert_fit("abcdefgh", 5, CUT_END, true, L"abcd\u2026");
	assert_fit("abcdefgh", 5, CUT_START, true, L"\u2026efgh");
	assert_fit("abcdefgh", 5, CUT_END, false, L"abcd~");
	assert_fit("abcdefgh", 5, CUT_START, false, L"~efgh");
	assert_fit("abcdefgh", 1, CUT_START, true, L"\u2026");
	assert_fit("abcdefgh", 1, CUT_END, true, L"\u2026");
	assert_fit("abcdefgh", 0, CUT_END, true, L"");
	assert_fit("abcdefgh", -3, CUT_END, true, L"");
}

static void test_control_characters(void **state)
{
	(void)state;
	assert_fit("a\033[31mb", 20, CUT_END, true, L"a\\x1b[31mb");
	assert_fit("\001\n\t\177", 20, CUT_END, true, L"\\x01\\x0a\\x09\\x7f");
	/* C1 controls: a terminal may take U+009B for ESC [ */
	assert_fit("\xc2\x9b"
		   "31m",
		   20, CUT_END, true, L"\\x9b31m");
	assert_fit("a\033b", 20, CUT_END, false, L"a\\x1bb");
}

static void test_invalid_utf8(void **state)
{
	(void)state;
	assert_fit("\xff\xc3(", 20, CUT_END, true, L"\\xff\\xc3(");
	assert_fit("\xe2\x82", 20, CUT_END, true, L"\\xe2\\x82");
	assert_fit("\xff", 20, CUT_END, false, L"\\xff");
}

/* Two columns each: never cut in two. */
static void test_wide(void **state)
{
	const char *name = "\xe4\xb8\xad\xe6\x96\x87\xe5\xae\xbd";

	(void)state;
	assert_fit(name, 6, CUT_END, true, L"\u4e2d\u6587\u5bbd");
	assert_fit(name, 5, CUT_END, true, L"\u4e2d\u6587\u2026");
	assert_fit(name, 4, CUT_END, true, L"\u4e2d\u2026");
	assert_fit(name, 5, CUT_START, true, L"\u2026\u6587\u5bbd");
	assert_fit(name, 4, CUT_START, true, L"\u2026\u5bbd");
	assert_fit(name, 2, CUT_END, true, L"\u2026");
	assert_fit(name, 6, CUT_END, false, L"???");
}

static void test_marks(void **state)
{
	(void)state;
	assert_fit("e\xcc\x81x", 2, CUT_END, true, L"e\u0301x");
	/* at most three on one character, and none on nothing */
	assert_fit("e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85x", 9, CUT_END, true,
		   L"e\u0301\u0302\u0303x");
	assert_fit("\xcc\x81x", 9, CUT_END, true, L"x");
	/* the ellipsis takes no mark over from what was cut */
	assert_fit("abce\xcc\x81yz", 4, CUT_START, true, L"\u2026e\u0301yz");
	assert_fit("abce\xcc\x81yz", 3, CUT_START, true, L"\u2026yz");
}

static void test_deceiving(void **state)
{
	(void)state;
	assert_fit("a\xe2\x80\xae"
		   "b",
		   20, CUT_END, true, L"a\\u202eb");
	assert_fit("a\xe2\x80\x8b"
		   "b",
		   20, CUT_END, true, L"a\\u200bb");
	assert_fit("\xef\xbb\xbfx", 20, CUT_END, true, L"\\ufeffx");
	assert_fit("\xf3\xa0\x81\x81", 20, CUT_END, true, L"\\U000e0041");
	assert_fit("a\xe2\x80\xae"
		   "b",
		   20, CUT_END, false, L"a?b");
}

static void test_long(void **state)
{
	char name[3 * 256 + 1];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[0] = name[256] = name[512] = '/';
	name[767] = 'e';
	name[768] = '\0';
	assert_int_equal(fit_name(name, 40, CUT_START, true, out, 4096), 40);
	assert_int_equal(out[0], 0x2026);
	assert_int_equal(out[39], 'e');
	/* a small buffer is not written beyond */
	memset(out, 'A', sizeof(out));
	fit_name(name, 40, CUT_END, true, out, 8);
	assert_true(wcslen(out) < 8);
	fit_name(name, 40, CUT_START, true, out, 8);
	assert_true(wcslen(out) < 8);
}

/* Every byte, alone and between others, at every width: the columns never exceed it. */
static void test_all_bytes(void **state)
{
	(void)state;
	for (int first = 1; first < 256; first++) {
		for (int second = 1; second < 256; second++) {
			char name[] = {'a', first, second, 'z', '\0'};

			for (int width = 1; width < 8; width++) {
				int used = fit_name(name, width, first & 1, true, out, 4096);

				assert_true(used <= width);
				assert_int_equal(used, wcswidth(out, wcslen(out)));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_control_characters),
		cmocka_unit_test(test_invalid_utf8),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_deceiving),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_all_bytes),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
