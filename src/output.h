/* SPDX-License-Identifier: GPL-2.0-only */
/* What every writer needs: the state of its stream, texts of times, and files replaced at once. */
#ifndef ZSWAPTOP_OUTPUT_H
#define ZSWAPTOP_OUTPUT_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#define OUTPUT_TIME_LEN	   32
#define OUTPUT_SECONDS_LEN 32

/*
 * 0, or -errno if writing to the stream has failed. Set errno to 0 before the writes that are
 * asked about. What stdio still holds back is not known to be written: only fflush() tells.
 */
int output_status(FILE *out);

/* RFC 3339, UTC, milliseconds: "2026-11-21T20:05:00.123Z". Returns buf. */
const char *output_time(const struct timespec *wall, char buf[OUTPUT_TIME_LEN]);

/* Nanoseconds as seconds, exact and without trailing zeros: 256 is "0.000000256". Returns buf. */
const char *output_seconds(uint64_t ns, char buf[OUTPUT_SECONDS_LEN]);

/*
 * A file that is replaced as a whole, so that its readers never see a part: written beside as
 * .zswaptop.XXXXXX.tmp (which node_exporter does not read), mode 0644 whatever the umask, synced,
 * renamed, and the directory synced.
 *
 * A symbolic link of this name is itself replaced, what it points to stays. What is neither a
 * regular file nor leads to one (a directory, a device, a pipe) is refused: root would rename over
 * /dev/null. A process killed between begin and commit leaves its temporary file behind, until the
 * next one opens the directory: it is known by nobody holding a lock on it.
 *
 * On failure, error and what say it, until a commit succeeds; they stay the same as long as the
 * same thing fails, so that the caller can tell the user once: "cannot %s: %s", what,
 * strerror(error).
 */
struct output {
	char *dir;	  /* as given, "." where the path has none */
	const char *name; /* in it */
	char *copy;	  /* holds name */
	int dir_fd;	  /* -1: not open */
	FILE *stream;	  /* between begin and commit */
	char tmp[32];	  /* name of the temporary file; empty: there is none */
	dev_t dev;	  /* of the file that the last commit put in place */
	ino_t ino;	  /* 0: there was none */
	int error;	  /* errno of the last failure, 0: none */
	const char *what; /* "create a temporary file", ...; a constant */
};

/*
 * Prepares to replace path. 0, or -errno: then output_begin() may still be tried, as the directory
 * may come later; except after -ENOMEM, and -EINVAL for a path that names no file. output_close()
 * is needed in any case.
 */
int output_open(struct output *o, const char *path);

/*
 * The stream to write the next contents to; it belongs to o. A directory that was removed or
 * replaced since is opened again. NULL on failure, errno is set. Drops what was not committed.
 */
FILE *output_begin(struct output *o);

/*
 * Puts in place what was written since output_begin(). 0, or -errno: then the old file is still
 * there (only if the directory could not be synced, the new one is), and nothing else is left.
 */
int output_commit(struct output *o);

/* Drops what was written since output_begin(), if anything. */
void output_abort(struct output *o);

/* Removes what the last commit put in place, unless something else has taken its name since. */
void output_remove(struct output *o);

void output_close(struct output *o);

#endif
