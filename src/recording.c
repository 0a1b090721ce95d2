// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "eventline.h"
#include "gzlines.h"
#include "recording.h"
#include "state.h"
#include "text.h"

/* Events between two samples: more are not held. */
#define MAX_EVENTS (1u << 20)

/* Where a sample is in time. */
struct moment {
	uint64_t mono_ns, wall_ns;
};

/* A sample from which reading can begin. */
struct keyframe {
	size_t index;
	struct gzlines_place place;
};

struct kept_event {
	struct zt_event e;
	char *cgroup; /* NULL: not known; of consecutive events, the same text */
	bool owner;   /* of the text */
};

struct recording {
	struct source source; /* first: a recording is a source */
	struct gzlines *lines;
	struct recording_header header;
	struct recording_end end;
	bool past_end;	    /* the last line was read since reading began */
	struct state state; /* as of the sample at source.position */
	size_t next;	    /* index of the sample that the lines have next */
	bool want_events;
	struct kept_event *events;
	size_t nr_events;
	struct moment *moments; /* of an indexed recording */
	size_t nr_moments;
	struct keyframe *keyframes;
	size_t nr_keyframes;
	char why[320];
};

static struct recording *recording_of(struct source *source)
{
	return (struct recording *)source;
}

/* Says where in the file it is wrong. What is said may quote the file. */
static int wrong(struct recording *r, int err, const char *why)
{
	char clean[256];

	snprintf(r->why, sizeof(r->why), "line %" PRIu64 ": %s", gzlines_number(r->lines),
		 text_clean(why, clean, sizeof(clean)));
	return err;
}

/* --- events --------------------------------------------------------------------------------- */

static void forget_events(struct recording *r)
{
	for (size_t i = 0; i < r->nr_events; i++)
		if (r->events[i].owner)
			free(r->events[i].cgroup);
	free(r->events);
	r->events = NULL;
	r->nr_events = 0;
}

/* Consecutive events mostly have the same owner. */
static int keep_path(struct recording *r, struct kept_event *k, const char *path)
{
	const struct kept_event *last = k > r->events ? k - 1 : NULL;

	k->cgroup = NULL;
	k->owner = false;
	if (!path)
		return 0;
	if (last && last->cgroup && !strcmp(last->cgroup, path)) {
		k->cgroup = last->cgroup;
		return 0;
	}
	k->cgroup = strdup(path);
	k->owner = true;
	return k->cgroup ? 0 : -ENOMEM;
}

static int keep_event(struct recording *r, const struct zt_event *e, const char *path)
{
	size_t n = r->nr_events;
	struct kept_event *k;
	int err;

	if (n == MAX_EVENTS)
		return wrong(r, -EBADMSG,
			     "too many events between two samples; record with a "
			     "shorter interval (-i)");
	if (!(n & (n - 1))) {
		k = realloc(r->events, (n ? 2 * n : 1) * sizeof(*k));
		if (!k)
			return -ENOMEM;
		r->events = k;
	}
	k = &r->events[n];
	k->e = *e;
	err = keep_path(r, k, path);
	r->nr_events += !err;
	return err;
}

static int take_event(struct recording *r, json_t *line)
{
	struct zt_event e;
	const char *path;
	int err;

	if (!r->want_events)
		return 0;
	err = state_event(&r->state, line, &e, &path);
	return err ? wrong(r, err, r->state.in.why) : keep_event(r, &e, path);
}

static int hand_out_events(struct source *source, source_event_fn *fn, void *arg)
{
	struct recording *r = recording_of(source);
	int n = r->nr_events;

	for (int i = 0; i < n; i++)
		fn(&r->events[i].e, r->events[i].cgroup, arg);
	forget_events(r);
	return n;
}

/* --- lines ---------------------------------------------------------------------------------- */

/* Says where in the file no line could be made of it. */
static int unreadable(struct recording *r, int err)
{
	uint64_t line = gzlines_number(r->lines);

	if (line)
		snprintf(r->why, sizeof(r->why), "after line %" PRIu64 ": %s", line,
			 gzlines_why(r->lines));
	else
		snprintf(r->why, sizeof(r->why), "%s", gzlines_why(r->lines));
	return err;
}

/* The next line. 1, 0 at the end, or -errno. */
static int next_line(struct recording *r, char **text, size_t *len)
{
	int n = gzlines_next(r->lines, text, len);

	return n < 0 ? unreadable(r, n) : n;
}

/* A line as an object. 1 or -errno. */
static int parse(struct recording *r, const char *text, size_t len, json_t **object)
{
	json_error_t error;
	char why[256];

	*object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (*object && json_is_object(*object))
		return 1;
	snprintf(why, sizeof(why), "%s", *object ? "it is not a JSON object" : error.text);
	json_decref(*object);
	return wrong(r, -EBADMSG, why);
}

