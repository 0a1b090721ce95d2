// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include "fit.h"
#include "utf8.h"

/* The longest path, all of it escaped, would be four times this; more is cut at its end. */
#define LONGEST	   8192
/* Combining marks above one character; the rest is dropped. */
#define MOST_MARKS 3

static wchar_t clean[LONGEST];

struct cleaning {
	size_t n;
	unsigned int marks;
	bool unicode;
};

static void put(struct cleaning *c, wchar_t ch)
{
	if (c->n < LONGEST)
		clean[c->n++] = ch;
}

static void put_escape(struct cleaning *c, char kind, uint32_t value, int digits)
{
	put(c, L'\\');
	put(c, kind);
	for (int i = digits - 1; i >= 0; i--)
		put(c, L"0123456789abcdef"[value >> 4 * i & 15]);
}

static void put_character(struct cleaning *c, uint32_t cp)
{
	int width = wcwidth(cp);

	if (!c->unicode) {
		put(c, cp < 0x80 ? (wchar_t)cp : L'?');
		return;
	}
	if (width < 0 || utf8_deceives(cp)) {
		put_escape(c, cp > 0xFFFF ? 'U' : 'u', cp, cp > 0xFFFF ? 8 : 4);
		return;
	}
	c->marks = width ? 0 : c->marks + 1;
	/* a mark needs a character to stand on */
	if (width || (c->n && c->marks <= MOST_MARKS))
		put(c, cp);
}

static size_t make_clean(const char *name, bool unicode)
{
	struct cleaning c = {.unicode = unicode};
	size_t left = strlen(name), n;
	uint32_t cp;

	while ((n = utf8_decode(name, left, &cp))) {
		bool bad = n == 1 && cp == UTF8_BAD;

		if (bad || cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			put_escape(&c, 'x', bad ? (unsigned char)*name : cp, 2);
		else
			put_character(&c, cp);
		name += n;
		left -= n;
	}
	return c.n;
}

static int width_of(wchar_t ch)
{
	/* ASCII is most of what there is */
	return ch < 0x7F ? 1 : wcwidth(ch);
}

static int total_width(size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += width_of(clean[i]);
	return width;
}

/* Copies from clean[first] on as much as fits; returns the columns used. */
static int copy(size_t first, size_t n, int width, wchar_t *out, size_t size, size_t *length)
{
	int used = 0;

	*length = 0;
	for (size_t i = first; i < n && *length + 1 < size; i++) {
		int w = width_of(clean[i]);

		if (used + w > width)
			break;
		out[(*length)++] = clean[i];
		used += w;
	}
	out[*length] = L'\0';
	return used;
}

static int cut_end(size_t n, int width, wchar_t mark, wchar_t *out, size_t size)
{
	size_t length;
	int used = copy(0, n, width - 1, out, size - 1, &length);

	out[length] = mark;
	out[length + 1] = L'\0';
	return used + 1;
}

static int cut_start(size_t n, int total, int width, wchar_t mark, wchar_t *out, size_t size)
{
	size_t first = 0, length;

	while (first < n && (total > width - 1 || !width_of(clean[first])))
		total -= width_of(clean[first++]);
	out[0] = mark;
	return 1 + copy(first, n, width - 1, out + 1, size - 1, &length);
}

int fit_name(const char *name, int width, enum cut cut, bool unicode, wchar_t *out, size_t size)
{
	wchar_t mark = unicode ? 0x2026 : L'~';
	size_t n, length;
	int total;

	if (size)
		*out = L'\0';
	if (width <= 0 || size < 3)
		return 0;
	n = make_clean(name, unicode);
	total = total_width(n);
	if (total <= width)
		return copy(0, n, width, out, size, &length);
	if (cut == CUT_END)
		return cut_end(n, width, mark, out, size);
	return cut_start(n, total, width, mark, out, size);
}
