/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line. */
#ifndef ZSWAPTOP_OPTIONS_H
#define ZSWAPTOP_OPTIONS_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include "zswaptop.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

enum export_format { FORMAT_PROMETHEUS, FORMAT_OPENMETRICS, FORMAT_JSON, FORMAT_CSV };

struct options {
	const struct command *command;
	uint64_t interval_ns;
	uint64_t count; /* 0: no end */
	bool json;
	bool batch;
	const char *cgroup; /* NULL: all */
	const char *output;
	enum export_format format;
	bool keep;
	bool by_cgroup;
	regex_t match;
	bool has_match;
	unsigned int depth;
	uint32_t events[ZT_NR_EVENTS]; /* trace: the results wanted, a bit each */
	bool has_results;	       /* they were named */
	uint64_t min_latency_ns;
	uint64_t ring_bytes;
	bool verify;
	bool self_cost;
	const char *user;     /* to become; NULL: stay */
	uint32_t without;     /* probes, a bit each */
	uint64_t duration_ns; /* record: 0: no end */
	bool all_events;      /* record, replay: --events */
	bool has_format;
	double speed; /* replay: times as fast as it was; 0: without waiting; < 0: not given */
	const char *at;
	bool compare;
	/* What is no option: before --, and behind it. */
	char **operands, **rest;
	int nr_operands, nr_rest;
};

struct command {
	const char *name;
	const char *summary;
	const char *options; /* the letters of the options that it takes; see src/options.c */
	int (*run)(struct options *o);
	const char *help;
};

/* What the commands are: defined beside main(). */
extern const struct command commands[];
extern const unsigned int nr_commands;

/*
 * Reads the command line. EXIT_DONE to go on; otherwise what to exit with, the message or the help
 * is out. done: set where nothing is left to do (--help, --version).
 */
int options_parse(struct options *o, int argc, char **argv, bool *done);

#endif
