// SPDX-License-Identifier: GPL-2.0-only
/* Types are found as libbpf finds them; what is no BTF is refused. */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "fixture.h"
#include "btffile.h"
#include "kbtf.h"

#define MANY 40000

static const unsigned int kinds[] = {BTF_KIND_FUNC, BTF_KIND_STRUCT, BTF_KIND_ENUM,
				     BTF_KIND_TYPEDEF};

/* errno is that of opening. */
static struct kbtf *open_bytes(const void *data, size_t size)
{
	char path[] = BTFFILE_TEMPLATE;
	struct kbtf *kbtf;
	int err;

	btffile_write(path, data, size);
	kbtf = kbtf_open(path);
	err = errno;
	unlink(path);
	errno = err;
	return kbtf;
}

static struct kbtf *open_made(const struct btf *btf)
{
	const void *data;
	__u32 size;

	data = btf__raw_data(btf, &size);
	assert_non_null(data);
	return open_bytes(data, size);
}

static void same_type(const struct kbtf *kbtf, const struct btf *btf, uint32_t id)
{
	const struct btf_type *ours = kbtf_type(kbtf, id), *theirs = btf__type_by_id(btf, id);

	assert_memory_equal(ours, theirs, sizeof(*ours));
	assert_string_equal(kbtf_name(kbtf, ours->name_off),
			    btf__name_by_offset(btf, theirs->name_off));
}

static void found_alike(const struct kbtf *kbtf, const struct btf *btf, const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int id = btf__find_by_name_kind(btf, name, kinds[i]);

		assert_int_equal(kbtf_find(kbtf, name, kinds[i]), id < 0 ? 0 : id);
	}
}

/* Every kind, most of them of one name; a member and a value of names of their own. */
static struct btf *every_kind(void)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int proto = btf__add_func_proto(btf, number), var;

	btf__add_func_param(btf, "a", number);
	btf__add_func_param(btf, "b", number);
	btf__add_ptr(btf, 0);
	btf__add_array(btf, number, number, 3);
	btf__add_fwd(btf, "same", BTF_FWD_STRUCT);
	btf__add_union(btf, "same", 8);
	btf__add_field(btf, "x", number, 0, 0);
	btf__add_volatile(btf, number);
	btf__add_const(btf, number);
	btf__add_restrict(btf, number);
	btf__add_float(btf, "double", 8);
	btf__add_type_tag(btf, "tag", number);
	btf__add_decl_tag(btf, "tag", number, -1);
	var = btf__add_var(btf, "same", BTF_VAR_STATIC, number);
	btf__add_datasec(btf, "data", 4);
	btf__add_datasec_var_info(btf, var, 0, 4);
	btf__add_enum64(btf, "same", 8, false);
	btf__add_enum64_value(btf, "large", 1ULL << 40);
	btf__add_typedef(btf, "same", proto);
	btf__add_struct(btf, "same", 8);
	btf__add_field(btf, "member", number, 0, 0);
	btf__add_enum(btf, "same", 4);
	btf__add_enum_value(btf, "value", 1);
	btf__add_func(btf, "same", BTF_FUNC_STATIC, proto);
	btf__add_func(btf, "same", BTF_FUNC_STATIC, proto);
	btf__add_struct(btf, NULL, 8);
	return btf;
}

static void test_kinds(void **state)
{
	struct btf *btf = every_kind();
	struct kbtf *kbtf = open_made(btf);

	(void)state;
	assert_non_null(kbtf);
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++)
		same_type(kbtf, btf, id);
	assert_null(kbtf_type(kbtf, 0));
	assert_null(kbtf_type(kbtf, btf__type_cnt(btf)));
	found_alike(kbtf, btf, "same");
	assert_true(kbtf_find(kbtf, "same", BTF_KIND_FUNC));
	found_alike(kbtf, btf, "member");
	found_alike(kbtf, btf, "value");
	found_alike(kbtf, btf, "sam");
	found_alike(kbtf, btf, "");
	kbtf_close(kbtf);
	btf__free(btf);
}

static void test_many(void **state)
{
	struct btf *btf = btf__new_empty();
	struct kbtf *kbtf;
	char name[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "function_%d", i);
		assert_int_equal(btf__add_func(btf, name, BTF_FUNC_STATIC, 0), i + 1);
	}
	kbtf = open_made(btf);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "function_%d", i);
		assert_int_equal(kbtf_find(kbtf, name, BTF_KIND_FUNC), i + 1);
	}
	assert_int_equal(kbtf_find(kbtf, "function_", BTF_KIND_FUNC), 0);
	kbtf_close(kbtf);
	btf__free(btf);
}

