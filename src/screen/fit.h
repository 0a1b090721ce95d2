/* SPDX-License-Identifier: GPL-2.0-only */
/* Names from outside made harmless and cut to a number of columns. */
#ifndef ZSWAPTOP_SCREEN_FIT_H
#define ZSWAPTOP_SCREEN_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* Which end of a name that is too long is given up. */
enum cut { CUT_END, CUT_START };

/*
 * Writes a name (any bytes) to out as at most width columns of printable characters, and ends it
 * with a null character. Control characters and bytes that are not UTF-8 become \xNN, characters
 * that would turn or hide the text around them \uNNNN. Without unicode, what is not ASCII becomes
 * "?". A cut is marked by an ellipsis ("~" without unicode); wide characters are never cut in two.
 * Returns the columns used: fewer than width also where a wide character did not fit.
 *
 * Uses wcwidth(), so the locale's LC_CTYPE must be set.
 */
int fit_name(const char *name, int width, enum cut cut, bool unicode, wchar_t *out, size_t size);

#endif
