// SPDX-License-Identifier: GPL-2.0-only
/* Lines of a recording that are not samples. */
#include <errno.h>
#include <string.h>
#include "event.h"
#include "json.h"
#include "metrics.h"
#include "state.h"
#include "text.h"

int state_schema(struct state *st, json_t *line)
{
	uint64_t schema;
	int err = jsonread_number(&st->in, line, "schema", INT64_MAX, &schema);

	if (err || schema == JSON_SCHEMA)
		return err;
	return jsonread_wrong(&st->in,
			      "schema %llu is not known to this zswaptop, which knows schema %d",
			      (unsigned long long)schema, JSON_SCHEMA);
}

static int find_name(const char *name, const char *const *names, int n)
{
	for (int i = 0; name && i < n; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

static int take_result(struct state *st, json_t *line, struct zt_event *e)
{
	const char *type = json_string_value(json_object_get(line, "event"));
	const char *result = json_string_value(json_object_get(line, "result"));
	int id = type ? event_type_find(type) : -1;

	if (id < 0)
		return jsonread_wrong(&st->in, "an unknown event");
	e->type = id;
	for (unsigned int i = 0; result && i < event_nr_results(id); i++) {
		if (strcmp(result, event_result_name(id, i)))
			continue;
		e->result = i;
		return 0;
	}
	return jsonread_wrong(&st->in, "an unknown result of %s", event_type_name(id));
}

static int take_detail(struct state *st, json_t *line, struct zt_event *e)
{
	const char *text;
	uint64_t before, after;
	int id = 0, err;

	if (e->type == ZT_EV_WRITEBACK) {
		text = json_string_value(json_object_get(line, "trigger"));
		id = find_name(text, trigger_names, ZT_NR_TRIGGERS);
	} else if (e->type == ZT_EV_TREE) {
		text = json_string_value(json_object_get(line, "cause"));
		id = find_name(text, cause_names, ZT_NR_CAUSES);
	}
	/* the writer says "?" where the kernel side said something that it does not know */
	e->detail = id < 0 ? UINT8_MAX : id;
	if (e->type != ZT_EV_TREE)
		return 0;
	err = jsonread_number(&st->in, line, "height_before", UINT8_MAX, &before);
	if (!err)
		err = jsonread_number(&st->in, line, "height_after", UINT8_MAX, &after);
	if (err)
		return err;
	e->height_before = before;
	e->height_after = after;
	return 0;
}

static int take_u32(struct state *st, json_t *line, const char *name, __u32 *to)
{
	uint64_t value = 0;
	int err = jsonread_number(&st->in, line, name, UINT32_MAX, &value);

	*to = value;
	return err;
}

/* Numbers that may be null. */
static int take_measured(struct state *st, json_t *line, struct zt_event *e)
{
	uint64_t bytes, latency, cgroup;
	int err = jsonread_value(&st->in, json_object_get(line, "bytes"), "bytes", &bytes);

	if (!err)
		err = jsonread_value(&st->in, json_object_get(line, "latency_ns"), "latency_ns",
				     &latency);
	if (!err)
		err = jsonread_value(&st->in, json_object_get(line, "cgroup_id"), "cgroup_id",
				     &cgroup);
	if (err)
		return err;
	if (bytes != ABSENT && bytes >= ZT_NO_U32)
		return jsonread_wrong(&st->in, "bytes is too large");
	e->bytes = bytes == ABSENT ? ZT_NO_U32 : bytes;
	e->latency_ns = latency;
	e->cgroup_id = cgroup;
	return 0;
}

int state_event(struct state *st, json_t *line, struct zt_event *e, const char **cgroup)
{
	const char *comm = json_string_value(json_object_get(line, "comm"));
	uint64_t time = 0, offset = 0;
	int err;

	memset(e, 0, sizeof(*e));
	err = take_result(st, line, e);
	if (!err)
		err = jsonread_number(&st->in, line, "time_ns", INT64_MAX, &time);
	if (!err)
		err = jsonread_number(&st->in, line, "offset", INT64_MAX, &offset);
	if (!err)
		err = take_u32(st, line, "swap", &e->swap);
	if (!err)
		err = take_u32(st, line, "pages", &e->pages);
	if (!err)
		err = take_u32(st, line, "pid", &e->pid);
	if (!err)
		err = take_u32(st, line, "cpu", &e->cpu);
	if (!err)
		err = take_measured(st, line, e);
	if (!err)
		err = take_detail(st, line, e);
	e->time_ns = time;
	e->offset = offset;
	if (comm)
		strncpy(e->comm, comm, sizeof(e->comm) - 1);
	*cgroup = json_string_value(json_object_get(line, "cgroup"));
	return err;
}

static int take_command(struct state *st, json_t *command, char *to, size_t size)
{
	size_t used = 0, i;
	json_t *word;

	*to = '\0';
	if (!command || json_is_null(command))
		return 0;
	if (jsonread_array(&st->in, command, "command", 1 << 20))
		return -EBADMSG;
	json_array_foreach(command, i, word)
	{
		if (!json_is_string(word))
			return jsonread_wrong(&st->in, "a word of command is not a text");
		if (used < size)
			used += snprintf(to + used, size - used, "%s%s", i ? " " : "",
					 json_string_value(word));
	}
	return 0;
}

/* The name becomes that of a member of a JSON object, the value is shown as it is. */
static int take_parameter(struct state *st, const char *name, const char *value,
			  struct recording_header *h)
{
	unsigned int n = h->nr_parameters;
	char clean[256];

	if (n == RECORDING_MAX_PARAMETERS)
		return jsonread_wrong(&st->in, "zswap has too many parameters");
	if (!*name || strlen(name) >= sizeof(h->parameters[n].name) ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
		return jsonread_wrong(&st->in, "zswap has no parameter of such a name: %s", name);
	if (!value)
		return jsonread_wrong(&st->in, "zswap's parameter %s is not a text", name);
	strcpy(h->parameters[n].name, name);
	snprintf(h->parameters[n].value, sizeof(h->parameters[n].value), "%s",
		 text_clean(value, clean, sizeof(clean)));
	h->nr_parameters++;
	return 0;
}

static int take_parameters(struct state *st, json_t *parameters, struct recording_header *h)
{
	const char *name;
	json_t *value;
	int err = 0;

	h->nr_parameters = 0;
	if (parameters && jsonread_object(&st->in, parameters, "zswap"))
		return -EBADMSG;
	json_object_foreach(parameters, name, value)
	{
		err = take_parameter(st, name, json_string_value(value), h);
		if (err)
			break;
	}
	return err;
}

int state_header(struct state *st, json_t *line, struct recording_header *h)
{
	int err;

	memset(h, 0, sizeof(*h));
	if (!json_is_string(json_object_get(line, "zswaptop")))
		return jsonread_wrong(&st->in, "it is not a recording of zswaptop");
	err = state_schema(st, line);
	if (!err)
		err = jsonread_word(&st->in, line, "zswaptop", h->version, sizeof(h->version));
	if (!err)
		err = jsonread_seconds(&st->in, line, "interval_s", &h->interval_ns);
	if (!err)
		err = jsonread_bool(&st->in, line, "events", &h->events);
	if (!err)
		err = jsonread_text(&st->in, line, "cgroup", h->cgroup, sizeof(h->cgroup));
	if (!err)
		err = take_command(st, json_object_get(line, "command"), h->command,
				   sizeof(h->command));
	if (!err)
		err = jsonread_value(&st->in, json_object_get(line, "memory_bytes"), "memory_bytes",
				     &h->memory_bytes);
	if (!err)
		err = jsonread_value(&st->in, json_object_get(line, "cpus"), "cpus", &h->cpus);
	return err ? err : take_parameters(st, json_object_get(line, "zswap"), h);
}

int state_end(struct state *st, json_t *line, struct recording_end *end)
{
	int err = jsonread_word(&st->in, line, "end", end->why, sizeof(end->why));

	if (!err)
		err = jsonread_value(&st->in, json_object_get(line, "status"), "status",
				     &end->status);
	if (!err)
		err = jsonread_value(&st->in, json_object_get(line, "cpu_ns"), "cpu_ns",
				     &end->cpu_ns);
	end->there = !err;
	return err;
}
