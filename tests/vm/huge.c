// SPDX-License-Identifier: GPL-2.0-only
/*
 * huge N: pages out N huge pages, and frees them after a line on standard input. Prints
 * huge=HOW MANY WERE HUGE swapped=SMALL PAGES IN SWAP.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE	   (2UL << 20)
#define SMALL	   4096UL
#define PM_SWAPPED (1ULL << 62)

static void die(const char *what)
{
	fprintf(stderr, "huge: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned long count_swapped(const char *base, unsigned long pages)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned long swapped = 0;
	uint64_t entry;

	for (unsigned long i = 0; i < pages; i++)
		if (pread(fd, &entry, 8, ((uintptr_t)base / SMALL + i) * 8) == 8)
			swapped += !!(entry & PM_SWAPPED);
	close(fd);
	return swapped;
}

static unsigned long count_huge(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "r");
	unsigned long kb = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "AnonHugePages: %lu", &kb) == 1)
			break;
	if (file)
		fclose(file);
	return kb * 1024 / HUGE;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, huge, swapped = 0;
	char line[16], *base;

	if (!n)
		die("how many?");
	base = mmap(NULL, (n + 1) * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	if (base == MAP_FAILED)
		die("cannot map");
	base = (char *)(((uintptr_t)base + HUGE - 1) & ~(HUGE - 1));
	if (madvise(base, n * HUGE, MADV_HUGEPAGE))
		die("no huge pages");
	for (unsigned long i = 0; i < n * HUGE; i += 8)
		*(uint64_t *)(base + i) = i % SMALL < 1000 ? i * 0x9e3779b97f4a7c15ULL : i / SMALL;
	huge = count_huge();
	for (int attempt = 0; attempt < 10 && swapped < n * HUGE / SMALL; attempt++) {
		if (madvise(base, n * HUGE, MADV_PAGEOUT))
			die("cannot page out");
		swapped = count_swapped(base, n * HUGE / SMALL);
	}
	printf("huge=%lu swapped=%lu\n", huge, swapped);
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin))
		munmap(base, n * HUGE);
	return 0;
}
