// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cgroup_series.h"
#include "utf8.h"

/* A cgroup of the sample, under the path of its series. */
struct member {
	const struct cgroup_sample *cgroup;
	char *path;
	size_t series_len; /* of path, the part that is the series' label */
};

/* The order of the tree: like strcmp(), but what is below a cgroup follows it at once. */
static int compare_paths(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (!*a || !*b || (*a != '/' && *b != '/'))
		return (unsigned char)*a - (unsigned char)*b;
	return *a == '/' ? -1 : 1;
}

static int compare_members(const void *a, const void *b)
{
	return compare_paths(((const struct member *)a)->path, ((const struct member *)b)->path);
}

/* The length of the first components of a path; 0: all. */
static size_t cut_at(const char *path, unsigned int components)
{
	const char *end = path;

	if (!components)
		return strlen(path);
	for (unsigned int i = 0; i < components && *end; i++)
		end += 1 + strcspn(end + 1, "/");
	return end - path;
}

static bool is_below(const char *path, const char *top)
{
	size_t len = strlen(top);

	return !strncmp(path, top, len) && path[len] == '/';
}

static void add_gauge(struct subtree_gauge *g, const char *path, uint64_t v)
{
	if (v == ABSENT || (g->top && is_below(path, g->top)))
		return;
	g->value = known_sum(g->value, v);
	g->top = path;
}

static void add_limit(uint64_t *limit, uint64_t v)
{
	if (v == UNLIMITED || *limit == UNLIMITED)
		*limit = UNLIMITED;
	else
		*limit = known_sum(*limit, v);
}

static void add_member(struct cgroup_series *s, const struct member *m)
{
	const struct cgroup_sample *c = m->cgroup;

	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		s->n[i] = known_sum(s->n[i], c->n[i]);
	/* What was removed holds nothing any more, whatever was read last. */
	if (c->gone)
		return;
	add_gauge(&s->pool, m->path, c->pool_bytes);
	add_gauge(&s->stored, m->path, c->stored_bytes);
	if (!m->path[m->series_len])
		add_limit(&s->limit, c->limit_bytes);
}

static bool is_active(const struct cgroup_series *s)
{
	uint64_t all = 0;

	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		all |= s->n[i] == ABSENT ? 0 : s->n[i];
	all |= s->pool.value == ABSENT ? 0 : s->pool.value;
	all |= s->stored.value == ABSENT ? 0 : s->stored.value;
	return all;
}

static int init_series(struct cgroup_series *s, const struct member *m)
{
	s->path = strndup(m->path, m->series_len);
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		s->n[i] = ABSENT;
	s->pool = s->stored = (struct subtree_gauge){ABSENT, NULL};
	s->limit = ABSENT;
	return s->path ? 0 : -ENOMEM;
}

static bool same_series(const struct cgroup_series *s, const struct member *m)
{
	return !strncmp(s->path, m->path, m->series_len) && !s->path[m->series_len];
}

/* Sorted members become series; returns how many, or -ENOMEM. */
static int build_series(const struct member *members, size_t n, struct cgroup_series *series)
{
	int last = -1;

	for (size_t i = 0; i < n; i++) {
		if (last < 0 || !same_series(&series[last], &members[i])) {
			last++;
			if (init_series(&series[last], &members[i]))
				return -ENOMEM;
		}
		add_member(&series[last], &members[i]);
	}
	return last + 1;
}

static int build_members(const struct sample *s, unsigned int depth, struct member *members)
{
	for (size_t i = 0; i < s->nr_cgroups; i++) {
		const struct cgroup_sample *c = &s->cgroups[i];

		members[i].cgroup = c;
		members[i].path = utf8_clean(c->path ? c->path : "?");
		if (!members[i].path)
			return -ENOMEM;
		members[i].series_len = cut_at(members[i].path, depth);
	}
	qsort(members, s->nr_cgroups, sizeof(*members), compare_members);
	return 0;
}

static bool is_wanted(const struct export_options *o, const struct cgroup_series *s)
{
	return is_active(s) && (!o->match || !regexec(o->match, s->path, 0, NULL, 0));
}

/* Moves those that are wanted to the front, in their order; how many they are. */
static size_t choose(const struct export_options *o, struct cgroup_series *series, size_t n)
{
	size_t wanted = 0;

	for (size_t i = 0; i < n; i++) {
		struct cgroup_series tmp = series[i];

		if (!is_wanted(o, &tmp))
			continue;
		/* Swapped, not copied: each path is freed once. */
		series[i] = series[wanted];
		series[wanted++] = tmp;
	}
	return wanted;
}

int cgroup_series_build(struct cgroup_series_list *list, const struct sample *s,
			const struct export_options *o)
{
	size_t n = s->nr_cgroups;
	/* One more: none at all is no reason for NULL. */
	struct member *members = calloc(n + 1, sizeof(*members));
	int built = -ENOMEM;

	*list = (struct cgroup_series_list){.series = calloc(n + 1, sizeof(*list->series)),
					    .allocated = n};
	if (members && list->series && !build_members(s, o->depth, members))
		built = build_series(members, n, list->series);
	for (size_t i = 0; members && i < n; i++)
		free(members[i].path);
	free(members);
	if (built < 0) {
		cgroup_series_free(list);
		return built;
	}
	list->wanted = choose(o, list->series, built);
	return 0;
}

void cgroup_series_free(struct cgroup_series_list *list)
{
	for (size_t i = 0; list->series && i < list->allocated; i++)
		free(list->series[i].path);
	free(list->series);
	*list = (struct cgroup_series_list){};
}
