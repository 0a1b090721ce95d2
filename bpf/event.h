/* SPDX-License-Identifier: GPL-2.0-only */
/* Events: one record in the ring buffer each, if wanted and within the filter. */
#ifndef ZSWAPTOP_BPF_EVENT_H
#define ZSWAPTOP_BPF_EVENT_H

#include "count.h"
#include "owner.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* set by the user side */
} events SEC(".maps");

static __always_inline bool event_wanted(enum zt_event_type type, __u32 result, struct owner owner)
{
	if (config.events[type] >> result & 1 && owner_in_filter(owner))
		return true;
	return owner_traced(owner);
}

static __always_inline struct zt_event event_new(enum zt_event_type type, __u32 result, __u64 swp,
						 struct owner owner)
{
	struct zt_event e = {};

	e.type = type;
	e.result = result;
	e.swap = swp_type(swp);
	e.offset = swp_offset(swp);
	e.cgroup_id = owner_id(owner);
	e.latency_ns = ZT_NO_U64;
	e.bytes = ZT_NO_U32;
	e.pages = 1;
	return e;
}

/* Does nothing but events of some cgroups matter? Then calls for others end at their entry. */
static __always_inline bool only_some_owners(void)
{
	return config.only_events && config.cgroup_id;
}

/* Calls under way that matter. A skipped exit leaves one too many: it costs, and changes nothing.
 */
static __s64 calls_that_matter;

static __always_inline void call_matters(void)
{
	if (only_some_owners())
		__sync_fetch_and_add(&calls_that_matter, 1);
}

static __always_inline void call_mattered(void)
{
	if (only_some_owners())
		__sync_fetch_and_add(&calls_that_matter, -1);
}

/* At an exit: was the call certainly left at its entry? */
static __always_inline bool no_call_matters(void)
{
	return only_some_owners() && calls_that_matter <= 0;
}

/*
 * The reader drains on a timer. It is woken, once, only when so much waits that the buffer could
 * run over before: waking it for every event costs more than all the rest of this program.
 */
static __always_inline __u64 wakeup_flag(void)
{
	__u64 waiting = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA);
	__u64 record = sizeof(struct zt_event) + BPF_RINGBUF_HDR_SZ;

	if (waiting < config.wakeup_bytes && waiting + record >= config.wakeup_bytes)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

/* Of an event that is wanted. */
static __always_inline void event_send(struct zt_event *e)
{
	if (config.min_latency_ns &&
	    (e->latency_ns == ZT_NO_U64 || e->latency_ns < config.min_latency_ns))
		return;
	e->time_ns = bpf_ktime_get_ns();
	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	if (bpf_ringbuf_output(&events, e, sizeof(*e), wakeup_flag()))
		count_shared(ZT_EVENTS_LOST);
}

#endif
