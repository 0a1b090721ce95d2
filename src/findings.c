// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "findings.h"
#include "format.h"
#include "text.h"

/* Below these shares things happen everywhere, and are no finding. */
#define NEARLY_FULL   0.90 /* of the pool's limit */
#define AT_LIMIT      0.98
#define SOME_STORES   0.01 /* of the pages offered */
#define MANY_STORES   0.05
#define READ_BACK     0.50 /* of what was written back */
#define LEAST_WRITTEN 100  /* pages, to speak of what was written back */
#define MISSED	      0.001

typedef bool find_fn(const struct summary *s, struct finding *f);

__attribute__((format(printf, 2, 3))) static void say(struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
}

__attribute__((format(printf, 2, 3))) static void advise(struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->remedy, sizeof(f->remedy), format, args);
	va_end(args);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void figure(struct finding *f, const char *name, uint64_t value)
{
	f->figures[f->nr_figures].name = name;
	f->figures[f->nr_figures].value = value;
	f->nr_figures++;
}

static bool some(uint64_t n)
{
	return n && n != ABSENT;
}

/* Is part at least that share of the whole? Not if either is not known, or nothing. */
static bool is_share(uint64_t part, uint64_t whole, double share)
{
	return some(part) && some(whole) && part >= share * whole;
}

static uint64_t rejected(const struct summary *s, enum zt_reject reason)
{
	return summary_diff(s, V_STORE_REJECTED + reason);
}

static bool zswap_off(const struct summary *s, struct finding *f)
{
	if (!s->off_samples)
		return false;
	f->name = "zswap_off";
	say(f, "zswap was off in %zu of %zu samples.", s->off_samples, s->samples);
	advise(f, "echo Y > /sys/module/zswap/parameters/enabled, or boot with zswap.enabled=1");
	figure(f, "samples_off", s->off_samples);
	figure(f, "samples", s->samples);
	return true;
}

static bool pool_limit(const struct summary *s, struct finding *f)
{
	uint64_t refused = rejected(s, ZT_REJECT_POOL_FULL);
	const char *percent = summary_parameter(s, "max_pool_percent");
	char x[4][FORMAT_LEN];

	if (!some(refused) && !s->full_samples && !is_share(s->pool_bytes, s->pool_limit, AT_LIMIT))
		return false;
	f->name = "pool_limit";
	say(f,
	    "The pool reached its limit: at most %s of %s (%s); %s pages were refused because it "
	    "was full, and in %zu of %zu samples it was refusing.",
	    format_bytes(s->pool_bytes, x[0]), format_bytes(s->pool_limit, x[1]),
	    format_percent(s->pool_bytes, s->pool_limit, x[2]), format_count(refused, x[3]),
	    s->full_samples, s->samples);
	advise(f,
	       "raise max_pool_percent (%s), or have cold pages written back before the pool is "
	       "full (shrinker_enabled)",
	       percent ? percent : "n/a");
	figure(f, "pool_bytes", s->pool_bytes);
	figure(f, "pool_limit_bytes", s->pool_limit);
	figure(f, "refused_pages", refused);
	figure(f, "samples_full", s->full_samples);
	figure(f, "samples", s->samples);
	return true;
}

/* Pages that cgroups with memory.zswap.writeback=0 had refused for not compressing. */
static uint64_t stuck_pages(const struct summary *s, uint64_t *stores, unsigned int *cgroups)
{
	struct cgroup_summary *list;
	long n = summary_cgroups(s, &list);
	uint64_t pages = 0;

	*stores = *cgroups = 0;
	for (long i = 0; i < n; i++) {
		const uint64_t *rejects = list[i].n + ZT_CG_STORE_REJECTED;
		uint64_t poor = rejects[ZT_REJECT_COMPRESS_POOR],
			 failed = rejects[ZT_REJECT_COMPRESS_FAIL];

		if (list[i].last->writeback || (!some(poor) && !some(failed)))
			continue;
		pages += (some(poor) ? poor : 0) + (some(failed) ? failed : 0);
		*stores += some(list[i].n[ZT_CG_STORE_PAGES]) ? list[i].n[ZT_CG_STORE_PAGES] : 0;
		(*cgroups)++;
	}
	free(list);
	return pages;
}

