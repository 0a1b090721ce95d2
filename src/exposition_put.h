/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps of the walk: families and the points in them. Only for src/exposition*.c. */
#ifndef ZSWAPTOP_EXPOSITION_PUT_H
#define ZSWAPTOP_EXPOSITION_PUT_H

#include "exposition.h"
#include "metrics.h"
#include "output.h"

#define EXPOSITION_VALUE_LEN OUTPUT_SECONDS_LEN

/* Instead of a label: there is none. */
extern const struct exposition_label exposition_no_label;

/* A family. Nothing is written yet: one of which nothing is known is left out. */
void exposition_begin(struct exposition *e, const char *name, enum exposition_type type,
		      const char *help);

/* A point of the family that was begun last. */
void exposition_put(struct exposition *e, const struct exposition_point *p);

/* A number as text, in buf; NULL if it is ABSENT. */
const char *exposition_value(uint64_t v, enum unit unit, char buf[EXPOSITION_VALUE_LEN]);

/* A point with at most two labels. */
void exposition_put_value(struct exposition *e, struct exposition_label a,
			  struct exposition_label b, uint64_t v, enum unit unit);

/* The values of a family of the tables, one a label value; first: a label that all of them have. */
void exposition_put_family(struct exposition *e, const struct family *f,
			   struct exposition_label first, const uint64_t *v);

/* The families by cgroup, if they are wanted and known. 0 or -ENOMEM. */
int exposition_put_cgroups(struct exposition *e);

#endif