static bool has(json_t *object, const char *name)
{
	return json_object_get(object, name) != NULL;
}

/* The next line as an object. 1, 0 at the end, or -errno. */
static int next_object(struct recording *r, json_t **object)
{
	size_t len;
	char *text;
	int n = next_line(r, &text, &len);

	return n <= 0 ? n : parse(r, text, len, object);
}

/* Takes in a line. 1 if it was a sample, 0 if not, or -errno. */
static int take_line(struct recording *r, json_t *line)
{
	int err;

	if (r->past_end)
		return wrong(r, -EBADMSG, "the recording goes on after its end");
	if (has(line, "event"))
		return take_event(r, line);
	r->past_end = has(line, "end");
	if (r->past_end)
		err = state_end(&r->state, line, &r->end);
	else if (has(line, "metrics"))
		err = state_apply(&r->state, line);
	else
		return wrong(r, -EBADMSG, "it is neither a sample nor an event");
	if (err == -EBADMSG)
		wrong(r, err, r->state.in.why);
	return err ? err : !r->past_end;
}

/* The same of its text. */
static int take_text(struct recording *r, char *text, size_t len)
{
	struct zt_event e;
	const char *path;
	json_t *line;
	int err;

	if (!r->past_end && eventline_read(text, len, &e, &path))
		return r->want_events ? keep_event(r, &e, path) : 0;
	err = parse(r, text, len, &line);
	if (err < 0)
		return err;
	err = take_line(r, line);
	json_decref(line);
	return err;
}

/* Reads up to and with the next sample. 0, 1 at the end, or -errno. */
static int advance(struct recording *r)
{
	size_t len;
	char *text;
	int n, status = 0;

	do {
		n = next_line(r, &text, &len);
		if (n > 0)
			status = take_text(r, text, len);
	} while (n > 0 && !status);
	if (status < 0)
		n = status;
	if (n == -ENOMEM)
		snprintf(r->why, sizeof(r->why), "out of memory");
	if (n <= 0)
		return n ? n : 1;
	r->next++;
	return 0;
}

int recording_step(struct recording *r, const struct sample **s)
{
	int err = advance(r);

	*s = &r->state.s;
	if (!err)
		r->source.position = r->next - 1;
	return err;
}

int recording_copy(const struct recording *r, struct sample *s)
{
	return state_sample(&r->state, s);
}

static int next_sample(struct source *source, struct sample *s)
{
	struct recording *r = recording_of(source);
	const struct sample *now;
	int err = recording_step(r, &now);

	sample_init(s);
	return err ? err : recording_copy(r, s);
}

/* Of the cgroups that the sample handed out last has. */
static const char *path_of(struct source *source, uint64_t id)
{
	const struct sample *s = &recording_of(source)->state.s;

	for (size_t i = 0; i < s->nr_cgroups; i++)
		if (s->cgroups[i].id == id)
			return s->cgroups[i].path;
	return NULL;
}

/* --- the index ------------------------------------------------------------------------------ */

