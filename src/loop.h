/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting: for a time, a signal, a descriptor, or for the reader of our output to go away. */
#ifndef ZSWAPTOP_LOOP_H
#define ZSWAPTOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

enum wake {
	WAKE_TIME,   /* the deadline has passed */
	WAKE_STOP,   /* SIGINT or SIGTERM */
	WAKE_HUP,    /* SIGHUP */
	WAKE_FD,     /* the descriptor is readable */
	WAKE_CLOSED, /* nobody reads standard output any more */
};

/*
 * Takes over SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE, so that a write says EPIPE. To be
 * called before anything is attached: from then on no signal ends the program by itself. 0 or
 * -errno.
 */
int loop_start(void);

/* Gives the signals back to a child that is to have them. */
void loop_release_child(void);

/* From now on, whether somebody reads standard output is of no concern. */
void loop_ignore_stdout(void);

/*
 * Whether the last WAKE_STOP was sent by a process, not typed at the terminal: a signal typed
 * there reaches our children, too.
 */
bool loop_was_sent(void);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t loop_now(void);

/* When what was due then is due again: times that have passed meanwhile are left out. */
uint64_t loop_next(uint64_t due_ns, uint64_t interval_ns);

/* Waits until the deadline (CLOCK_MONOTONIC, ns) at the longest. fd: also wait for this, or -1. */
enum wake loop_wait(uint64_t deadline_ns, int fd);

#endif
