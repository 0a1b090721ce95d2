/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The line of an event, read as json_write_event() wrote it. A recording may have millions of them,
 * and to read one as JSON in general takes ten times as long.
 */
#ifndef ZSWAPTOP_EVENTLINE_H
#define ZSWAPTOP_EVENTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include "zswaptop.h"

/*
 * True: e and cgroup (NULL: not known) are what the line says; cgroup points into the line, which
 * is changed. False: the line is as it was, and may or may not be that of an event: other names,
 * another order, anything but plain ASCII without escapes, or what no event can be.
 */
bool eventline_read(char *line, size_t len, struct zt_event *e, const char **cgroup);

#endif
