// SPDX-License-Identifier: GPL-2.0-only
/* Types are found by name as libbpf finds them. */
#include <bpf/btf.h>
#include <stdio.h>
#include "fixture.h"
#include "names.h"

#define MANY 40000

static const unsigned int kinds[] = {BTF_KIND_FUNC, BTF_KIND_STRUCT, BTF_KIND_ENUM,
				     BTF_KIND_TYPEDEF};

static void same_as_libbpf(const struct names *names, const struct btf *btf, const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int id = btf__find_by_name_kind(btf, name, kinds[i]);

		assert_int_equal(names_find(names, name, kinds[i]), id < 0 ? 0 : id);
	}
}

/* One name is that of a struct, a typedef, an enum and of two functions, and of a member, too. */
static void test_kinds(void **state)
{
	struct btf *btf = btf__new_empty();
	int proto = btf__add_func_proto(btf, 0), first;
	struct names *names;

	(void)state;
	btf__add_ptr(btf, 0);
	btf__add_fwd(btf, "same", BTF_FWD_STRUCT);
	btf__add_union(btf, "same", 8);
	btf__add_typedef(btf, "same", proto);
	btf__add_struct(btf, "same", 8);
	btf__add_field(btf, "member", 1, 0, 0);
	btf__add_enum(btf, "same", 4);
	btf__add_enum_value(btf, "value", 1);
	first = btf__add_func(btf, "same", BTF_FUNC_STATIC, proto);
	btf__add_func(btf, "same", BTF_FUNC_STATIC, proto);
	btf__add_struct(btf, NULL, 8);
	names = names_index(btf);
	assert_non_null(names);
	same_as_libbpf(names, btf, "same");
	assert_int_equal(names_find(names, "same", BTF_KIND_FUNC), first);
	same_as_libbpf(names, btf, "member");
	same_as_libbpf(names, btf, "value");
	same_as_libbpf(names, btf, "sam");
	same_as_libbpf(names, btf, "");
	names_free(names);
	btf__free(btf);
}

static void test_many(void **state)
{
	struct btf *btf = btf__new_empty();
	struct names *names;
	char name[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "function_%d", i);
		assert_int_equal(btf__add_func(btf, name, BTF_FUNC_STATIC, 0), i + 1);
	}
	names = names_index(btf);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "function_%d", i);
		assert_int_equal(names_find(names, name, BTF_KIND_FUNC), i + 1);
	}
	assert_int_equal(names_find(names, "function_", BTF_KIND_FUNC), 0);
	names_free(names);
	btf__free(btf);
}

static void test_empty(void **state)
{
	struct btf *btf = btf__new_empty();
	struct names *names = names_index(btf);

	(void)state;
	assert_int_equal(names_find(names, "anything", BTF_KIND_FUNC), 0);
	names_free(names);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
