/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers for people: at most six characters, "n/a" where the value is ABSENT. */
#ifndef ZSWAPTOP_FORMAT_H
#define ZSWAPTOP_FORMAT_H

#include <stdint.h>

#define FORMAT_LEN 24

/* Each returns buf. */

/* 999, 12.3k, 45.6M: thousands. */
const char *format_count(uint64_t n, char buf[FORMAT_LEN]);
/* 999, 12.3K, 45.6M: units of 1024. UNLIMITED is "max". */
const char *format_bytes(uint64_t n, char buf[FORMAT_LEN]);
/* 999ns, 12.3us, 45.6ms, 7.8s */
const char *format_ns(uint64_t ns, char buf[FORMAT_LEN]);
/* part of whole in percent with one decimal; "-" where the whole is 0. */
const char *format_percent(uint64_t part, uint64_t whole, char buf[FORMAT_LEN]);
/* n in a time, per second. */
const char *format_rate(uint64_t n, uint64_t ns, char buf[FORMAT_LEN]);
/* part divided by whole, two decimals; "-" where the whole is 0. */
const char *format_ratio(uint64_t part, uint64_t whole, char buf[FORMAT_LEN]);

#endif
