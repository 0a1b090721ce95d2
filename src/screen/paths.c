// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include "screen/paths.h"

/* Where the path is, or would be. */
static size_t place(const struct paths *p, const char *path, bool *found)
{
	size_t low = 0, high = p->n;

	*found = false;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(p->path[middle], path);

		if (!order)
			*found = true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool paths_has(const struct paths *p, const char *path)
{
	bool found;

	place(p, path, &found);
	return found;
}

bool paths_cover(const struct paths *p, const char *path)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t length = strlen(p->path[i]);

		/* the root is above all */
		if (length == 1 ||
		    (!strncmp(path, p->path[i], length) && (!path[length] || path[length] == '/')))
			return true;
	}
	return false;
}

void paths_toggle(struct paths *p, const char *path)
{
	bool found;
	size_t at = place(p, path, &found);
	char **more, *copy;

	if (found) {
		free(p->path[at]);
		p->n--;
		memmove(p->path + at, p->path + at + 1, (p->n - at) * sizeof(*p->path));
		return;
	}
	copy = strdup(path);
	more = copy ? realloc(p->path, (p->n + 1) * sizeof(*more)) : NULL;
	if (!more) {
		free(copy);
		return;
	}
	p->path = more;
	memmove(more + at + 1, more + at, (p->n - at) * sizeof(*more));
	more[at] = copy;
	p->n++;
}

void paths_clear(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->path[i]);
	free(p->path);
	p->path = NULL;
	p->n = 0;
}

void paths_copy(struct paths *p, const struct paths *from)
{
	paths_clear(p);
	for (size_t i = 0; i < from->n; i++)
		paths_toggle(p, from->path[i]);
}
