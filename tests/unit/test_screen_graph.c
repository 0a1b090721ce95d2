// SPDX-License-Identifier: GPL-2.0-only
/* Bars, steps of graphs, columns of tables, lists: what is drawn where. */
#include <math.h>
#include "fixture.h"
#include "screen/graph.h"
#include "screen/table.h"
#include "screen/terminal.h"

static void assert_cells(const double *parts, int n, double whole, int width, const int *want)
{
	int cells[NR_PARTS];

	bar_cells(parts, n, whole, width, cells);
	for (int i = 0; i < n; i++)
		if (cells[i] != want[i])
			fail_msg("part %d has %d cells, not %d", i, cells[i], want[i]);
}

static void test_bars(void **state)
{
	(void)state;
	assert_cells((double[]){50}, 1, 100, 10, (int[]){5});
	assert_cells((double[]){0}, 1, 100, 10, (int[]){0});
	assert_cells((double[]){100}, 1, 100, 10, (int[]){10});
	assert_cells((double[]){1000}, 1, 100, 10, (int[]){10});
	assert_cells((double[]){5}, 1, 0, 10, (int[]){0});
	assert_cells((double[]){88, 3, 9}, 3, 100, 10, (int[]){9, 1, 0});
	assert_cells((double[]){50, 25, 25}, 3, 100, 40, (int[]){20, 10, 10});
}

static void test_small_parts_are_seen(void **state)
{
	int cells[3];

	(void)state;
	assert_cells((double[]){1}, 1, 1e9, 10, (int[]){1});
	assert_cells((double[]){1, 1e9}, 2, 1e9 + 1, 10, (int[]){1, 9});
	bar_cells((double[]){97, 1, 2}, 3, 100, 20, cells);
	assert_true(cells[0] + cells[1] + cells[2] <= 20);
	assert_true(cells[1] >= 1 || cells[2] >= 1);
}

/* Whatever the parts are: no bar is longer than its place. */
static void test_bars_stay_inside(void **state)
{
	int cells[NR_PARTS];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double parts[NR_PARTS], sum = 0, whole;
		int width = rand() % 50, used = 0;

		for (int p = 0; p < NR_PARTS; p++)
			sum += parts[p] = rand() % 4 ? rand() % 1000 : 0;
		whole = rand() % 3 ? sum : sum * (rand() % 30) / 10;
		bar_cells(parts, NR_PARTS, whole, width, cells);
		for (int p = 0; p < NR_PARTS; p++) {
			assert_true(cells[p] >= 0);
			used += cells[p];
		}
		assert_true(used <= width);
	}
}

static void test_steps(void **state)
{
	(void)state;
	assert_int_equal(graph_step(0, 100, 8), 0);
	assert_int_equal(graph_step(1, 100, 8), 1);
	assert_int_equal(graph_step(50, 100, 8), 4);
	assert_int_equal(graph_step(100, 100, 8), 8);
	assert_int_equal(graph_step(200, 100, 8), 8);
	assert_int_equal(graph_step(NAN, 100, 8), -1);
	assert_int_equal(graph_step(5, 0, 8), 0);
	assert_true(graph_max((double[]){1, NAN, 7, 3}, 4) == 7);
	assert_true(graph_max((double[]){NAN}, 1) == 0);
}

static const struct column columns[] = {
	{"A", NULL, 6, 1, false},
	{"B", NULL, 6, 3, false},
	{"TITLE6", NULL, 6, 2, false},
	{"NAME", NULL, 10, 1, true},
};

static void test_columns_by_priority(void **state)
{
	struct layout l;

	(void)state;
	layout_columns(&l, columns, 4, 100, -1);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.start[3], 22);
	assert_int_equal(l.width[3], 78);
	/* B is the first to go, though C comes behind it */
	layout_columns(&l, columns, 4, 30, -1);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.column[1], 2);
	assert_int_equal(l.start[2] + l.width[2], 30);
	layout_columns(&l, columns, 4, 18, -1);
	assert_int_equal(l.n, 2);
	layout_columns(&l, columns, 4, 5, -1);
	assert_int_equal(l.n, 0);
	/* the mark of what is sorted by costs the last one a place, or nothing */
	layout_columns(&l, columns, 4, 30, 2);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.width[1], 7);
	assert_int_equal(l.start[2], 16);
	assert_int_equal(l.start[2] + l.width[2], 30);
	layout_columns(&l, columns, 4, 30, 0);
	assert_int_equal(l.width[0], 6);
	assert_true(layout_has(&l, 2));
	assert_false(layout_has(&l, 1));
}

static void test_column_at(void **state)
{
	struct layout l;

	(void)state;
	layout_columns(&l, columns, 4, 100, -1);
	assert_int_equal(layout_find(&l, 0), 0);
	assert_int_equal(layout_find(&l, 6), 0);
	assert_int_equal(layout_find(&l, 7), 1);
	assert_int_equal(layout_find(&l, 99), 3);
	l.n = 0;
	assert_int_equal(layout_find(&l, 5), -1);
}

static void test_list_follows_cursor(void **state)
{
	struct list l = {};

	(void)state;
	list_settle(&l, 100, 10);
	for (int i = 0; i < 15; i++)
		assert_true(list_key(&l, 'j'));
	list_settle(&l, 100, 10);
	assert_int_equal(l.at, 15);
	assert_int_equal(l.top, 6);
	list_key(&l, K_END);
	list_settle(&l, 100, 10);
	assert_int_equal(l.at, 99);
	assert_int_equal(l.top, 90);
	list_key(&l, K_PAGE_UP);
	list_settle(&l, 100, 10);
	assert_int_equal(l.at, 90);
	list_key(&l, K_HOME);
	list_key(&l, K_UP);
	list_settle(&l, 100, 10);
	assert_int_equal(l.at, 0);
	assert_int_equal(l.top, 0);
	assert_false(list_key(&l, 'x'));
}

static void test_list_shrinks(void **state)
{
	struct list l = {.at = 80, .top = 75};

	(void)state;
	list_settle(&l, 3, 10);
	assert_int_equal(l.at, 2);
	assert_int_equal(l.top, 0);
	list_settle(&l, 0, 10);
	assert_int_equal(l.at, 0);
	list_settle(&l, 5, 0);
	assert_int_equal(l.height, 1);
}

static void test_plain_list_scrolls(void **state)
{
	struct list l = {.plain = true};

	(void)state;
	list_settle(&l, 12, 10);
	list_key(&l, K_DOWN);
	assert_int_equal(l.top, 1);
	list_key(&l, K_PAGE_DOWN);
	assert_int_equal(l.top, 2);
	list_settle(&l, 8, 10);
	assert_int_equal(l.top, 0);
}

static void test_area_part(void **state)
{
	struct area a = {2, 3, 10, 20}, part = area_part(&a, 4, 5, 100, 100);

	(void)state;
	assert_int_equal(part.row, 6);
	assert_int_equal(part.col, 8);
	assert_int_equal(part.rows, 6);
	assert_int_equal(part.cols, 15);
	part = area_part(&a, 50, 50, 1, 1);
	assert_int_equal(part.rows, 0);
	assert_int_equal(part.cols, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_small_parts_are_seen),
		cmocka_unit_test(test_bars_stay_inside),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_columns_by_priority),
		cmocka_unit_test(test_column_at),
		cmocka_unit_test(test_list_follows_cursor),
		cmocka_unit_test(test_list_shrinks),
		cmocka_unit_test(test_plain_list_scrolls),
		cmocka_unit_test(test_area_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
