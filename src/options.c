// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/libbpf.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "event.h"
#include "options.h"
#include "probes.h"
#include "version.h"

/* Long options without a letter. Commands name the ones they take by these characters. */
enum {
	OPT_JSON = 'J',
	OPT_FORMAT = 'F',
	OPT_KEEP = 'K',
	OPT_BY_CGROUP = 'C',
	OPT_MATCH = 'M',
	OPT_DEPTH = 'D',
	OPT_EVENTS = 'E',
	OPT_RESULTS = 'R',
	OPT_MIN_LATENCY = 'L',
	OPT_BUFFER = 'B',
	OPT_VERIFY = 'Y',
	OPT_SELF_COST = 'S',
	OPT_WITHOUT = 'W',
	OPT_DURATION = 'd',
	OPT_ALL_EVENTS = 'A', /* --events without an argument */
	OPT_SPEED = 'P',
	OPT_AT = 'T',
	OPT_COMPARE = 'X',
	OPT_USER = 'U',
	/* not options, but what a command takes or not */
	OPT_OPERANDS = '@',
	OPT_REST = '-', /* what follows -- */
};

/* What getopt_long() returns for what is no option. */
#define OPERAND 1

static struct option long_options[] = {
	{"cgroup", required_argument, NULL, 'c'},
	{"interval", required_argument, NULL, 'i'},
	{"count", required_argument, NULL, 'n'},
	{"json", no_argument, NULL, OPT_JSON},
	{"batch", no_argument, NULL, 'b'},
	{"output", required_argument, NULL, 'o'},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"keep", no_argument, NULL, OPT_KEEP},
	{"by-cgroup", no_argument, NULL, OPT_BY_CGROUP},
	{"cgroup-match", required_argument, NULL, OPT_MATCH},
	{"cgroup-depth", required_argument, NULL, OPT_DEPTH},
	{"events", required_argument, NULL, OPT_EVENTS},
	{"results", required_argument, NULL, OPT_RESULTS},
	{"min-latency", required_argument, NULL, OPT_MIN_LATENCY},
	{"buffer", required_argument, NULL, OPT_BUFFER},
	{"verify", no_argument, NULL, OPT_VERIFY},
	{"self-cost", no_argument, NULL, OPT_SELF_COST},
	{"user", required_argument, NULL, OPT_USER},
	{"without-probe", required_argument, NULL, OPT_WITHOUT},
	{"duration", required_argument, NULL, OPT_DURATION},
	{"speed", required_argument, NULL, OPT_SPEED},
	{"at", required_argument, NULL, OPT_AT},
	{"compare", no_argument, NULL, OPT_COMPARE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

__attribute__((format(printf, 1, 2))) static bool bad(const char *format, ...)
{
	va_list args;

	fputs("zswaptop: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return false;
}

/* A decimal number, all of the text, within the bounds. */
static bool parse_number(const char *what, const char *text, double least, double most,
			 double *value)
{
	char *end;

	errno = 0;
	*value = strtod(text, &end);
	/* strtod() also takes blanks, hexadecimal numbers and names */
	if (end == text || text[strspn(text, "0123456789.eE+-")] || *end || errno)
		return bad("%s: '%s' is not a number", what, text);
	if (*value < least || *value > most)
		return bad("%s: %s is out of range: give %.10g to %.10g", what, text, least, most);
	return true;
}

static bool parse_whole(const char *what, const char *text, uint64_t least, uint64_t most,
			uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end)
		return bad("%s: '%s' is not a whole number", what, text);
	if (errno || *value < least || *value > most)
		return bad("%s: %s is out of range: give %llu to %llu", what, text,
			   (unsigned long long)least, (unsigned long long)most);
	return true;
}

static bool parse_interval(struct options *o, const char *text)
{
	double seconds;

	/* a day at most: what is longer is a typing error */
	if (!parse_number("--interval", text, 0.01, 86400, &seconds))
		return false;
	o->interval_ns = seconds * 1e9;
	return true;
}

static bool parse_duration(struct options *o, const char *text)
{
	double seconds;

	if (!parse_number("--duration", text, 0.01, 1e8, &seconds))
		return false;
	o->duration_ns = seconds * 1e9;
	return true;
}

static bool parse_speed(struct options *o, const char *text)
{
	if (!parse_number("--speed", text, 0, 1e6, &o->speed))
		return false;
	return !o->speed || o->speed >= 0.01 ||
	       bad("--speed: %s is out of range: give 0, or 0.01 and more", text);
}

static bool parse_depth(struct options *o, const char *text)
{
	uint64_t depth;

	if (!parse_whole("--cgroup-depth", text, 1, 1000, &depth))
		return false;
	o->depth = depth;
	return true;
}

static bool parse_format(struct options *o, const char *text)
{
	static const char *const names[] = {"prometheus", "openmetrics", "json", "csv"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]))
			continue;
		o->format = i;
		o->has_format = true;
		return true;
	}
	return bad("--format: unknown format '%s': prometheus, openmetrics, json or csv", text);
}