static bool incompressible_stuck(const struct summary *s, struct finding *f)
{
	uint64_t stores, pages;
	unsigned int cgroups;
	char x[3][FORMAT_LEN];

	pages = stuck_pages(s, &stores, &cgroups);
	if (!is_share(pages, stores, SOME_STORES))
		return false;
	f->name = "incompressible_writeback_off";
	say(f,
	    "%s pages that do not compress were refused in %u cgroup%s with "
	    "memory.zswap.writeback=0 (%s of the %s pages offered there): they cannot leave "
	    "memory, and reclaim tries them again and again.",
	    format_count(pages, x[0]), cgroups, plural(cgroups),
	    format_percent(pages, stores, x[1]), format_count(stores, x[2]));
	advise(f, "echo 1 > memory.zswap.writeback there, or give such data a cgroup without zswap "
		  "(memory.zswap.max=0 and writeback on)");
	figure(f, "refused_pages", pages);
	figure(f, "offered_pages", stores);
	figure(f, "cgroups", cgroups);
	return true;
}

static bool incompressible(const struct summary *s, struct finding *f)
{
	uint64_t stores = summary_diff(s, V_STORE_PAGES), poor, failed, pages;
	char x[3][FORMAT_LEN];

	poor = rejected(s, ZT_REJECT_COMPRESS_POOR);
	failed = rejected(s, ZT_REJECT_COMPRESS_FAIL);
	pages = (some(poor) ? poor : 0) + (some(failed) ? failed : 0);
	if (!is_share(pages, stores, MANY_STORES))
		return false;
	f->name = "incompressible";
	say(f,
	    "%s of %s pages offered (%s) were refused because they do not compress: time is spent "
	    "on compressing them, and they are not in the pool.",
	    format_count(pages, x[0]), format_count(stores, x[1]),
	    format_percent(pages, stores, x[2]));
	advise(f, "set memory.zswap.max=0 for cgroups whose data is compressed already; the table "
		  "of cgroups shows which");
	figure(f, "refused_pages", pages);
	figure(f, "offered_pages", stores);
	return true;
}

static bool shrinker_off(const struct summary *s, struct finding *f)
{
	char x[3][FORMAT_LEN];

	if (strcmp(s->last.kernel.shrinker, "off") ||
	    !is_share(s->pool_bytes, s->pool_limit, NEARLY_FULL))
		return false;
	f->name = "shrinker_off";
	say(f,
	    "The shrinker is off while the pool was nearly full (%s of %s, %s): cold pages stay "
	    "in it until it is full, and then new ones are refused.",
	    format_bytes(s->pool_bytes, x[0]), format_bytes(s->pool_limit, x[1]),
	    format_percent(s->pool_bytes, s->pool_limit, x[2]));
	advise(f, "echo Y > /sys/module/zswap/parameters/shrinker_enabled");
	figure(f, "pool_bytes", s->pool_bytes);
	figure(f, "pool_limit_bytes", s->pool_limit);
	return true;
}

static bool zram_swap(const struct summary *s, struct finding *f)
{
	char x[2][FORMAT_LEN];

	if (!some(s->zram_bytes))
		return false;
	f->name = "zram_swap";
	say(f,
	    "Swap on zram is active besides zswap (%s of %s): what zswap writes back or refuses is "
	    "compressed a second time, and stays in memory.",
	    format_bytes(s->zram_bytes, x[0]), format_bytes(s->last.v[V_SWAP_TOTAL], x[1]));
	advise(f, "use one of them: swapoff the zram device, or echo N > "
		  "/sys/module/zswap/parameters/enabled");
	figure(f, "swap_zram_bytes", s->zram_bytes);
	figure(f, "swap_bytes", s->last.v[V_SWAP_TOTAL]);
	return true;
}

