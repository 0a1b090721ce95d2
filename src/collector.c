// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "cgroups.h"
#include "collector.h"
#include "files.h"
#include "loop.h"

/* More trees than this are not looked at in every sample, but every TREES_PAUSE. */
#define TREES_OFTEN 4096
#define TREES_PAUSE 10000000000ULL /* ns */
/* Events alone have cgroups looked for again so often. */
#define REFRESH_NS  1000000000ULL

struct collector {
	struct source source; /* first: a collector is a source */
	struct live *live;
	struct files *files;
	struct cgroups *cgroups;
	bool by_cgroup;
	char filter[4096]; /* path of -c, or empty */
	uint64_t start_ns; /* wall clock */
	uint64_t last_ns;  /* monotonic, of the sample before */
	uint64_t walked_ns;
	uint64_t refreshed_ns;
	struct swap_area *areas; /* with the trees as they were found last */
	size_t nr_areas;
	uint64_t new_id; /* of the event before, if that cgroup's path was found by its parent */
	char *new_path;
	source_event_fn *event_fn;
	void *event_arg;
	source_traced_fn *traced_fn; /* NULL: nobody is traced */
	void *traced_arg;
};

static struct collector *collector_of(struct source *source)
{
	return (struct collector *)source;
}

void collector_say(const char *what, const struct trouble *t)
{
	fprintf(stderr, "zswaptop: %s: %s\n", what, t->why);
	if (*t->remedy)
		fprintf(stderr, "zswaptop: %s\n", t->remedy);
}

static uint64_t wall_ns(const struct timespec *ts)
{
	return ts->tv_sec * 1000000000ULL + ts->tv_nsec;
}

static bool find_cgroup(struct collector *c, const char *argument, struct live_options *live)
{
	char why[256];

	if (!argument)
		return true;
	if (!cgroups_resolve(argument, c->filter, sizeof(c->filter), &live->cgroup_id,
			     &live->cgroup_level, why, sizeof(why)))
		return true;
	fprintf(stderr, "zswaptop: --cgroup %s: %s\n", argument, why);
	return false;
}

static bool open_live(struct collector *c, const struct live_options *options, bool need_programs)
{
	struct trouble trouble = {};

	c->live = live_open(options, &trouble);
	if (c->live)
		return true;
	collector_say("cannot observe zswap", &trouble);
	if (need_programs || (c->files && files_zswap_missing(c->files)))
		return false;
	fputs("zswaptop: going on with the kernel's own files alone; the rest is n/a\n", stderr);
	return true;
}

void collector_close(struct collector *c)
{
	if (!c)
		return;
	live_close(c->live);
	cgroups_close(c->cgroups);
	files_close(c->files);
	free(c->areas);
	free(c->new_path);
	free(c);
}

struct live *collector_live(const struct collector *c)
{
	return c->live;
}

static const char *path_of(struct source *source, uint64_t id)
{
	struct collector *c = collector_of(source);

	if (id == ZT_CGROUP_OTHER)
		return CGROUP_OTHER_PATH;
	return c->cgroups ? cgroups_path(c->cgroups, id) : NULL;
}

/*
 * The path of a cgroup that was gone before its path was ever asked for: the programs kept its
 * name, and its parent may still be known. To be freed; NULL if it is not.
 */
static char *path_by_parent(struct collector *c, const struct cgroup_sample *cg)
{
	const char *parent = *cg->name ? path_of(&c->source, cg->parent_id) : NULL;
	char *path;

	if (!parent || asprintf(&path, "%s/%s", strcmp(parent, "/") ? parent : "", cg->name) < 0)
		return NULL;
	return path;
}

static char *path_of_removed(struct collector *c, const struct cgroup_sample *cg)
{
	char *path = path_by_parent(c, cg);

	if (!path && asprintf(&path, "(removed %" PRIu64 ")", cg->id) < 0)
		return NULL;
	return path;
}

static void name_cgroup(struct collector *c, struct cgroup_sample *cg)
{
	const char *path;

	/* a name that fills its field may have been cut */
	if (c->cgroups && strlen(cg->name) < sizeof(cg->name) - 1)
		cgroups_hint(c->cgroups, cg->id, cg->parent_id, cg->name);
	path = path_of(&c->source, cg->id);
	if (cg->id == ZT_CGROUP_OTHER) {
		cg->path = strdup(CGROUP_OTHER_PATH);
	} else if (path) {
		cg->path = strdup(path);
		if (cg->path)
			cgroups_read(c->cgroups, cg);
	} else {
		cg->path = path_of_removed(c, cg);
		cg->gone = true;
	}
}