static bool parse_match(struct options *o, const char *text)
{
	char why[128];
	int err = regcomp(&o->match, text, REG_EXTENDED | REG_NOSUB);

	if (err) {
		regerror(err, &o->match, why, sizeof(why));
		return bad("--cgroup-match: '%s': %s", text, why);
	}
	o->has_match = true;
	return true;
}

static void print_known_events(void)
{
	fputs("known events:", stderr);
	for (int i = 0; i < ZT_NR_EVENTS; i++)
		fprintf(stderr, " %s", event_type_name(i));
	fputc('\n', stderr);
}

static void print_known_results(void)
{
	for (int type = 0; type < ZT_NR_EVENTS; type++) {
		fprintf(stderr, "known results of %s:", event_type_name(type));
		for (unsigned int i = 0; i < event_nr_results(type); i++)
			fprintf(stderr, " %s", event_result_name(type, i));
		fputc('\n', stderr);
	}
}

/* Calls fn for every name of a list separated by commas; stops at the first false. */
static bool each_name(const char *what, const char *list, bool (*fn)(const char *name, void *arg),
		      void *arg)
{
	char *copy = strdup(list), *rest = copy, *name;
	bool ok = copy && *copy;

	if (!ok)
		bad("%s: an empty list of names", what);
	while (ok && (name = strsep(&rest, ",")))
		ok = fn(name, arg);
	free(copy);
	return ok;
}

static bool add_event(const char *name, void *arg)
{
	uint32_t *types = arg;
	int type = event_type_find(name);

	if (type < 0) {
		bad("--events: unknown event '%s'", name);
		print_known_events();
		return false;
	}
	*types |= 1u << type;
	return true;
}

static bool add_result(const char *name, void *arg)
{
	if (event_result_find(name, arg))
		return true;
	bad("--results: unknown result '%s'", name);
	print_known_results();
	return false;
}

static bool add_without(const char *name, void *arg)
{
	uint32_t *without = arg;
	int id = probe_find(name);

	if (id < 0) {
		bad("--without-probe: unknown probe '%s'", name);
		fputs("known probes:", stderr);
		for (int i = 0; i < NR_PROBES; i++)
			fprintf(stderr, " %s", probes[i].name);
		fputc('\n', stderr);
		return false;
	}
	*without |= 1u << id;
	return true;
}

/* What of the command line needs all of it to be understood. */
struct parsing {
	uint32_t types;			/* --events */
	uint32_t results[ZT_NR_EVENTS]; /* --results */
};

static bool parse_latency(struct options *o, const char *text)
{
	double us;

	if (!parse_number("--min-latency", text, 0, 1e9, &us))
		return false;
	o->min_latency_ns = us * 1000;
	return true;
}

