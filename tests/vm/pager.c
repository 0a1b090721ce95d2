// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process whose pages go to swap and come back one at a time, on command, and which looks at
 * zswap's trees before and after each of these steps (trees.h): the truth for tree events.
 *
 * Commands on standard input, a line each; every one is answered by a line of NAME=VALUE:
 *   map N              maps and fills N pages
 *   out FIRST N        pages these out, in order
 *   load FIRST N       touches them
 *   free FIRST N       frees them
 *   free-above OFFSET  frees what is in swap at this offset and above, the highest first
 *   load-above OFFSET  touches it, the highest first
 *   place OFFSET       of the pages in swap, how many are above, and the lowest and highest offset
 *   trees              nodes, entries and heads of the trees, nothing else
 *   where              the address of the first tree, and the one behind the last
 *
 * The answer to a step has the changes of the trees' heads:
 *   emptied, shrinks, grows, collapses   how many
 *   heights=A>B,...                      levels before and after, of shrinks
 *   nodes_before, nodes_after            of all trees
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include "trees.h"

#define PAGE		 4096UL
#define MAX_PAGES	 65536UL

#define PM_SWAPPED	 (1ULL << 62)
#define PM_OFFSET(entry) ((entry) >> 5 & ((1ULL << 50) - 1))

static char *base;
static unsigned long nr_pages;

struct changes {
	unsigned long emptied, shrinks, grows, collapses;
	char heights[512];
};

static struct changes changes;
static struct heads heads;

