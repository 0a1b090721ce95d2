// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "loop.h"
#include "screen/tree_map.h"

#define TREE_UNSEEN  0xFFFF
/* Looked at with one call: the kernel is not preempted by others of this process meanwhile. */
#define TREES_A_CALL 256
#define ROUND_NS     10000000ULL
#define PAUSE_NS     1000000000ULL
/* Time spent to time waited. */
#define SHARE	     50
/* Cells of few trees are drawn wider, up to here. */
#define WIDEST	     4

void tree_map_free(struct tree_map *m)
{
	for (size_t i = 0; i < m->nr_areas; i++)
		free(m->areas[i].entries);
	free(m->areas);
	memset(m, 0, sizeof(*m));
}

static bool is_same(const struct tree_map *m, const struct sample *s)
{
	if (m->nr_areas != s->nr_areas)
		return false;
	for (size_t i = 0; i < s->nr_areas; i++)
		if (m->areas[i].type != s->areas[i].type || m->areas[i].trees != s->areas[i].trees)
			return false;
	return true;
}

static int start_anew(struct tree_map *m, const struct sample *s)
{
	tree_map_free(m);
	m->areas = calloc(s->nr_areas + 1, sizeof(*m->areas));
	if (!m->areas)
		return -ENOMEM;
	m->nr_areas = s->nr_areas;
	for (size_t i = 0; i < s->nr_areas; i++) {
		struct mapped_area *area = &m->areas[i];

		area->type = s->areas[i].type;
		area->trees = s->areas[i].trees;
		if (area->trees == ABSENT)
			continue;
		area->entries = malloc((area->trees + 1) * sizeof(*area->entries));
		if (!area->entries)
			return -ENOMEM;
		/* every byte of it is that of TREE_UNSEEN */
		memset(area->entries, 0xFF, area->trees * sizeof(*area->entries));
	}
	return 0;
}

static int walk(struct mapped_area *area, struct source *source)
{
	uint64_t left = area->trees - area->walked;
	unsigned int n = left < TREES_A_CALL ? left : TREES_A_CALL;
	const struct zt_cell *cells;
	int err = source->trees(source, area->type, area->walked, n, &cells);

	if (err)
		return err;
	for (unsigned int i = 0; i < n; i++) {
		uint32_t entries = cells[i].entries;

		/* a tree may be in use while its entries come and go */
		if (!entries && cells[i].in_use)
			entries = 1;
		if (entries > TREE_PAGES)
			entries = TREE_PAGES;
		area->entries[area->walked + i] = entries;
	}
	area->walked += n;
	return 0;
}

/* A part of a round: goes on where it stopped. *done: the round is over. */
static int walk_some(struct tree_map *m, struct source *source, uint64_t start, bool *done)
{
	*done = false;
	for (size_t i = 0; i < m->nr_areas; i++) {
		struct mapped_area *area = &m->areas[i];

		while (area->entries && area->walked < area->trees) {
			int err = walk(area, source);

			if (err)
				return err;
			if (loop_now() - start > ROUND_NS)
				return 0;
		}
	}
	*done = true;
	return 0;
}

int tree_map_update(struct tree_map *m, struct source *source, const struct sample *s,
		    uint64_t now_ns)
{
	uint64_t start = loop_now(), spent;
	bool done;
	int err = 0;

	if (!source->trees)
		return -ENOTSUP;
	if (!is_same(m, s))
		err = start_anew(m, s);
	if (err || (now_ns < m->next_ns && !source->nr_samples))
		return err;
	err = walk_some(m, source, start, &done);
	for (size_t i = 0; done && i < m->nr_areas; i++)
		m->areas[i].walked = 0;
	spent = (loop_now() - start) * SHARE;
	m->next_ns = now_ns + (spent > PAUSE_NS ? spent : PAUSE_NS);
	return err;
}

const struct mapped_area *tree_map_area(const struct tree_map *m, uint32_t type)
{
	for (size_t i = 0; i < m->nr_areas; i++)
		if (m->areas[i].type == type && m->areas[i].entries)
			return &m->areas[i];
	return NULL;
}

int tree_map_step(const struct mapped_area *m, uint64_t first, uint64_t n)
{
	uint64_t sum = 0, seen = 0;

	for (uint64_t i = first; i < first + n && i < m->trees; i++) {
		if (m->entries[i] == TREE_UNSEEN)
			continue;
		sum += m->entries[i];
		seen++;
	}
	if (!seen)
		return -1;
	/* only what is empty is 0 */
	return (sum * 8 + seen * TREE_PAGES - 1) / (seen * TREE_PAGES);
}

uint64_t tree_map_per_cell(const struct mapped_area *m, const struct area *a)
{
	uint64_t cells = (uint64_t)a->rows * a->cols;

	return cells ? (m->trees + cells - 1) / cells : m->trees;
}

/* Columns that a cell takes. */
static int cell_width(const struct mapped_area *m, int cols)
{
	int width = m->trees ? cols / m->trees : 1;

	return width < 1 ? 1 : width > WIDEST ? WIDEST : width;
}

int tree_map_rows(const struct mapped_area *m, int rows, int cols)
{
	uint64_t needed = (m->trees + cols - 1) / cols;

	return needed < (uint64_t)rows ? (int)needed : rows;
}

static void draw_cell(const struct area *a, int row, int col, int width, int step)
{
	if (step < 0)
		return;
	/* a blank between wide cells, so that they can be counted */
	for (int i = 0; i < width - (width > 1); i++)
		draw_char(a, row, col + i, STYLE_HEAT + step, draw_heat_char(step));
}

void tree_map_draw(const struct mapped_area *m, const struct area *a)
{
	uint64_t per_cell = tree_map_per_cell(m, a), first = 0;
	int width = cell_width(m, a->cols), per_row = a->cols / width;

	for (int row = 0; row < a->rows && first < m->trees; row++)
		for (int i = 0; i < per_row && first < m->trees; i++, first += per_cell)
			draw_cell(a, row, i * width, width, tree_map_step(m, first, per_cell));
}