static bool parse_buffer(struct options *o, const char *text)
{
	uint64_t kib;

	if (!parse_whole("--buffer", text, 64, 1 << 20, &kib))
		return false;
	if (kib & (kib - 1))
		return bad("--buffer: %s is not a power of two", text);
	o->ring_bytes = kib << 10;
	return true;
}

/* What an option without an argument switches on; NULL for any other. */
static bool *flag_of(struct options *o, int option)
{
	switch (option) {
	case 'b':
		return &o->batch;
	case OPT_JSON:
		return &o->json;
	case OPT_KEEP:
		return &o->keep;
	case OPT_BY_CGROUP:
		return &o->by_cgroup;
	case OPT_VERIFY:
		return &o->verify;
	case OPT_SELF_COST:
		return &o->self_cost;
	case OPT_ALL_EVENTS:
		return &o->all_events;
	case OPT_COMPARE:
		return &o->compare;
	default:
		return NULL;
	}
}

static bool take_names(struct options *o, struct parsing *p, int option, const char *arg)
{
	switch (option) {
	case OPT_EVENTS:
		return each_name("--events", arg, add_event, &p->types);
	case OPT_RESULTS:
		o->has_results = true;
		return each_name("--results", arg, add_result, p->results);
	default:
		return each_name("--without-probe", arg, add_without, &o->without);
	}
}

static bool take_number(struct options *o, int option, const char *arg)
{
	switch (option) {
	case 'i':
		return parse_interval(o, arg);
	case 'n':
		return parse_whole("--count", arg, 1, UINT32_MAX, &o->count);
	case OPT_DEPTH:
		return parse_depth(o, arg);
	case OPT_MIN_LATENCY:
		return parse_latency(o, arg);
	case OPT_BUFFER:
		return parse_buffer(o, arg);
	case OPT_DURATION:
		return parse_duration(o, arg);
	default:
		return parse_speed(o, arg);
	}
}

/* Names and the like, which must not be empty. */
static bool take_text(struct options *o, int option, const char *arg)
{
	switch (option) {
	case 'c':
		o->cgroup = arg;
		return *arg || bad("--cgroup: an empty name");
	case 'o':
		/* what a rename would replace, were it taken for a file */
		o->output = strcmp(arg, "/dev/stdout") ? arg : "-";
		return *arg || bad("--output: an empty file name");
	case OPT_USER:
		o->user = arg;
		return *arg || bad("--user: an empty name");
	case OPT_FORMAT:
		return parse_format(o, arg);
	case OPT_MATCH:
		return parse_match(o, arg);
	default:
		o->at = arg;
		return *arg || bad("--at: an empty time");
	}
}

static bool take_option(struct options *o, struct parsing *p, int option, const char *arg)
{
	bool *flag = flag_of(o, option);

	if (flag)
		return *flag = true;
	switch (option) {
	case OPT_EVENTS:
	case OPT_RESULTS:
	case OPT_WITHOUT:
		return take_names(o, p, option, arg);
	case 'c':
	case 'o':
	case OPT_USER:
	case OPT_FORMAT:
	case OPT_MATCH:
	case OPT_AT:
		return take_text(o, option, arg);
	default:
		return take_number(o, option, arg);
	}
}

/* Events wanted: of the types named (or all), the results named (or all). */
static bool settle_events(struct options *o, const struct parsing *p)
{
	bool any = false;

	for (int type = 0; type < ZT_NR_EVENTS; type++) {
		uint32_t all = (1u << event_nr_results(type)) - 1;

		if (p->types && !(p->types >> type & 1))
			continue;
		o->events[type] = o->has_results ? p->results[type] : all;
		any |= o->events[type] != 0;
	}
	return any || bad("--results: none of them is a result of the --events named");
}

