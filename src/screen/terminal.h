/* SPDX-License-Identifier: GPL-2.0-only */
/* The terminal: taken over, given back on every way out, its keys and its mouse. */
#ifndef ZSWAPTOP_SCREEN_TERMINAL_H
#define ZSWAPTOP_SCREEN_TERMINAL_H

#include <stdbool.h>

/* Keys beyond characters, which stand for themselves. */
enum key {
	K_NONE,
	K_TAB = '\t',
	K_ENTER = '\n',
	K_ESCAPE = 27,
	K_UP = 0x110000,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_HOME,
	K_END,
	K_BACKTAB,
	K_BACKSPACE,
	K_MOUSE,
	K_RESIZED, /* also after a suspension: everything is to be drawn again */
	K_CLOSED,  /* nobody is there any more */
	K_F1,
	K_F10 = K_F1 + 9,
};

#define K_CTRL(letter) ((letter)-64)

struct mouse {
	int row, col;
	bool press;
	bool twice; /* the second press of two on the same row */
	int wheel;  /* -1 up, 1 down */
};

/* Are standard input and output terminals on which screens can be drawn? */
bool terminal_usable(void);

/*
 * Takes the terminal over: full screen, keys one by one, mouse, colours as far as the terminal and
 * NO_COLOR allow, characters by LC_CTYPE, which is set from the environment. 0 or -errno.
 *
 * It is given back by terminal_close(), by exit(), and by every signal that ends the program and
 * that the program has not taken over itself. Suspended by Ctrl-Z, it is given back meanwhile.
 */
int terminal_open(void);
void terminal_close(void);

/* Readable when there is a key. */
int terminal_fd(void);

/* The next key that is waiting, or K_NONE. With K_MOUSE, fills *mouse. */
int terminal_key(struct mouse *mouse);

/* Size in cells. */
int terminal_rows(void);
int terminal_cols(void);

/* Everything is sent again by the next draw_end(). */
void terminal_redraw(void);

#endif
