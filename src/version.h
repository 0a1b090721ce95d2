/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZSWAPTOP_VERSION_H
#define ZSWAPTOP_VERSION_H

#define ZSWAPTOP_VERSION "0.1.0"

#endif
