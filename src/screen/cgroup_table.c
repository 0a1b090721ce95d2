// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include "metrics.h"
#include "screen/cgroup_table.h"

const struct column cgroup_columns[NR_CG_COLS] = {
	[CG_COL_POOL] = {"POOL", NULL, 6, 1, false},
	[CG_COL_LIMIT] = {"LIMIT", NULL, 6, 6, false},
	[CG_COL_STORED] = {"STORED", NULL, 6, 3, false},
	[CG_COL_RATIO] = {"RATIO", NULL, 5, 4, false},
	[CG_COL_STORE] = {"STORE/s", "STORE", 7, 1, false},
	[CG_COL_REFUSED] = {"REFUSE/s", "REFUSED", 8, 3, false},
	[CG_COL_REFUSED_SHARE] = {"REF%", NULL, 6, 7, false},
	[CG_COL_LOAD] = {"HIT/s", "HITS", 6, 1, false},
	[CG_COL_WRITE] = {"WRITE/s", "WRITTEN", 7, 2, false},
	[CG_COL_SKIP] = {"SKIP/s", "SKIPPED", 7, 4, false},
	[CG_COL_ERASE] = {"ERASE/s", "ERASED", 7, 5, false},
	[CG_COL_STORE_P99] = {"STOREp99", NULL, 8, 7, false},
	[CG_COL_LOAD_P99] = {"LOADp99", NULL, 7, 6, false},
	[CG_COL_WRITEBACK] = {"WB", NULL, 3, 7, false},
	[CG_COL_PATH] = {"CGROUP", NULL, 20, 1, true},
};

void cgroup_table_init(struct cgroup_table *t)
{
	t->sort = CG_COL_STORE;
	t->details_list.plain = true;
	t->changed = true;
}

void cgroup_table_free(struct cgroup_table *t)
{
	free(t->rows.row);
	free(t->spare.row);
	free(t->order);
	free(t->selected);
	paths_clear(&t->tagged);
	paths_clear(&t->folded);
	memset(t, 0, sizeof(*t));
}

/* --- rows ---------------------------------------------------------------- */

/* Room for one more row; NULL without memory. */
static struct cgroup_row *add_row(struct cgroup_rows *rows)
{
	if (rows->n == rows->size) {
		int size = rows->size ? 2 * rows->size : 64;
		struct cgroup_row *more = realloc(rows->row, size * sizeof(*more));

		if (!more)
			return NULL;
		rows->row = more;
		rows->size = size;
	}
	memset(&rows->row[rows->n], 0, sizeof(*rows->row));
	return &rows->row[rows->n++];
}

/* Room for the indexes of so many rows. */
static bool have_order(struct cgroup_table *t, int n)
{
	int *more;

	if (n <= t->order_size)
		return true;
	more = realloc(t->order, n * sizeof(*more));
	if (!more)
		return false;
	t->order = more;
	t->order_size = n;
	return true;
}

static bool fill_row(struct cgroup_table *t, const struct cgroup_sample *before,
		     const struct cgroup_sample *cg, bool known)
{
	struct cgroup_row *row = add_row(&t->rows);

	if (!row)
		return false;
	row->cg = cg;
	row->before = before;
	row->path = cg->path;
	row->length = strlen(cg->path);
	row->pool = cg->pool_bytes;
	row->stored = cg->stored_bytes;
	row->parent = -1;
	for (int i = 0; known && i < ZT_NR_CG_COUNTERS; i++)
		row->n[i] = known_growth(before ? before->n[i] : 0, cg->n[i]);
	return true;
}

/* Both lists are sorted by path. */
static void make_rows(struct cgroup_table *t, const struct sample *before, const struct sample *now)
{
	size_t old = 0, nr_old = before ? before->nr_cgroups : 0;

	t->rows.n = 0;
	for (size_t i = 0; i < now->nr_cgroups; i++) {
		const struct cgroup_sample *cg = &now->cgroups[i], *same = NULL;

		while (old < nr_old && strcmp(before->cgroups[old].path, cg->path) < 0)
			old++;
		if (old < nr_old && !strcmp(before->cgroups[old].path, cg->path))
			same = &before->cgroups[old];
		if (!fill_row(t, same, cg, before != NULL))
			return;
	}
}

/* --- the tree -------------------------------------------------------------- */

