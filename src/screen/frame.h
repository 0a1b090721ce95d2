/* SPDX-License-Identifier: GPL-2.0-only */
/* What is around every screen: title, tabs, warnings, reasons, position, keys. */
#ifndef ZSWAPTOP_SCREEN_FRAME_H
#define ZSWAPTOP_SCREEN_FRAME_H

#include "screen/view.h"

#define LEAST_ROWS 15
#define LEAST_COLS 60

/* Draws all of the terminal, in memory; draw_show() shows it. */
void frame_draw(struct view *v);

/* A press of the mouse: on a tab, on the key line, or on the screen. Returns the key that was
 * pressed on the key line, or K_NONE.
 */
int frame_click(struct view *v, const struct mouse *mouse);

#endif
