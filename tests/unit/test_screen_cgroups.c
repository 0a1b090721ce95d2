// SPDX-License-Identifier: GPL-2.0-only
/* The rows of the cgroups screen: differences, sums, order, filters. */
#include "fixture.h"
#include "screen/cgroup_table.h"
#include "screen/histogram.h"

static struct sample before, now;
static struct cgroup_table t;

static int by_path(const void *a, const void *b)
{
	const struct cgroup_sample *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void add(struct sample *s, const char *path, uint64_t stores, uint64_t pool)
{
	struct cgroup_sample *cg = fixture_cgroup(s, path);

	cg->n[ZT_CG_STORE_PAGES] = stores;
	cg->pool_bytes = cg->stored_bytes = pool;
	qsort(s->cgroups, s->nr_cgroups, sizeof(*s->cgroups), by_path);
}

static int setup(void **state)
{
	(void)state;
	fixture_init(&before);
	fixture_init(&now);
	memset(&t, 0, sizeof(t));
	cgroup_table_init(&t);
	add(&before, "/a/x", 100, 10);
	add(&before, "/b", 50, 10);
	add(&now, "/", 7, ABSENT);
	add(&now, "/a-b/deep/er", 3, 1);
	add(&now, "/a/x", 110, 20);
	add(&now, "/a/y", 40, 30);
	add(&now, "/b", 55, 40);
	add(&now, "(other)", 2, ABSENT);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	cgroup_table_free(&t);
	sample_free(&before);
	sample_free(&now);
	return 0;
}

static void fill(void)
{
	cgroup_table_fill(&t, &before, &now);
}

static void assert_row(int shown, const char *path, uint64_t stores)
{
	const struct cgroup_row *row;

	assert_true(shown < t.list.n);
	row = cgroup_table_at(&t, shown);
	assert_string_equal(cgroup_row_path(row), path);
	assert_int_equal(row->n[ZT_CG_STORE_PAGES], stores);
}

static void test_differences(void **state)
{
	(void)state;
	fill();
	assert_int_equal(t.list.n, 6);
	assert_row(0, "/a/y", 40);
	assert_row(1, "/a/x", 10);
	assert_row(2, "/", 7);
	assert_row(3, "/b", 5);
	assert_row(4, "/a-b/deep/er", 3);
	assert_row(5, "(other)", 2);
}

static void test_counters_that_began_anew(void **state)
{
	(void)state;
	before.cgroups[0].n[ZT_CG_STORE_PAGES] = 1000000;
	fill();
	assert_row(5, "/a/x", 0);
}

static void test_first_sample(void **state)
{
	(void)state;
	cgroup_table_fill(&t, NULL, &now);
	assert_int_equal(t.list.n, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(cgroup_table_at(&t, i)->n[ZT_CG_STORE_PAGES], 0);
}

static void test_tree(void **state)
{
	(void)state;
	t.tree = true;
	fill();
	/* "/a-b" sorts before "/a/x" as text, but is no part of "/a" */
	assert_int_equal(t.list.n, 9);
	assert_row(0, "/", 65);
	assert_row(1, "/a", 50);
	assert_row(2, "/a/y", 40);
	assert_row(3, "/a/x", 10);
	assert_row(4, "/b", 5);
	assert_row(5, "/a-b", 3);
	assert_row(6, "/a-b/deep", 3);
	assert_row(7, "/a-b/deep/er", 3);
	assert_row(8, "(other)", 2);
	assert_int_equal(cgroup_table_at(&t, 3)->depth, 2);
	assert_true(cgroup_table_at(&t, 3)->last);
	assert_false(cgroup_table_at(&t, 2)->last);
	assert_true(cgroup_table_at(&t, 5)->last);
	assert_true(cgroup_table_at(&t, 1)->below);
}

/* The kernel's own sizes include what is below; they are not summed once more. */
static void test_tree_sizes(void **state)
{
	(void)state;
	add(&now, "/a", 0, 60);
	t.tree = true;
	fill();
	assert_row(1, "/a", 50);
	assert_int_equal(cgroup_table_at(&t, 1)->pool, 60);
	assert_int_equal(cgroup_table_at(&t, 6)->pool, 1);
	/* the root's are not known: the sum of what is directly below it */
	assert_int_equal(cgroup_table_at(&t, 0)->pool, 101);
}

static void test_fold(void **state)
{
	(void)state;
	t.tree = true;
	paths_toggle(&t.folded, "/a");
	fill();
	assert_int_equal(t.list.n, 7);
	assert_row(1, "/a", 50);
	assert_row(2, "/b", 5);
}

static void test_filter(void **state)
{
	(void)state;
	strcpy(t.filter, "DEEP");
	fill();
	assert_int_equal(t.list.n, 1);
	assert_row(0, "/a-b/deep/er", 3);
	t.tree = true;
	fill();
	assert_int_equal(t.list.n, 4);
	assert_row(3, "/a-b/deep/er", 3);
	/* sums are of all, whether it is shown or not */
	assert_row(0, "/", 65);
}

static void test_active_only(void **state)
{
	(void)state;
	before.cgroups[1].n[ZT_CG_STORE_PAGES] = 55;
	t.active_only = true;
	fill();
	assert_int_equal(t.list.n, 5);
}

static void test_sort(void **state)
{
	(void)state;
	t.sort = CG_COL_PATH;
	fill();
	assert_row(0, "/", 7);
	assert_row(1, "/a/x", 10);
	assert_row(3, "/a-b/deep/er", 3);
	assert_row(5, "(other)", 2);
	t.inverted = true;
	fill();
	assert_row(0, "(other)", 2);
	t.sort = CG_COL_POOL;
	t.inverted = false;
	fill();
	assert_row(0, "/b", 5);
	/* what is not known comes last */
	assert_row(4, "/", 7);
}

static void test_every_column_sorts(void **state)
{
	(void)state;
	for (int tree = 0; tree < 2; tree++) {
		for (t.sort = 0; t.sort < NR_CG_COLS; t.sort++) {
			t.tree = tree;
			fill();
			assert_int_equal(t.list.n, tree ? 9 : 6);
		}
	}
}

static void test_cursor_stays_on_cgroup(void **state)
{
	(void)state;
	fill();
	t.list.at = 5;
	cgroup_table_moved(&t);
	assert_string_equal(t.selected, "(other)");
	t.sort = CG_COL_PATH;
	t.inverted = true;
	fill();
	assert_int_equal(t.list.at, 0);
	assert_row(t.list.at, "(other)", 2);
	/* the first row is no choice: the cursor stays where it is */
	cgroup_table_moved(&t);
	assert_null(t.selected);
}

static void test_quantiles(void **state)
{
	uint64_t counts[ZT_BUCKETS];

	(void)state;
	now.cgroups[3].store_ns[4] = 99;
	now.cgroups[3].store_ns[9] = 1;
	fill();
	cgroup_buckets(cgroup_table_at(&t, 1), false, counts);
	assert_int_equal(cgroup_quantile(counts, 0.5), 1 << 12);
	assert_int_equal(cgroup_quantile(counts, 0.99), 1 << 12);
	assert_int_equal(cgroup_quantile(counts, 1), 1 << 17);
	cgroup_buckets(cgroup_table_at(&t, 1), true, counts);
	assert_true(cgroup_quantile(counts, 0.5) == ABSENT);
}

/* Without a largest one, of what is in the last bucket only a lower bound is known. */
static void test_open_quantile(void **state)
{
	struct histogram_column c = {.present = true, .first = 8, .unit = UNIT_NS, .no_max = true};
	uint64_t counts[ZT_BUCKETS];
	char buf[FORMAT_LEN];

	(void)state;
	now.cgroups[3].store_ns[ZT_BUCKETS - 2] = 1;
	now.cgroups[3].store_ns[ZT_BUCKETS - 1] = 1;
	fill();
	cgroup_buckets(cgroup_table_at(&t, 1), false, counts);
	assert_string_equal(histogram_quantile(&c, cgroup_quantile(counts, 0.5), buf), "67.1ms");
	assert_string_equal(histogram_quantile(&c, cgroup_quantile(counts, 0.99), buf), ">67.1ms");
	c.no_max = false;
	assert_string_equal(histogram_quantile(&c, 455000000, buf), "455ms");
	assert_string_equal(histogram_quantile(&c, ABSENT, buf), "-");
}

static void test_empty(void **state)
{
	struct sample none;

	(void)state;
	sample_init(&none);
	for (t.tree = 0; !t.tree; t.tree = true)
		cgroup_table_fill(&t, &none, &none);
	cgroup_table_fill(&t, &none, &none);
	assert_int_equal(t.list.n, 0);
	cgroup_table_moved(&t);
}

/* Random paths: every row of the tree comes behind its parent, and sums agree. */
static void test_random_trees(void **state)
{
	(void)state;
	for (int round = 0; round < 200; round++) {
		struct sample s;
		uint64_t sum = 0;

		fixture_init(&s);
		for (int i = 0; i < 40; i++) {
			char path[32] = "";

			for (int depth = rand() % 4; depth >= 0; depth--)
				snprintf(path + strlen(path), 8, "/%c%s", 'a' + rand() % 3,
					 rand() % 2 ? "-" : "");
			fixture_cgroup(&s, path)->n[ZT_CG_STORE_PAGES] = i;
		}
		qsort(s.cgroups, s.nr_cgroups, sizeof(*s.cgroups), by_path);
		for (size_t i = 0; i < s.nr_cgroups; i++)
			sum += s.cgroups[i].n[ZT_CG_STORE_PAGES];
		t.tree = true;
		before.nr_cgroups = 0;
		cgroup_table_fill(&t, &before, &s);
		assert_row(0, "/", sum);
		for (int i = 1; i < t.list.n; i++)
			assert_true(cgroup_table_at(&t, i)->depth <=
				    cgroup_table_at(&t, i - 1)->depth + 1);
		sample_free(&s);
	}
	before.nr_cgroups = 2;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_differences, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counters_that_began_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tree_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fold, setup, teardown),
		cmocka_unit_test_setup_teardown(test_filter, setup, teardown),
		cmocka_unit_test_setup_teardown(test_active_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sort, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_column_sorts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cursor_stays_on_cgroup, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quantiles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open_quantile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_random_trees, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
