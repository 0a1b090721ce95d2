// SPDX-License-Identifier: GPL-2.0-only
#define NCURSES_NOMACROS
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "loop.h"
#include "screen/draw.h"
#include "screen/terminal.h"

/* Two presses within this time are one double click. */
#define TWICE_NS     400000000ULL

/* As many reports of the mouse as ncurses keeps. */
#define MOST_REPORTS 8

static SCREEN *terminal;
static WINDOW *keys; /* nothing is drawn here: reading a key shows what its window has */
static int keys_fd = -1, signals_fd = -1;
static bool hung_up;
static MEVENT reports[MOST_REPORTS]; /* of the mouse, the newest first */
static int nr_reports;

/* --- given back when the program ends in a way that was not foreseen --- */

/* What a signal handler may do is write what was prepared: ncurses must not be called in one. */
static char farewell[512];
static size_t farewell_length;
static struct termios modes;

static int add_farewell(int c)
{
	if (farewell_length < sizeof(farewell))
		farewell[farewell_length++] = c;
	return c;
}

static void add_capability(const char *name)
{
	const char *text = tigetstr(name);

	if (text && text != (char *)-1)
		tputs(text, 1, add_farewell);
}

static void prepare_farewell(void)
{
	static const char mouse_off[] = "\033[?1006l\033[?1000l";

	farewell_length = 0;
	if (tigetstr("kmous") && tigetstr("kmous") != (char *)-1)
		for (const char *c = mouse_off; *c; c++)
			add_farewell(*c);
	add_capability("sgr0");
	add_capability("op");
	add_capability("cnorm");
	add_capability("rmkx");
	add_capability("rmcup");
}

static void say_farewell(void)
{
	ssize_t written = write(STDOUT_FILENO, farewell, farewell_length);

	(void)written;
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void on_fatal(int signal)
{
	say_farewell();
	raise(signal); /* its action is the default again */
}

/* SIGINT, SIGTERM and SIGHUP are taken over by loop.c, the stops by signals_fd. */
static const int fatal[] = {SIGQUIT, SIGILL,  SIGABRT, SIGFPE,	SIGSEGV, SIGBUS,
			    SIGSYS,  SIGTRAP, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM,
			    SIGPROF, SIGXCPU, SIGXFSZ, SIGIO,	SIGPWR,	 SIGSTKFLT};

/* A stack of its own, as the program's may be what is exhausted. */
static void catch_fatal(void)
{
	static char stack[1 << 16];
	stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_handler = on_fatal};

	action.sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
	sigaltstack(&other, NULL);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &action, NULL);
}

/* The alternate stack stays: it is static. */
static void release_fatal(void)
{
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		signal(fatal[i], SIG_DFL);
}

/* --- taken over ------------------------------------------------------- */

bool terminal_usable(void)
{
	bool can_move;
	int err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	if (setupterm(NULL, STDOUT_FILENO, &err) != OK)
		return false;
	can_move = tigetstr("cup") && tigetstr("cup") != (char *)-1;
	del_curterm(cur_term);
	return can_move;
}

static enum colours colours_wanted(void)
{
	const char *no = getenv("NO_COLOR");

	if ((no && *no) || !has_colors() || start_color() != OK)
		return COLOURS_NONE;
	use_default_colors();
	return COLORS >= 256 && COLOR_PAIRS > NR_STYLES ? COLOURS_256 : COLOURS_8;
}

static void choose_characters(void)
{
	const char *term = getenv("TERM");
	bool unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	/* the console's fonts have neither eighths of blocks nor braille */
	bool console = term && !strcmp(term, "linux");

	draw_start(colours_wanted(), unicode, !console);
}

static void follow_size(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
}

/* Where there is no other screen to go back to, the shell goes on below what was drawn last. */
static void leave(void)
{
	const char *back = tigetstr("rmcup");

	if (!isendwin() && (!back || back == (char *)-1)) {
		move(LINES - 1, 0);
		clrtoeol();
		refresh();
	}
	endwin();
}

