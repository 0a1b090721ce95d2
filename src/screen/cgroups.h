/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of the cgroups screen that others show, too. */
#ifndef ZSWAPTOP_SCREEN_CGROUPS_H
#define ZSWAPTOP_SCREEN_CGROUPS_H

#include "screen/view.h"

/* A header and the first rows of the table, as it is sorted. */
void cgroups_draw_busiest(struct view *v, const struct area *a);

/* What filters the table, wherever it is shown. */
char *cgroups_filter(struct view *v);
void cgroups_filtered(struct view *v);

/* Everything about the selected cgroup. */
void cgroup_details_draw(struct view *v, const struct area *a);

/* Text of a column of a row, at most as wide as the column; not of the path. Returns buf. */
const char *cgroup_cell(struct view *v, const struct cgroup_row *row, enum cgroup_column column,
			char buf[FORMAT_LEN]);

/* Notes what of a row is absent. */
void cgroup_note_absent(struct view *v, const struct cgroup_row *row);

#endif