static void test_empty(void **state)
{
	struct btf *btf = btf__new_empty();
	struct kbtf *kbtf = open_made(btf);

	(void)state;
	assert_non_null(kbtf);
	assert_int_equal(kbtf_find(kbtf, "anything", BTF_KIND_FUNC), 0);
	kbtf_close(kbtf);
	btf__free(btf);
}

/* Cut anywhere, or of a kind that nobody knows: refused. */
static void test_broken(void **state)
{
	struct btf *btf = every_kind();
	struct btf_header *header;
	struct btf_type *last;
	const void *data;
	__u32 size;
	char *copy;

	(void)state;
	data = btf__raw_data(btf, &size);
	for (__u32 n = 0; n < size; n++) {
		assert_null(open_bytes(data, n));
		assert_int_equal(errno, EINVAL);
	}
	copy = malloc(size);
	memcpy(copy, data, size);
	header = (struct btf_header *)copy;
	last = (struct btf_type *)(copy + header->hdr_len + header->type_off + header->type_len) -
	       1;
	last->info = 31 << 24;
	assert_null(open_bytes(copy, size));
	assert_int_equal(errno, EINVAL);
	last->info = BTF_KIND_UNKN << 24;
	assert_null(open_bytes(copy, size));
	last->info = BTF_KIND_STRUCT << 24 | 1; /* a member that is not there */
	assert_null(open_bytes(copy, size));
	assert_null(kbtf_open("/nonexistent/btf"));
	assert_int_equal(errno, ENOENT);
	assert_null(kbtf_open("/"));
	assert_int_equal(errno, EISDIR);
	free(copy);
	btf__free(btf);
}

/* Also types if they are read from a byte later on. */
struct file {
	struct btf_header header;
	struct btf_type type[2];
	char strings[8];
};

#define LENGTH	sizeof(struct btf_header)
#define TYPES	sizeof(((struct file *)0)->type)
#define STRINGS sizeof(((struct file *)0)->strings)

static struct kbtf *open_headed(struct btf_header header)
{
	struct file file = {
		.header = header,
		.type = {{.name_off = 1, .info = BTF_KIND_TYPEDEF << 24, .type = 2},
			 {.info = BTF_KIND_PTR << 24}},
		.strings = {0, 'n', 'a', 'm', 'e', 0, 'x', 0},
	};

	return open_bytes(&file, sizeof(file));
}

/* magic, version, flags, length; offsets and lengths of types and of strings */
static void test_headers(void **state)
{
	static const struct btf_header bad[] = {
		{BTF_MAGIC + 1, 1, 0, LENGTH, 0, TYPES, TYPES, STRINGS},
		{BTF_MAGIC, 2, 0, LENGTH, 0, TYPES, TYPES, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH - 4, 4, TYPES, TYPES + 4, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH + 1, 0, TYPES / 2, TYPES - 1, STRINGS},
		{BTF_MAGIC, 1, 0, 1 << 30, 0, TYPES, TYPES, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH, 1, TYPES / 2, TYPES, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH, 1 << 30, TYPES, TYPES, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH, -8U, TYPES, TYPES, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH, 0, TYPES - 4, TYPES, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH, 0, TYPES, 1 << 30, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH, 0, TYPES, -4U, STRINGS},
		{BTF_MAGIC, 1, 0, LENGTH, 0, TYPES, TYPES, 0},
		{BTF_MAGIC, 1, 0, LENGTH, 0, TYPES, TYPES + 1, STRINGS - 1},
		{BTF_MAGIC, 1, 0, LENGTH, 0, TYPES, TYPES, STRINGS - 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		if (open_headed(bad[i]) || errno != EINVAL)
			fail_msg("header %zu is not refused", i);
	}
}

/* What is named behind the strings has no name. */
static void test_names(void **state)
{
	struct kbtf *kbtf =
		open_headed((struct btf_header){BTF_MAGIC, 1, 0, LENGTH, 0, TYPES, TYPES, 6});

	(void)state;
	assert_non_null(kbtf);
	assert_int_equal(kbtf_find(kbtf, "name", BTF_KIND_TYPEDEF), 1);
	assert_int_equal(kbtf_find(kbtf, "name", BTF_KIND_STRUCT), 0);
	assert_string_equal(kbtf_name(kbtf, 5), "");
	assert_string_equal(kbtf_name(kbtf, 6), "");
	assert_string_equal(kbtf_name(kbtf, UINT32_MAX), "");
	kbtf_close(kbtf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),	cmocka_unit_test(test_many),
		cmocka_unit_test(test_empty),	cmocka_unit_test(test_broken),
		cmocka_unit_test(test_headers), cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
