/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZSWAPTOP_CSV_H
#define ZSWAPTOP_CSV_H

#include "exposition.h"

/*
 * RFC 4180 in long form, one row a value: time,cgroup,metric,label,value. Lines end in CR LF, as
 * that RFC has it. Names and units are those of Prometheus, histograms are rows of _bucket
 * (cumulative), _sum and _count. label is "name=value", several joined by ";". An absent value is
 * an empty field. A text that a spreadsheet would take for a formula gets a ' in front.
 */

/* The header, once a file. 0, or -errno of the stream; it is not flushed. */
int csv_write_header(FILE *out);

/* The rows of a sample. 0, -ENOMEM, or -errno of the stream; it is not flushed. */
int csv_write(FILE *out, const struct sample *s, const struct export_options *o);

#endif
