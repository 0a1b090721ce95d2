// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/btf.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "facts.h"
#include "kbtf.h"
#include "symbols.h"

/* MAX_SWAPFILES is at most 32 on every kernel. */
#define MOST_SWAP_TYPES 32

/* Typedefs and qualifiers in front of a type: the kernels have 6. */
#define MOST_NAMES	32

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
#define FACT_SYMBOL_ENTRY(name) {#name, offsetof(struct facts, name)},
	FACT_SYMBOLS(FACT_SYMBOL_ENTRY)};

#define NR_SYMBOLS (sizeof(symbols) / sizeof(symbols[0]))

static bool note_symbol(struct facts *f, const char *name, uint64_t addr)
{
	for (size_t i = 0; i < NR_SYMBOLS; i++) {
		if (strcmp(name, symbols[i].name))
			continue;
		*(uint64_t *)((char *)f + symbols[i].offset) = addr;
		return true;
	}
	return false;
}

/* Lines of the file that may have a symbol that is wanted: it has hundreds of thousands. */
static bool may_matter(const char *line)
{
	return strstr(line, "zswap_") || strstr(line, "spin_lock_") || strstr(line, "pv_ops");
}

/* The file is in order of address, so the line behind zswap_trees says how long the array is. */
static void read_kallsyms(struct facts *f)
{
	FILE *in = fopen("/proc/kallsyms", "re");
	char line[512], name[256], type;
	bool measure = false, seen = false;
	unsigned long long addr;

	if (!in)
		return;
	while (fgets(line, sizeof(line), in)) {
		if (measure && sscanf(line, "%llx", &addr) == 1 && addr > f->zswap_trees) {
			f->swap_types = (addr - f->zswap_trees) / sizeof(uint64_t);
			measure = false;
		}
		/* modules come last; zswap is not one */
		if (strchr(line, '['))
			break;
		if (!may_matter(line))
			continue;
		if (sscanf(line, "%llx %c %255s", &addr, &type, name) != 3)
			continue;
		seen = true;
		if (addr)
			f->kallsyms_hidden = false;
		if (note_symbol(f, name, addr) && !strcmp(name, "zswap_trees"))
			measure = addr != 0;
	}
	fclose(in);
	if (!seen)
		f->kallsyms_hidden = false;
}

/* False: the kernel does not say; what has been found by then is right all the same. */
static bool ask_symbols(struct facts *f, struct symbols *kernel)
{
	for (size_t i = 0; i < NR_SYMBOLS; i++) {
		struct symbol found;
		int err = symbols_find(kernel, symbols[i].name, &found);

		if (err == -EPERM)
			return true;
		if (err && err != -ENOENT)
			return false;
		f->kallsyms_hidden = false;
		if (err)
			continue;
		note_symbol(f, symbols[i].name, found.address);
		if (!strcmp(symbols[i].name, "zswap_trees"))
			f->swap_types = found.size / sizeof(uint64_t);
	}
	return true;
}

/*
 * Before 6.2 the kernel went through all names for each that it was asked for: there the file costs
 * less. It is also for where no program can be loaded: people are told what could be seen.
 */
static void gather_symbols(struct facts *f)
{
	struct symbols *kernel = NULL;
	bool asked;

	f->kallsyms_hidden = true;
	if (facts_function(f, "kallsyms_lookup_names", -1, 0, NULL))
		kernel = symbols_open();
	asked = kernel && ask_symbols(f, kernel);
	symbols_close(kernel);
	if (!asked)
		read_kallsyms(f);
	if (f->swap_types > MOST_SWAP_TYPES)
		f->swap_types = MOST_SWAP_TYPES;
}

/* "[none] integrity confidentiality": the one in brackets holds. */
static void read_lockdown(struct facts *f)
{
	FILE *in = fopen("/sys/kernel/security/lockdown", "re");
	char line[128], *start, *end;

	if (!in)
		return;
	if (fgets(line, sizeof(line), in)) {
		start = strchr(line, '[');
		end = start ? strchr(start, ']') : NULL;
		if (end) {
			*end = '\0';
			snprintf(f->lockdown, sizeof(f->lockdown), "%s", start + 1);
		}
	}
	fclose(in);
}

static const struct btf_type *find(const struct facts *f, const char *name, unsigned int kind)
{
	return f->btf ? kbtf_type(f->btf, kbtf_find(f->btf, name, kind)) : NULL;
}

static bool has_enumerator(const struct facts *f, const char *enum_name, const char *name)
{
	const struct btf_type *t = find(f, enum_name, BTF_KIND_ENUM);
	const struct btf_enum *e;

	if (!t)
		return false;
	e = btf_enum(t);
	for (int i = 0; i < btf_vlen(t); i++)
		if (!strcmp(kbtf_name(f->btf, e[i].name_off), name))
			return true;
	return false;
}

