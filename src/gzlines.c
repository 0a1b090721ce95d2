// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "gzlines.h"

#define INPUT_SIZE  (64u << 10)
#define OUTPUT_SIZE (256u << 10) /* at first */
#define WINDOW_GZIP (15 + 16)	 /* for inflateInit2(): the gzip format only */

struct gzlines {
	FILE *in;
	bool plain;
	z_stream z;
	unsigned char input[INPUT_SIZE];
	uint64_t taken; /* bytes of the file that are in z's input, or were */
	bool between;	/* members: the last one is over, the next not begun */
	bool end;	/* of the file */
	bool cut;
	off_t member;	  /* where the member begins whose first line is next, or -1 */
	off_t line_place; /* the same of the line handed out last */
	uint64_t lines;
	char *buf;
	size_t size, start, used; /* decoded and not handed out: from start to used */
	char why[160];
};

struct gzlines *gzlines_open(FILE *in, bool plain)
{
	struct gzlines *l = calloc(1, sizeof(*l));

	if (l)
		l->buf = malloc(OUTPUT_SIZE + 1);
	if (!l || !l->buf || inflateInit2(&l->z, WINDOW_GZIP) != Z_OK) {
		if (l)
			free(l->buf);
		free(l);
		fclose(in);
		return NULL;
	}
	l->in = in;
	l->plain = plain;
	l->size = OUTPUT_SIZE;
	l->between = true;
	l->line_place = l->member = -1;
	return l;
}

void gzlines_close(struct gzlines *l)
{
	if (!l)
		return;
	inflateEnd(&l->z);
	fclose(l->in);
	free(l->buf);
	free(l);
}

static int damaged(struct gzlines *l, const char *why)
{
	snprintf(l->why, sizeof(l->why), "%s", why);
	return -EBADMSG;
}

/* More compressed bytes, if there are any. 0 or -errno. */
static int refill(struct gzlines *l)
{
	size_t n;

	if (l->z.avail_in)
		return 0;
	n = fread(l->input, 1, sizeof(l->input), l->in);
	if (!n && ferror(l->in)) {
		int err = errno ? errno : EIO;

		snprintf(l->why, sizeof(l->why), "cannot read: %s", strerror(err));
		return -err;
	}
	l->z.next_in = l->input;
	l->z.avail_in = n;
	l->taken += n;
	return 0;
}

/* A machine that crashed may leave zeros where data was still to come. */
static bool rest_is_zero(struct gzlines *l)
{
	for (;;) {
		for (unsigned int i = 0; i < l->z.avail_in; i++)
			if (l->z.next_in[i])
				return false;
		l->z.avail_in = 0;
		if (refill(l) || !l->z.avail_in)
			return true;
	}
}

static int inflate_failed(struct gzlines *l, int status)
{
	char why[120];

	if (status == Z_MEM_ERROR)
		return -ENOMEM;
	/* a header that is wrong has been read already */
	if (l->z.total_in > 2 && rest_is_zero(l)) {
		l->end = l->cut = true;
		return 0;
	}
	snprintf(why, sizeof(why), "the compressed data is damaged (%s)",
		 l->z.msg ? l->z.msg : "zlib cannot read it");
	return damaged(l, why);
}

/* Before the first byte of a member, of which there need not be one. */
static int begin_member(struct gzlines *l)
{
	bool first = l->taken == l->z.avail_in;

	if (first && (l->z.avail_in < 2 || l->input[0] != 0x1f || l->input[1] != 0x8b))
		return damaged(l, l->taken ? "it is not gzip" : "it is empty");
	if (!first && !*l->z.next_in && rest_is_zero(l)) {
		l->end = l->cut = true;
		return 0;
	}
	if (inflateReset(&l->z) != Z_OK)
		return -ENOMEM;
	if (l->used == l->start)
		l->member = (off_t)(l->taken - l->z.avail_in);
	l->between = false;
	return 0;
}

/* Decodes into the room that there is. Stops where a member ends. */
static int decode(struct gzlines *l)
{
	size_t room = l->size - l->used;
	int status, err = refill(l);

	if (err)
		return err;
	if (l->between && (l->z.avail_in || !l->taken)) {
		err = begin_member(l);
		if (err || l->end)
			return err;
	}
	if (!l->z.avail_in) {
		l->end = true;
		l->cut = !l->between;
		return 0;
	}
	l->z.next_out = (unsigned char *)l->buf + l->used;
	l->z.avail_out = room;
	status = inflate(&l->z, Z_NO_FLUSH);
	l->used += room - l->z.avail_out;
	if (status == Z_STREAM_END)
		l->between = true;
	else if (status != Z_OK && status != Z_BUF_ERROR)
		return inflate_failed(l, status);
	return 0;
}

static int read_plain(struct gzlines *l)
{
	size_t n = fread(l->buf + l->used, 1, l->size - l->used, l->in);

	l->used += n;
	l->end = !n;
	return 0;
}

/* Makes room for at least one more byte. */
static int make_room(struct gzlines *l)
{
	size_t size;
	char *buf;

	if (l->start) {
		memmove(l->buf, l->buf + l->start, l->used - l->start);
		l->used -= l->start;
		l->start = 0;
	}
	if (l->used < l->size)
		return 0;
	if (l->size >= GZLINES_MAX) {
		snprintf(l->why, sizeof(l->why), "a line longer than %u MiB", GZLINES_MAX >> 20);
		return -EFBIG;
	}
	size = l->size * 2 < GZLINES_MAX ? l->size * 2 : GZLINES_MAX;
	buf = realloc(l->buf, size + 1);
	if (!buf)
		return -ENOMEM;
	l->buf = buf;
	l->size = size;
	return 0;
}

static int hand_out(struct gzlines *l, char *newline, char **line, size_t *len)
{
	*line = l->buf + l->start;
	*len = newline - *line;
	*newline = '\0';
	l->start += *len + 1;
	l->lines++;
	l->line_place = l->member;
	l->member = -1;
	return 1;
}

int gzlines_next(struct gzlines *l, char **line, size_t *len)
{
	size_t searched = 0;

	for (;;) {
		size_t waiting = l->used - l->start;
		char *newline = memchr(l->buf + l->start + searched, '\n', waiting - searched);
		int err;

		if (newline)
			return hand_out(l, newline, line, len);
		searched = waiting;
		if (l->end) {
			l->cut |= waiting > 0;
			return 0;
		}
		err = make_room(l);
		if (!err)
			err = l->plain ? read_plain(l) : decode(l);
		if (err) {
			if (err == -ENOMEM)
				snprintf(l->why, sizeof(l->why), "out of memory");
			return err;
		}
	}
}

uint64_t gzlines_number(const struct gzlines *l)
{
	return l->lines;
}

bool gzlines_cut(const struct gzlines *l)
{
	return l->cut;
}

const char *gzlines_why(const struct gzlines *l)
{
	return l->why;
}

bool gzlines_place(const struct gzlines *l, struct gzlines_place *place)
{
	if (l->line_place < 0)
		return false;
	place->offset = l->line_place;
	place->lines = l->lines - 1;
	return true;
}

int gzlines_seek(struct gzlines *l, const struct gzlines_place *place)
{
	if (fseeko(l->in, place->offset, SEEK_SET))
		return -errno;
	l->taken = place->offset;
	l->z.avail_in = 0;
	l->start = l->used = 0;
	l->between = true;
	l->end = l->cut = false;
	l->member = l->line_place = -1;
	l->lines = place->lines;
	return 0;
}
