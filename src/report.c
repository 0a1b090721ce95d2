// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop report: what recordings come to, one by one or compared. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "commands.h"
#include "compare.h"
#include "report.h"

static bool read_one(struct summary *s, const char *file)
{
	char why[512];

	if (!summary_read(s, file, why, sizeof(why)))
		return true;
	fprintf(stderr, "zswaptop: %s: %s\n", file, why);
	return false;
}

static int report_one(const struct options *o, const char *file, bool first)
{
	int err = 0, status = EXIT_FAILED;
	struct summary s;

	if (read_one(&s, file)) {
		if (!first && !o->json)
			putchar('\n');
		err = o->json ? report_write_json(stdout, &s) : report_write_text(stdout, &s);
		status = err ? stdout_failed(err) : EXIT_DONE;
	}
	summary_close(&s);
	return status;
}

/* A bad file does not keep the others from being reported. */
static int report_all(const struct options *o)
{
	int status = EXIT_DONE;

	for (int i = 0; i < o->nr_operands; i++)
		if (report_one(o, o->operands[i], !i))
			status = EXIT_FAILED;
	/* file names may begin with a dash */
	for (int i = 0; i < o->nr_rest; i++)
		if (report_one(o, o->rest[i], !i && !o->nr_operands))
			status = EXIT_FAILED;
	return status;
}

static bool read_set(struct recording_set *set, char **files, int n)
{
	set->n = 0;
	set->list = calloc(n, sizeof(*set->list));
	if (!set->list) {
		fputs("zswaptop: out of memory\n", stderr);
		return false;
	}
	for (; set->n < (unsigned int)n; set->n++) {
		if (read_one(&set->list[set->n], files[set->n]))
			continue;
		summary_close(&set->list[set->n]);
		return false;
	}
	return true;
}

static void free_set(struct recording_set *set)
{
	for (unsigned int i = 0; i < set->n; i++)
		summary_close(&set->list[i]);
	free(set->list);
}

static int compare_all(const struct options *o)
{
	struct recording_set a = {}, b = {};
	int status = EXIT_FAILED, err;

	if (read_set(&a, o->operands, o->nr_operands) && read_set(&b, o->rest, o->nr_rest)) {
		err = o->json ? compare_write_json(stdout, &a, &b)
			      : compare_write_text(stdout, &a, &b);
		status = err ? stdout_failed(err) : EXIT_DONE;
	}
	free_set(&a);
	free_set(&b);
	return status;
}

int command_report(struct options *o)
{
	const char *wrong = NULL;

	if (!o->nr_operands && !o->nr_rest)
		wrong = "report needs a FILE, of zswaptop record";
	else if (o->compare && (!o->nr_operands || !o->nr_rest))
		wrong = "report --compare needs recordings before -- and behind it";
	if (wrong) {
		fprintf(stderr, "zswaptop: %s\n", wrong);
		return EXIT_USAGE;
	}
	return o->compare ? compare_all(o) : report_all(o);
}
