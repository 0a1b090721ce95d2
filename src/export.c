// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop export: metrics into a file, for node_exporter and others. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "collector.h"
#include "commands.h"
#include "loop.h"
#include "output.h"
#include "privileges.h"
#include "writer.h"

struct exporter {
	const struct options *o;
	struct writer writer;
	struct output file;
	bool to_stdout;
	bool said_other;
	int said; /* errno that was last told of the file; 0: all is well */
};

/* Trouble with the file is told once, when it begins and when it ends; collecting goes on. */
static void tell_file(struct exporter *e)
{
	if (e->file.error == e->said)
		return;
	e->said = e->file.error;
	if (e->said)
		fprintf(stderr, "zswaptop: %s: cannot %s: %s; trying again every interval\n",
			e->o->output, e->file.what, strerror(e->said));
	else
		fprintf(stderr, "zswaptop: %s is written again\n", e->o->output);
}

static int write_file(struct exporter *e, const struct sample *s)
{
	FILE *out = output_begin(&e->file);
	int err = out ? writer_put(&e->writer, out, s) : -errno;

	if (err) {
		if (out) {
			e->file.error = -err;
			e->file.what = "write the temporary file";
		}
		output_abort(&e->file);
	} else {
		err = output_commit(&e->file);
	}
	return err;
}

static int put(struct exporter *e, const struct sample *s, bool first)
{
	int err;

	if (e->to_stdout) {
		err = writer_put(&e->writer, stdout, s);
		if (!err && fflush(stdout))
			err = -errno;
		return err;
	}
	err = write_file(e, s);
	/* what cannot even begin is an error of the command line; later ones may pass */
	if (err && first)
		return err;
	tell_file(e);
	return 0;
}

static int file_failed(const struct exporter *e, int err)
{
	fprintf(stderr, "zswaptop: %s: cannot %s: %s\n", e->o->output, e->file.what,
		strerror(-err));
	return EXIT_FAILED;
}

/* A directory that cannot be opened may come to be there; a path without a name cannot get one. */
static bool open_file(struct exporter *e)
{
	int err;

	loop_ignore_stdout();
	err = output_open(&e->file, e->o->output);
	if (err != -EINVAL)
		return true;
	file_failed(e, err);
	output_close(&e->file);
	return false;
}

static void reopen(struct exporter *e)
{
	if (e->to_stdout)
		return;
	output_close(&e->file);
	output_open(&e->file, e->o->output);
}

static int one_sample(struct exporter *e, struct source *source, bool first)
{
	struct sample s;
	int err = source->sample(source, &s);

	if (err) {
		fprintf(stderr, "zswaptop: cannot take a sample: %s\n", strerror(-err));
		sample_free(&s);
		return EXIT_FAILED;
	}
	err = put(e, &s, first);
	if (sample_has_other(&s) && !e->said_other) {
		e->said_other = true;
		fprintf(stderr, "zswaptop: cgroups beyond the first %d are counted as %s\n",
			ZT_MAX_CGROUPS, CGROUP_OTHER_PATH);
	}
	sample_free(&s);
	if (!err)
		return EXIT_DONE;
	if (e->to_stdout)
		return stdout_failed(err);
	return file_failed(e, err);
}

/*
 * Under the very pressure that is to be observed nothing of this process may be swapped out, or
 * read back for every sample. Only what is used is kept in memory, not all that is mapped. What
 * is mapped counts against the limit, though, also later on: then it is all or nothing.
 */
static void lock_memory(void)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	if (!setrlimit(RLIMIT_MEMLOCK, &limit) && !mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT))
		return;
	fprintf(stderr,
		"zswaptop: cannot lock its memory: %s; it may be swapped out itself (needs "
		"CAP_SYS_RESOURCE, or LimitMEMLOCK=infinity)\n",
		strerror(errno));
}

static int run(struct exporter *e, struct source *source)
{
	uint64_t due = loop_now(), shown = 0;
	int status = EXIT_DONE;

	for (;;) {
		enum wake wake;

		status = one_sample(e, source, !shown);
		shown++;
		if (status || (e->o->count && shown >= e->o->count))
			return status;
		due = loop_next(due, e->o->interval_ns);
		wake = loop_wait(due, -1);
		if (wake == WAKE_STOP)
			return EXIT_DONE;
		if (wake == WAKE_CLOSED && e->to_stdout)
			return stdout_failed(-EPIPE);
		if (wake == WAKE_HUP) {
			/* a sample at once, into what may be another directory now */
			due = loop_now();
			reopen(e);
		}
	}
}

/* Whoever reads the file must not take the last values of a dead exporter for the present. */
static void remove_file(struct exporter *e)
{
	if (!e->o->keep && !e->o->count)
		output_remove(&e->file);
}

int command_export(struct options *o)
{
	struct exporter e = {.o = o};
	struct collector *c;
	int status;

	if (!o->output) {
		fputs("zswaptop: export needs -o FILE (or -o - for standard output)\n", stderr);
		return EXIT_USAGE;
	}
	e.to_stdout = !strcmp(o->output, "-");
	if (!e.to_stdout && !open_file(&e))
		return EXIT_FAILED;
	writer_init(&e.writer, o);
	e.writer.stream = e.to_stdout;
	/* first of all: the limit can be raised only with privileges */
	lock_memory();
	c = collector_open(o, &(struct demand){.by_cgroup = o->by_cgroup || o->cgroup});
	status = EXIT_FAILED;
	if (c && privileges_drop(o->user, &(struct later){.directory = e.file.dir}))
		status = run(&e, collector_source(c));
	if (!e.to_stdout) {
		if (!status)
			remove_file(&e);
		output_close(&e.file);
	}
	if (!status && !collector_live(c))
		status = EXIT_FAILED;
	collector_close(c);
	return status;
}
