// SPDX-License-Identifier: GPL-2.0-only
#include "fixture.h"
#include "utf8.h"

struct row {
	unsigned char lo[4], hi[4];
	size_t n;
};

/* Table 3-7 of the Unicode Standard, "Well-Formed UTF-8 Byte Sequences", apart from ASCII. */
static const struct row well_formed[] = {
	{{0xC2, 0x80}, {0xDF, 0xBF}, 2},
	{{0xE0, 0xA0, 0x80}, {0xE0, 0xBF, 0xBF}, 3},
	{{0xE1, 0x80, 0x80}, {0xEC, 0xBF, 0xBF}, 3},
	{{0xED, 0x80, 0x80}, {0xED, 0x9F, 0xBF}, 3},
	{{0xEE, 0x80, 0x80}, {0xEF, 0xBF, 0xBF}, 3},
	{{0xF0, 0x90, 0x80, 0x80}, {0xF0, 0xBF, 0xBF, 0xBF}, 4},
	{{0xF1, 0x80, 0x80, 0x80}, {0xF3, 0xBF, 0xBF, 0xBF}, 4},
	{{0xF4, 0x80, 0x80, 0x80}, {0xF4, 0x8F, 0xBF, 0xBF}, 4},
};

/* Length by the table; 1 for a byte to be replaced. */
static size_t expected_length(const unsigned char *s, size_t len)
{
	for (size_t r = 0; r < sizeof(well_formed) / sizeof(well_formed[0]); r++) {
		const struct row *row = &well_formed[r];
		size_t i = 0;

		while (i < row->n && i < len && s[i] >= row->lo[i] && s[i] <= row->hi[i])
			i++;
		if (i == row->n)
			return i;
	}
	return 1;
}

static void check(const unsigned char *s, size_t len)
{
	uint32_t cp = 0x12345678;
	size_t n = utf8_decode((const char *)s, len, &cp);
	uint32_t want = *s < 0x80 ? *s : UTF8_BAD;

	if (n != expected_length(s, len))
		fail_msg("%02x %02x %02x %02x, %zu bytes: length %zu", s[0], s[1], s[2], s[3], len,
			 n);
	if (n == 2)
		want = (s[0] & 0x1F) << 6 | (s[1] & 0x3F);
	else if (n == 3)
		want = (s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F);
	else if (n == 4)
		want = (s[0] & 0x07) << 18 | (s[1] & 0x3F) << 12 | (s[2] & 0x3F) << 6 |
		       (s[3] & 0x3F);
	if (cp != want)
		fail_msg("%02x %02x %02x %02x: U+%04X, not U+%04X", s[0], s[1], s[2], s[3], cp,
			 want);
}

/* Every start of three bytes, with fourth bytes at the borders, at each length. */
static void test_all_sequences(void **state)
{
	static const unsigned char last[] = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF};

	(void)state;
	for (uint32_t i = 0; i < 1 << 24; i++) {
		unsigned char s[4] = {i >> 16, i >> 8 & 0xFF, i & 0xFF};

		for (size_t j = 0; j < sizeof(last); j++) {
			s[3] = last[j];
			check(s, 4);
		}
		for (size_t len = 1; len < 4; len++)
			check(s, len);
	}
}

static void test_end(void **state)
{
	uint32_t cp = 1;

	(void)state;
	assert_int_equal(utf8_decode("", 0, &cp), 0);
	assert_int_equal(utf8_decode("\0", 1, &cp), 1);
	assert_int_equal(cp, 0);
}

static void test_real_replacement_is_told_apart(void **state)
{
	uint32_t cp = 0;

	(void)state;
	assert_int_equal(utf8_decode(UTF8_BAD_BYTES, 3, &cp), 3);
	assert_int_equal(cp, UTF8_BAD);
	assert_int_equal(utf8_decode("\xFF", 1, &cp), 1);
	assert_int_equal(cp, UTF8_BAD);
}

static void check_clean(const char *s, const char *want)
{
	char *got = utf8_clean(s);

	assert_non_null(got);
	assert_string_equal(got, want);
	free(got);
}

static void test_clean(void **state)
{
	char bad[256], *got;

	(void)state;
	check_clean("", "");
	check_clean("/plain", "/plain");
	check_clean("\xC3\xA9\xF0\x9F\x98\x80", "\xC3\xA9\xF0\x9F\x98\x80");
	check_clean("a\xFFz", "a" UTF8_BAD_BYTES "z");
	check_clean("\xEF\xBF\xBD", "\xEF\xBF\xBD");
	/* Overlong "/", a surrogate: a replacement for each byte. */
	check_clean("\xC0\xAF", UTF8_BAD_BYTES UTF8_BAD_BYTES);
	check_clean("\xED\xA0\x80", UTF8_BAD_BYTES UTF8_BAD_BYTES UTF8_BAD_BYTES);
	/* Cut short at the end. */
	check_clean("x\xE2\x82", "x" UTF8_BAD_BYTES UTF8_BAD_BYTES);
	memset(bad, 0xFF, sizeof(bad) - 1);
	bad[255] = '\0';
	got = utf8_clean(bad);
	assert_int_equal(strlen(got), 3 * 255);
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_sequences),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_real_replacement_is_told_apart),
		cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
