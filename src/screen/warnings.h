/* SPDX-License-Identifier: GPL-2.0-only */
/* What someone who looks at any screen ought to know. */
#ifndef ZSWAPTOP_SCREEN_WARNINGS_H
#define ZSWAPTOP_SCREEN_WARNINGS_H

#include "screen/view.h"

#define MOST_WARNINGS 12

struct warnings {
	char text[MOST_WARNINGS][80];
	unsigned int n;
};

/* The most important ones first. */
void warnings_gather(struct warnings *w, const struct view *v);

#endif