static int add_keyframe(struct recording *r, size_t index, const struct gzlines_place *place)
{
	size_t n = r->nr_keyframes;
	struct keyframe *more = realloc(r->keyframes, (n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	r->keyframes = more;
	more[n] = (struct keyframe){index, *place};
	r->nr_keyframes++;
	return 0;
}

static int add_moment(struct recording *r)
{
	const struct sample *s = &r->state.s;
	size_t n = r->nr_moments;
	struct moment *more;

	if (!(n & (n - 1))) {
		more = realloc(r->moments, (n ? 2 * n : 1) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		r->moments = more;
	}
	r->moments[n].mono_ns = s->mono_ns;
	r->moments[n].wall_ns = s->wall.tv_sec * 1000000000ULL + s->wall.tv_nsec;
	r->nr_moments++;
	return 0;
}

/* Begins anew at a sample from which reading can begin. */
static int go_to_keyframe(struct recording *r, const struct keyframe *k)
{
	int err = gzlines_seek(r->lines, &k->place);
	json_t *header;

	if (err)
		return wrong(r, err, strerror(-err));
	state_reset(&r->state);
	forget_events(r);
	r->past_end = false;
	r->next = k->index;
	if (k->place.offset)
		return 0;
	err = next_object(r, &header);
	if (err == 1)
		json_decref(header);
	return err == 1 ? 0 : -EBADMSG;
}

static int seek(struct source *source, size_t index)
{
	struct recording *r = recording_of(source);
	bool want = r->want_events;
	size_t k = 0;
	int err = 0;

	if (index >= source->nr_samples)
		return -EINVAL;
	/* from before it, if possible: the events between are its */
	while (k + 1 < r->nr_keyframes && r->keyframes[k + 1].index < index)
		k++;
	if (r->next > index || r->next < r->keyframes[k].index)
		err = go_to_keyframe(r, &r->keyframes[k]);
	r->want_events = false;
	while (!err && r->next < index)
		err = advance(r);
	r->want_events = want;
	forget_events(r);
	return err;
}

/* What there is to know of the sample that was just read. */
static int index_sample(struct recording *r)
{
	struct gzlines_place place;
	int err = add_moment(r);

	if (!err && r->state.full && gzlines_place(r->lines, &place))
		err = add_keyframe(r, r->next - 1, &place);
	return err;
}

static int make_index(struct recording *r)
{
	const struct gzlines_place start = {0, 0};
	int err = add_keyframe(r, 0, &start);

	while (!err) {
		err = advance(r);
		if (!err)
			err = index_sample(r);
	}
	if (err < 0)
		return err;
	if (!r->nr_moments) {
		snprintf(r->why, sizeof(r->why), "it breaks off before its first whole sample");
		return -EBADMSG;
	}
	r->source.nr_samples = r->nr_moments;
	r->source.seek = seek;
	return go_to_keyframe(r, &r->keyframes[0]);
}

uint64_t recording_start(const struct recording *r)
{
	return r->nr_moments ? r->moments[0].wall_ns : 0;
}

size_t recording_find(const struct recording *r, uint64_t ns, bool offset)
{
	for (size_t i = 0; i < r->nr_moments; i++) {
		const struct moment *m = &r->moments[i];

		if ((offset ? m->mono_ns - r->moments[0].mono_ns : m->wall_ns) >= ns)
			return i;
	}
	return r->nr_moments;
}

/* --- opening -------------------------------------------------------------------------------- */

static int read_header(struct recording *r)
{
	json_t *line;
	int n = next_object(r, &line), err;

	if (!n) {
		snprintf(r->why, sizeof(r->why), "it breaks off in its first line");
		return -EBADMSG;
	}
	if (n < 0)
		return n;
	err = state_header(&r->state, line, &r->header);
	json_decref(line);
	return err ? wrong(r, err, r->state.in.why) : 0;
}

static struct recording *open_stream(FILE *in, bool plain, bool index, char *why, size_t size)
{
	struct recording *r = calloc(1, sizeof(*r));
	int err;

	if (!r) {
		fclose(in);
		snprintf(why, size, "out of memory");
		return NULL;
	}
	state_init(&r->state);
	r->source = (struct source){
		.sample = next_sample, .events = hand_out_events, .cgroup_path = path_of};
	r->end.status = r->end.cpu_ns = ABSENT;
	r->lines = gzlines_open(in, plain);
	err = r->lines ? read_header(r) : -ENOMEM;
	if (!r->header.events)
		r->source.events = NULL;
	if (!err && index)
		err = make_index(r);
	if (!err)
		return r;
	snprintf(why, size, "%s", *r->why ? r->why : strerror(-err));
	recording_close(r);
	return NULL;
}

struct recording *recording_open(const char *path, bool index, char *why, size_t size)
{
	/* a pipe is not waited for, as reading it twice could not be */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	FILE *in;

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		snprintf(why, size, "it is not a regular file");
		close(fd);
		return NULL;
	}
	in = fd < 0 ? NULL : fdopen(fd, "r");
	if (in)
		return open_stream(in, false, index, why, size);
	snprintf(why, size, "cannot open it: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}

struct recording *recording_open_memory(const void *data, size_t len, bool plain, bool index,
					char *why, size_t size)
{
	FILE *in = fmemopen((void *)data, len, "r");

	if (in)
		return open_stream(in, plain, index, why, size);
	snprintf(why, size, "%s", strerror(errno));
	return NULL;
}

void recording_close(struct recording *r)
{
	if (!r)
		return;
	gzlines_close(r->lines);
	forget_events(r);
	state_free(&r->state);
	free(r->moments);
	free(r->keyframes);
	free(r);
}

const struct recording_header *recording_header(const struct recording *r)
{
	return &r->header;
}

const struct recording_end *recording_end(const struct recording *r)
{
	return &r->end;
}

struct source *recording_source(struct recording *r)
{
	return &r->source;
}

const char *recording_why(const struct recording *r)
{
	return r->why;
}

void recording_want_events(struct recording *r, bool want)
{
	r->want_events = want;
}
