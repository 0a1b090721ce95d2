/* SPDX-License-Identifier: GPL-2.0-only */
/* What keys and the mouse do. */
#ifndef ZSWAPTOP_SCREEN_INPUT_H
#define ZSWAPTOP_SCREEN_INPUT_H

#include "screen/view.h"

enum input { INPUT_DONE, INPUT_QUIT };

/* Does what a key is for. mouse: what terminal_key() filled. */
enum input input_key(struct view *v, int key, const struct mouse *mouse);

#endif
