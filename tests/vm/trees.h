/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zswap's trees as they are, read from the running kernel's memory through /proc/kcore: what
 * zswaptop's tree events are held against. Deliberately shares nothing with zswaptop: the offsets
 * below are those of include/linux/xarray.h on 64-bit kernels without debugging (6.12 to 7.3).
 */
#ifndef TREES_H
#define TREES_H

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TREES    64
#define TREE_PAGES   (1UL << 14) /* 64 MiB of swap */

/* struct xarray */
#define XARRAY_SIZE  16
#define XA_HEAD	     8
/* struct xa_node */
#define XA_SHIFT     0
#define XA_COUNT     2
#define XA_SLOTS     40
#define XA_NODE_SIZE (XA_SLOTS + 64 * 8)

/* Of a head: nothing, an entry, or a node of this shift. */
enum { HEAD_NONE = -1, HEAD_ENTRY = -2 };

static int kcore = -1;
static Elf64_Phdr *segments;
static int nr_segments;

static void trees_die(const char *what)
{
	fprintf(stderr, "trees: %s\n", what);
	exit(1);
}

static void kcore_open(void)
{
	Elf64_Ehdr header;
	ssize_t size;

	kcore = open("/proc/kcore", O_RDONLY);
	if (kcore < 0 || pread(kcore, &header, sizeof(header), 0) != sizeof(header))
		trees_die("cannot read /proc/kcore");
	size = header.e_phnum * sizeof(*segments);
	segments = malloc(size);
	nr_segments = header.e_phnum;
	if (!segments || pread(kcore, segments, size, header.e_phoff) != size)
		trees_die("cannot read the headers of /proc/kcore");
}

static void kernel_read(uint64_t address, void *to, size_t size)
{
	for (int i = 0; i < nr_segments; i++) {
		const Elf64_Phdr *s = &segments[i];

		if (s->p_type != PT_LOAD || address < s->p_vaddr ||
		    address + size > s->p_vaddr + s->p_memsz)
			continue;
		if (pread(kcore, to, size, s->p_offset + (address - s->p_vaddr)) != (ssize_t)size)
			trees_die("cannot read kernel memory");
		return;
	}
	trees_die("no such kernel address");
}

static uint64_t symbol(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long address;
	char found[256];

	while (file && fscanf(file, "%llx %*c %255s%*[^\n]", &address, found) == 2) {
		if (strcmp(found, name))
			continue;
		fclose(file);
		return address;
	}
	trees_die("no such symbol in /proc/kallsyms");
	return 0;
}

static int is_node(uint64_t item)
{
	return (item & 3) == 2 && item > 4096;
}

/* The trees of the first swap area. */
static uint64_t trees_address;
static unsigned int nr_trees;

static void trees_open(void)
{
	kcore_open();
	kernel_read(symbol("zswap_trees"), &trees_address, sizeof(trees_address));
	kernel_read(symbol("nr_zswap_trees"), &nr_trees, sizeof(nr_trees));
	if (!trees_address || !nr_trees)
		trees_die("no trees: is zswap's swap area on?");
	if (nr_trees > MAX_TREES)
		nr_trees = MAX_TREES;
}

struct heads {
	uint64_t item[MAX_TREES];
	int kind[MAX_TREES]; /* HEAD_... or a shift */
};

static int kind_of(uint64_t item)
{
	uint8_t shift;

	if (!item)
		return HEAD_NONE;
	if (!is_node(item))
		return HEAD_ENTRY;
	kernel_read(item - 2 + XA_SHIFT, &shift, sizeof(shift));
	return shift;
}

static void read_heads(struct heads *heads)
{
	char trees[MAX_TREES * XARRAY_SIZE];

	kernel_read(trees_address, trees, nr_trees * XARRAY_SIZE);
	for (unsigned int i = 0; i < nr_trees; i++) {
		memcpy(&heads->item[i], trees + i * XARRAY_SIZE + XA_HEAD, 8);
		heads->kind[i] = kind_of(heads->item[i]);
	}
}

struct census {
	unsigned long nodes;
	unsigned long entries;
};

static void count_item(uint64_t item, struct census *census)
{
	char node[XA_NODE_SIZE];
	uint64_t slots[64];

	if (!item)
		return;
	if (!is_node(item)) {
		census->entries++;
		return;
	}
	census->nodes++;
	kernel_read(item - 2, node, sizeof(node));
	memcpy(slots, node + XA_SLOTS, sizeof(slots));
	for (int i = 0; i < 64; i++)
		count_item(slots[i], census);
}

static struct census take_census(void)
{
	struct census census = {};
	struct heads heads;

	read_heads(&heads);
	for (unsigned int i = 0; i < nr_trees; i++)
		count_item(heads.item[i], &census);
	return census;
}

#endif