static int by_path(const void *a, const void *b)
{
	const struct cgroup_sample *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	/* the living one of several first */
	return order ? order : x->gone - y->gone;
}

/* A cgroup removed and made again under the same path is one: its counts go on. */
static void add_cgroup(struct cgroup_sample *to, struct cgroup_sample *from)
{
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		if (to->n[i] != ABSENT)
			to->n[i] += from->n[i];
	for (int i = 0; i < ZT_BUCKETS; i++) {
		to->store_ns[i] += from->store_ns[i];
		to->load_ns[i] += from->load_ns[i];
	}
	free(from->path);
}

static bool counted_nothing(const struct cgroup_sample *cg)
{
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		if (cg->n[i] && cg->n[i] != ABSENT)
			return false;
	return true;
}

static int settle_cgroups(struct collector *c, struct sample *s)
{
	size_t n = 0;

	if (!s->cgroups_present)
		return 0;
	if (c->cgroups)
		cgroups_refresh(c->cgroups);
	for (size_t i = 0; i < s->nr_cgroups; i++) {
		struct cgroup_sample *cg = &s->cgroups[i];

		if (cg->id == ZT_CGROUP_OTHER && counted_nothing(cg))
			continue;
		name_cgroup(c, cg);
		if (!cg->path)
			return -ENOMEM;
		s->cgroups[n++] = *cg;
	}
	qsort(s->cgroups, n, sizeof(*s->cgroups), by_path);
	s->nr_cgroups = 0;
	for (size_t i = 0; i < n; i++) {
		struct cgroup_sample *last = &s->cgroups[s->nr_cgroups - 1];

		if (s->nr_cgroups && !strcmp(last->path, s->cgroups[i].path))
			add_cgroup(last, &s->cgroups[i]);
		else
			s->cgroups[s->nr_cgroups++] = s->cgroups[i];
	}
	return 0;
}

static uint64_t total_trees(const struct sample *s)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < s->nr_areas; i++)
		bytes += s->areas[i].bytes;
	return bytes >> 26; /* 64 MiB each */
}

/* What was found at the last look stands in for a look that was left out. */
static void remember_trees(struct collector *c, struct sample *s, bool walked)
{
	for (size_t i = 0; !walked && i < s->nr_areas && i < c->nr_areas; i++) {
		if (s->areas[i].type != c->areas[i].type || s->areas[i].bytes != c->areas[i].bytes)
			continue;
		s->areas[i].trees = c->areas[i].trees;
		s->areas[i].trees_empty = c->areas[i].trees_empty;
	}
	free(c->areas);
	c->areas = calloc(s->nr_areas + 1, sizeof(*c->areas));
	c->nr_areas = c->areas ? s->nr_areas : 0;
	if (c->nr_areas)
		memcpy(c->areas, s->areas, s->nr_areas * sizeof(*c->areas));
}

/* Known also where no program can be loaded. */
static void name_kernel(struct sample *s)
{
	struct utsname u;

	if (!uname(&u))
		snprintf(s->kernel.release, sizeof(s->kernel.release), "%s", u.release);
}

static bool is_traced(uint64_t id, void *arg)
{
	struct collector *c = arg;
	const char *path = path_of(&c->source, id);

	return path && c->traced_fn(path, c->traced_arg);
}

static void mark_traced(struct collector *c)
{
	live_trace(c->live, c->traced_fn ? is_traced : NULL, c);
}

static void trace(struct source *source, source_traced_fn *traced, void *arg)
{
	struct collector *c = collector_of(source);

	c->traced_fn = traced;
	c->traced_arg = arg;
	mark_traced(c);
}

