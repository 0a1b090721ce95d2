/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel says of zswap and swap in its files: the tier that needs no BPF.
 *
 * Files are opened once and kept open (of debugfs, the directory), so that samples can be taken
 * after every privilege was given up. None of them is needed: what cannot be read is ABSENT.
 */
#ifndef ZSWAPTOP_FILES_H
#define ZSWAPTOP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "sample.h"

struct files;

/*
 * Opens the files below root: "" on a live system, another directory in tests. NULL, with the
 * reason in why, if not even /proc can be read, or without memory. The caller closes.
 */
struct files *files_open(const char *root, char *why, size_t size);

/* Does nothing with NULL. */
void files_close(struct files *files);

/*
 * Fills the values V_ENABLED to V_SWAP_ZRAM, except V_POOL_FULL, which no file tells; the
 * compressor and shrinker of s->kernel; and s->areas, whose trees stay ABSENT. The sample was
 * initialised by sample_init(); it owns the areas.
 *
 * /proc/swaps does not tell the types of swap areas. It lists them in the order of their types,
 * so an area's type is taken to be its position. That is wrong for areas behind a hole, which a
 * swapoff leaves until the next swapon fills it.
 *
 * Files that did not exist yet are looked for again: debugfs has its zswap directory only since
 * zswap was first enabled. That needs the right to enter /sys/kernel/debug, which is root's.
 */
void files_sample(struct files *files, struct sample *s);

/* Was this kernel built without zswap? False also if that cannot be told. */
bool files_zswap_missing(struct files *files);

/* What follows is for every reader of such files. */

/*
 * Reads an open file from its beginning (one that cannot be positioned: from where it stands) into
 * buf and ends it with a null byte. Of a file that does not fit, the last, incomplete line is
 * left out. The length, or -1 and errno.
 */
ssize_t files_read(int fd, char *buf, size_t size);

/* The decimal number at the beginning of a text, after blanks; ABSENT if there is none. */
uint64_t files_number(const char *text);

/*
 * The number behind a key, in a text of lines "key number" or "key: number kB". ABSENT if there
 * is no such line, or no number in it. Unit: as the file has it.
 */
uint64_t files_value(const char *text, const char *key);

/* Replaces \ooo, as the kernel writes blanks and backslashes in paths, by what it stands for. */
void files_unescape(char *text);

#endif