/* It is left only if it was not before: leaving twice puts the cursor where it was at the start. */
static void enter_anew(void)
{
	if (!isendwin())
		endwin();
	refresh();
	/* or only the first key would switch it on, and be one that terminfo does not know */
	keypad(keys, TRUE);
	follow_size();
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	nodelay(keys, TRUE);
	curs_set(0);
	/* what is drawn is drawn whole, also while keys are coming in */
	typeahead(-1);
	/* clicks are not waited for: presses are enough */
	mouseinterval(0);
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
}

static int watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* Stops and changes of size come in order with the keys, not in the middle of anything. */
static int open_events(void)
{
	sigset_t set;
	int err;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGCONT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	signals_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	keys_fd = epoll_create1(EPOLL_CLOEXEC);
	if (signals_fd < 0 || keys_fd < 0)
		return -errno;
	err = watch(keys_fd, signals_fd);
	return err ? err : watch(keys_fd, STDIN_FILENO);
}

static void close_events(void)
{
	if (signals_fd >= 0)
		close(signals_fd);
	if (keys_fd >= 0)
		close(keys_fd);
	signals_fd = keys_fd = -1;
}

int terminal_open(void)
{
	static bool registered;
	int err;

	setlocale(LC_CTYPE, "");
	err = open_events();
	if (!err && tcgetattr(STDIN_FILENO, &modes))
		err = -errno;
	if (!err) {
		set_escdelay(25);
		terminal = newterm(NULL, stdout, stdin);
		err = terminal ? 0 : -ENOTTY;
	}
	if (err) {
		close_events();
		return err;
	}
	prepare_farewell();
	catch_fatal();
	if (!registered)
		registered = !atexit(terminal_close);
	keys = newpad(1, 1);
	if (!keys) {
		terminal_close();
		return -ENOMEM;
	}
	set_modes();
	choose_characters();
	/* until it was left once, ncurses (6.0 to 6.4) writes after every move of the cursor */
	enter_anew();
	return 0;
}

void terminal_close(void)
{
	if (!terminal)
		return;
	leave();
	if (keys)
		delwin(keys);
	delscreen(terminal);
	terminal = NULL;
	keys = NULL;
	close_events();
	release_fatal();
}

/* --- keys --------------------------------------------------------------- */

int terminal_fd(void)
{
	return keys_fd;
}

/* The default action stops this process here until it is continued. */
static void suspend(void)
{
	const struct timespec at_once = {};
	sigset_t stop, go_on;

	leave();
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	/* what continued it would have it set again */
	sigtimedwait(&go_on, NULL, &at_once);
}

static int take_signal(void)
{
	struct signalfd_siginfo info;

	if (read(signals_fd, &info, sizeof(info)) != sizeof(info))
		return K_NONE;
	if (info.ssi_signo == SIGTSTP)
		suspend();
	if (info.ssi_signo == SIGWINCH)
		follow_size();
	else
		enter_anew(); /* whoever had the terminal meanwhile has set it as they liked */
	return K_RESIZED;
}

/* Reports that came together are one key, and the newest of them is handed out first. */
static void gather_mouse(void)
{
	while (nr_reports < MOST_REPORTS && getmouse(&reports[nr_reports]) == OK)
		nr_reports++;
}

static int take_mouse(struct mouse *mouse)
{
	static uint64_t last_ns;
	static int last_row;
	MEVENT event;

	memset(mouse, 0, sizeof(*mouse));
	if (!nr_reports)
		gather_mouse();
	if (!nr_reports)
		return K_NONE;
	event = reports[--nr_reports];
	mouse->row = event.y;
	mouse->col = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		mouse->wheel = -1;
	if (event.bstate & BUTTON5_PRESSED)
		mouse->wheel = 1;
	if (event.bstate & BUTTON1_PRESSED) {
		uint64_t now = loop_now();

		mouse->press = true;
		mouse->twice = event.y == last_row && now - last_ns < TWICE_NS;
		/* three presses are not two double clicks */
		last_ns = mouse->twice ? 0 : now;
		last_row = event.y;
	}
	return K_MOUSE;
}

