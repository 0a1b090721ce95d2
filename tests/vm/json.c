// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads what zswaptop writes with --json, for scripts in machines that have no jq.
 *
 *   json flat           every value of every line, as "PATH VALUE"
 *   json get PATH...    a line of values for every line, tabs between them; "-": not there
 *
 * A path is the names from the top, with colons: metrics:store_rejected_pages_total:disabled.
 * Elements of an array are named by the value of their first member, where they are objects
 * (cgroups:/db:store_pages_total, probes:load:missed_runs), or else by their number.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_LEN 512

static char path[1024];
static char **wanted;
static int nr_wanted;
static char (*found)[VALUE_LEN];

static void die(const char *what, const char *where)
{
	fprintf(stderr, "json: %s at '%.40s'\n", what, where);
	exit(1);
}

static void emit(const char *value)
{
	if (!wanted) {
		printf("%s %s\n", path, value);
		return;
	}
	for (int i = 0; i < nr_wanted; i++)
		if (!strcmp(path, wanted[i]))
			strcpy(found[i], value);
}

/* The text of a string or of another plain value, without quotes; blanks would end a field. */
static const char *take_plain(const char *s, char *value)
{
	bool quoted = *s == '"';
	size_t n = 0;

	s += quoted;
	while (quoted ? *s != '"' : !strchr(",}]\n", *s)) {
		if (!*s || n + 2 > VALUE_LEN)
			die("value without an end", s);
		if (quoted && *s == '\\')
			value[n++] = *s++;
		value[n++] = *s == ' ' ? '_' : *s;
		s++;
	}
	value[n] = '\0';
	if (!n && !quoted)
		die("value expected", s);
	return s + quoted;
}

static const char *expect(const char *s, char c)
{
	if (*s != c)
		die("malformed", s);
	return s + 1;
}

static const char *take_value(const char *s);

static const char *take_member(const char *s, const char *name)
{
	size_t length = strlen(path);

	if (length + strlen(name) + 2 > sizeof(path))
		die("too deep", s);
	sprintf(path + length, "%s%s", length ? ":" : "", name);
	s = take_value(s);
	path[length] = '\0';
	return s;
}

static const char *take_object(const char *s)
{
	char name[VALUE_LEN];

	s = expect(s, '{');
	while (*s != '}') {
		if (*s != '"')
			die("name expected", s);
		s = take_plain(s, name);
		s = take_member(expect(s, ':'), name);
		if (*s == ',')
			s++;
	}
	return s + 1;
}

static void name_element(const char *s, int n, char *name)
{
	sprintf(name, "%d", n);
	if (*s != '{' || s[1] != '"')
		return;
	s = expect(take_plain(s + 1, name), ':');
	if (*s != '{' && *s != '[')
		take_plain(s, name);
}

static const char *take_array(const char *s)
{
	char name[VALUE_LEN];
	int n = 0;

	s = expect(s, '[');
	while (*s != ']') {
		name_element(s, n++, name);
		s = take_member(s, name);
		if (*s == ',')
			s++;
	}
	return s + 1;
}

static const char *take_value(const char *s)
{
	char value[VALUE_LEN];

	if (*s == '{')
		return take_object(s);
	if (*s == '[')
		return take_array(s);
	s = take_plain(s, value);
	emit(value);
	return s;
}

static void take_line(const char *line)
{
	for (int i = 0; i < nr_wanted; i++)
		strcpy(found[i], "-");
	path[0] = '\0';
	expect(take_value(line), '\n');
	for (int i = 0; i < nr_wanted; i++)
		printf("%s%c", found[i], i + 1 < nr_wanted ? '\t' : '\n');
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;

	if (argc > 2 && !strcmp(argv[1], "get")) {
		wanted = argv + 2;
		nr_wanted = argc - 2;
		found = calloc(nr_wanted, sizeof(*found));
	} else if (argc != 2 || strcmp(argv[1], "flat")) {
		fputs("Usage: json flat | json get PATH...\n", stderr);
		return 2;
	}
	while (getline(&line, &size, stdin) > 0)
		take_line(line);
	return 0;
}
