// SPDX-License-Identifier: GPL-2.0-only
/*
 * hardly N: pages out N pages that get smaller by a few bytes only, each by one more than the one
 * before: a pool of small objects (zbud) does not take them all.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096UL

int main(int argc, char **argv)
{
	size_t pages = argc == 2 ? strtoul(argv[1], NULL, 10) : 0, size = pages * PAGE;
	char *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (!pages || base == MAP_FAILED || madvise(base, size, MADV_NOHUGEPAGE)) {
		perror("hardly");
		return 1;
	}
	srandom(1);
	for (size_t i = 0; i < size; i++)
		base[i] = random() >> 5;
	for (size_t i = 0; i < pages; i++)
		memset(base + i * PAGE, 0, i % PAGE);
	if (madvise(base, size, MADV_PAGEOUT))
		perror("hardly: page out");
	return 0;
}
