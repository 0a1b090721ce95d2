// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "moment.h"

#define NS_PER_S 1000000000ULL
#define DAY	 86400ULL

/* A number without sign, blanks, or names such as "inf", all of the text up to end. */
static bool parse_seconds(const char *text, const char *end, uint64_t *ns)
{
	double seconds;
	char *rest;

	if (strspn(text, "0123456789.") != (size_t)(end - text))
		return false;
	seconds = strtod(text, &rest);
	if (rest != end || rest == text || seconds > 1e9)
		return false;
	*ns = seconds * NS_PER_S + 0.5;
	return true;
}

static bool parse_date(const char *text, uint64_t *ns)
{
	struct tm tm = {};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	uint64_t fraction = 0;
	time_t t;

	if (!rest || !*rest || rest[strlen(rest) - 1] != 'Z')
		return false;
	if (*rest != 'Z' &&
	    (*rest != '.' || !parse_seconds(rest, rest + strlen(rest) - 1, &fraction)))
		return false;
	t = timegm(&tm);
	*ns = t * NS_PER_S + fraction;
	return t >= 0;
}

static bool parse_time_of_day(const char *text, uint64_t start_ns, uint64_t *ns)
{
	struct tm tm = {};
	const char *rest = strptime(text, "%H:%M:%S", &tm);
	uint64_t lasts = NS_PER_S;

	if (!rest) {
		rest = strptime(text, "%H:%M", &tm);
		lasts = 60 * NS_PER_S;
	}
	if (!rest || *rest)
		return false;
	*ns = start_ns / NS_PER_S / DAY * DAY * NS_PER_S;
	*ns += (tm.tm_hour * 3600ULL + tm.tm_min * 60ULL + tm.tm_sec) * NS_PER_S;
	/* of a recording that began before midnight; the time's second, or minute, is over */
	if (*ns + lasts <= start_ns)
		*ns += DAY * NS_PER_S;
	return true;
}

bool moment_parse(const char *text, uint64_t start_ns, uint64_t *ns, bool *offset)
{
	*offset = parse_seconds(text, text + strlen(text), ns);
	return *offset || parse_date(text, ns) || parse_time_of_day(text, start_ns, ns);
}
