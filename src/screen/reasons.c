// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "metrics.h"
#include "probes.h"
#include "screen/reasons.h"

/* Where the values that no probe feeds come from. */
static const struct {
	unsigned int first, n;
	const char *reason;
} files[] = {
	{V_ENABLED, 1, "no /sys/module/zswap"},
	{V_POOL_FULL, 1, "pool_full: kallsyms hides its address, or the programs are not loaded"},
	{V_POOL_BYTES, 1, "pool size: no Zswap in /proc/meminfo (5.19+)"},
	{V_POOL_LIMIT, 2, "pool limit: no /sys/module/zswap/parameters"},
	{V_STORED_BYTES, 1, "stored: no Zswapped in /proc/meminfo (5.19+)"},
	{V_STORED_RAW, 1, "incompressible: debugfs not readable, or a kernel before 6.18"},
	{V_SWAPIN_PAGES + ZT_SOURCE_ZERO, 1, "zero: /proc/vmstat has no swpin_zero (6.13+)"},
	{V_SWAPIN_PAGES, ZT_NR_SOURCES, "/proc/vmstat lacks zswpin or pswpin"},
	{V_K_ZSWPOUT, V_K_PSWPOUT - V_K_ZSWPOUT + 1, "/proc/vmstat lacks kernel_* counters"},
	{V_K_RECLAIM_FAIL, 2, "debugfs zswap is not readable"},
	{V_SWAP_TOTAL, 4, "no swap in /proc/meminfo and /proc/swaps"},
};

#define NR_FILES (sizeof(files) / sizeof(files[0]))

void reasons_value(struct reasons *r, unsigned int value)
{
	uint32_t feeding = probes_feeding(value);

	if (value == V_INV_STALE)
		r->verify = true;
	r->probes |= feeding;
	for (unsigned int i = 0; !feeding && i < NR_FILES; i++) {
		if (value - files[i].first >= files[i].n)
			continue;
		r->files |= 1u << i;
		return;
	}
}

void reasons_member(struct reasons *r, unsigned int value)
{
	reasons_value(r, value);
	if (value - V_STORE_REJECTED < ZT_NR_REJECTS)
		r->rejects |= 1u << (value - V_STORE_REJECTED);
}

void reasons_histogram(struct reasons *r, enum zt_histogram hist)
{
	r->probes |= probes_feeding_histogram(hist);
}

struct text {
	char *buf;
	size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *format, ...)
{
	va_list args;

	if (t->used && t->used + 2 < t->size)
		t->used += snprintf(t->buf + t->used, t->size - t->used, "; ");
	va_start(args, format);
	if (t->used < t->size)
		t->used += vsnprintf(t->buf + t->used, t->size - t->used, format, args);
	va_end(args);
}

static const struct probe_sample *probe_of(const struct sample *s, const char *name)
{
	for (size_t i = 0; i < s->nr_probes; i++)
		if (!strcmp(s->probes[i].name, name))
			return &s->probes[i];
	return NULL;
}

static void add_probes(struct text *t, uint32_t wanted, const struct sample *s)
{
	for (int id = 0; id < NR_PROBES; id++) {
		const struct probe_sample *p = probe_of(s, probes[id].name);

		if (wanted >> id & 1 && p && !p->attached)
			add(t, "%s: %s", p->name, *p->reason ? p->reason : "not attached");
	}
}

/* Where stores are seen at all, what is absent is a cause that this kernel does not tell. */
static void add_rejects(struct text *t, uint32_t wanted, const struct sample *s)
{
	const struct probe_sample *store = probe_of(s, probes[PROBE_STORE].name);

	for (int i = 0; i < ZT_NR_REJECTS; i++)
		if (wanted >> i & 1 && store && store->attached)
			add(t, "%s: here counted under another cause", reject_names[i]);
}

bool reasons_text(const struct reasons *r, const struct sample *s, char *buf, size_t size)
{
	struct text t = {buf, size, 0};

	*buf = '\0';
	if (r->probes && !s->nr_probes)
		add(&t, "no programs are loaded: see zswaptop probe");
	add_probes(&t, r->probes, s);
	add_rejects(&t, r->rejects, s);
	if (r->verify)
		add(&t, "stale lookups are looked for with --verify only");
	for (unsigned int i = 0; i < NR_FILES; i++)
		if (r->files >> i & 1)
			add(&t, "%s", files[i].reason);
	if (r->cgroups)
		add(&t,
		    "cgroups: no memory.zswap.current or memory.zswap.max in their directories");
	if (r->map)
		add(&t, "the map needs the live kernel's trees");
	return t.used > 0;
}
