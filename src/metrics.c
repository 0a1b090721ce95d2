// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include "metrics.h"

#define NAME_OF(id, name) #name,

const char *const reject_names[] = {ZT_REJECTS(NAME_OF)};
const char *const cause_names[] = {ZT_CAUSES(NAME_OF)};
const char *const trigger_names[] = {ZT_TRIGGERS(NAME_OF)};
const char *const skip_names[] = {ZT_SKIPS(NAME_OF)};
const char *const fate_names[] = {ZT_FATES(NAME_OF)};
const char *const source_names[] = {ZT_SOURCES(NAME_OF)};

/* clang-format off */
#define LABEL_NONE    {NULL, NULL, 1}
#define LABEL_REJECT  {"reason", reject_names, ZT_NR_REJECTS}
#define LABEL_CAUSE   {"cause", cause_names, ZT_NR_CAUSES}
#define LABEL_TRIGGER {"trigger", trigger_names, ZT_NR_TRIGGERS}
#define LABEL_SKIP    {"reason", skip_names, ZT_NR_SKIPS}
#define LABEL_FATE    {"fate", fate_names, ZT_NR_FATES}
#define LABEL_SOURCE  {"source", source_names, ZT_NR_SOURCES}

#define FAMILY_OF_BPF(id, name, label, unit, help) \
	{#name, help, FAMILY_COUNTER, UNIT_##unit, LABEL_##label, V_##id},
#define FAMILY_OF_FILE(id, name, kind, label, unit, help) \
	{#name, help, FAMILY_##kind, UNIT_##unit, LABEL_##label, V_##id},
#define FAMILY_OF_CGROUP(id, name, label, help) \
	{#name, help, FAMILY_COUNTER, UNIT_PLAIN, LABEL_##label, ZT_CG_##id},

#define HIST_LABEL_NONE	  NULL
#define HIST_LABEL_SOURCE "source"
#define HIST_VALUE_NONE(value)	 NULL
#define HIST_VALUE_SOURCE(value) ((value) == ZT_SOURCE_ZSWAP ? "zswap" : "disk")
#define FAMILY_OF_HIST(id, name, label, value, first, unit, help) \
	{#name, help, UNIT_##unit, HIST_LABEL_##label, HIST_VALUE_##label(value), first},
/* clang-format on */

const struct family families[] = {ZT_BPF_COUNTERS(FAMILY_OF_BPF) FILE_METRICS(FAMILY_OF_FILE)};
const unsigned int nr_families = sizeof(families) / sizeof(families[0]);

const struct histogram_family histogram_families[] = {ZT_BPF_HISTOGRAMS(FAMILY_OF_HIST)};

const struct family cgroup_families[] = {ZT_CGROUP_COUNTERS(FAMILY_OF_CGROUP)};
const unsigned int nr_cgroup_families = sizeof(cgroup_families) / sizeof(cgroup_families[0]);

const struct family *family_find(const char *name)
{
	if (!strncmp(name, METRIC_PREFIX, strlen(METRIC_PREFIX)))
		name += strlen(METRIC_PREFIX);
	for (unsigned int i = 0; i < nr_families; i++)
		if (!strcmp(families[i].name, name))
			return &families[i];
	return NULL;
}

const char *metric_json_name(const char *name, enum unit unit, char *buf, size_t size)
{
	const char *seconds = strstr(name, "_seconds");

	if (unit != UNIT_NS || !seconds)
		return name;
	snprintf(buf, size, "%.*s_ns%s", (int)(seconds - name), name, seconds + strlen("_seconds"));
	return buf;
}
