// SPDX-License-Identifier: GPL-2.0-only
/* What tools/bench.sh needs and a shell cannot do. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "bench.skel.h"

static const char usage[] =
	"Usage: bench-guest attach PROGRAMS      all whose names begin so; until SIGTERM\n"
	"       bench-guest start COMMAND...     ns of CPU until its first output; ends it then\n"
	"       bench-guest terminal COMMAND...  on a terminal of 200x60 whose output is dropped\n"
	"Exit status: 0 done, 1 failed, 2 wrong usage.\n";

static int fail(const char *what)
{
	fprintf(stderr, "bench-guest: cannot %s: %s\n", what, strerror(errno));
	return 1;
}

static int attach(const char *prefix)
{
	struct bench *skel = bench__open();
	struct bpf_program *prog;

	if (!skel)
		return fail("open the programs");
	bpf_object__for_each_program(prog, skel->obj) bpf_program__set_autoload(
		prog, !strncmp(bpf_program__name(prog), prefix, strlen(prefix)));
	if (bench__load(skel) || bench__attach(skel))
		return fail("attach");
	puts("attached");
	fflush(stdout);
	pause();
	return 0;
}

/* CPU time of a process, in ns; 0: not known. */
static unsigned long long cpu_of(pid_t pid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &ns) != 1)
		ns = 0;
	if (file)
		fclose(file);
	return ns;
}

static int start(char **command)
{
	unsigned long long ns = 0;
	int out[2];
	pid_t pid;
	char c;

	if (pipe(out))
		return fail("make a pipe");
	pid = fork();
	if (!pid) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		close(out[1]);
		execvp(*command, command);
		_exit(fail(*command));
	}
	close(out[1]);
	if (pid > 0 && read(out[0], &c, 1) == 1)
		ns = cpu_of(pid);
	if (pid > 0)
		kill(pid, SIGKILL); /* bpftrace may lose any other */
	wait(NULL);
	if (ns)
		printf("%llu\n", ns);
	return !ns;
}

static int terminal(char **command)
{
	struct winsize size = {.ws_row = 60, .ws_col = 200};
	char buf[4096];
	int master;
	pid_t pid = forkpty(&master, NULL, NULL, &size);

	if (pid < 0)
		return fail("open a terminal");
	if (!pid) {
		execvp(*command, command);
		_exit(fail(*command));
	}
	printf("%d\n", pid);
	fflush(stdout);
	while (read(master, buf, sizeof(buf)) > 0)
		;
	wait(NULL);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "attach"))
		return attach(argv[2]);
	if (argc > 2 && !strcmp(argv[1], "start"))
		return start(argv + 2);
	if (argc > 2 && !strcmp(argv[1], "terminal"))
		return terminal(argv + 2);
	fputs(usage, stderr);
	return 2;
}
