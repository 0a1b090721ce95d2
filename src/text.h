/* SPDX-License-Identifier: GPL-2.0-only */
/* Samples and events as plain lines, for pipes and for terminals without screens. */
#ifndef ZSWAPTOP_TEXT_H
#define ZSWAPTOP_TEXT_H

#include <stdio.h>
#include "sample.h"

/*
 * A block of lines on what happened between two samples. cgroups: how many of them to list at
 * most, the busiest first. 0, or -errno of the stream.
 */
int text_write_sample(FILE *out, const struct sample *before, const struct sample *now,
		      unsigned int cgroups);

/* The line above the events, and one line an event. cgroup: its path, or NULL. */
void text_write_event_header(FILE *out);
void text_write_event(FILE *out, const struct zt_event *e, const char *cgroup);

/*
 * A name from outside, harmless on a terminal: bytes that are not printable are shown as \xNN,
 * characters that deceive (see src/utf8.h) as \uNNNN or \UNNNNNNNN; cut to size. Returns buf.
 */
const char *text_clean(const char *name, char *buf, size_t size);

#endif