static int translate(int code, struct mouse *mouse)
{
	static const struct {
		int code, key;
	} known[] = {
		{KEY_UP, K_UP},	       {KEY_DOWN, K_DOWN},     {KEY_LEFT, K_LEFT},
		{KEY_RIGHT, K_RIGHT},  {KEY_PPAGE, K_PAGE_UP}, {KEY_NPAGE, K_PAGE_DOWN},
		{KEY_HOME, K_HOME},    {KEY_END, K_END},       {KEY_FIND, K_HOME},
		{KEY_SELECT, K_END},   {KEY_BTAB, K_BACKTAB},  {KEY_BACKSPACE, K_BACKSPACE},
		{KEY_DC, K_BACKSPACE}, {KEY_ENTER, K_ENTER},   {KEY_RESIZE, K_RESIZED},
		{KEY_A1, K_HOME},      {KEY_C1, K_END},	       {KEY_A3, K_PAGE_UP},
		{KEY_C3, K_PAGE_DOWN},
	};

	if (code == KEY_MOUSE)
		return take_mouse(mouse);
	if (code > KEY_F0 && code <= KEY_F0 + 10)
		return K_F1 + code - KEY_F0 - 1;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			return known[i].key;
	return K_NONE;
}

/* Does the terminal say that it is gone? Then reading it would go on for ever. */
static bool is_hung_up(void)
{
	struct epoll_event events[2];
	int n = epoll_wait(keys_fd, events, 2, 0);

	for (int i = 0; i < n; i++)
		if (events[i].data.fd == STDIN_FILENO && events[i].events & (EPOLLHUP | EPOLLERR))
			hung_up = true;
	return hung_up;
}

/* What belongs together comes together, but not always in one read. */
static bool next_byte(wint_t *ch)
{
	int kind;

	wtimeout(keys, ESCDELAY);
	kind = wget_wch(keys, ch);
	nodelay(keys, TRUE);
	return kind == OK;
}

/* Parameters and intermediate bytes up to the final one (ECMA-48). */
static void swallow_sequence(wint_t introducer, wint_t ch)
{
	/* of the mouse, its button and place follow; of the console's function keys, which one */
	int more = introducer != '[' ? 0 : ch == 'M' ? 3 : ch == '[' ? 1 : 0;

	while (ch >= 0x20 && ch < 0x40)
		if (!next_byte(&ch))
			return;
	if (ch == K_ESCAPE)
		unget_wch(ch);
	while (more-- && next_byte(&ch))
		;
}

/*
 * Terminals send more than terminfo knows of, as ESC [ 1 ; 5 A for Ctrl-Up. None of it is a key
 * that was pressed.
 */
static int take_escape(void)
{
	wint_t ch, first;
	int kind = wget_wch(keys, &ch);

	if (kind == KEY_CODE_YES && ch != KEY_MOUSE)
		return K_NONE; /* with Alt */
	if (kind == KEY_CODE_YES)
		ungetch(KEY_MOUSE);
	if (kind != OK)
		return K_ESCAPE;
	if ((ch == '[' || ch == 'O') && next_byte(&first)) {
		swallow_sequence(ch, first);
		return K_NONE;
	}
	if (ch == K_ESCAPE)
		return take_escape(); /* Alt before what has one of its own */
	unget_wch(ch);
	return K_ESCAPE;
}

static int take_character(wint_t ch)
{
	if (ch == K_ESCAPE)
		return take_escape();
	return ch == '\r' ? K_ENTER : ch == 127 || ch == 8 ? K_BACKSPACE : (int)ch;
}

int terminal_key(struct mouse *mouse)
{
	int key = nr_reports ? take_mouse(mouse) : take_signal();
	wint_t ch;

	while (key == K_NONE) {
		int kind = wget_wch(keys, &ch);

		if (kind == ERR)
			return is_hung_up() ? K_CLOSED : K_NONE;
		key = kind == KEY_CODE_YES ? translate(ch, mouse) : take_character(ch);
	}
	return key;
}

int terminal_rows(void)
{
	return LINES;
}

int terminal_cols(void)
{
	return COLS;
}

void terminal_redraw(void)
{
	clearok(curscr, TRUE);
}
