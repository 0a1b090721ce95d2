/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cgroups: from what a person writes to the kernel's id, from the kernel's id to a path, and what
 * the kernel says of one in its files.
 *
 * The id of a cgroup is that of its kernfs node, which is the inode number of its directory and
 * the file handle that name_to_handle_at() gives. It is never used twice. A path is: a unit that
 * was restarted has another id below the same path, so several ids may have one path.
 *
 * The hierarchy's mount is kept open, so paths and files can be read after every privilege was
 * given up. All paths are below that mount and begin with "/"; the root, with id 1, is "/".
 */
#ifndef ZSWAPTOP_CGROUPS_H
#define ZSWAPTOP_CGROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sample.h"

struct cgroups;

/*
 * The directory at which a file like /proc/self/mountinfo has cgroup2, a mount of the whole
 * hierarchy if there is one. 0, or -1 if there is none, or the file cannot be read.
 */
int cgroups_find_mount(const char *mountinfo, char *mount, size_t size);

/*
 * Opens the hierarchy mounted at a directory; NULL: where /proc/self/mountinfo has it. NULL if
 * there is none, or without memory. The caller closes.
 */
struct cgroups *cgroups_open(const char *mount);

/* Does nothing with NULL. */
void cgroups_close(struct cgroups *c);

/*
 * Does this hierarchy have the memory controller? If not (hybrid systems, which have it on
 * cgroup v1), the owners of pages are cgroups of another hierarchy, whose ids mean nothing here:
 * cgroups_path() knows none then but the root.
 */
bool cgroups_has_memory(const struct cgroups *c);

/*
 * What the argument of --cgroup means: a cgroup as below the mount ("/system.slice/db.service",
 * with or without the slash) or the full path of its directory. Fills the path, the id, and the
 * level: the number of components below the root. 0, or -1 with the reason in why.
 */
int cgroups_resolve(const char *arg, char *path, size_t size, uint64_t *id, unsigned int *level,
		    char *why, size_t why_size);

/* The same for a hierarchy mounted elsewhere. */
int cgroups_resolve_below(const char *mount, const char *arg, char *path, size_t size, uint64_t *id,
			  unsigned int *level, char *why, size_t why_size);

/* Paths that were not found may be looked for again. To be called once a sample. */
void cgroups_refresh(struct cgroups *c);

/*
 * The path of a cgroup, also if it was removed since it was found. NULL: not known, which stays so
 * until the next refresh, and for good if it was looked for three times.
 *
 * Found by open_by_handle_at() where that is permitted (CAP_DAC_READ_SEARCH), otherwise by a walk
 * of the hierarchy, of which there is at most one between two refreshes. Remembered are 10,000
 * cgroups and whatever was asked for between the last two refreshes, 20,000 at most: a removed
 * cgroup that is asked for in every sample keeps its path. The text belongs to the hierarchy and
 * is valid until the next refresh.
 */
const char *cgroups_path(struct cgroups *c, uint64_t id);

/*
 * Spares the walk for a cgroup whose name and parent are known: its path is looked at only where
 * the parent's is known, and taken if the cgroup is there. If it is not, it was removed, and is
 * not looked for any more. name: empty where it is not known, or not in full.
 */
void cgroups_hint(struct cgroups *c, uint64_t id, uint64_t parent, const char *name);

/*
 * Fills pool_bytes, stored_bytes, limit_bytes and writeback of the cgroup at cs->path; ABSENT is
 * what the kernel does not have for it (the root has no limit). Sets cs->gone if there is no
 * such cgroup any more, or another with another id (cs->id 0 stands for any): that one is to be
 * read into a sample of its own. 0, or -1 if it is gone or cannot be read.
 */
int cgroups_read(struct cgroups *c, struct cgroup_sample *cs);

#endif
