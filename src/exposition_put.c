// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include "exposition_put.h"
#include "output.h"

const struct exposition_label exposition_no_label;

void exposition_begin(struct exposition *e, const char *name, enum exposition_type type,
		      const char *help)
{
	e->name = name;
	e->type = type;
	e->help = help;
	e->begun = false;
}

void exposition_put(struct exposition *e, const struct exposition_point *p)
{
	if (!p->value && !e->format->absent)
		return;
	if (!e->begun && e->format->family)
		e->format->family(e);
	e->begun = true;
	e->format->point(e, p);
}

const char *exposition_value(uint64_t v, enum unit unit, char buf[EXPOSITION_VALUE_LEN])
{
	if (v == ABSENT)
		return NULL;
	if (unit == UNIT_NS)
		return output_seconds(v, buf);
	snprintf(buf, EXPOSITION_VALUE_LEN, "%" PRIu64, v);
	return buf;
}

void exposition_put_value(struct exposition *e, struct exposition_label a,
			  struct exposition_label b, uint64_t v, enum unit unit)
{
	char buf[EXPOSITION_VALUE_LEN];
	struct exposition_point p = {"", {a}, 0, exposition_value(v, unit, buf)};

	p.nr_labels = !!a.name;
	if (b.name)
		p.labels[p.nr_labels++] = b;
	exposition_put(e, &p);
}

void exposition_put_family(struct exposition *e, const struct family *f,
			   struct exposition_label first, const uint64_t *v)
{
	for (unsigned int i = 0; i < f->label.n; i++) {
		struct exposition_label label = exposition_no_label;

		if (f->label.name)
			label = (struct exposition_label){f->label.name, f->label.values[i]};
		exposition_put_value(e, first, label, v[i], f->unit);
	}
}
