// SPDX-License-Identifier: GPL-2.0-only
#include "event.h"
#include "fixture.h"

static void test_type_names(void **state)
{
	static const char *const names[] = {"store", "load", "invalidate", "writeback", "tree"};

	(void)state;
	for (int i = 0; i < ZT_NR_EVENTS; i++) {
		assert_string_equal(event_type_name(i), names[i]);
		assert_int_equal(event_type_find(names[i]), i);
	}
	assert_string_equal(event_type_name(ZT_NR_EVENTS), "?");
	assert_string_equal(event_type_name(255), "?");
	assert_int_equal(event_type_find("?"), -1);
	assert_int_equal(event_type_find(""), -1);
	assert_int_equal(event_type_find("stor"), -1);
}

static void check_result(unsigned int type, unsigned int result, const char *name)
{
	uint32_t masks[ZT_NR_EVENTS] = {0};

	assert_string_equal(event_result_name(type, result), name);
	assert_true(event_result_find(name, masks));
	assert_true(masks[type] & 1u << result);
}

/* The names that the documentation promises. */
static void test_result_names(void **state)
{
	(void)state;
	check_result(ZT_EV_STORE, ZT_STORE_STORED, "stored");
	check_result(ZT_EV_STORE, ZT_REJECT_DISABLED, "disabled");
	check_result(ZT_EV_STORE, ZT_REJECT_CGROUP_LIMIT, "cgroup_limit");
	check_result(ZT_EV_STORE, ZT_REJECT_OTHER, "other");
	check_result(ZT_EV_LOAD, ZT_LOAD_HIT, "hit");
	check_result(ZT_EV_LOAD, ZT_LOAD_MISS, "miss");
	check_result(ZT_EV_LOAD, ZT_LOAD_ERROR, "error");
	check_result(ZT_EV_INVALIDATE, ZT_INV_RES_TREE_EMPTY, "tree_empty");
	check_result(ZT_EV_INVALIDATE, ZT_INV_RES_ABSENT, "absent");
	check_result(ZT_EV_INVALIDATE, ZT_INV_RES_ERASED, "erased");
	check_result(ZT_EV_INVALIDATE, ZT_INV_RES_UNCLASSIFIED, "unclassified");
	check_result(ZT_EV_INVALIDATE, ZT_INV_RES_STALE, "stale");
	check_result(ZT_EV_WRITEBACK, ZT_WB_RES_WRITTEN, "written");
	check_result(ZT_EV_WRITEBACK, ZT_WB_RES_ROTATED, "rotated");
	check_result(ZT_EV_WRITEBACK, ZT_SKIP_IN_SWAPCACHE, "in_swapcache");
	check_result(ZT_EV_WRITEBACK, ZT_SKIP_OWN_FAULT, "own_fault");
	check_result(ZT_EV_TREE, ZT_TREE_RES_SHRINK, "shrink");
	check_result(ZT_EV_TREE, ZT_TREE_RES_HEAD_COLLAPSE, "head_collapse");
	check_result(ZT_EV_TREE, ZT_TREE_RES_EMPTIED, "emptied");
	check_result(ZT_EV_TREE, ZT_TREE_RES_GROW, "grow");
}

static void test_every_result_has_a_name(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < ZT_NR_EVENTS; type++) {
		unsigned int n = event_nr_results(type);

		assert_in_range(n, 3, 32); /* masks are 32 bits wide */
		for (unsigned int i = 0; i < n; i++)
			check_result(type, i, event_result_name(type, i));
		assert_string_equal(event_result_name(type, n), "?");
		assert_string_equal(event_result_name(type, 255), "?");
	}
	assert_string_equal(event_result_name(ZT_NR_EVENTS, 0), "?");
	assert_int_equal(event_nr_results(ZT_NR_EVENTS), 0);
}

static void test_find_adds_to_every_type(void **state)
{
	uint32_t masks[ZT_NR_EVENTS] = {0};

	(void)state;
	assert_true(event_result_find("other", masks));
	assert_int_equal(masks[ZT_EV_STORE], 1u << ZT_REJECT_OTHER);
	assert_int_equal(masks[ZT_EV_WRITEBACK], 1u << ZT_SKIP_OTHER);
	assert_int_equal(masks[ZT_EV_LOAD], 0);
	assert_true(event_result_find("hit", masks));
	assert_int_equal(masks[ZT_EV_LOAD], 1u << ZT_LOAD_HIT);
	assert_int_equal(masks[ZT_EV_STORE], 1u << ZT_REJECT_OTHER);
	assert_false(event_result_find("?", masks));
	assert_false(event_result_find("", masks));
	assert_int_equal(masks[ZT_EV_TREE], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_type_names),
		cmocka_unit_test(test_result_names),
		cmocka_unit_test(test_every_result_has_a_name),
		cmocka_unit_test(test_find_adds_to_every_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
