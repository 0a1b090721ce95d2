// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>
#include "event.h"
#include "eventline.h"
#include "metrics.h"
#include "sample.h"

/* Longer numbers may be too large. */
#define MOST_DIGITS 18

struct reader {
	char *at;
	char *end; /* of the line, where there is a NUL */
	bool good;
};

struct word {
	char *text;
	size_t len;
};

static inline void expect(struct reader *r, const char *text, size_t len)
{
	if ((size_t)(r->end - r->at) < len || memcmp(r->at, text, len))
		r->good = false;
	else
		r->at += len;
}

#define EXPECT(r, text) expect(r, text, sizeof(text) - 1)

static uint64_t take_number(struct reader *r, uint64_t most)
{
	char *start = r->at, *at = start;
	uint64_t value = 0;

	while ((unsigned char)(*at - '0') < 10)
		value = 10 * value + (*at++ - '0');
	if (at == start || at - start > MOST_DIGITS || value > most ||
	    (*start == '0' && at - start > 1))
		r->good = false;
	r->at = at;
	return value;
}

/* A number or null. */
static uint64_t take_value(struct reader *r, uint64_t most)
{
	if (*r->at != 'n')
		return take_number(r, most);
	EXPECT(r, "null");
	return ABSENT;
}

/* Bytes of a text that mean themselves, in ASCII. */
static const bool plain[256] = {
	[' ' ... '!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

/* A text in quotes. */
static struct word take_word(struct reader *r)
{
	struct word w;
	char *at;

	EXPECT(r, "\"");
	for (at = r->at; plain[(unsigned char)*at]; at++)
		;
	w = (struct word){r->at, at - r->at};
	r->at = at;
	EXPECT(r, "\"");
	return w;
}

/* A text in quotes, or null. */
static struct word take_text(struct reader *r)
{
	if (*r->at != 'n')
		return take_word(r);
	EXPECT(r, "null");
	return (struct word){};
}

static bool is_word(struct word w, const char *text)
{
	/* most differ in their first letter: no call for those */
	return *w.text == *text && !strncmp(w.text, text, w.len) && !text[w.len];
}

static __u8 take_name(struct reader *r, const char *const *names, unsigned int n)
{
	struct word w = take_word(r);

	for (unsigned int i = 0; r->good && i < n; i++)
		if (is_word(w, names[i]))
			return i;
	r->good = false;
	return 0;
}

static __u8 take_type(struct reader *r)
{
	struct word w = take_word(r);

	for (unsigned int i = 0; r->good && i < ZT_NR_EVENTS; i++)
		if (is_word(w, event_type_name(i)))
			return i;
	r->good = false;
	return 0;
}

static __u8 take_result(struct reader *r, unsigned int type)
{
	struct word w = take_word(r);

	for (unsigned int i = 0; r->good && i < event_nr_results(type); i++)
		if (is_word(w, event_result_name(type, i)))
			return i;
	r->good = false;
	return 0;
}

static void take_detail(struct reader *r, struct zt_event *e)
{
	if (e->type == ZT_EV_WRITEBACK) {
		EXPECT(r, ",\"trigger\":");
		e->detail = take_name(r, trigger_names, ZT_NR_TRIGGERS);
	} else if (e->type == ZT_EV_TREE) {
		EXPECT(r, ",\"cause\":");
		e->detail = take_name(r, cause_names, ZT_NR_CAUSES);
		EXPECT(r, ",\"height_before\":");
		e->height_before = take_number(r, UINT8_MAX);
		EXPECT(r, ",\"height_after\":");
		e->height_after = take_number(r, UINT8_MAX);
	}
}

/* Where, how large and how long. */
static void take_page(struct reader *r, struct zt_event *e)
{
	uint64_t bytes;

	EXPECT(r, ",\"swap\":");
	e->swap = take_number(r, UINT32_MAX);
	EXPECT(r, ",\"offset\":");
	e->offset = take_number(r, INT64_MAX);
	EXPECT(r, ",\"pages\":");
	e->pages = take_number(r, UINT32_MAX);
	EXPECT(r, ",\"bytes\":");
	bytes = take_value(r, ZT_NO_U32 - 1);
	e->bytes = bytes == ABSENT ? ZT_NO_U32 : bytes;
	EXPECT(r, ",\"latency_ns\":");
	e->latency_ns = take_value(r, INT64_MAX);
}

/* The owner of the page, and who was at work. */
static struct word take_who(struct reader *r, struct zt_event *e)
{
	struct word cgroup, comm;

	EXPECT(r, ",\"cgroup\":");
	cgroup = take_text(r);
	EXPECT(r, ",\"cgroup_id\":");
	e->cgroup_id = take_value(r, INT64_MAX);
	EXPECT(r, ",\"pid\":");
	e->pid = take_number(r, UINT32_MAX);
	EXPECT(r, ",\"comm\":");
	comm = take_word(r);
	memcpy(e->comm, comm.text, comm.len < ZT_COMM_LEN ? comm.len : ZT_COMM_LEN - 1);
	EXPECT(r, ",\"cpu\":");
	e->cpu = take_number(r, UINT32_MAX);
	return cgroup;
}

bool eventline_read(char *line, size_t len, struct zt_event *e, const char **cgroup)
{
	struct reader r = {line, line + len, true};
	struct word path;

	memset(e, 0, sizeof(*e));
	EXPECT(&r, "{\"time_ns\":");
	if (!r.good) /* most lines that are not of an event end here */
		return false;
	e->time_ns = take_number(&r, INT64_MAX);
	EXPECT(&r, ",\"event\":");
	e->type = take_type(&r);
	EXPECT(&r, ",\"result\":");
	e->result = take_result(&r, e->type);
	take_page(&r, e);
	path = take_who(&r, e);
	take_detail(&r, e);
	EXPECT(&r, "}");
	if (!r.good || r.at != r.end)
		return false;
	if (path.text)
		path.text[path.len] = '\0';
	*cgroup = path.text;
	return true;
}
