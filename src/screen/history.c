// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include "metrics.h"
#include "screen/history.h"

int history_init(struct history *h)
{
	h->n = h->next = 0;
	h->ring = calloc(HISTORY_LEN, sizeof(*h->ring));
	return h->ring ? 0 : -ENOMEM;
}

void history_free(struct history *h)
{
	free(h->ring);
	h->ring = NULL;
}

static const struct family *family_of(unsigned int value)
{
	for (unsigned int i = 0; i < nr_families; i++)
		if (value - families[i].first < families[i].label.n)
			return &families[i];
	return &families[0];
}

static bool is_counter(unsigned int value)
{
	static bool known, counter[NR_VALUES];

	if (!known)
		for (unsigned int i = 0; i < NR_VALUES; i++)
			counter[i] = family_of(i)->kind == FAMILY_COUNTER;
	known = true;
	return counter[value];
}

void history_push(struct history *h, const struct sample *before, const struct sample *now)
{
	struct moment *m = &h->ring[h->next];

	m->interval_ns = now->interval_ns;
	for (unsigned int i = 0; i < NR_VALUES; i++)
		m->v[i] = is_counter(i) ? sample_diff(before, now, i) : now->v[i];
	for (int i = 0; i < ZT_NR_HISTS; i++) {
		m->p50[i] = m->p99[i] = ABSENT;
		if (!now->hist_present[i])
			continue;
		m->p50[i] = sample_quantile(before, now, i, 0.5);
		m->p99[i] = sample_quantile(before, now, i, 0.99);
	}
	h->next = (h->next + 1) % HISTORY_LEN;
	if (h->n < HISTORY_LEN)
		h->n++;
}

void history_pop(struct history *h)
{
	if (!h->n)
		return;
	h->n--;
	h->next = (h->next + HISTORY_LEN - 1) % HISTORY_LEN;
}

void history_clear(struct history *h)
{
	h->n = h->next = 0;
}

/* The moment so many intervals ago, or NULL. */
static const struct moment *moment_at(const struct history *h, unsigned int age)
{
	if (age >= h->n)
		return NULL;
	return &h->ring[(h->next + HISTORY_LEN - 1 - age) % HISTORY_LEN];
}

static double value_of(const struct moment *m, unsigned int first, unsigned int width)
{
	double sum = NAN;

	for (unsigned int i = first; i < first + width; i++)
		if (m->v[i] != ABSENT && m->v[i] != UNLIMITED)
			sum = (isnan(sum) ? 0 : sum) + m->v[i];
	if (is_counter(first))
		sum = m->interval_ns ? sum * 1e9 / m->interval_ns : NAN;
	return sum;
}

void history_values(const struct history *h, unsigned int first, unsigned int width, double *out,
		    int n)
{
	for (int i = 0; i < n; i++) {
		const struct moment *m = moment_at(h, n - 1 - i);

		out[i] = m ? value_of(m, first, width) : NAN;
	}
}

void history_p99(const struct history *h, enum zt_histogram hist, double *out, int n)
{
	for (int i = 0; i < n; i++) {
		const struct moment *m = moment_at(h, n - 1 - i);

		out[i] = m && m->p99[hist] != ABSENT ? m->p99[hist] : NAN;
	}
}

void history_p50(const struct history *h, enum zt_histogram hist, double *out, int n)
{
	for (int i = 0; i < n; i++) {
		const struct moment *m = moment_at(h, n - 1 - i);

		out[i] = m && m->p50[hist] != ABSENT ? m->p50[hist] : NAN;
	}
}