/* As strcmp(), but what is below a path comes directly after it. */
static int compare_paths(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t n = a_length < b_length ? a_length : b_length, i = 0;

	/* most paths begin alike */
	while (i + 8 <= n && !memcmp(a + i, b + i, 8))
		i += 8;
	for (; i < n; i++) {
		unsigned char x = a[i] == '/' ? 0 : a[i], y = b[i] == '/' ? 0 : b[i];

		if (x != y)
			return x < y ? -1 : 1;
	}
	return a_length < b_length ? -1 : a_length > b_length;
}

static const struct cgroup_row *placed_rows;

static int by_place(const void *a, const void *b)
{
	const struct cgroup_row *x = &placed_rows[*(const int *)a];
	const struct cgroup_row *y = &placed_rows[*(const int *)b];

	return compare_paths(x->path, x->length, y->path, y->length);
}

/* Rows are sorted by path, which mostly is the order of places already. */
static void sort_by_place(struct cgroup_table *t)
{
	bool sorted = true;

	placed_rows = t->rows.row;
	for (int i = 0; i < t->rows.n; i++) {
		t->order[i] = i;
		sorted = sorted && (!i || by_place(&t->order[i - 1], &t->order[i]) <= 0);
	}
	if (!sorted)
		qsort(t->order, t->rows.n, sizeof(*t->order), by_place);
}

/* The length of the path one level up; 0: there is none. The root's is 1. */
static size_t parent_length(const char *path, size_t length)
{
	if (length <= 1 || *path != '/')
		return 0;
	while (length > 1 && path[length - 1] != '/')
		length--;
	return length > 1 ? length - 1 : 1;
}

static bool is_below(const char *path, size_t length, const struct cgroup_row *above)
{
	if (above->length == 1)
		return length > 1 && *path == '/';
	return length > above->length && path[above->length] == '/' &&
	       !memcmp(path, above->path, above->length);
}

/*
 * Makes the rows that are above a path but not there yet: ancestors without activity of their own
 * are not in the sample. at: the row before. Returns the parent, -1: there is none.
 */
static int add_ancestors(struct cgroup_rows *rows, int at, const char *path, size_t length)
{
	size_t up = parent_length(path, length);
	struct cgroup_row *row;
	int parent;

	if (!up)
		return -1;
	while (at >= 0 && !is_below(path, length, &rows->row[at]))
		at = rows->row[at].parent;
	if (at >= 0 && rows->row[at].length == up)
		return at;
	parent = add_ancestors(rows, at, path, up);
	row = add_row(rows);
	if (!row)
		return -1;
	row->path = path;
	row->length = up;
	row->pool = row->stored = ABSENT;
	row->parent = parent;
	row->depth = parent < 0 ? 0 : rows->row[parent].depth + 1;
	return rows->n - 1;
}

/* Without memory the tree ends where it is. */
static void grow_tree(struct cgroup_table *t)
{
	struct cgroup_rows *tree = &t->spare;

	tree->n = 0;
	for (int i = 0; i < t->rows.n; i++) {
		const struct cgroup_row *from = &t->rows.row[t->order[i]];
		int parent = add_ancestors(tree, tree->n - 1, from->path, from->length);
		struct cgroup_row *row = add_row(tree);

		if (!row)
			return;
		*row = *from;
		row->parent = parent;
		row->depth = parent < 0 ? 0 : tree->row[parent].depth + 1;
	}
	for (int i = 0; i < tree->n; i++)
		if (tree->row[i].parent >= 0)
			tree->row[tree->row[i].parent].below = true;
}

/*
 * Counters are of the pages that a cgroup owns itself; memory.zswap.current and memory.stat count
 * what is below, too, so only what no file tells is summed of these.
 */
static void sum_up(struct cgroup_table *t)
{
	for (int i = t->rows.n - 1; i >= 0; i--) {
		const struct cgroup_row *row = &t->rows.row[i];
		struct cgroup_row *parent = &t->rows.row[row->parent];

		if (row->parent < 0)
			continue;
		for (int c = 0; c < ZT_NR_CG_COUNTERS; c++)
			parent->n[c] = parent->n[c] == ABSENT || row->n[c] == ABSENT
					       ? ABSENT
					       : parent->n[c] + row->n[c];
		if (!parent->cg || parent->cg->pool_bytes == ABSENT)
			parent->pool = known_sum(parent->pool, row->pool);
		if (!parent->cg || parent->cg->stored_bytes == ABSENT)
			parent->stored = known_sum(parent->stored, row->stored);
	}
}