static void print_help(const struct command *c)
{
	if (c) {
		printf("Usage: zswaptop %s\n", c->help);
		return;
	}
	puts("Usage: zswaptop [COMMAND] [OPTION]...\n\n"
	     "Shows what the kernel's zswap does, down to decisions that no kernel counter "
	     "records.\n");
	for (unsigned int i = 0; i < nr_commands; i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].summary);
	puts("\nzswaptop COMMAND --help tells a command's options; without a command: top.\n"
	     "Exit status: 0 done, 1 could not do it, 2 wrong usage.");
}

static const struct command *find_command(int *argc, char ***argv)
{
	const char *name = *argc > 1 ? (*argv)[1] : "";

	if (!*name || *name == '-')
		return &commands[0];
	(*argc)--;
	(*argv)++;
	for (unsigned int i = 0; i < nr_commands; i++)
		if (!strcmp(name, commands[i].name))
			return &commands[i];
	bad("unknown command '%s'; see zswaptop --help", name);
	return NULL;
}

/* Of the commands, trace alone names the events it wants; to others it is all of them or none. */
static void adapt_options(const struct command *c)
{
	for (struct option *l = long_options; l->name; l++) {
		if (l->val != OPT_EVENTS || !strchr(c->options, OPT_ALL_EVENTS))
			continue;
		l->has_arg = no_argument;
		l->val = OPT_ALL_EVENTS;
	}
}

/* argv up to here was read, so its beginning may be overwritten. */
static bool take_operand(struct options *o, char **argv, char *operand)
{
	if (!strchr(o->command->options, OPT_OPERANDS))
		return bad("unexpected argument '%s'%s", operand,
			   strchr(o->command->options, OPT_REST)
				   ? "; the command to run has to follow --"
				   : "");
	o->operands = argv + 1;
	o->operands[o->nr_operands++] = operand;
	return true;
}

/* getopt_long() stops at --, and nowhere else before the end. */
static bool take_rest(struct options *o, int argc, char **argv)
{
	o->rest = argv + optind;
	o->nr_rest = argc - optind;
	if (!o->nr_rest || strchr(o->command->options, OPT_REST))
		return true;
	return bad("unexpected argument '%s'", *o->rest);
}

static void print_version(void)
{
	printf("zswaptop %s, libbpf %s\n", ZSWAPTOP_VERSION, libbpf_version_string());
}

static const char *long_name(int option)
{
	const struct option *l = long_options;

	while (l->name && l->val != option)
		l++;
	return l->name;
}

/* What getopt_long() came upon, other than help and version. */
static bool take_any(struct options *o, struct parsing *p, char **argv, int option)
{
	const char *name = o->command->name;

	if (option == '?')
		return false;
	if (option == OPERAND)
		return take_operand(o, argv, optarg);
	if (!strchr(o->command->options, option))
		return bad("%s takes no --%s; see zswaptop %s --help", name, long_name(option),
			   name);
	return take_option(o, p, option, optarg);
}

int options_parse(struct options *o, int argc, char **argv, bool *done)
{
	bool named = argc > 1 && argv[1][0] != '-';
	struct parsing p = {};
	int option;

	memset(o, 0, sizeof(*o));
	o->interval_ns = 1000000000;
	o->ring_bytes = 1 << 20;
	o->speed = -1;
	*done = false;
	o->command = find_command(&argc, &argv);
	if (!o->command)
		return EXIT_USAGE;
	argv[0] = "zswaptop";
	adapt_options(o->command);
	while ((option = getopt_long(argc, argv, "-c:i:n:bo:hV", long_options, NULL)) != -1) {
		*done = option == 'h' || option == 'V';
		if (option == 'h')
			print_help(named ? o->command : NULL);
		if (option == 'V')
			print_version();
		if (*done)
			return EXIT_DONE;
		if (!take_any(o, &p, argv, option))
			return EXIT_USAGE;
	}
	if (!take_rest(o, argc, argv))
		return EXIT_USAGE;
	return settle_events(o, &p) ? EXIT_DONE : EXIT_USAGE;
}
