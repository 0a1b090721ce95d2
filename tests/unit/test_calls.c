// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of calls under way (bpf/call.h), compiled for this machine: what the programs do when
 * the kernel skips one half of a call.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/types.h>

/* What bpf/call.h takes from the headers that it includes. */
#define ZSWAPTOP_BPF_OWNER_H
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define __noinline __attribute__((noinline))
enum { ZT_CONTEXTS_LOST };

struct owner {
	__u32 slot;
};

static unsigned int lost;

static void count_shared(__u32 slot)
{
	(void)slot;
	lost++;
}

static __u64 load64(__u64 addr)
{
	return *(__u64 *)addr;
}

static __u32 low_half(__u64 pointer)
{
	return pointer;
}

#include "../../bpf/call.h"

#define FOLIO	 0x1000
#define ANOTHER	 0x2000
#define SP(n, i) (&stacks[n][i])

/* Stacks as the kernel aligns them; each word may be where a trampoline keeps its arguments. */
static __u64 (*stacks)[STACK_SIZE / sizeof(__u64)];

static int clean(void **state)
{
	(void)state;
	memset(calls, 0, sizeof(calls));
	free(stacks);
	stacks = aligned_alloc(STACK_SIZE, 2 * STACK_SIZE);
	lost = 0;
	if (stacks)
		memset(stacks, 0, 2 * STACK_SIZE);
	return stacks ? 0 : -1;
}

static struct call *enter(__u64 *sp, __u64 folio, enum call_kind kind, __u64 start_ns)
{
	struct call *c;

	*sp = folio;
	c = call_begin(sp, kind == CALL_SWAPIN ? folio : (__u64)sp, kind);
	if (c)
		c->start_ns = start_ns;
	return c;
}

static struct call *leave(__u64 *sp, enum call_kind kind)
{
	return call_of(sp, kind == CALL_SWAPIN ? *sp : (__u64)sp, kind);
}

static void test_both_halves(void **state)
{
	(void)state;
	for (enum call_kind kind = CALL_STORE; kind <= CALL_SWAPIN; kind++) {
		struct call *c = enter(SP(0, 100), FOLIO, kind, 1);

		assert_non_null(c);
		assert_ptr_equal(leave(SP(0, 100), kind), c);
		call_end(c);
		assert_null(leave(SP(0, 100), kind));
	}
	assert_int_equal(lost, 0);
}

/* The next call from the same place with the same folio is not taken for the one before. */
static void test_exit_skipped(void **state)
{
	for (enum call_kind kind = CALL_STORE; kind <= CALL_SWAPIN; kind++) {
		struct call *c;

		clean(state);
		enter(SP(0, 100), FOLIO, kind, 1);
		for (__u64 start_ns = 2; start_ns < 10; start_ns++) {
			enter(SP(0, 100), FOLIO, kind, start_ns);
			c = leave(SP(0, 100), kind);
			assert_non_null(c);
			assert_int_equal(c->start_ns, start_ns);
		}
		call_end(c);
		assert_null(leave(SP(0, 100), kind));
	}
	assert_int_equal(lost, 0);
}

static void test_entry_skipped_too(void **state)
{
	(void)state;
	/* the folio again, read in by another task */
	enter(SP(0, 100), FOLIO, CALL_SWAPIN, 1);
	*SP(1, 100) = FOLIO;
	assert_null(leave(SP(1, 100), CALL_SWAPIN));
	/* the same place on the stack, another folio */
	enter(SP(0, 200), FOLIO, CALL_STORE, 1);
	*SP(0, 200) = ANOTHER;
	assert_null(leave(SP(0, 200), CALL_STORE));
}

/* Calls of one task share their places; what was left behind makes room, what is alive does not. */
static void test_room(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CALL_WAYS; i++)
		assert_non_null(enter(SP(0, 100 + i), FOLIO, CALL_STORE, i));
	assert_null(enter(SP(0, 99), FOLIO, CALL_STORE, 9));
	assert_int_equal(lost, 1);
	*SP(0, 101) = 0;
	assert_non_null(enter(SP(0, 99), FOLIO, CALL_STORE, 9));
	assert_int_equal(leave(SP(0, 99), CALL_STORE)->start_ns, 9);
	assert_int_equal(leave(SP(0, 102), CALL_STORE)->start_ns, 2);
	assert_int_equal(lost, 1);
}

/* Stacks grow down: what encloses a call is above it. */
static void test_around(void **state)
{
	struct call *outer, *inner;

	(void)state;
	enter(SP(1, 150), FOLIO, CALL_STORE, 0);
	assert_null(call_around(SP(0, 100), CALL_STORE));
	outer = enter(SP(0, 200), FOLIO, CALL_STORE, 1);
	assert_ptr_equal(call_around(SP(0, 100), CALL_STORE), outer);
	assert_null(call_around(SP(0, 100), CALL_LOAD));
	assert_null(call_around(SP(0, 200), CALL_STORE));
	assert_null(call_around(SP(0, 300), CALL_STORE));
	inner = enter(SP(0, 150), ANOTHER, CALL_STORE, 2);
	assert_ptr_equal(call_around(SP(0, 100), CALL_STORE), inner);
	assert_ptr_equal(call_around(SP(0, 150), CALL_STORE), outer);
	*SP(0, 150) = 0; /* its exit was skipped */
	assert_ptr_equal(call_around(SP(0, 100), CALL_STORE), outer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_both_halves, clean),
		cmocka_unit_test_setup(test_exit_skipped, clean),
		cmocka_unit_test_setup(test_entry_skipped_too, clean),
		cmocka_unit_test_setup(test_room, clean),
		cmocka_unit_test_setup(test_around, clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
