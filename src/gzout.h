/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A gzip file that grows: what was written up to the last gzout_sync() can be read back, whatever
 * becomes of the writer.
 */
#ifndef ZSWAPTOP_GZOUT_H
#define ZSWAPTOP_GZOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct gzout;

/*
 * Opens a regular file for writing, which is created with mode 0644 less the umask, or else left
 * as it is until gzout_start(). A symbolic link is not followed. NULL, with the reason in why.
 */
struct gzout *gzout_open(const char *path, char *why, size_t size);

/* Empties the file. 0 or -errno. */
int gzout_start(struct gzout *g);

/* Where to write to. Of its errors gzout_sync() tells. */
FILE *gzout_stream(struct gzout *g);

/*
 * Hands all that was written to the kernel. 0 or -errno: then, and in all calls that follow, the
 * file is what it was after the last sync that succeeded.
 */
int gzout_sync(struct gzout *g);

/* The same, and what follows begins a gzip member: reading can begin there. */
int gzout_end_member(struct gzout *g);

/* Bytes in the file, as of the last sync. */
off_t gzout_size(const struct gzout *g);

/*
 * Ends the file and has it written to the disk. 0 or -errno; g is freed in any case. A file that
 * was created and never started is removed.
 */
int gzout_close(struct gzout *g);

#endif