static void make_tree(struct cgroup_table *t)
{
	struct cgroup_rows flat = t->rows;

	if (!have_order(t, t->rows.n))
		return;
	sort_by_place(t);
	grow_tree(t);
	t->rows = t->spare;
	t->spare = flat;
	sum_up(t);
}

/* --- filters ---------------------------------------------------------------- */

const char *cgroup_row_path(const struct cgroup_row *row)
{
	static char *path;
	static size_t size;

	if (row->length + 1 > size) {
		char *more = realloc(path, row->length + 1);

		if (!more)
			return "";
		path = more;
		size = row->length + 1;
	}
	memcpy(path, row->path, row->length);
	path[row->length] = '\0';
	return path;
}

uint64_t cgroup_refused(const struct cgroup_row *row)
{
	return known_total(row->n + ZT_CG_STORE_REJECTED, ZT_NR_REJECTS);
}

uint64_t cgroup_skipped(const struct cgroup_row *row)
{
	return known_total(row->n + ZT_CG_WB_SKIPPED, ZT_NR_SKIPS);
}

static bool is_active(const struct cgroup_row *row)
{
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		if (row->n[i] && row->n[i] != ABSENT)
			return true;
	return false;
}

static bool is_wanted(const struct cgroup_table *t, const struct cgroup_row *row)
{
	if (t->active_only && !is_active(row))
		return false;
	return !*t->filter || strcasestr(cgroup_row_path(row), t->filter);
}

/* What is above a match is shown with it. */
static void apply_filters(struct cgroup_table *t)
{
	bool any = *t->filter || t->active_only;

	for (int i = t->rows.n - 1; i >= 0; i--) {
		struct cgroup_row *row = &t->rows.row[i];

		row->wanted |= !any || is_wanted(t, row);
		if (t->tree && row->wanted && row->parent >= 0)
			t->rows.row[row->parent].wanted = true;
	}
}

/* --- sorting ------------------------------------------------------------------ */

void cgroup_buckets(const struct cgroup_row *row, bool loads, uint64_t counts[ZT_BUCKETS])
{
	for (int i = 0; i < ZT_BUCKETS; i++) {
		const struct cgroup_sample *cg = row->cg, *before = row->before;

		counts[i] = 0;
		if (!cg)
			continue;
		/* these are narrow, and may have begun anew */
		if (loads)
			counts[i] = cg->load_ns[i] - (before ? before->load_ns[i] : 0);
		else
			counts[i] = cg->store_ns[i] - (before ? before->store_ns[i] : 0);
		counts[i] = (uint32_t)counts[i];
	}
}

uint64_t cgroup_quantile(const uint64_t counts[ZT_BUCKETS], double share)
{
	unsigned int first = histogram_families[ZT_H_STORE_NS].first;
	uint64_t total = 0, seen = 0;

	for (int i = 0; i < ZT_BUCKETS; i++)
		total += counts[i];
	for (int i = 0; i < ZT_BUCKETS && total; i++) {
		seen += counts[i];
		if ((double)seen >= share * (double)total)
			return 1ULL << (first + i);
	}
	return ABSENT;
}

static uint64_t p99(const struct cgroup_row *row, bool loads)
{
	uint64_t counts[ZT_BUCKETS];

	cgroup_buckets(row, loads, counts);
	return cgroup_quantile(counts, 0.99);
}

/* What is not known comes last. */
static double known(uint64_t n)
{
	return n == ABSENT ? -1 : (double)n;
}

static double share(uint64_t part, uint64_t whole)
{
	return part == ABSENT || whole == ABSENT || !whole ? -1 : (double)part / whole;
}

static double key_of(const struct cgroup_row *row, enum cgroup_column column)
{
	switch (column) {
	case CG_COL_POOL:
		return known(row->pool);
	case CG_COL_LIMIT:
		return row->cg ? known(row->cg->limit_bytes) : -1;
	case CG_COL_STORED:
		return known(row->stored);
	case CG_COL_RATIO:
		return share(row->stored, row->pool);
	case CG_COL_STORE:
		return row->n[ZT_CG_STORE_PAGES];
	case CG_COL_REFUSED:
		return cgroup_refused(row);
	case CG_COL_REFUSED_SHARE:
		return share(cgroup_refused(row), row->n[ZT_CG_STORE_PAGES]);
	case CG_COL_LOAD:
		return row->n[ZT_CG_LOAD_HITS];
	case CG_COL_WRITE:
		return row->n[ZT_CG_WB_PAGES];
	case CG_COL_SKIP:
		return cgroup_skipped(row);
	case CG_COL_ERASE:
		return row->n[ZT_CG_INV_ERASED];
	case CG_COL_STORE_P99:
		return known(p99(row, false));
	case CG_COL_LOAD_P99:
		return known(p99(row, true));
	case CG_COL_WRITEBACK:
		return row->cg ? known(row->cg->writeback) : -1;
	default:
		return 0; /* by path */
	}
}

