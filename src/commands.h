/* SPDX-License-Identifier: GPL-2.0-only */
/* What zswaptop does, a function a command. Each returns the exit status. */
#ifndef ZSWAPTOP_COMMANDS_H
#define ZSWAPTOP_COMMANDS_H

#include "options.h"

int command_top(struct options *o);
int command_trace(struct options *o);
int command_export(struct options *o);
int command_probe(struct options *o);
int command_record(struct options *o);
int command_replay(struct options *o);
int command_report(struct options *o);

/* A failed write to standard output: says so, and is what to exit with. */
int stdout_failed(int err);

#endif
