// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of zswaptop. One object; every program is attached, or not loaded at all,
 * according to the table in src/probes.c.
 */
#include "invalidate.h"
#include "store.h"
#include "load.h"
#include "writeback.h"
#include "lock.h"
#include "walk.h"

char LICENSE[] SEC("license") = "GPL";
