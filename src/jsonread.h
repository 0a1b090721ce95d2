/* SPDX-License-Identifier: GPL-2.0-only */
/* Values out of JSON that someone else wrote: checked, with words for what is wrong. */
#ifndef ZSWAPTOP_JSONREAD_H
#define ZSWAPTOP_JSONREAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct jsonread {
	char why[256]; /* what was wrong, after a call that did not return 0 */
};

/* Each returns 0, or -EBADMSG. name: what people know the value by. */

/* Notes what is wrong: -EBADMSG. */
__attribute__((format(printf, 2, 3))) int jsonread_wrong(struct jsonread *in, const char *format,
							 ...);

/* A whole number that is not negative; ABSENT for null, and where value is NULL. */
int jsonread_value(struct jsonread *in, json_t *value, const char *name, uint64_t *to);

/* A member of an object. */

/* A whole number from 0 to most, which has to be there. */
int jsonread_number(struct jsonread *in, json_t *object, const char *name, uint64_t most,
		    uint64_t *to);
/* A text, cut to size; empty for null and for what is not there. */
int jsonread_text(struct jsonread *in, json_t *object, const char *name, char *to, size_t size);
/* The same of what is shown as it is: bytes that are not printable become \xNN. */
int jsonread_word(struct jsonread *in, json_t *object, const char *name, char *to, size_t size);
/* False for what is not there. */
int jsonread_bool(struct jsonread *in, json_t *object, const char *name, bool *to);
/* Seconds with decimals, as nanoseconds; 0 for null and for what is not there. */
int jsonread_seconds(struct jsonread *in, json_t *object, const char *name, uint64_t *ns);
/* "2026-11-21T20:05:00.123Z", which has to be there. */
int jsonread_time(struct jsonread *in, json_t *object, const char *name, struct timespec *to);

/* Whether the value is an array of at most so many elements, or an object. */
int jsonread_array(struct jsonread *in, json_t *value, const char *name, size_t most);
int jsonread_object(struct jsonread *in, json_t *value, const char *name);

#endif
