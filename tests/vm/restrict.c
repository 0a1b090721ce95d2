// SPDX-License-Identifier: GPL-2.0-only
/*
 * restrict nobpf COMMAND...   the bpf() system call fails with EPERM, as in many containers
 * restrict user COMMAND...    as a user without any privilege
 * restrict caps COMMAND...    as that user, with CAP_BPF and CAP_PERFMON
 * restrict needed COMMAND...  as that user, with all that zswaptop says it needs
 * restrict admin COMMAND...   as that user, with all that it needs on kernels before 6.2
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534

static void die(const char *what)
{
	fprintf(stderr, "restrict: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void forbid_bpf(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		die("seccomp");
}

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		die("cannot change the user");
}

static void keep_capabilities(int n)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {};
	const int wanted[] = {CAP_BPF, CAP_PERFMON, CAP_SYSLOG, CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN};

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		die("keep capabilities");
	become_nobody();
	for (int i = 0; i < n; i++) {
		struct __user_cap_data_struct *d = &data[wanted[i] / 32];

		d->effective |= 1U << wanted[i] % 32;
		d->permitted = d->inheritable = d->effective;
	}
	if (syscall(SYS_capset, &header, data))
		die("capset");
	for (int i = 0; i < n; i++)
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, wanted[i], 0, 0))
			die("ambient capabilities");
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("Usage: restrict nobpf|user|caps|needed|admin COMMAND...\n", stderr);
		return 2;
	}
	if (!strcmp(argv[1], "nobpf"))
		forbid_bpf();
	else if (!strcmp(argv[1], "user"))
		become_nobody();
	else if (!strcmp(argv[1], "caps"))
		keep_capabilities(2);
	else if (!strcmp(argv[1], "needed"))
		keep_capabilities(4);
	else if (!strcmp(argv[1], "admin"))
		keep_capabilities(5);
	else
		return 2;
	execvp(argv[2], argv + 2);
	die(argv[2]);
	return 125;
}
