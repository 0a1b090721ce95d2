/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strict UTF-8 for what the kernel hands over as plain bytes: cgroup paths, command names, devices.
 */
#ifndef ZSWAPTOP_UTF8_H
#define ZSWAPTOP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands for a byte that is not UTF-8: U+FFFD, as a code point and as bytes. */
#define UTF8_BAD       0xFFFDu
#define UTF8_BAD_BYTES "\xEF\xBF\xBD"

/*
 * Decodes the character at s, of which len bytes may be read, into *cp. Returns how many bytes it
 * takes: 1 to 4, or 0 if len is 0. Where the bytes are no valid character (overlong, a surrogate,
 * above U+10FFFF, cut short), *cp is UTF8_BAD and 1 is returned: one byte is to be replaced. A
 * U+FFFD that is really there returns 3. A NUL byte is a character like any other.
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *cp);

/*
 * Characters that make a name look like another: of no width but no marks, such as joiners, tags
 * and what turns the direction of text around.
 */
bool utf8_deceives(uint32_t cp);

/* A copy of s with every bad byte replaced by U+FFFD; the caller frees it. NULL: no memory. */
char *utf8_clean(const char *s);

#endif
