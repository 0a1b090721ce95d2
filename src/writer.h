/* SPDX-License-Identifier: GPL-2.0-only */
/* Samples in the formats of zswaptop export, for a live kernel and for a recording. */
#ifndef ZSWAPTOP_WRITER_H
#define ZSWAPTOP_WRITER_H

#include <stdbool.h>
#include <stdio.h>
#include "exposition.h"
#include "options.h"

struct writer {
	enum export_format format;
	struct export_options options;
	bool stream;	 /* samples follow each other: what a file begins with comes once */
	bool header_out; /* it has come */
};

/* The format, and which cgroups, that the command line asks for. */
void writer_init(struct writer *w, const struct options *o);

/* 0, or -errno of the stream; it is not flushed. */
int writer_put(struct writer *w, FILE *out, const struct sample *s);

#endif
