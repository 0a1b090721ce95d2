// SPDX-License-Identifier: GPL-2.0-only
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include "privileges.h"

static const struct {
	unsigned int capability;
	const char *name;
	const char *what;
} needed[] = {
	{CAP_BPF, "CAP_BPF", "loads the programs"},
	{CAP_PERFMON, "CAP_PERFMON", "attaches them, and lets them read kernel memory"},
	{CAP_SYSLOG, "CAP_SYSLOG", "shows the trees' addresses in /proc/kallsyms"},
	{CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH", "enters /sys/kernel/debug"},
	{CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "lets libbpf look into modules (on kernels before 6.2)"},
};

/* The last is not needed by every kernel. */
static unsigned int nr_needed(bool modules)
{
	return sizeof(needed) / sizeof(needed[0]) - !modules;
}

static bool has(unsigned int capability)
{
	return capng_have_capability(CAPNG_EFFECTIVE, capability) > 0;
}

static bool failed(const char *what)
{
	fprintf(stderr, "zswaptop: cannot %s: %s\n", what, strerror(errno));
	return false;
}

bool privileges_check_user(const char *user)
{
	const struct passwd *pw;

	if (!user)
		return true;
	errno = 0;
	pw = getpwnam(user);
	if (!pw) {
		fprintf(stderr, "zswaptop: --user %s: %s\n", user,
			errno ? strerror(errno) : "there is no such user");
		return false;
	}
	capng_get_caps_process();
	if (has(CAP_SETUID) && has(CAP_SETGID))
		return true;
	fprintf(stderr,
		"zswaptop: --user %s: only root, or who has CAP_SETUID and CAP_SETGID, "
		"can become another user\n",
		user);
	return false;
}

void privileges_own_rights(bool on)
{
	static const int over_files[] = {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH};
	static bool lowered[2];

	if (!geteuid())
		return;
	capng_get_caps_process();
	for (int i = 0; i < 2; i++) {
		if (on)
			lowered[i] = has(over_files[i]);
		if (lowered[i])
			capng_update(on ? CAPNG_DROP : CAPNG_ADD, CAPNG_EFFECTIVE, over_files[i]);
	}
	capng_apply(CAPNG_SELECT_CAPS);
}

/* Whether the directory can be written in without the capabilities that override permissions. */
static bool writable_without(const char *directory)
{
	bool denied;

	capng_updatev(CAPNG_DROP, CAPNG_EFFECTIVE, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, -1);
	if (capng_apply(CAPNG_SELECT_CAPS))
		return true;
	denied = faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) && errno == EACCES;
	return !denied;
}

static void tell_kept(const char *directory)
{
	const struct passwd *owner = NULL;
	struct stat st;

	if (!stat(directory, &st))
		owner = getpwuid(st.st_uid);
	fprintf(stderr,
		"zswaptop: keeps CAP_DAC_OVERRIDE, without which it cannot write in %s (which "
		"belongs to %s: see --user)\n",
		directory, owner ? owner->pw_name : "a user without a name");
}

/* Fills what is to be kept. The present capabilities have been read. */
static void choose_kept(const char *user, const struct later *later, int kept[3])
{
	bool may_override = capng_have_capability(CAPNG_PERMITTED, CAP_DAC_OVERRIDE) > 0;
	int n = 0;

	if (later->signals && capng_have_capability(CAPNG_PERMITTED, CAP_KILL) > 0)
		kept[n++] = CAP_KILL;
	/* only root reads everything; who was given the capability was given it to observe */
	if (later->opens && !geteuid() && has(CAP_DAC_READ_SEARCH))
		kept[n++] = CAP_DAC_READ_SEARCH;
	if (later->directory && !user && may_override && !writable_without(later->directory)) {
		tell_kept(later->directory);
		kept[n++] = CAP_DAC_OVERRIDE;
	}
	kept[n] = -1;
}

static bool become(const char *user)
{
	const struct passwd *pw = getpwnam(user);
	char what[LINE_MAX];

	if (pw && !capng_change_id(pw->pw_uid, pw->pw_gid, CAPNG_INIT_SUPP_GRP))
		return true;
	snprintf(what, sizeof(what), "become %s", user);
	return failed(what);
}

/* Those of the bounding set go where this may be done: nothing is executed from here on. */
static bool clear_bounding_set(void)
{
	if (!has(CAP_SETPCAP))
		return true;
	capng_clear(CAPNG_SELECT_BOUNDS);
	return !capng_apply(CAPNG_SELECT_BOUNDS) || failed("drop the bounding set");
}

bool privileges_drop(const char *user, const struct later *later)
{
	int kept[4];

	if (capng_get_caps_process())
		return failed("read the capabilities of this process");
	if (!clear_bounding_set())
		return false;
	choose_kept(user, later, kept);
	capng_clear(CAPNG_SELECT_CAPS);
	for (int i = 0; kept[i] >= 0; i++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i]);
	if (user && !become(user))
		return false;
	if (!user && capng_apply(CAPNG_SELECT_CAPS))
		return failed("drop the capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed("give up gaining privileges");
	return true;
}

const char *privileges_missing(unsigned int i, bool modules)
{
	capng_get_caps_process();
	for (unsigned int n = 0; n < nr_needed(modules); n++)
		if (!has(needed[n].capability) && !i--)
			return needed[n].name;
	return NULL;
}

static void print_needed(FILE *out, const char *separator, bool lower, bool modules)
{
	for (unsigned int i = 0; i < nr_needed(modules); i++) {
		fputs(i ? separator : "", out);
		for (const char *c = needed[i].name; *c; c++)
			fputc(lower && *c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c, out);
	}
}

void privileges_advise(FILE *out, const char *prefix, bool modules)
{
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (!privileges_missing(0, modules))
		return;
	program[n < 0 ? 0 : n] = '\0';
	for (unsigned int i = 0; i < nr_needed(modules); i++)
		if (!has(needed[i].capability))
			fprintf(out, "%smissing: %s, which %s\n", prefix, needed[i].name,
				needed[i].what);
	fprintf(out, "%sto give them to the program: setcap ", prefix);
	print_needed(out, ",", true, modules);
	fprintf(out, "+ep %s\n%sto a unit of systemd: AmbientCapabilities=", program, prefix);
	print_needed(out, " ", false, modules);
	fputc('\n', out);
}
