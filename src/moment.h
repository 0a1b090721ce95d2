/* SPDX-License-Identifier: GPL-2.0-only */
/* What people write for a moment of a recording. */
#ifndef ZSWAPTOP_MOMENT_H
#define ZSWAPTOP_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "90", "1.5" (seconds from the beginning: offset is set, ns from there), "HH:MM[:SS]" (UTC, the
 * first such time that is not over at start_ns) or "YYYY-MM-DDTHH:MM:SS[.fraction]Z" (ns is
 * CLOCK_REALTIME). False for anything else.
 */
bool moment_parse(const char *text, uint64_t start_ns, uint64_t *ns, bool *offset);

#endif
