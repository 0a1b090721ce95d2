// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include "utf8.h"

/* Length by the first byte, and the smallest code point that needs this length. */
static size_t length_of(unsigned char first, uint32_t *least)
{
	if (first >= 0xC2 && first <= 0xDF) {
		*least = 0x80;
		return 2;
	}
	if ((first & 0xF0) == 0xE0) {
		*least = 0x800;
		return 3;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		*least = 0x10000;
		return 4;
	}
	return 0;
}

size_t utf8_decode(const char *s, size_t len, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t c, least;
	size_t n;

	if (!len)
		return 0;
	*cp = *p;
	if (*p < 0x80)
		return 1;
	*cp = UTF8_BAD;
	n = length_of(*p, &least);
	if (!n || n > len)
		return 1;
	c = *p & (0x7F >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 1;
	*cp = c;
	return n;
}

bool utf8_deceives(uint32_t cp)
{
	return cp == 0xAD || cp == 0x61C || cp == 0x115F || cp == 0x1160 || cp == 0x180E ||
	       cp == 0x3164 || (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || cp == 0xFFA0 ||
	       (cp >= 0xFFF9 && cp <= 0xFFFB) || cp >= 0xE0000;
}

char *utf8_clean(const char *s)
{
	size_t len = strlen(s), n;
	/* At worst each byte is replaced. */
	char *copy = malloc(len * strlen(UTF8_BAD_BYTES) + 1), *to = copy;
	uint32_t cp;

	if (!copy)
		return NULL;
	while ((n = utf8_decode(s, len, &cp))) {
		const char *from = n == 1 && cp == UTF8_BAD ? UTF8_BAD_BYTES : s;
		size_t size = from == s ? n : strlen(UTF8_BAD_BYTES);

		memcpy(to, from, size);
		to += size;
		s += n;
		len -= n;
	}
	*to = '\0';
	return copy;
}
