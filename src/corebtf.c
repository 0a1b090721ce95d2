// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/btf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "corebtf.h"

#define TYPE_ID_ENUM   "zt_type_id"
#define TYPE_ID_PREFIX "zt_id_"

/* The kernels' are 20 deep. Of a type within itself, as no compiler makes it, there is no end. */
#define MOST_NESTED    128

struct copier {
	const struct kbtf *from;
	struct btf *to;
	int *copied; /* by the kernel's id; 0: not yet */
	int depth;   /* types that are being copied, each within the one before */
};

static int copy(struct copier *c, uint32_t id);

/* Members come behind their struct at once, so their types come before it. */
static int copy_composite(struct copier *c, const struct btf_type *t, const char *name)
{
	const struct btf_member *m = btf_members(t);
	int id, err;

	for (int i = 0; i < btf_vlen(t); i++) {
		err = copy(c, m[i].type);
		if (err < 0)
			return err;
	}
	id = btf_is_struct(t) ? btf__add_struct(c->to, name, t->size)
			      : btf__add_union(c->to, name, t->size);
	for (int i = 0; i < btf_vlen(t) && id > 0; i++) {
		err = btf__add_field(c->to, kbtf_name(c->from, m[i].name_off), copy(c, m[i].type),
				     btf_member_bit_offset(t, i), btf_member_bitfield_size(t, i));
		if (err)
			return err;
	}
	return id;
}

static int copy_enum(struct copier *c, const struct btf_type *t, const char *name)
{
	const struct btf_enum *e = btf_enum(t);
	int id = btf__add_enum(c->to, name, t->size), err;

	for (int i = 0; i < btf_vlen(t) && id > 0; i++) {
		err = btf__add_enum_value(c->to, kbtf_name(c->from, e[i].name_off), e[i].val);
		if (err)
			return err;
	}
	return id;
}

static int copy_array(struct copier *c, const struct btf_type *t)
{
	const struct btf_array *a = btf_array(t);
	int index = copy(c, a->index_type), element = copy(c, a->type);

	if (index < 0 || element < 0)
		return index < 0 ? index : element;
	return btf__add_array(c->to, index, element, a->nelems);
}

static int copy_type(struct copier *c, const struct btf_type *t)
{
	const char *name = kbtf_name(c->from, t->name_off);

	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return btf__add_int(c->to, name, t->size, btf_int_encoding(t));
	case BTF_KIND_FLOAT:
		return btf__add_float(c->to, name, t->size);
	case BTF_KIND_PTR:
		return btf__add_ptr(c->to, 0);
	case BTF_KIND_ARRAY:
		return copy_array(c, t);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return copy_composite(c, t, name);
	case BTF_KIND_ENUM:
		return copy_enum(c, t, name);
	case BTF_KIND_ENUM64: /* the programs look into none */
		return btf__add_enum64(c->to, name, t->size, false);
	case BTF_KIND_FWD:
		return btf__add_fwd(c->to, name, BTF_FWD_STRUCT);
	default: /* a typedef, a qualifier, a tag: CO-RE does not tell them from what they name */
		return copy(c, t->type);
	}
}

/* Its new id, or -errno. */
static int copy(struct copier *c, uint32_t id)
{
	const struct btf_type *t = kbtf_type(c->from, id);

	if (!t)
		return -EINVAL;
	if (c->copied[id])
		return c->copied[id];
	if (c->depth == MOST_NESTED)
		return -ELOOP;
	c->depth++;
	c->copied[id] = copy_type(c, t);
	c->depth--;
	return c->copied[id];
}

/* "folio" of "folio___old" */
static void kernel_name(char *out, size_t size, const char *name)
{
	const char *flavor = strstr(name, "___");
	size_t length = flavor ? (size_t)(flavor - name) : strlen(name);

	if (length >= size)
		length = size - 1;
	memcpy(out, name, length);
	out[length] = '\0';
}

static int copy_wanted(struct copier *c, const struct btf *programs)
{
	for (uint32_t id = 1; id < btf__type_cnt(programs); id++) {
		const struct btf_type *t = btf__type_by_id(programs, id);
		char name[128];
		uint32_t wanted;
		int err;

		if (!btf_is_struct(t) && !btf_is_enum(t))
			continue;
		kernel_name(name, sizeof(name), btf__name_by_offset(programs, t->name_off));
		wanted = *name ? kbtf_find(c->from, name, btf_kind(t)) : 0;
		err = wanted ? copy(c, wanted) : 0;
		if (err < 0)
			return err;
	}
	return 0;
}

static int add_type_ids(struct copier *c, const struct btf *programs)
{
	int local = btf__find_by_name_kind(programs, TYPE_ID_ENUM, BTF_KIND_ENUM), err;
	const struct btf_type *t = local > 0 ? btf__type_by_id(programs, local) : NULL;
	const size_t prefix = strlen(TYPE_ID_PREFIX);

	if (!t)
		return 0;
	err = btf__add_enum(c->to, TYPE_ID_ENUM, t->size);
	for (int i = 0; i < btf_vlen(t) && err >= 0; i++) {
		const char *name = btf__name_by_offset(programs, btf_enum(t)[i].name_off);
		uint32_t id = kbtf_find(c->from, name + prefix, BTF_KIND_STRUCT);

		if (id)
			err = btf__add_enum_value(c->to, name, id);
	}
	return err < 0 ? err : 0;
}

struct btf *corebtf_make(const struct kbtf *kernel, const struct btf *programs)
{
	struct copier c = {.from = kernel,
			   .to = btf__new_empty(),
			   .copied = calloc(kbtf_count(kernel), sizeof(*c.copied))};
	int err = c.to && c.copied ? copy_wanted(&c, programs) : -ENOMEM;

	if (!err)
		err = add_type_ids(&c, programs);
	free(c.copied);
	if (!err)
		return c.to;
	btf__free(c.to);
	errno = -err;
	return NULL;
}
