// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/btf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "names.h"

#define HASH_BITS 15

struct names {
	const struct btf *btf;
	uint32_t first[1 << HASH_BITS]; /* by hash; 0: none */
	uint32_t next[];		/* by type id: another one of the same hash */
};

static uint32_t hash(const char *name)
{
	uint32_t h = 0;

	while (*name)
		h = h * 31 + (unsigned char)*name++;
	return h * 0x9e3779b1 >> (32 - HASH_BITS);
}

static bool wanted(const struct btf_type *t)
{
	return btf_is_func(t) || btf_is_struct(t) || btf_is_enum(t) || btf_is_typedef(t);
}

struct names *names_index(const struct btf *btf)
{
	uint32_t types = btf__type_cnt(btf);
	struct names *names = calloc(1, sizeof(*names) + types * sizeof(names->next[0]));

	if (!names)
		return NULL;
	names->btf = btf;
	/* from the end, so that of several of one name the first is found first */
	for (uint32_t id = types - 1; id; id--) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		uint32_t *first;

		if (!wanted(t))
			continue;
		first = &names->first[hash(btf__name_by_offset(btf, t->name_off))];
		names->next[id] = *first;
		*first = id;
	}
	return names;
}

void names_free(struct names *names)
{
	free(names);
}

uint32_t names_find(const struct names *names, const char *name, unsigned int kind)
{
	uint32_t id;

	for (id = names->first[hash(name)]; id; id = names->next[id]) {
		const struct btf_type *t = btf__type_by_id(names->btf, id);

		if (btf_kind(t) == kind &&
		    !strcmp(btf__name_by_offset(names->btf, t->name_off), name))
			break;
	}
	return id;
}