static const struct cgroup_table *sorted_table;

static int compare(const struct cgroup_row *x, const struct cgroup_row *y)
{
	int order = 0;

	if (x->key != y->key)
		order = x->key < y->key ? 1 : -1;
	if (!order)
		order = compare_paths(x->path, x->length, y->path, y->length);
	return sorted_table->inverted ? -order : order;
}

/* Rows at the same depth of the tree below the same parent are compared; parents come first. */
static int by_key(const void *a, const void *b)
{
	const struct cgroup_row *rows = sorted_table->rows.row;
	int x = *(const int *)a, y = *(const int *)b, up_x, up_y;

	if (!sorted_table->tree)
		return compare(&rows[x], &rows[y]);
	for (up_x = x; rows[up_x].depth > rows[y].depth; up_x = rows[up_x].parent)
		;
	for (up_y = y; rows[up_y].depth > rows[x].depth; up_y = rows[up_y].parent)
		;
	if (up_x == up_y)
		return rows[x].depth - rows[y].depth;
	while (rows[up_x].parent != rows[up_y].parent) {
		up_x = rows[up_x].parent;
		up_y = rows[up_y].parent;
	}
	return compare(&rows[up_x], &rows[up_y]);
}

static bool is_folded(const struct cgroup_table *t, const struct cgroup_row *row)
{
	const struct cgroup_row *rows = t->rows.row;

	for (int up = row->parent; up >= 0; up = rows[up].parent)
		if (paths_has(&t->folded, cgroup_row_path(&rows[up])))
			return true;
	return false;
}

/* The last of its siblings has another line drawn to it. */
static void mark_last(struct cgroup_table *t, int shown)
{
	for (int i = 0; i < shown; i++)
		t->rows.row[t->order[i]].last = true;
	for (int i = shown - 1; i >= 0; i--) {
		struct cgroup_row *row = &t->rows.row[t->order[i]];

		for (int next = i + 1; next < shown; next++) {
			const struct cgroup_row *after = &t->rows.row[t->order[next]];

			if (after->depth > row->depth)
				continue;
			row->last = after->depth < row->depth;
			break;
		}
	}
}

static int order_rows(struct cgroup_table *t)
{
	int shown = 0;

	if (!have_order(t, t->rows.n))
		return 0;
	for (int i = 0; i < t->rows.n; i++) {
		struct cgroup_row *row = &t->rows.row[i];

		row->key = key_of(row, t->sort);
		if (row->wanted && !(t->tree && t->folded.n && is_folded(t, row)))
			t->order[shown++] = i;
	}
	sorted_table = t;
	if (shown)
		qsort(t->order, shown, sizeof(*t->order), by_key);
	if (t->tree)
		mark_last(t, shown);
	return shown;
}

/* The cursor stays on a cgroup once it was put there. */
static void find_selected(struct cgroup_table *t, int shown)
{
	for (int i = 0; t->selected && i < shown; i++) {
		const struct cgroup_row *row = &t->rows.row[t->order[i]];

		if (strlen(t->selected) == row->length &&
		    !memcmp(t->selected, row->path, row->length)) {
			t->list.at = i;
			return;
		}
	}
	if (!t->selected)
		t->list.at = 0;
}

void cgroup_table_fill(struct cgroup_table *t, const struct sample *before,
		       const struct sample *now)
{
	int shown;

	make_rows(t, before, now);
	if (t->tree)
		make_tree(t);
	apply_filters(t);
	shown = order_rows(t);
	find_selected(t, shown);
	list_settle(&t->list, shown, t->list.height);
	t->changed = false;
}

const struct cgroup_row *cgroup_table_at(const struct cgroup_table *t, int shown)
{
	return &t->rows.row[t->order[shown]];
}

void cgroup_table_moved(struct cgroup_table *t)
{
	free(t->selected);
	t->selected = NULL;
	if (t->list.at > 0 && t->list.at < t->list.n)
		t->selected = strdup(cgroup_row_path(cgroup_table_at(t, t->list.at)));
}
