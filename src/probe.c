// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop probe: what can be observed here, fit for a bug report. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/libbpf.h>
#include "collector.h"
#include "commands.h"
#include "json.h"
#include "privileges.h"
#include "version.h"

static const char *state_of(const struct planned_probe *p)
{
	switch (p->state) {
	case PROBE_PLANNED:
		return "attached";
	case PROBE_NOT_NEEDED:
		return "not needed";
	case PROBE_HIDDEN:
		return "hidden";
	default:
		return "absent";
	}
}

static const char *symbol_of(const struct planned_probe *p, int id)
{
	if (p->state != PROBE_PLANNED)
		return "-";
	return id == PROBE_TREES ? "zswap_trees" : p->candidate->symbol;
}

static bool lost(const struct planned_probe *p)
{
	return p->state == PROBE_ABSENT || p->state == PROBE_HIDDEN;
}

static void print_table(const struct facts *f, const struct plan *plan)
{
	printf("zswaptop %s, libbpf %s, kernel %s, lockdown %s\n\n", ZSWAPTOP_VERSION,
	       libbpf_version_string(), f->release, *f->lockdown ? f->lockdown : "not known");
	printf("%-18s %-10s %-36s %s\n", "PROBE", "STATE", "ATTACHED TO", "KERNELS");
	for (int id = 0; id < NR_PROBES; id++) {
		const struct planned_probe *p = &plan->probe[id];

		printf("%-18s %-10s %-36s %s\n", probes[id].name, state_of(p), symbol_of(p, id),
		       p->state == PROBE_PLANNED && p->candidate ? p->candidate->kernels : "-");
		if (*p->reason)
			printf("    %s\n", p->reason);
		if (lost(p))
			printf("    lost: %s\n", probes[id].lost);
	}
	printf("\ninvalidations, trees and skipped writebacks can%s be observed\n",
	       plan_core_complete(plan) ? " all" : "not all");
	privileges_advise(stdout, "", !f->rdonly_cast);
}

/* live: NULL if nothing could be loaded. */
static int print_json(const struct facts *f, const struct live *live, const struct plan *plan)
{
	struct json j;

	json_start(&j, stdout);
	json_begin_object(&j, NULL);
	json_put_string(&j, "version", ZSWAPTOP_VERSION);
	json_put_string(&j, "libbpf", libbpf_version_string());
	json_put_string(&j, "release", f->release);
	json_put_string(&j, "lockdown", *f->lockdown ? f->lockdown : NULL);
	json_put_bool(&j, "core_complete", plan_core_complete(plan));
	json_begin_array(&j, "missing_capabilities");
	for (unsigned int i = 0; privileges_missing(i, !f->rdonly_cast); i++)
		json_put_string(&j, NULL, privileges_missing(i, !f->rdonly_cast));
	json_end_array(&j);
	json_begin_array(&j, "probes");
	for (int id = 0; id < NR_PROBES; id++) {
		const struct planned_probe *p = &plan->probe[id];
		bool attached = p->state == PROBE_PLANNED;

		json_begin_object(&j, NULL);
		json_put_string(&j, "probe", probes[id].name);
		json_put_string(&j, "purpose", probes[id].purpose);
		json_put_string(&j, "state", state_of(p));
		json_put_string(&j, "symbol", attached ? symbol_of(p, id) : NULL);
		json_put_string(&j, "kernels",
				attached && p->candidate ? p->candidate->kernels : NULL);
		json_put_value(&j, "verified_instructions",
			       live ? live_verified_instructions(live, id) : ABSENT);
		json_put_string(&j, "reason", *p->reason ? p->reason : NULL);
		json_put_string(&j, "lost", lost(p) ? probes[id].lost : NULL);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return json_finish(&j);
}

static int print(const struct options *o, const struct facts *f, const struct live *live,
		 const struct plan *plan)
{
	int err = 0;

	if (o->json)
		err = print_json(f, live, plan);
	else
		print_table(f, plan);
	if (err)
		return stdout_failed(err);
	return plan_core_complete(plan) ? EXIT_DONE : EXIT_FAILED;
}

/* Nothing could be loaded, and that was said; the facts are there all the same. */
static int print_refused(const struct options *o)
{
	const struct wishes wishes = {.without = o->without, .latency = true, .lock_waits = true};
	struct facts f;
	struct plan plan;

	facts_gather(&f, NULL);
	plan_make(&plan, &f, &wishes);
	for (int id = 0; id < NR_PROBES; id++) {
		struct planned_probe *p = &plan.probe[id];

		if (p->state != PROBE_PLANNED)
			continue;
		p->state = PROBE_ABSENT;
		snprintf(p->reason, sizeof(p->reason), "%s",
			 "this kernel has it, but lets no program be loaded");
	}
	print(o, &f, NULL, &plan);
	privileges_advise(stderr, "zswaptop: ", f.btf && !f.rdonly_cast);
	facts_free(&f);
	return EXIT_FAILED;
}

int command_probe(struct options *o)
{
	struct collector *c = collector_open(o, &(struct demand){.need_programs = true});
	int status;

	if (!c)
		return print_refused(o);
	status = print(o, live_facts(collector_live(c)), collector_live(c),
		       live_plan(collector_live(c)));
	collector_close(c);
	return status;
}
