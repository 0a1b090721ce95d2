/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of what an event says, both ways. */
#ifndef ZSWAPTOP_EVENT_H
#define ZSWAPTOP_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include "zswaptop.h"

/* "store", "load", ...; "?" for a type that this program does not know. */
const char *event_type_name(unsigned int type);

/* "stored", "hit", "in_swapcache", ...; "?" for an unknown one. */
const char *event_result_name(unsigned int type, unsigned int result);

/* The type of this name, or -1. */
int event_type_find(const char *name);

/*
 * Adds every result of this name, of any type, to masks (a bit a result, an element a type).
 * False if no type has it.
 */
bool event_result_find(const char *name, uint32_t masks[ZT_NR_EVENTS]);

/* Number of results of a type. */
unsigned int event_nr_results(unsigned int type);

#endif