static int take_sample(struct source *source, struct sample *s)
{
	struct collector *c = collector_of(source);
	bool walk;
	int err = 0;

	sample_init(s);
	clock_gettime(CLOCK_REALTIME, &s->wall);
	s->mono_ns = loop_now();
	s->interval_ns = c->last_ns ? s->mono_ns - c->last_ns : 0;
	c->last_ns = s->mono_ns;
	name_kernel(s);
	if (c->files)
		files_sample(c->files, s);
	s->v[V_START_TIME] = c->start_ns;
	s->v[V_LAST_COLLECTION] = wall_ns(&s->wall);
	walk = total_trees(s) <= TREES_OFTEN || !c->walked_ns ||
	       s->mono_ns - c->walked_ns >= TREES_PAUSE;
	if (walk)
		c->walked_ns = s->mono_ns;
	if (c->live)
		err = live_sample(c->live, s, walk);
	remember_trees(c, s, walk);
	if (!err)
		err = settle_cgroups(c, s);
	/* those that came since the last sample, too */
	if (c->traced_fn)
		mark_traced(c);
	return err;
}

/* Of a cgroup that came after the last refresh, and may be gone before the next. */
static const char *path_of_new(struct collector *c, uint64_t id)
{
	struct cgroup_sample cg;

	if (id != c->new_id) {
		free(c->new_path);
		c->new_path = live_cgroup(c->live, id, &cg) ? path_by_parent(c, &cg) : NULL;
		c->new_id = id;
	}
	return c->new_path;
}

static void pass_event(const struct zt_event *e, void *arg)
{
	struct collector *c = arg;
	const char *path = NULL;

	if (e->cgroup_id != ZT_NO_U64)
		path = path_of(&c->source, e->cgroup_id);
	if (!path && e->cgroup_id != ZT_NO_U64)
		path = path_of_new(c, e->cgroup_id);
	c->event_fn(e, path, c->event_arg);
}

/* Where nothing else does: new cgroups are to get their paths, too. */
static void refresh_now_and_then(struct collector *c)
{
	uint64_t now = loop_now();

	if (c->by_cgroup || !c->cgroups || now - c->refreshed_ns < REFRESH_NS)
		return;
	c->refreshed_ns = now;
	cgroups_refresh(c->cgroups);
}

static int take_events(struct source *source, source_event_fn *fn, void *arg)
{
	struct collector *c = collector_of(source);

	c->event_fn = fn;
	c->event_arg = arg;
	refresh_now_and_then(c);
	return c->live ? live_events(c->live, pass_event, c) : 0;
}

static int look_at_trees(struct source *source, uint32_t swap, uint64_t first, unsigned int n,
			 const struct zt_cell **cells)
{
	struct collector *c = collector_of(source);

	return c->live ? live_trees(c->live, swap, first, n, true, cells) : -ENOTSUP;
}

struct source *collector_source(struct collector *c)
{
	return &c->source;
}

static uint32_t events_only(const struct demand *demand)
{
	uint32_t types = 0;

	for (int i = 0; demand->only_events && i < ZT_NR_EVENTS; i++)
		types |= (demand->events[i] != 0) << i;
	return types;
}

struct collector *collector_open(const struct options *o, const struct demand *demand)
{
	struct live_options options = {
		.wishes = {.verify = o->verify,
			   .latency = true,
			   .lock_waits = true,
			   .only_events = events_only(demand),
			   .without = o->without},
		.by_cgroup = demand->by_cgroup,
		.self_cost = o->self_cost,
		.live_trace = demand->live_trace,
		.min_latency_ns = o->min_latency_ns,
		.ring_bytes = o->ring_bytes,
	};
	struct collector *c = calloc(1, sizeof(*c));
	struct timespec now;
	char why[256];

	if (!c)
		return NULL;
	c->source = (struct source){.sample = take_sample,
				    .events = take_events,
				    .cgroup_path = path_of,
				    .trees = look_at_trees};
	if (demand->events)
		memcpy(options.events, demand->events, sizeof(options.events));
	c->by_cgroup = demand->by_cgroup;
	c->files = files_open("", why, sizeof(why));
	c->cgroups = cgroups_open(NULL);
	if (!find_cgroup(c, o->cgroup, &options) ||
	    !open_live(c, &options, demand->need_programs)) {
		collector_close(c);
		return NULL;
	}
	if (c->live && demand->live_trace)
		c->source.trace = trace;
	clock_gettime(CLOCK_REALTIME, &now);
	c->start_ns = wall_ns(&now);
	return c;
}
