/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON, one line a document: a small emitter, and with it the sample and the event.
 *
 * Names keep clear of jansson's (json_string(), json_null(), ...), which this program links too.
 *
 * Strings may hold any bytes: what is not UTF-8 becomes U+FFFD, control characters (C0, DEL, C1)
 * become \u00XX, so that a line is one line and a terminal obeys nothing in it.
 */
#ifndef ZSWAPTOP_JSON_H
#define ZSWAPTOP_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "sample.h"

/* Of samples and recordings: raised when a name changes its meaning or goes. */
#define JSON_SCHEMA 1

/*
 * Writes into buf and from there to out, in as few calls as it takes; out must not be used by
 * another thread meanwhile. A name is NULL in an array and for the outermost value; names are
 * constants of this program and written as they are.
 */
struct json {
	FILE *out;
	int err; /* 0, or -errno of the first write that failed; nothing is written after it */
	bool comma;
	size_t len;
	char buf[4096];
};

void json_start(struct json *j, FILE *out);
/* Ends the line and hands it to the stream. 0, or -errno of the stream. */
int json_finish(struct json *j);

void json_begin_object(struct json *j, const char *name);
void json_end_object(struct json *j);
void json_begin_array(struct json *j, const char *name);
void json_end_array(struct json *j);

void json_put_null(struct json *j, const char *name);
void json_put_bool(struct json *j, const char *name, bool value);
void json_put_uint(struct json *j, const char *name, uint64_t value);
/* null where value is ABSENT. */
void json_put_value(struct json *j, const char *name, uint64_t value);
/* Nanoseconds as seconds, exact. */
void json_put_seconds(struct json *j, const char *name, uint64_t ns);
/* 15 digits, whatever the locale; null for what is not finite. */
void json_put_real(struct json *j, const char *name, double value);
/* null where value is NULL. */
void json_put_string(struct json *j, const char *name, const char *value);
/* The first len bytes of value, also NUL bytes. */
void json_put_bytes(struct json *j, const char *name, const char *value, size_t len);

/*
 * One line. monotonic_ns and times are in nanoseconds, values are raw and cumulative; interval_s
 * is null in the first sample, which no other precedes. 0, or -errno of the stream; it is not
 * flushed.
 */
int json_write_sample(FILE *out, const struct sample *s);

typedef void json_cgroups_fn(struct json *j, void *arg);

/*
 * One line of a recording (see src/recording.h): as json_write_sample(), but what is as it was in
 * the sample before is left out, unless before is NULL. What there is to say of the cgroups, a
 * value named "cgroups" or nothing, is written by a function.
 */
int json_write_recorded(FILE *out, const struct sample *before, const struct sample *s,
			json_cgroups_fn *cgroups, void *arg);

/*
 * One line. cgroup_path is the path of e->cgroup_id, NULL where not known. 0, or -errno of the
 * stream; it is not flushed.
 */
int json_write_event(FILE *out, const struct zt_event *e, const char *cgroup_path);

#endif
