// SPDX-License-Identifier: GPL-2.0-only
/* Keys, words, and which probes are there and why the others are not. */
#include <stdio.h>
#include <string.h>
#include "probes.h"
#include "screen/meter.h"
#include "screen/warnings.h"

#define KEY_WIDTH  16
#define WORD_WIDTH 19

static const struct {
	const char *key, *does;
} keys[] = {
	{"1 to 7, Tab", "screens; Shift-Tab the other way, F1 h ? this one"},
	{"arrows, j k", "by rows; PgUp PgDn Home End; wheel and clicks of the mouse"},
	{"F3 /", "search; n N the next one, the one before"},
	{"F4 \\", "filter cgroups or events by a part of their text; Esc clears"},
	{"F5 t", "cgroups as a tree with sums; + - folds"},
	{"F6 < >", "sort cgroups by another column; I the other way round"},
	{"Enter", "details of the selected cgroup; Esc leaves"},
	{"Space, U", "tag a cgroup (*); untag all; x marks a removed one"},
	{"o", "only cgroups that did something"},
	{"T", "trace the selected (or tagged) cgroups and below; T ends it"},
	{"r, R", "rates or totals; totals count from now on"},
	{"u", "pages or bytes"},
	{"p", "latency: shares or counts"},
	{"Z, d", "pause; seconds between refreshes"},
	{"Ctrl-L", "draw everything again"},
	{"F10 q", "quit"},
};

static const struct {
	const char *key, *does;
} replay_keys[] = {
	{"left right", "one interval back, on"},
	{"[ ]", "a tenth of the recording back, on"},
	{"{ }", "to its beginning, to its end"},
	{"Z", "play, stop"},
};

static const struct {
	const char *word, *means;
} words[] = {
	{"tree_empty", "the tree of the 64 MiB was empty: returns without a lock on kernels with "
		       "the fast path"},
	{"absent", "the tree had entries, but not this one: the lock was taken for nothing"},
	{"erased", "an entry was there"},
	{"cgroup_limit", "refused, or written back, for memory.zswap.max of the cgroup or of one "
			 "above it"},
	{"pool_full", "refused from when the pool reached its limit until it is below the "
		      "threshold, where the bar is marked"},
	{"compress_*",
	 "_fail, _poor: did not compress; from 6.18 on refused only where writeback is off"},
	{"cached", "pages in memory that still have their place in the swap space; those loaded "
		   "from zswap are, from 6.9 on, neither there any more nor on disk"},
	{"own_fault", "writeback met the entry that the same task was faulting in"},
	{"in_swapcache", "writeback met an entry that is in, or on its way into, the swap cache"},
	{"rotated", "an entry was given a second chance"},
	{"stopped", "the shrinker ended a run early, at an entry that was in the swap cache"},
	{"head_collapse", "an erase moved the last entry of a tree from a node into xa_head"},
	{"POOL, STORED", "of a cgroup with all below, as the kernel counts them; the other columns "
			 "are of its own pages, in the tree with all below"},
	{"LIMIT above", "none of its own, but pages were refused: for that of a cgroup above it"},
	{"p50, p90, p99", "upper bounds: of buckets that double, or the largest ever seen"},
	{"missed runs", "of zswaptop's programs, left out by the kernel: so much counts may lack"},
	{"in all", "since the probes were attached"},
	{"n/a", "cannot be known here: the reason is at the bottom of the screen, and below"},
};

static void draw_title(struct flow *f, const char *title)
{
	struct line l = flow_line(f);

	line_text(&l, STYLE_LABEL, title);
}

/* Longer texts go on in the next line, at a blank. */
static void draw_wrapped(struct flow *f, const char *name, int col, enum style style,
			 const char *text)
{
	int width = f->a.cols - col;

	do {
		struct line l = flow_line(f);
		int n = strlen(text), cut = n;

		if (n > width) {
			for (cut = width; cut > 0 && text[cut] != ' '; cut--)
				;
			if (!cut)
				cut = width;
		}
		draw_text(&l.a, l.row, 1, col - 2, STYLE_BOLD, name);
		line_to(&l, col);
		line_printf(&l, style, "%.*s", cut, text);
		text += cut;
		text += *text == ' ';
		name = "";
	} while (*text);
}

static void draw_pair(struct flow *f, const char *name, const char *text)
{
	draw_wrapped(f, name, KEY_WIDTH, STYLE_PLAIN, text);
}

static void draw_probe(struct flow *f, const struct probe_sample *p)
{
	int id = probe_find(p->name);
	char text[512], missed[FORMAT_LEN];

	if (p->attached)
		snprintf(text, sizeof(text), "yes: %s, missed runs %s%s%s", p->symbol,
			 format_count(p->missed, missed), *p->reason ? "; " : "", p->reason);
	else
		snprintf(text, sizeof(text), "NO: %s; lost: %s",
			 *p->reason ? p->reason : "not attached", id < 0 ? "?" : probes[id].lost);
	draw_wrapped(f, p->name, WORD_WIDTH, p->attached ? STYLE_PLAIN : STYLE_WARN, text);
}

static void draw_all_warnings(struct view *v, struct flow *f)
{
	struct warnings w;

	warnings_gather(&w, v);
	if (!w.n)
		return;
	draw_title(f, "Warnings");
	for (unsigned int i = 0; i < w.n; i++)
		draw_wrapped(f, "!", 3, STYLE_WARN, w.text[i]);
	flow_line(f);
}

static void draw_help(struct view *v, const struct area *a)
{
	const struct sample *s = view_sample(v);
	struct list *scroll = &v->lists[SCREEN_HELP];
	struct flow f = {*a, scroll->top, 0};

	draw_all_warnings(v, &f);
	draw_title(&f, "Keys");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		draw_pair(&f, keys[i].key, keys[i].does);
	if (view_is_replay(v))
		for (size_t i = 0; i < sizeof(replay_keys) / sizeof(replay_keys[0]); i++)
			draw_pair(&f, replay_keys[i].key, replay_keys[i].does);
	flow_line(&f);
	draw_title(&f, "Probes");
	for (size_t i = 0; i < s->nr_probes; i++)
		draw_probe(&f, &s->probes[i]);
	if (!s->nr_probes)
		draw_pair(&f, "none", "the programs are not loaded; zswaptop probe tells why");
	flow_line(&f);
	draw_title(&f, "Words");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		draw_wrapped(&f, words[i].word, WORD_WIDTH, STYLE_PLAIN, words[i].means);
	list_settle(scroll, f.rows, a->rows);
}

static struct list *help_list(struct view *v)
{
	return &v->lists[SCREEN_HELP];
}

static bool help_key(struct view *v, int key)
{
	if (key != K_ESCAPE)
		return false;
	view_show(v, v->back);
	return true;
}

const struct screen_ops screen_help = {
	.name = "Help",
	.brief = "Help",
	.draw = draw_help,
	.key = help_key,
	.list = help_list,
};