/* The cgroup that had most pages refused by a limit; its limit may be an ancestor's. */
static uint64_t most_limited(const struct summary *s, char *path, size_t size)
{
	struct cgroup_summary *list;
	long n = summary_cgroups(s, &list);
	uint64_t most = 0;

	*path = '\0';
	for (long i = 0; i < n; i++) {
		uint64_t pages = list[i].n[ZT_CG_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT];

		if (!some(pages) || pages <= most)
			continue;
		most = pages;
		text_clean(list[i].last->path, path, size);
	}
	free(list);
	return most;
}

static bool cgroup_limit(const struct summary *s, struct finding *f)
{
	uint64_t stores = summary_diff(s, V_STORE_PAGES),
		 pages = rejected(s, ZT_REJECT_CGROUP_LIMIT), most;
	char x[4][FORMAT_LEN], path[128], who[200] = "";

	if (!is_share(pages, stores, SOME_STORES))
		return false;
	f->name = "cgroup_limit";
	most = most_limited(s, path, sizeof(path));
	if (most == pages)
		snprintf(who, sizeof(who), ", all of them of %s", path);
	else if (most)
		snprintf(who, sizeof(who), ", most of them, %s, of %s", format_count(most, x[3]),
			 path);
	say(f, "%s of %s pages offered (%s) were refused by memory.zswap.max%s.",
	    format_count(pages, x[0]), format_count(stores, x[1]),
	    format_percent(pages, stores, x[2]), who);
	advise(f, "raise memory.zswap.max of the cgroup or of what it is in, or its memory.max, if "
		  "the pages are worth the memory");
	figure(f, "refused_pages", pages);
	figure(f, "offered_pages", stores);
	figure(f, "refused_pages_of_one_cgroup", most ? most : ABSENT);
	return true;
}

/*
 * Which pages are read back is not known, only how many are read from disk. Disk also has pages
 * that never were in zswap: the share of written-back pages in what was written is assumed to be
 * their share in what is read.
 */
static bool read_back(const struct summary *s, struct finding *f)
{
	uint64_t written = summary_sum(s, V_WB_PAGES, ZT_NR_TRIGGERS),
		 read = summary_diff(s, V_SWAPIN_PAGES + ZT_SOURCE_DISK),
		 out = summary_diff(s, V_K_PSWPOUT), back;
	char x[4][FORMAT_LEN];
	double share;

	if (!some(written) || written < LEAST_WRITTEN || !some(read) || !some(out))
		return false;
	share = written < out ? (double)written / out : 1;
	back = share * read;
	if (back < READ_BACK * written)
		return false;
	f->name = "read_back";
	say(f,
	    "Writeback mostly comes back: %s pages were written back, and about %s of them read "
	    "from disk in the same time (%s pages written to disk in all, %s read).",
	    format_count(written, x[0]), format_count(back < written ? back : written, x[1]),
	    format_count(out, x[2]), format_count(read, x[3]));
	advise(f, "give the pool more room (max_pool_percent, memory.zswap.max), or turn the "
		  "shrinker off, or memory.zswap.writeback for the cgroups concerned");
	figure(f, "written_back_pages", written);
	figure(f, "estimated_read_back_pages", back < written ? back : written);
	figure(f, "disk_out_pages", out);
	figure(f, "disk_in_pages", read);
	return true;
}

static bool own_fault(const struct summary *s, struct finding *f)
{
	uint64_t n = summary_diff(s, V_WB_SKIPPED + ZT_SKIP_OWN_FAULT);
	char x[2][FORMAT_LEN];

	if (!some(n))
		return false;
	f->name = "own_fault";
	say(f,
	    "%s time%s a task's writeback met the very entry that this task was faulting in (of %s "
	    "attempts given up): the recursion that looped forever before Linux 6.8.",
	    format_count(n, x[0]), plural(n),
	    format_count(summary_sum(s, V_WB_SKIPPED, ZT_NR_SKIPS), x[1]));
	advise(f, "nothing, if the machine goes on; the recording is worth a report to linux-mm if "
		  "it does not");
	figure(f, "own_fault", n);
	return true;
}

