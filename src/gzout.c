// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "gzout.h"

#define WINDOW_GZIP (15 + 16)
#define LEVEL	    6 /* 9 saves some per cent and costs four times as much where there are events */
#define BUFFER_SIZE (64u << 10)

struct gzout {
	int fd;
	FILE *stream; /* writes into z */
	z_stream z;
	char *path;   /* to be removed if nothing comes of it; else NULL */
	off_t synced; /* bytes of the file that are whole */
	int err;      /* 0, or -errno of what went wrong first */
	bool member;  /* z has something that no end of a member followed */
	unsigned char buf[BUFFER_SIZE];
};

static int write_all(int fd, const unsigned char *buf, size_t n)
{
	while (n) {
		ssize_t done = write(fd, buf, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done ? -errno : -EIO;
		buf += done;
		n -= done;
	}
	return 0;
}

/* Compresses and writes what is in z, until it wants no more. */
static int run_deflate(struct gzout *g, int flush)
{
	do {
		g->z.next_out = g->buf;
		g->z.avail_out = sizeof(g->buf);
		if (deflate(&g->z, flush) == Z_STREAM_ERROR)
			return -EINVAL;
		g->err = write_all(g->fd, g->buf, sizeof(g->buf) - g->z.avail_out);
	} while (!g->err && !g->z.avail_out);
	return g->err;
}

static ssize_t take(void *cookie, const char *bytes, size_t n)
{
	struct gzout *g = cookie;

	g->z.next_in = (unsigned char *)bytes;
	g->z.avail_in = n;
	g->member = true;
	/* what is lost on its way is told by the next sync: stdio would try again and again */
	if (!g->err)
		run_deflate(g, Z_NO_FLUSH);
	return n;
}

static int open_stream(struct gzout *g)
{
	g->stream = fopencookie(g, "w", (cookie_io_functions_t){.write = take});
	if (!g->stream)
		return -1;
	setvbuf(g->stream, NULL, _IOFBF, BUFFER_SIZE);
	if (deflateInit2(&g->z, LEVEL, Z_DEFLATED, WINDOW_GZIP, 8, Z_DEFAULT_STRATEGY) == Z_OK)
		return 0;
	errno = ENOMEM;
	return -1;
}

/* A pipe without a reader is not waited for, as it is refused. */
static int open_file(struct gzout *g, const char *path)
{
	const int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

	g->fd = open(path, flags | O_CREAT | O_EXCL, 0644);
	if (g->fd >= 0) {
		g->path = strdup(path);
		return g->path ? 0 : -1;
	}
	if (errno == EEXIST)
		g->fd = open(path, flags);
	return g->fd < 0 ? -1 : 0;
}

/* In a directory that others write to, a file that is there may be a trap. */
static bool is_ours(struct gzout *g, char *why, size_t size)
{
	const char *wrong = NULL;
	struct stat st;

	if (fstat(g->fd, &st))
		wrong = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		wrong = "it is not a regular file";
	else if (st.st_uid != geteuid())
		wrong = "it is there and belongs to another user; remove it, or choose another "
			"name";
	else if (st.st_nlink > 1)
		wrong = "it is there and has another name, too (a hard link); remove it, or choose "
			"another name";
	if (wrong)
		snprintf(why, size, "%s", wrong);
	return !wrong;
}

struct gzout *gzout_open(const char *path, char *why, size_t size)
{
	struct gzout *g = calloc(1, sizeof(*g));

	if (!g) {
		snprintf(why, size, "out of memory");
		return NULL;
	}
	g->fd = -1;
	if (open_file(g, path)) {
		snprintf(why, size, "%s",
			 errno == ELOOP	  ? "it is a symbolic link, which is not followed"
			 : errno == ENXIO ? "it is not a regular file"
					  : strerror(errno));
	} else if (is_ours(g, why, size)) {
		if (!open_stream(g))
			return g;
		snprintf(why, size, "%s", strerror(errno));
	}
	gzout_close(g);
	return NULL;
}

int gzout_start(struct gzout *g)
{
	if (ftruncate(g->fd, 0))
		return -errno;
	free(g->path);
	g->path = NULL;
	return 0;
}

FILE *gzout_stream(struct gzout *g)
{
	return g->stream;
}

/* Cuts off what is not whole. */
static int settle(struct gzout *g)
{
	off_t now = lseek(g->fd, 0, SEEK_CUR);

	if (!g->err && now >= 0) {
		g->synced = now;
		return 0;
	}
	if (!g->err)
		g->err = -errno;
	/* nothing more can be done about it: the reader copes with what is cut off, too */
	if (ftruncate(g->fd, g->synced))
		return g->err;
	lseek(g->fd, g->synced, SEEK_SET);
	return g->err;
}

static int flush_as(struct gzout *g, int flush)
{
	if (!g->err && fflush(g->stream) && !g->err)
		g->err = -errno;
	if (!g->err && g->member)
		run_deflate(g, flush);
	return settle(g);
}

int gzout_sync(struct gzout *g)
{
	return flush_as(g, Z_SYNC_FLUSH);
}

int gzout_end_member(struct gzout *g)
{
	int err = flush_as(g, Z_FINISH);

	if (!err && deflateReset(&g->z) != Z_OK)
		err = g->err = -EINVAL;
	g->member = false;
	return err;
}

off_t gzout_size(const struct gzout *g)
{
	return g->synced;
}

int gzout_close(struct gzout *g)
{
	int err = 0;

	if (g->stream) {
		err = gzout_end_member(g);
		fclose(g->stream);
		deflateEnd(&g->z);
	}
	if (g->path) {
		unlink(g->path);
		free(g->path);
	} else if (g->fd >= 0 && fsync(g->fd) && !err) {
		err = -errno;
	}
	if (g->fd >= 0 && close(g->fd) && !err)
		err = -errno;
	free(g);
	return err;
}