/* 0 where there is no such member. */
static unsigned int member_offset(const struct kbtf *btf, const struct btf_type *t,
				  const char *name)
{
	const struct btf_member *m = btf_members(t);

	for (int i = 0; i < btf_vlen(t); i++)
		if (!strcmp(kbtf_name(btf, m[i].name_off), name))
			return btf_member_bit_offset(t, i) / 8;
	return 0;
}

static void ask_rb_tree(struct facts *f)
{
	const struct btf_type *t = find(f, "zswap_tree", BTF_KIND_STRUCT);

	if (!t)
		return;
	f->rb_tree_size = t->size;
	f->rb_root_offset = member_offset(f->btf, t, "rbroot");
}

static void ask_pv_ops(struct facts *f)
{
	const struct btf_type *t = find(f, "paravirt_patch_template", BTF_KIND_STRUCT);

	if (t)
		f->pv_lock_offset = member_offset(f->btf, t, "lock");
}

static void ask_btf(struct facts *f)
{
	f->rdonly_cast = facts_function_id(f, "bpf_rdonly_cast");
	ask_rb_tree(f);
	ask_pv_ops(f);
	/*
	 * Large folios in zswap_store(), and the early return of zswap_invalidate(), cannot be
	 * seen from outside. They came with 6.13, as did the statistic of large folios in zswap
	 * and list_lru walks without a lock argument.
	 */
	f->large_folios = has_enumerator(f, "mthp_stat_item", "MTHP_STAT_ZSWPOUT") ||
			  facts_function(f, "shrink_memcg_cb", 3, 'i', NULL);
}

void facts_gather(struct facts *f, const char *btf_path)
{
	struct utsname uts;

	memset(f, 0, sizeof(*f));
	f->btf = kbtf_open(btf_path ? btf_path : "/sys/kernel/btf/vmlinux");
	if (f->btf)
		ask_btf(f);
	else
		f->btf_error = errno;
	if (btf_path)
		return;
	if (!uname(&uts))
		snprintf(f->release, sizeof(f->release), "%s", uts.release);
	gather_symbols(f);
	read_lockdown(f);
}

void facts_free(struct facts *f)
{
	kbtf_close(f->btf);
	f->btf = NULL;
}

/* NULL also where names only lead to each other. */
static const struct btf_type *skip_names(const struct kbtf *btf, __u32 id)
{
	const struct btf_type *t = kbtf_type(btf, id);

	for (int i = 0; t && i < MOST_NAMES; i++) {
		if (!btf_is_mod(t) && !btf_is_typedef(t))
			return t;
		t = kbtf_type(btf, t->type);
	}
	return NULL;
}

static char kind_of_return(const struct kbtf *btf, const struct btf_type *proto)
{
	const struct btf_type *t;

	if (!proto->type)
		return 'v';
	t = skip_names(btf, proto->type);
	if (!t)
		return '?';
	if (btf_is_ptr(t))
		return 'p';
	if (btf_is_int(t))
		return btf_int_encoding(t) & BTF_INT_BOOL ? 'b' : 'i';
	return btf_is_any_enum(t) ? 'i' : '?';
}

static bool first_points_to(const struct kbtf *btf, const struct btf_type *proto, const char *name)
{
	const struct btf_type *t;

	if (!btf_vlen(proto))
		return false;
	t = skip_names(btf, btf_params(proto)[0].type);
	if (!t || !btf_is_ptr(t))
		return false;
	t = skip_names(btf, t->type);
	return t && !strcmp(kbtf_name(btf, t->name_off), name);
}

bool facts_function(const struct facts *f, const char *name, int args, char ret, const char *first)
{
	const struct btf_type *function = find(f, name, BTF_KIND_FUNC), *proto;

	if (!function)
		return false;
	proto = kbtf_type(f->btf, function->type);
	if (!proto || !btf_is_func_proto(proto) || (args >= 0 && btf_vlen(proto) != args))
		return false;
	if (ret && kind_of_return(f->btf, proto) != ret)
		return false;
	return !first || first_points_to(f->btf, proto, first);
}

uint32_t facts_function_id(const struct facts *f, const char *name)
{
	return f->btf ? kbtf_find(f->btf, name, BTF_KIND_FUNC) : 0;
}

uint32_t facts_tracepoint_id(const struct facts *f, const char *name)
{
	char typedef_name[64];

	/* raw tracepoints are in BTF as their function's type */
	snprintf(typedef_name, sizeof(typedef_name), "btf_trace_%s", name);
	return f->btf ? kbtf_find(f->btf, typedef_name, BTF_KIND_TYPEDEF) : 0;
}
