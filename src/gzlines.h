/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of a gzip file, one after the other, of bounded length, with places to come back to.
 * The file may be anything: damaged, cut off, or made to do harm.
 */
#ifndef ZSWAPTOP_GZLINES_H
#define ZSWAPTOP_GZLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Longer lines are refused. */
#define GZLINES_MAX (16u << 20)

struct gzlines;

/* Where a gzip member begins, and with it a line. */
struct gzlines_place {
	off_t offset;	/* in the file */
	uint64_t lines; /* how many precede */
};

/*
 * Reads from in, which is closed by gzlines_close(), or here on failure. plain: the file is not
 * compressed (for tests). NULL without memory.
 */
struct gzlines *gzlines_open(FILE *in, bool plain);
void gzlines_close(struct gzlines *l);

/*
 * The next line, without its newline, a null byte behind it; valid until the next call. 1; 0 at the
 * end, which is also where a cut file has no more whole line; or -errno: -EBADMSG for a file that
 * is not gzip or is damaged, -EFBIG for a line that is too long, and gzlines_why() says it.
 */
int gzlines_next(struct gzlines *l, char **line, size_t *len);

/* Lines handed out so far: the number of the current one, counted from 1. */
uint64_t gzlines_number(const struct gzlines *l);

/* After the end: the file breaks off, in a line or in its compressed data. */
bool gzlines_cut(const struct gzlines *l);

/* What was wrong, in words. */
const char *gzlines_why(const struct gzlines *l);

/* Whether the current line is the first of a gzip member, and where that is. */
bool gzlines_place(const struct gzlines *l, struct gzlines_place *place);

/* Goes on at a place. 0 or -errno. */
int gzlines_seek(struct gzlines *l, const struct gzlines_place *place);

#endif
