// SPDX-License-Identifier: GPL-2.0-only
/* Lines out of gzip, and the places where one can begin. */
#include <errno.h>
#include <unistd.h>
#include <zlib.h>
#include "fixture.h"
#include "gzlines.h"

struct buffer {
	unsigned char bytes[1 << 16];
	size_t len;
};

/* Adds a gzip member. */
static void add_member(struct buffer *b, const char *text)
{
	z_stream z = {};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)text;
	z.avail_in = strlen(text);
	z.next_out = b->bytes + b->len;
	z.avail_out = sizeof(b->bytes) - b->len;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b->len += z.total_out;
	deflateEnd(&z);
}

static struct gzlines *open_buffer(struct buffer *b)
{
	struct gzlines *l = gzlines_open(fmemopen(b->bytes, b->len, "r"), false);

	assert_non_null(l);
	return l;
}

static void check_line(struct gzlines *l, const char *want, uint64_t number)
{
	char *line;
	size_t len;

	assert_int_equal(gzlines_next(l, &line, &len), 1);
	assert_string_equal(line, want);
	assert_int_equal(len, strlen(want));
	assert_int_equal(gzlines_number(l), number);
}

static void check_end(struct gzlines *l, bool cut)
{
	char *line;
	size_t len;

	for (int i = 0; i < 2; i++)
		assert_int_equal(gzlines_next(l, &line, &len), 0);
	assert_int_equal(gzlines_cut(l), cut);
}

static void test_members_and_places(void **state)
{
	struct gzlines_place place[4];
	struct buffer b = {};
	struct gzlines *l;
	size_t third, fourth;

	(void)state;
	add_member(&b, "a\nb\n");
	add_member(&b, "");
	third = b.len;
	add_member(&b, "c\n\nd"); /* its last line ends in the next */
	add_member(&b, "d\ne\n");
	fourth = b.len;
	add_member(&b, "f\n");
	l = open_buffer(&b);
	check_line(l, "a", 1);
	assert_true(gzlines_place(l, &place[0]));
	check_line(l, "b", 2);
	assert_false(gzlines_place(l, &place[3]));
	check_line(l, "c", 3);
	assert_true(gzlines_place(l, &place[1]));
	check_line(l, "", 4);
	check_line(l, "dd", 5);
	assert_false(gzlines_place(l, &place[3]));
	check_line(l, "e", 6);
	assert_false(gzlines_place(l, &place[3]));
	check_line(l, "f", 7);
	assert_true(gzlines_place(l, &place[2]));
	check_end(l, false);
	assert_int_equal(place[0].offset, 0);
	assert_int_equal(place[1].offset, third);
	assert_int_equal(place[1].lines, 2);
	assert_int_equal(place[2].offset, fourth);
	assert_int_equal(gzlines_seek(l, &place[1]), 0);
	check_line(l, "c", 3);
	assert_int_equal(gzlines_seek(l, &place[2]), 0);
	check_line(l, "f", 7);
	check_end(l, false);
	assert_int_equal(gzlines_seek(l, &place[0]), 0);
	check_line(l, "a", 1);
	gzlines_close(l);
}

static void test_no_newline_at_the_end(void **state)
{
	struct buffer b = {};
	struct gzlines *l;

	(void)state;
	add_member(&b, "a\nb");
	l = open_buffer(&b);
	check_line(l, "a", 1);
	check_end(l, true);
	gzlines_close(l);
}

/* Lines longer than the buffer is at first; the longest that is taken, and one byte more. */
static void test_long_lines(void **state)
{
	char *path = strdup("/tmp/zswaptop-test-XXXXXX"), *text = malloc(GZLINES_MAX + 2), *line;
	struct gzlines *l;
	size_t len;
	gzFile out;

	(void)state;
	close(mkstemp(path));
	memset(text, 'x', GZLINES_MAX + 1);
	out = gzopen(path, "w1");
	gzwrite(out, "a\n", 2);
	text[300000] = '\n';
	gzwrite(out, text, 300001);
	text[300000] = 'x';
	text[GZLINES_MAX - 1] = '\n';
	gzwrite(out, text, GZLINES_MAX);
	text[GZLINES_MAX - 1] = 'x';
	text[GZLINES_MAX] = '\n';
	gzwrite(out, text, GZLINES_MAX + 1);
	gzclose(out);
	l = gzlines_open(fopen(path, "r"), false);
	check_line(l, "a", 1);
	assert_int_equal(gzlines_next(l, &line, &len), 1);
	assert_int_equal(len, 300000);
	assert_int_equal(gzlines_next(l, &line, &len), 1);
	assert_int_equal(len, GZLINES_MAX - 1);
	assert_int_equal(line[GZLINES_MAX - 2], 'x');
	assert_int_equal(gzlines_next(l, &line, &len), -EFBIG);
	assert_string_equal(gzlines_why(l), "a line longer than 16 MiB");
	gzlines_close(l);
	free(text);
	unlink(path);
	free(path);
}

static void check_bad(const char *bytes, size_t n, const char *want)
{
	struct buffer b = {};
	struct gzlines *l;
	char *line;
	size_t len;

	memcpy(b.bytes, bytes, n);
	b.len = n;
	l = open_buffer(&b);
	assert_int_equal(gzlines_next(l, &line, &len), -EBADMSG);
	assert_string_equal(gzlines_why(l), want);
	gzlines_close(l);
}

static void test_no_gzip(void **state)
{
	(void)state;
	check_bad("\x1f\x8c\x08\x01\x01\x01", 6, "it is not gzip");
	check_bad("\x1e\x8b\x08\x01\x01\x01", 6, "it is not gzip");
	check_bad("\x1f\x8b\x07\x01\x01\x01", 6,
		  "the compressed data is damaged (unknown compression method)");
}

/* Zeros to the end look like a crash of the machine, anything else does not. */
static void test_zeros(void **state)
{
	struct gzlines *l;
	struct buffer b;
	char *line;
	size_t len;

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		memset(&b, 0, sizeof(b));
		add_member(&b, "a\n");
		if (i)
			b.bytes[b.len + (i == 1 ? 2000 : 0)] = 1;
		b.len += 2001;
		l = open_buffer(&b);
		check_line(l, "a", 1);
		if (!i)
			check_end(l, true);
		else
			assert_int_equal(gzlines_next(l, &line, &len), -EBADMSG);
		gzlines_close(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_and_places),
		cmocka_unit_test(test_no_newline_at_the_end),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_no_gzip),
		cmocka_unit_test(test_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
