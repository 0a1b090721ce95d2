/* SPDX-License-Identifier: GPL-2.0-only */
/* A map of the swap space: how full the tree of every 64 MiB is. */
#ifndef ZSWAPTOP_SCREEN_TREE_MAP_H
#define ZSWAPTOP_SCREEN_TREE_MAP_H

#include "screen/draw.h"
#include "source.h"

/* Pages that a tree covers. */
#define TREE_PAGES 16384

struct mapped_area {
	uint32_t type;
	uint64_t trees;
	uint16_t *entries; /* of each tree; TREE_UNSEEN */
	uint64_t walked;   /* trees looked at since the last round began */
};

struct tree_map {
	struct mapped_area *areas;
	size_t nr_areas;
	uint64_t next_ns; /* not looked at before (CLOCK_MONOTONIC) */
};

void tree_map_free(struct tree_map *m);

/*
 * Looks at trees, if it is time: at most once a second, and for so long that less than a fiftieth
 * of a CPU is spent on it; of many trees, at a part of them each time. 0, or -errno (-ENOTSUP: not
 * to be had).
 */
int tree_map_update(struct tree_map *m, struct source *source, const struct sample *s,
		    uint64_t now_ns);

/* What was found of a swap area, or NULL. */
const struct mapped_area *tree_map_area(const struct tree_map *m, uint32_t type);

/* Trees that a cell stands for when all are to be drawn into an area. */
uint64_t tree_map_per_cell(const struct mapped_area *m, const struct area *a);

/* Rows that are needed of an area of so many rows and columns. */
int tree_map_rows(const struct mapped_area *m, int rows, int cols);

void tree_map_draw(const struct mapped_area *m, const struct area *a);

/* How full so many trees are in steps of 8; 0: empty, -1: none of them was looked at. */
int tree_map_step(const struct mapped_area *m, uint64_t first, uint64_t n);

#endif
