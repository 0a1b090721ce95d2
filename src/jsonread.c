// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "jsonread.h"
#include "sample.h"
#include "text.h"

int jsonread_wrong(struct jsonread *in, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(in->why, sizeof(in->why), format, args);
	va_end(args);
	return -EBADMSG;
}

int jsonread_value(struct jsonread *in, json_t *value, const char *name, uint64_t *to)
{
	*to = ABSENT;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return jsonread_wrong(in, "%s is not a whole number from 0 on", name);
	*to = json_integer_value(value);
	return 0;
}

int jsonread_number(struct jsonread *in, json_t *object, const char *name, uint64_t most,
		    uint64_t *to)
{
	int err = jsonread_value(in, json_object_get(object, name), name, to);

	if (!err && *to > most)
		err = jsonread_wrong(in, "%s is missing or too large", name);
	return err;
}

int jsonread_text(struct jsonread *in, json_t *object, const char *name, char *to, size_t size)
{
	json_t *value = json_object_get(object, name);

	*to = '\0';
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return jsonread_wrong(in, "%s is not a text", name);
	snprintf(to, size, "%s", json_string_value(value));
	return 0;
}

int jsonread_word(struct jsonread *in, json_t *object, const char *name, char *to, size_t size)
{
	char text[256], clean[4 * sizeof(text) + 8];
	int err = jsonread_text(in, object, name, text, sizeof(text));

	snprintf(to, size, "%s", text_clean(text, clean, sizeof(clean)));
	return err;
}

int jsonread_bool(struct jsonread *in, json_t *object, const char *name, bool *to)
{
	json_t *value = json_object_get(object, name);

	*to = json_is_true(value);
	if (value && !json_is_boolean(value))
		return jsonread_wrong(in, "%s is neither true nor false", name);
	return 0;
}

int jsonread_seconds(struct jsonread *in, json_t *object, const char *name, uint64_t *ns)
{
	json_t *value = json_object_get(object, name);
	double seconds = json_number_value(value);

	*ns = 0;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_number(value) || !(seconds >= 0 && seconds < 1e9))
		return jsonread_wrong(in, "%s is not a time in seconds", name);
	*ns = seconds * 1e9 + 0.5;
	return 0;
}

int jsonread_time(struct jsonread *in, json_t *object, const char *name, struct timespec *to)
{
	const char *text = json_string_value(json_object_get(object, name));
	struct tm tm = {};
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	unsigned int ms;
	int used = 0;

	if (!rest || sscanf(rest, ".%3uZ%n", &ms, &used) != 1 || used != 5 || rest[used])
		return jsonread_wrong(in, "%s is not a time such as 2026-11-21T20:05:00.123Z",
				      name);
	to->tv_sec = timegm(&tm);
	to->tv_nsec = ms * 1000000L;
	if (to->tv_sec < 0)
		return jsonread_wrong(in, "%s is before 1970", name);
	return 0;
}

int jsonread_array(struct jsonread *in, json_t *value, const char *name, size_t most)
{
	if (!json_is_array(value))
		return jsonread_wrong(in, "%s is not an array", name);
	if (json_array_size(value) > most)
		return jsonread_wrong(in, "%s has more than %zu elements", name, most);
	return 0;
}

int jsonread_object(struct jsonread *in, json_t *value, const char *name)
{
	return json_is_object(value) ? 0 : jsonread_wrong(in, "%s is not an object", name);
}
