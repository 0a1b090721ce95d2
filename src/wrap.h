/* SPDX-License-Identifier: GPL-2.0-only */
/* Text for people, in lines that fit a mail. */
#ifndef ZSWAPTOP_WRAP_H
#define ZSWAPTOP_WRAP_H

#include <stdio.h>

#define WRAP_COLUMNS 72

/*
 * Writes a text, broken at blanks: the first line begins with the prefix, the others with as many
 * blanks. A word that is too long stays whole.
 */
void wrap_text(FILE *out, const char *prefix, const char *text);

#endif
