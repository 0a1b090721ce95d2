/* SPDX-License-Identifier: GPL-2.0-only */
/* A few paths of cgroups: tagged, folded, traced. */
#ifndef ZSWAPTOP_SCREEN_PATHS_H
#define ZSWAPTOP_SCREEN_PATHS_H

#include <stdbool.h>
#include <stddef.h>

struct paths {
	char **path; /* sorted */
	size_t n;
};

bool paths_has(const struct paths *p, const char *path);

/* Is the path one of them, or below one? */
bool paths_cover(const struct paths *p, const char *path);

/* Adds a copy of the path, or removes it if it is there. Without memory nothing happens. */
void paths_toggle(struct paths *p, const char *path);

void paths_clear(struct paths *p);

/* Makes p what from is. */
void paths_copy(struct paths *p, const struct paths *from);

#endif
