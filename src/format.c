// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include "format.h"
#include "sample.h"

/* Three significant digits below a unit, so that columns stay narrow. */
static const char *scaled(double value, double base, const char *const *units, char *buf)
{
	int unit = 0;

	/* 999.5 would be written as 1000 */
	while (value >= (base == 1024 ? 1023.5 : 999.5) && units[unit + 1]) {
		value /= base;
		unit++;
	}
	if (unit == 0 || value >= 99.95)
		snprintf(buf, FORMAT_LEN, "%.0f%s", value, units[unit]);
	else
		snprintf(buf, FORMAT_LEN, "%.1f%s", value, units[unit]);
	return buf;
}

static const char *absent(char *buf)
{
	snprintf(buf, FORMAT_LEN, "n/a");
	return buf;
}

const char *format_count(uint64_t n, char buf[FORMAT_LEN])
{
	static const char *const units[] = {"", "k", "M", "G", "T", "P", NULL};

	return n == ABSENT ? absent(buf) : scaled(n, 1000, units, buf);
}

const char *format_bytes(uint64_t n, char buf[FORMAT_LEN])
{
	static const char *const units[] = {"", "K", "M", "G", "T", "P", NULL};

	if (n == UNLIMITED) {
		snprintf(buf, FORMAT_LEN, "max");
		return buf;
	}
	return n == ABSENT ? absent(buf) : scaled(n, 1024, units, buf);
}

const char *format_ns(uint64_t ns, char buf[FORMAT_LEN])
{
	static const char *const units[] = {"ns", "us", "ms", "s", NULL};

	return ns == ABSENT ? absent(buf) : scaled(ns, 1000, units, buf);
}

const char *format_percent(uint64_t part, uint64_t whole, char buf[FORMAT_LEN])
{
	if (part == ABSENT || whole == ABSENT)
		return absent(buf);
	if (whole)
		snprintf(buf, FORMAT_LEN, "%.1f%%", 100.0 * part / whole);
	else
		snprintf(buf, FORMAT_LEN, "-");
	return buf;
}

const char *format_rate(uint64_t n, uint64_t ns, char buf[FORMAT_LEN])
{
	static const char *const units[] = {"", "k", "M", "G", "T", NULL};
	double rate;

	if (n == ABSENT || !ns)
		return absent(buf);
	rate = n * 1e9 / ns;
	if (rate > 0 && rate < 9.95)
		snprintf(buf, FORMAT_LEN, "%.1f", rate);
	else
		scaled(rate, 1000, units, buf);
	return buf;
}

const char *format_ratio(uint64_t part, uint64_t whole, char buf[FORMAT_LEN])
{
	if (part == ABSENT || whole == ABSENT)
		return absent(buf);
	if (whole)
		snprintf(buf, FORMAT_LEN, "%.2f", (double)part / whole);
	else
		snprintf(buf, FORMAT_LEN, "-");
	return buf;
}
