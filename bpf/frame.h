/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that the calls inside them have to find: writeback, what triggered it, an invalidation
 * that is followed to its end. Per CPU this would be wrong: they sleep, migrate and nest (a page
 * fault charges, reclaims, stores, shrinks and writes back within one task). So frames are kept
 * per task, and a frame is identified by the stack address at which the trampoline keeps the
 * call's arguments: the same at entry and exit of one call, lower for calls inside it. A frame
 * whose exit was skipped is recognised, as its address is not above the current one or no longer
 * holds its first argument.
 */
#ifndef ZSWAPTOP_BPF_FRAME_H
#define ZSWAPTOP_BPF_FRAME_H

#include "call.h"

enum frame_kind {
	FRAME_INVALIDATE,
	FRAME_WRITEBACK,
	FRAME_WORKER,
	FRAME_SHRINK,
};

struct frame {
	__u64 sp;
	__u64 first_arg;
	__u64 start_ns;
	__u64 swp;
	__u64 entry; /* struct zswap_entry, if one was there at the entry */
	struct owner owner;
	__u32 bytes;
	struct effect effect;
	__u32 notes; /* bits of the kind's own */
	__u8 kind;
	__u8 trigger;
	__u8 pad[6];
};

/* The deepest nesting is a dozen calls (writeback, swap cache, reclaim, store, and again). */
#define MAX_FRAMES 12

struct frames {
	__u32 depth;
	__u32 pad;
	struct frame frame[MAX_FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct frames);
} tasks SEC(".maps");

static __always_inline struct frames *task_frames(__u64 flags)
{
	return bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, flags);
}

/* The barrier keeps the compiler from forming the address before the check: the verifier wants it
 * after. */
static __always_inline struct frame *frame_at(struct frames *frames, __u32 n)
{
	asm volatile("" : "+r"(n));
	if (n >= MAX_FRAMES)
		return NULL;
	return &frames->frame[n];
}

static __always_inline bool frame_alive(const struct frame *f, __u64 sp)
{
	return f->sp > sp && load64(f->sp) == f->first_arg;
}

struct search {
	struct frames *frames;
	__u64 sp;
	__u32 depth;
};

/* One less, where that call is over; ends at one that is not. */
static long leave_frame(__u32 n __attribute__((unused)), struct search *search)
{
	struct frame *f = frame_at(search->frames, search->depth - 1);

	if (!f || frame_alive(f, search->sp))
		return 1;
	search->depth--;
	return 0;
}

/*
 * How many frames enclose the call whose arguments are at sp. The helper's loop is verified once, a
 * plain one MAX_FRAMES times over, in each program.
 */
static __always_inline __u32 enclosing(struct frames *frames, __u64 sp)
{
	struct search search = {.frames = frames, .sp = sp, .depth = frames->depth};

	if (search.depth)
		bpf_loop(MAX_FRAMES, leave_frame, &search, 0);
	return search.depth;
}

/*
 * At entry: a cleared frame for this call, or NULL if there is no memory or the nesting is too
 * deep (counted).
 */
static __always_inline struct frame *frame_push(void *ctx, __u8 kind)
{
	struct frames *frames = task_frames(BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct frame *f = NULL;
	__u32 depth;

	if (frames) {
		depth = enclosing(frames, (__u64)ctx);
		f = frame_at(frames, depth);
	}
	if (!f) {
		count_shared(ZT_CONTEXTS_LOST);
		return NULL;
	}
	frames->depth = depth + 1;
	__builtin_memset(f, 0, sizeof(*f));
	f->sp = (__u64)ctx;
	f->first_arg = *(__u64 *)ctx;
	f->kind = kind;
	return f;
}

/*
 * At exit: this call's frame, which stays readable until the task's next push, or NULL if the
 * entry was skipped. Frames of calls inside it whose exits were skipped go with it.
 */
static __always_inline struct frame *frame_pop(void *ctx, __u8 kind)
{
	struct frames *frames = task_frames(0);
	__u64 sp = (__u64)ctx;
	struct frame *f;
	int i;

	if (!frames)
		return NULL;
	for (i = 0; i < MAX_FRAMES; i++) {
		f = frame_at(frames, frames->depth - 1);
		if (!f || f->sp > sp)
			return NULL;
		frames->depth--;
		if (f->sp == sp)
			return f->kind == kind ? f : NULL;
	}
	return NULL;
}

/* The frame of the traced call closest around this one, or NULL. */
static __always_inline struct frame *frame_around(void *ctx, struct frames *frames)
{
	if (!frames)
		return NULL;
	return frame_at(frames, enclosing(frames, (__u64)ctx) - 1);
}

#endif