static bool load_errors(const struct summary *s, struct finding *f)
{
	uint64_t n = summary_diff(s, V_LOAD_ERRORS);
	char x[FORMAT_LEN];

	if (!some(n))
		return false;
	f->name = "load_errors";
	say(f, "%s page%s found in zswap could not be decompressed: the data is lost.",
	    format_count(n, x), plural(n));
	advise(f, "look for hardware trouble (memory, and a compressor that is a device), see "
		  "dmesg, and report it to linux-mm");
	figure(f, "load_errors", n);
	return true;
}

static bool head_collapse(const struct summary *s, struct finding *f)
{
	uint64_t n = summary_sum(s, V_TREE_COLLAPSES, ZT_NR_CAUSES);
	char x[FORMAT_LEN];

	if (!some(n))
		return false;
	f->name = "head_collapse";
	say(f,
	    "%s time%s an erase moved the last entry of a tree into its head, which a lockless "
	    "lookup in zswap_invalidate would have to take care of.",
	    format_count(n, x), plural(n));
	advise(f, "report it to linux-mm with the events of it (zswaptop trace --results "
		  "head_collapse): it is believed not to occur");
	figure(f, "head_collapses", n);
	return true;
}

static bool stale_lookups(const struct summary *s, struct finding *f)
{
	uint64_t n = summary_diff(s, V_INV_STALE), calls = summary_diff(s, V_INV_CALLS);
	char x[2][FORMAT_LEN];

	if (!some(n))
		return false;
	f->name = "stale_lookups";
	say(f, "In %s of %s calls of zswap_invalidate a lockless lookup and the outcome disagreed.",
	    format_count(n, x[0]), format_count(calls, x[1]));
	advise(f, "report it to linux-mm: an entry found without the lock must still be there "
		  "under it");
	figure(f, "stale_lookups", n);
	figure(f, "calls", calls);
	return true;
}

static bool incomplete(const struct summary *s, struct finding *f)
{
	uint64_t missed = summary_missed(s), lost = summary_diff(s, V_EVENTS_LOST);
	uint64_t seen = summary_diff(s, V_INV_CALLS), more = summary_diff(s, V_STORE_PAGES);
	char x[2][FORMAT_LEN], events[64] = "";

	seen = (some(seen) ? seen : 0) + (some(more) ? more : 0);
	if (!is_share(missed, seen, MISSED) && !some(lost))
		return false;
	f->name = "incomplete";
	if (some(lost))
		snprintf(events, sizeof(events), ", and %s events found no room",
			 format_count(lost, x[1]));
	say(f, "The counts may lack something: the kernel skipped %s runs of the programs%s.",
	    format_count(missed, x[0]), events);
	advise(f, "compare with the kernel's own counters%s",
	       some(lost) ? "; give the events more room (--buffer)" : "");
	figure(f, "missed_runs", missed);
	figure(f, "events_lost", lost);
	return true;
}

/* The gravest first. */
static find_fn *const all[] = {
	load_errors,  head_collapse, stale_lookups,	   zswap_off,	   pool_limit,
	shrinker_off, cgroup_limit,  incompressible_stuck, incompressible, read_back,
	zram_swap,    own_fault,     incomplete,
};

unsigned int findings_make(const struct summary *s, struct finding list[MAX_FINDINGS])
{
	unsigned int n = 0;

	_Static_assert(sizeof(all) / sizeof(all[0]) <= MAX_FINDINGS, "all of them find room");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		memset(&list[n], 0, sizeof(list[n]));
		n += all[i](s, &list[n]);
	}
	return n;
}
