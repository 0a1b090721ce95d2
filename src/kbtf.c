// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "kbtf.h"

#define HASH_BITS 15

struct place {
	uint32_t offset; /* behind the header */
	uint32_t next;	 /* id of another type with the same hash */
};

struct kbtf {
	char *data;
	size_t size;
	bool mapped;
	const char *types;
	size_t types_size;
	const char *strings;
	size_t strings_size;
	struct place *place; /* by id; the first is void */
	uint32_t nr;
	uint32_t by_hash[1 << HASH_BITS]; /* id of the first; 0: none */
};

/* What follows a type; unknown kinds cannot be skipped. */
static bool size_behind(const struct btf_type *t, size_t *size)
{
	static const struct {
		bool known;
		size_t once, each;
	} kinds[] = {
		[BTF_KIND_INT] = {true, sizeof(uint32_t), 0},
		[BTF_KIND_PTR] = {true, 0, 0},
		[BTF_KIND_ARRAY] = {true, sizeof(struct btf_array), 0},
		[BTF_KIND_STRUCT] = {true, 0, sizeof(struct btf_member)},
		[BTF_KIND_UNION] = {true, 0, sizeof(struct btf_member)},
		[BTF_KIND_ENUM] = {true, 0, sizeof(struct btf_enum)},
		[BTF_KIND_FWD] = {true, 0, 0},
		[BTF_KIND_TYPEDEF] = {true, 0, 0},
		[BTF_KIND_VOLATILE] = {true, 0, 0},
		[BTF_KIND_CONST] = {true, 0, 0},
		[BTF_KIND_RESTRICT] = {true, 0, 0},
		[BTF_KIND_FUNC] = {true, 0, 0},
		[BTF_KIND_FUNC_PROTO] = {true, 0, sizeof(struct btf_param)},
		[BTF_KIND_VAR] = {true, sizeof(struct btf_var), 0},
		[BTF_KIND_DATASEC] = {true, 0, sizeof(struct btf_var_secinfo)},
		[BTF_KIND_FLOAT] = {true, 0, 0},
		[BTF_KIND_DECL_TAG] = {true, sizeof(struct btf_decl_tag), 0},
		[BTF_KIND_TYPE_TAG] = {true, 0, 0},
		[BTF_KIND_ENUM64] = {true, 0, sizeof(struct btf_enum64)},
	};
	unsigned int kind = btf_kind(t);

	if (kind >= sizeof(kinds) / sizeof(kinds[0]) || !kinds[kind].known)
		return false;
	*size = kinds[kind].once + btf_vlen(t) * kinds[kind].each;
	return true;
}

static bool read_all(struct kbtf *btf, int fd)
{
	size_t done = 0;
	ssize_t n;

	btf->data = malloc(btf->size);
	while (btf->data && done < btf->size) {
		n = read(fd, btf->data + done, btf->size - done);
		if (n < 0)
			return false;
		if (!n)
			break;
		done += n;
	}
	btf->size = done;
	return btf->data;
}

/* The kernel's own can be mapped since 6.16. */
static bool load(struct kbtf *btf, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool loaded = false;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st)) {
		btf->size = st.st_size;
		btf->data = mmap(NULL, btf->size, PROT_READ, MAP_PRIVATE, fd, 0);
		btf->mapped = btf->data != MAP_FAILED;
		loaded = btf->mapped || read_all(btf, fd);
	}
	close(fd);
	return loaded;
}

static bool find_sections(struct kbtf *btf)
{
	const struct btf_header *header = (const struct btf_header *)btf->data;
	size_t behind;

	if (btf->size < sizeof(*header) || header->magic != BTF_MAGIC ||
	    header->version != BTF_VERSION || header->hdr_len < sizeof(*header) ||
	    header->hdr_len > btf->size || header->hdr_len % 4)
		return false;
	behind = btf->size - header->hdr_len;
	if ((uint64_t)header->type_off + header->type_len > behind || header->type_off % 4 ||
	    (uint64_t)header->str_off + header->str_len > behind || !header->str_len)
		return false;
	btf->types = btf->data + header->hdr_len + header->type_off;
	btf->types_size = header->type_len;
	btf->strings = btf->data + header->hdr_len + header->str_off;
	btf->strings_size = header->str_len;
	return !btf->strings[0] && !btf->strings[header->str_len - 1];
}

/* Types have no index: where one begins is known at the end of the one before. */
static bool find_types(struct kbtf *btf)
{
	size_t most = btf->types_size / sizeof(struct btf_type) + 1, offset = 0, behind;

	btf->place = malloc(most * sizeof(*btf->place));
	if (!btf->place)
		return false;
	for (btf->nr = 1; offset < btf->types_size; btf->nr++) {
		const struct btf_type *t = (const struct btf_type *)(btf->types + offset);

		if (btf->types_size - offset < sizeof(*t) || !size_behind(t, &behind) ||
		    btf->types_size - offset - sizeof(*t) < behind) {
			errno = EINVAL;
			return false;
		}
		btf->place[btf->nr].offset = offset;
		offset += sizeof(*t) + behind;
	}
	return true;
}

static uint32_t hash(const char *name)
{
	uint32_t h = 0;

	while (*name)
		h = h * 31 + (unsigned char)*name++;
	return h * 0x9e3779b1 >> (32 - HASH_BITS);
}

/* From the end, so that of several of one name the first is found first. */
static void index_names(struct kbtf *btf)
{
	for (uint32_t id = btf->nr - 1; id; id--) {
		const struct btf_type *t = kbtf_type(btf, id);
		uint32_t *first;

		if (!btf_is_func(t) && !btf_is_struct(t) && !btf_is_enum(t) && !btf_is_typedef(t))
			continue;
		first = &btf->by_hash[hash(kbtf_name(btf, t->name_off))];
		btf->place[id].next = *first;
		*first = id;
	}
}

struct kbtf *kbtf_open(const char *path)
{
	struct kbtf *btf = calloc(1, sizeof(*btf));
	int err;

	if (!btf)
		return NULL;
	if (!load(btf, path))
		goto fail;
	errno = EINVAL;
	if (!find_sections(btf) || !find_types(btf))
		goto fail;
	index_names(btf);
	return btf;
fail:
	err = errno;
	kbtf_close(btf);
	errno = err;
	return NULL;
}

void kbtf_close(struct kbtf *btf)
{
	if (!btf)
		return;
	free(btf->place);
	if (btf->mapped)
		munmap(btf->data, btf->size);
	else if (btf->data != MAP_FAILED)
		free(btf->data);
	free(btf);
}

uint32_t kbtf_find(const struct kbtf *btf, const char *name, unsigned int kind)
{
	uint32_t id;

	for (id = btf->by_hash[hash(name)]; id; id = btf->place[id].next) {
		const struct btf_type *t = kbtf_type(btf, id);

		if (btf_kind(t) == kind && !strcmp(kbtf_name(btf, t->name_off), name))
			break;
	}
	return id;
}

uint32_t kbtf_count(const struct kbtf *btf)
{
	return btf->nr;
}

const struct btf_type *kbtf_type(const struct kbtf *btf, uint32_t id)
{
	if (!id || id >= btf->nr)
		return NULL;
	return (const struct btf_type *)(btf->types + btf->place[id].offset);
}

const char *kbtf_name(const struct kbtf *btf, uint32_t name_off)
{
	return name_off < btf->strings_size ? btf->strings + name_off : "";
}
