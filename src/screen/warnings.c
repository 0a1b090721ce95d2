// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include "screen/warnings.h"

__attribute__((format(printf, 2, 3))) static void warn(struct warnings *w, const char *format, ...)
{
	va_list args;

	if (w->n == MOST_WARNINGS)
		return;
	va_start(args, format);
	vsnprintf(w->text[w->n++], sizeof(w->text[0]), format, args);
	va_end(args);
}

static bool is_some(uint64_t n)
{
	return n && n != ABSENT;
}

static void warn_of_state(struct warnings *w, const uint64_t *v)
{
	char buf[FORMAT_LEN];

	if (v[V_ENABLED] == 0)
		warn(w, "zswap is off");
	if (v[V_POOL_FULL] == 1)
		warn(w, "pool full: refusing until below %s", format_bytes(v[V_POOL_ACCEPT], buf));
	if (v[V_SWAP_TOTAL] == 0)
		warn(w, "no swap");
	if (is_some(v[V_SWAP_ZRAM]))
		warn(w, "zram swap also active");
	if (is_some(v[V_INV_STALE]))
		warn(w, "stale lookups %s", format_count(v[V_INV_STALE], buf));
	if (is_some(v[V_LOAD_ERRORS]))
		warn(w, "load errors %s", format_count(v[V_LOAD_ERRORS], buf));
}

/* What the numbers may lack. */
static void warn_of_gaps(struct warnings *w, const struct sample *s)
{
	uint64_t missed = 0;
	unsigned int absent = 0;
	char buf[FORMAT_LEN];

	for (size_t i = 0; i < s->nr_probes; i++) {
		absent += !s->probes[i].attached;
		if (s->probes[i].missed != ABSENT)
			missed += s->probes[i].missed;
	}
	if (!s->nr_probes)
		warn(w, "no programs loaded");
	if (absent)
		warn(w, "%u probe%s missing", absent, absent == 1 ? "" : "s");
	if (is_some(s->v[V_EVENTS_LOST]))
		warn(w, "events lost %s", format_count(s->v[V_EVENTS_LOST], buf));
	if (sample_has_other(s))
		warn(w, "cgroups beyond %d in %s", ZT_MAX_CGROUPS, CGROUP_OTHER_PATH);
	if (missed)
		warn(w, "missed runs %s", format_count(missed, buf));
	if (is_some(s->v[V_CONTEXTS_LOST]))
		warn(w, "contexts lost %s", format_count(s->v[V_CONTEXTS_LOST], buf));
}

void warnings_gather(struct warnings *w, const struct view *v)
{
	const struct sample *s = view_sample(v);

	w->n = 0;
	if (v->restricted)
		warn(w, "-c: only cgroups and events, the rest is of all");
	warn_of_state(w, s->v);
	warn_of_gaps(w, s);
}
