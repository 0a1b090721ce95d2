/* SPDX-License-Identifier: GPL-2.0-only */
/* What this process may do: less, once everything is attached and open. */
#ifndef ZSWAPTOP_PRIVILEGES_H
#define ZSWAPTOP_PRIVILEGES_H

#include <stdbool.h>
#include <stdio.h>

/* What is still to be done that may need a capability of its own. */
struct later {
	const char *directory; /* files are made and renamed in it; NULL: nowhere */
	bool signals;	       /* a command has to be told to stop */
	bool opens;	       /* files named by the user are still to be opened for reading */
};

/* Is there such a user, and may this process become that one? Says why not. NULL: nobody else. */
bool privileges_check_user(const char *user);

/*
 * Until called with false: files are opened by the user's own rights. The capabilities over files
 * that somebody who is not root was given to observe are no use to others' files. Root keeps its
 * own.
 */
void privileges_own_rights(bool on);

/*
 * Drops every capability, from the bounding set, too, where that is permitted; becomes the user
 * (NULL: stays who it is), and can never gain privileges again. What later needs and the user
 * cannot do otherwise is kept: a single capability, said on stderr if it is one over files. False
 * with the reason on stderr if it could not be done.
 */
bool privileges_drop(const char *user, const struct later *later);

/*
 * What observing needs and this process lacks, by index; NULL at the end. modules: libbpf has to
 * look into the BTF of every module for what this kernel does not have (bpf_rdonly_cast(), before
 * 6.2).
 */
const char *privileges_missing(unsigned int i, bool modules);

/* Names what is missing, with what to do about it. Nothing if nothing is. */
void privileges_advise(FILE *out, const char *prefix, bool modules);

#endif
