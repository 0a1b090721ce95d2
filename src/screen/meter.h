/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines that say one thing each: a label, how much, how it went, and its parts. */
#ifndef ZSWAPTOP_SCREEN_METER_H
#define ZSWAPTOP_SCREEN_METER_H

#include "screen/view.h"

#define LABEL_WIDTH  10
#define AMOUNT_WIDTH 8 /* "123.4k" and "/s" */

/* Lines below each other in an area, of which the first ones may be scrolled away. */
struct flow {
	struct area a;
	int skip; /* lines above the area */
	int rows; /* lines so far */
};

/* The next line. Drawing into one that is outside of the area does nothing. */
struct line flow_line(struct flow *f);

/* The next rows as an area, or an empty one if not all of it is inside. */
struct area flow_area(struct flow *f, int rows);

/* A line with its label. */
struct line meter_line(struct flow *f, const char *label);

/* How much, right-aligned. */
void meter_amount(const struct view *v, struct line *l, uint64_t n, enum amount kind);

/* How it went: as wide as the line's width allows. Counters are summed, see history_values(). */
void meter_spark(const struct view *v, struct line *l, unsigned int first, unsigned int width,
		 enum style style);
/* How wide, with the blanks around it; 0: none fits. */
int meter_spark_width(const struct line *l);

/* "name  12.3%": the part of a whole that a counter is. */
bool meter_share(struct view *v, struct line *l, unsigned int value, const char *name,
		 uint64_t whole);

/* The same of a difference that is known already. */
bool meter_part(const struct view *v, struct line *l, const char *name, uint64_t part,
		uint64_t whole);

/* "name  12.3k": a counter. */
bool meter_count(struct view *v, struct line *l, unsigned int value, const char *name,
		 enum amount kind);

/*
 * The values of a family, at most 16, each with its name: what has happened since the start, and
 * then what never has, each in this order (NULL: as listed); if not all of them fit, the others are
 * summed as "rest".
 */
void meter_family(struct view *v, struct line *l, unsigned int first, const char *const *names,
		  const unsigned char *order, unsigned int n, enum amount kind);

/* "name value" of a text. */
bool meter_text(struct line *l, const char *name, int width, uint64_t value, const char *text);

#endif
