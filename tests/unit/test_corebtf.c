// SPDX-License-Identifier: GPL-2.0-only
/* What is copied of the kernel's BTF, and that it is all that CO-RE asks for. */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "corebtf.h"
#include "fixture.h"
#include "btffile.h"

static struct kbtf *open_made(const struct btf *btf)
{
	char path[] = BTFFILE_TEMPLATE;
	struct kbtf *kbtf;

	btffile_make(path, btf);
	kbtf = kbtf_open(path);
	unlink(path);
	assert_non_null(kbtf);
	return kbtf;
}

/*
 * struct plain {};
 * struct outer {
 *	unsigned bits:3;
 *	struct inner { const word_t word; } inner;
 *	union { struct inner *pointer; int array[2]; };
 *	enum state { ON = 7 } state;
 * };
 */
static struct btf *made_kernel(int *outer)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int word = btf__add_typedef(btf, "word_t", btf__add_int(btf, "long", 8, 0));
	int constant = btf__add_const(btf, word), inner, pointer, array, either, state;

	btf__add_struct(btf, "unrelated", 4);
	btf__add_field(btf, "x", number, 0, 0);
	btf__add_struct(btf, "plain", 4);
	inner = btf__add_struct(btf, "inner", 8);
	btf__add_field(btf, "word", constant, 0, 0);
	pointer = btf__add_ptr(btf, inner);
	array = btf__add_array(btf, number, number, 2);
	either = btf__add_union(btf, NULL, 8);
	btf__add_field(btf, "pointer", pointer, 0, 0);
	btf__add_field(btf, "array", array, 0, 0);
	state = btf__add_enum(btf, "state", 4);
	btf__add_enum_value(btf, "ON", 7);
	*outer = btf__add_struct(btf, "outer", 32);
	btf__add_field(btf, "bits", number, 5, 3);
	btf__add_field(btf, "inner", inner, 64, 0);
	btf__add_field(btf, NULL, either, 128, 0);
	btf__add_field(btf, "state", state, 192, 0);
	return btf;
}

static struct btf *made_programs(void)
{
	struct btf *btf = btf__new_empty();

	btf__add_struct(btf, "outer___old", 8);
	btf__add_struct(btf, "plain", 4);
	btf__add_struct(btf, "only_here", 8);
	btf__add_struct(btf, NULL, 8);
	btf__add_typedef(btf, "unrelated", 1);
	btf__add_enum(btf, "zt_type_id", 4);
	btf__add_enum_value(btf, "zt_id_only_here", 1);
	btf__add_enum_value(btf, "zt_id_outer", 2);
	return btf;
}

static const struct btf_type *member(const struct btf *btf, const struct btf_type *t, int i,
				     const char *name, __u32 bit_offset)
{
	assert_true(i < btf_vlen(t));
	assert_string_equal(btf__name_by_offset(btf, btf_members(t)[i].name_off), name);
	assert_int_equal(btf_member_bit_offset(t, i), bit_offset);
	return btf__type_by_id(btf, btf_members(t)[i].type);
}

static const struct btf_type *named(const struct btf *btf, const char *name, __u32 kind)
{
	int id = btf__find_by_name_kind(btf, name, kind);

	assert_true(id > 0);
	return btf__type_by_id(btf, id);
}

static void test_struct(void **state)
{
	int id;
	struct btf *made = made_kernel(&id), *programs = made_programs(), *core;
	struct kbtf *kernel = open_made(made);
	const struct btf_type *outer, *t;

	(void)state;
	core = corebtf_make(kernel, programs);
	assert_non_null(core);
	outer = named(core, "outer", BTF_KIND_STRUCT);
	assert_int_equal(outer->size, 32);
	assert_int_equal(btf_vlen(outer), 4);
	assert_true(btf_is_int(member(core, outer, 0, "bits", 5)));
	assert_int_equal(btf_member_bitfield_size(outer, 0), 3);
	t = member(core, outer, 1, "inner", 64);
	assert_int_equal(t->size, 8);
	t = member(core, t, 0, "word", 0);
	assert_true(btf_is_int(t));
	assert_int_equal(t->size, 8);
	t = member(core, outer, 2, "", 128);
	assert_true(btf_is_union(t));
	assert_int_equal(t->size, 8);
	assert_int_equal(member(core, t, 0, "pointer", 0)->type, 0);
	assert_int_equal(btf_array(member(core, t, 1, "array", 0))->nelems, 2);
	t = member(core, outer, 3, "state", 192);
	assert_int_equal(btf_enum(t)->val, 7);
	assert_int_equal(named(core, "plain", BTF_KIND_STRUCT)->size, 4);
	assert_true(btf__find_by_name(core, "unrelated") < 0);
	assert_true(btf__find_by_name(core, "only_here") < 0);
	assert_true(btf__find_by_name(core, "outer___old") < 0);
	btf__free(core);
	kbtf_close(kernel);
	btf__free(programs);
	btf__free(made);
}

/* Those that the kernel has, by the ids that they have there. */
static void test_type_ids(void **state)
{
	int id;
	struct btf *made = made_kernel(&id), *programs = made_programs(), *core;
	struct kbtf *kernel = open_made(made);
	const struct btf_type *t;

	(void)state;
	core = corebtf_make(kernel, programs);
	t = named(core, "zt_type_id", BTF_KIND_ENUM);
	assert_int_equal(btf_vlen(t), 1);
	assert_string_equal(btf__name_by_offset(core, btf_enum(t)->name_off), "zt_id_outer");
	assert_int_equal(btf_enum(t)->val, id);
	btf__free(core);
	kbtf_close(kernel);
	btf__free(programs);
	btf__free(made);
}

/* Of a struct that cannot be, nothing is made. */
static void refused(struct btf *made, int error)
{
	struct btf *programs = made_programs();
	struct kbtf *kernel = open_made(made);

	assert_null(corebtf_make(kernel, programs));
	assert_int_equal(errno, error);
	kbtf_close(kernel);
	btf__free(programs);
	btf__free(made);
}

static void test_damaged(void **state)
{
	struct btf *btf = btf__new_empty();

	(void)state;
	btf__add_struct(btf, "outer", 4);
	btf__add_field(btf, "missing", 1000, 0, 0);
	refused(btf, EINVAL);
	btf = btf__new_empty();
	btf__add_struct(btf, "outer", 4);
	btf__add_field(btf, "itself", 1, 0, 0);
	refused(btf, ELOOP);
	btf = btf__new_empty();
	btf__add_struct(btf, "outer", 4);
	btf__add_field(btf, "named", 2, 0, 0);
	btf__add_typedef(btf, "circle", 2);
	refused(btf, ELOOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_struct),
		cmocka_unit_test(test_type_ids),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
