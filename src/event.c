// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include "event.h"

#define NAME_OF(id, name) #name,

static const char *const type_names[ZT_NR_EVENTS] = {"store", "load", "invalidate", "writeback",
						     "tree"};

static const char *const store_results[] = {ZT_REJECTS(NAME_OF) "stored"};
static const char *const load_results[] = {"hit", "miss", "error"};
static const char *const invalidate_results[] = {"tree_empty", "absent", "erased", "unclassified",
						 "stale"};
static const char *const writeback_results[] = {ZT_SKIPS(NAME_OF) "written", "rotated"};
static const char *const tree_results[] = {"shrink", "head_collapse", "emptied", "grow"};

static const struct {
	const char *const *names;
	unsigned int n;
} results[ZT_NR_EVENTS] = {
	[ZT_EV_STORE] = {store_results, ZT_NR_STORE_RESULTS},
	[ZT_EV_LOAD] = {load_results, ZT_NR_LOAD_RESULTS},
	[ZT_EV_INVALIDATE] = {invalidate_results, ZT_NR_INV_RESULTS},
	[ZT_EV_WRITEBACK] = {writeback_results, ZT_NR_WB_RESULTS},
	[ZT_EV_TREE] = {tree_results, ZT_NR_TREE_RESULTS},
};

const char *event_type_name(unsigned int type)
{
	return type < ZT_NR_EVENTS ? type_names[type] : "?";
}

const char *event_result_name(unsigned int type, unsigned int result)
{
	if (type >= ZT_NR_EVENTS || result >= results[type].n)
		return "?";
	return results[type].names[result];
}

int event_type_find(const char *name)
{
	for (int i = 0; i < ZT_NR_EVENTS; i++)
		if (!strcmp(name, type_names[i]))
			return i;
	return -1;
}

bool event_result_find(const char *name, uint32_t masks[ZT_NR_EVENTS])
{
	bool found = false;

	for (int type = 0; type < ZT_NR_EVENTS; type++) {
		for (unsigned int i = 0; i < results[type].n; i++) {
			if (strcmp(name, results[type].names[i]))
				continue;
			masks[type] |= 1u << i;
			found = true;
		}
	}
	return found;
}

unsigned int event_nr_results(unsigned int type)
{
	return type < ZT_NR_EVENTS ? results[type].n : 0;
}