static void die(const char *what)
{
	fprintf(stderr, "pager: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Swap offset of a page, 0 if it is not in swap. */
static uint64_t offset_of(unsigned long page)
{
	static int fd = -1;
	uint64_t entry;

	if (fd < 0)
		fd = open("/proc/self/pagemap", O_RDONLY);
	if (pread(fd, &entry, 8, ((uintptr_t)base / PAGE + page) * 8) != 8)
		die("cannot read /proc/self/pagemap");
	return entry & PM_SWAPPED ? PM_OFFSET(entry) : 0;
}

static int levels(int kind)
{
	return kind < 0 ? 0 : kind / 6 + 1;
}

static void note_shrink(int before, int after)
{
	size_t n = strlen(changes.heights);

	changes.shrinks++;
	snprintf(changes.heights + n, sizeof(changes.heights) - n, "%s%d>%d", n ? "," : "",
		 levels(before), levels(after));
}

static void note_change(int before, int after)
{
	if (after == before)
		return;
	if (after == HEAD_NONE)
		changes.emptied++;
	else if (after == HEAD_ENTRY)
		changes.collapses++;
	else if (before < after)
		changes.grows++;
	else
		note_shrink(before, after);
}

static void look(void)
{
	struct heads now;

	read_heads(&now);
	for (unsigned int i = 0; i < nr_trees; i++)
		note_change(heads.kind[i], now.kind[i]);
	heads = now;
}

/* Steps */

/* A page may wait in a batch of the LRU, which each attempt drains, or be looked at just now. */
static void step_out(unsigned long page)
{
	for (int attempt = 0; attempt < 1000; attempt++) {
		if (madvise(base + page * PAGE, PAGE, MADV_PAGEOUT))
			die("cannot page out");
		if (offset_of(page))
			return;
		if (attempt > 10)
			usleep(1000);
	}
	errno = EAGAIN;
	die("a page would not go to swap");
}

static void step_load(unsigned long page)
{
	if (*(volatile uint64_t *)(base + page * PAGE) != page)
		die("a page came back with other contents");
}

static void step_free(unsigned long page)
{
	if (madvise(base + page * PAGE, PAGE, MADV_DONTNEED))
		die("cannot free");
}

static void each(unsigned long first, unsigned long n, void (*step)(unsigned long))
{
	for (unsigned long i = first; i < first + n && i < nr_pages; i++) {
		step(i);
		look();
	}
}

struct place {
	uint64_t offset;
	unsigned long page;
};

static int highest_first(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->offset < y->offset ? 1 : -(x->offset > y->offset);
}

static void each_above(uint64_t least, void (*step)(unsigned long))
{
	struct place *places = calloc(nr_pages + 1, sizeof(*places));

	if (!places)
		die("no memory");
	for (unsigned long i = 0; i < nr_pages; i++)
		places[i] = (struct place){offset_of(i), i};
	qsort(places, nr_pages, sizeof(*places), highest_first);
	for (unsigned long i = 0; i < nr_pages && places[i].offset >= least; i++) {
		if (!places[i].offset)
			break;
		step(places[i].page);
		look();
	}
	free(places);
}

static void map(unsigned long n)
{
	if (n > MAX_PAGES)
		n = MAX_PAGES;
	base = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		die("cannot map");
	madvise(base, n * PAGE, MADV_NOHUGEPAGE);
	nr_pages = n;
	srandom(1);
	for (unsigned long i = 0; i < n; i++) {
		uint64_t *page = (uint64_t *)(base + i * PAGE);

		page[0] = i;
		for (int word = 1; word < 100; word++)
			page[word] = random();
	}
}

static void place(uint64_t least)
{
	uint64_t lowest = 0, highest = 0;
	unsigned long above = 0, swapped = 0;

	for (unsigned long i = 0; i < nr_pages; i++) {
		uint64_t offset = offset_of(i);

		if (!offset)
			continue;
		swapped++;
		above += offset >= least;
		if (!lowest || offset < lowest)
			lowest = offset;
		if (offset > highest)
			highest = offset;
	}
	printf("swapped=%lu above=%lu lowest=%llu highest=%llu\n", swapped, above,
	       (unsigned long long)lowest, (unsigned long long)highest);
}

static void print_trees(void)
{
	struct census census = take_census();

	printf("nodes=%lu entries=%lu heads=", census.nodes, census.entries);
	read_heads(&heads);
	for (unsigned int i = 0; i < nr_trees; i++)
		printf("%s%d", i ? "," : "", levels(heads.kind[i]));
	putchar('\n');
}

static void print_addresses(void)
{
	printf("first=%#llx end=%#llx\n", (unsigned long long)trees_address,
	       (unsigned long long)(trees_address + nr_trees * XARRAY_SIZE));
}

static bool run_step(const char *command, unsigned long a, unsigned long b)
{
	if (!strcmp(command, "out"))
		each(a, b, step_out);
	else if (!strcmp(command, "load"))
		each(a, b, step_load);
	else if (!strcmp(command, "free"))
		each(a, b, step_free);
	else if (!strcmp(command, "free-above"))
		each_above(a, step_free);
	else if (!strcmp(command, "load-above"))
		each_above(a, step_load);
	else
		return false;
	return true;
}

static void answer_step(const char *command, unsigned long a, unsigned long b)
{
	unsigned long nodes = take_census().nodes;

	memset(&changes, 0, sizeof(changes));
	read_heads(&heads);
	if (!run_step(command, a, b)) {
		errno = EINVAL;
		die(command);
	}
	printf("emptied=%lu shrinks=%lu grows=%lu collapses=%lu heights=%s nodes_before=%lu "
	       "nodes_after=%lu\n",
	       changes.emptied, changes.shrinks, changes.grows, changes.collapses, changes.heights,
	       nodes, take_census().nodes);
}

/* Pages in the batches of another CPU's LRU would not go out. */
static void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(void)
{
	unsigned long a, b;
	char line[256], command[32];

	stay_on_this_cpu();
	/* what the commands do not name is to stay where it is */
	if (mlockall(MCL_CURRENT))
		die("cannot lock memory");
	trees_open();
	while (fgets(line, sizeof(line), stdin)) {
		a = b = 0;
		if (sscanf(line, "%31s %lu %lu", command, &a, &b) < 1)
			continue;
		if (!strcmp(command, "map")) {
			map(a);
			puts("done=1");
		} else if (!strcmp(command, "place")) {
			place(a);
		} else if (!strcmp(command, "trees")) {
			print_trees();
		} else if (!strcmp(command, "where")) {
			print_addresses();
		} else {
			answer_step(command, a, b);
		}
		fflush(stdout);
	}
	return 0;
}
