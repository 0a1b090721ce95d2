// SPDX-License-Identifier: GPL-2.0-only
/* zswaptop: what the kernel's zswap does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "commands.h"
#include "loop.h"
#include "privileges.h"

#define COMMON_HELP                                                                               \
	"  -c, --cgroup PATH       only this cgroup and what is below it: as below the cgroup2\n" \
	"                          mount (/system.slice/db.service), or the full path\n"
#define INTERVAL_HELP                                                            \
	"  -i, --interval SECONDS  time between samples, decimals allowed (1)\n" \
	"  -n, --count N           stop after N of them (no end)\n"
#define END_HELP         \
	"  -h, --help\n" \
	"  -V, --version"
#define WITHOUT_HELP                         \
	"      --without-probe NAME[,...]\n" \
	"                          do without these probes; see zswaptop probe\n" END_HELP

#define USER_HELP                                                                            \
	"      --user NAME         once all is attached, go on as this user; capabilities\n" \
	"                          are dropped in any case\n" WITHOUT_HELP

/* The first is what runs without a name. */
const struct command commands[] = {
	{"top", "what zswap does now, interval by interval", "cinbJYSUW", command_top,
	 "[top] [OPTION]...\n\n"
	 "A block of lines for every interval.\n\n" COMMON_HELP INTERVAL_HELP
	 "      --json              one JSON object a sample, the first at once\n"
	 "  -b, --batch             plain lines, also on a terminal\n"
	 "      --verify            follow every invalidation to its end and compare\n"
	 "                          with what the lockless lookup said (costs more)\n"
	 "      --self-cost         have the kernel measure the programs of this "
	 "tool\n" USER_HELP},
	{"trace", "one line for every event as it happens", "cnJERLBYUW", command_trace,
	 "trace [OPTION]...\n\n" COMMON_HELP "  -n, --count N           stop after N events\n"
	 "      --json              one JSON object an event\n"
	 "      --events NAME[,...] store, load, invalidate, writeback, tree (all)\n"
	 "      --results NAME[,...]\n"
	 "                          only these results, e.g. in_swapcache,own_fault\n"
	 "      --min-latency US    only what took so many microseconds\n"
	 "      --buffer KIB        size of the ring buffer, a power of two (1024)\n"
	 "      --verify            as for top\n" USER_HELP},
	{"export", "metrics into a file, replaced every interval", "cinoFKCMDSYUW", command_export,
	 "export -o FILE [OPTION]...\n\n"
	 "  -o, --output FILE       replaced as a whole every interval; - for standard output\n"
	 "      --format NAME       prometheus (text 0.0.4, the default), openmetrics, json, csv\n"
	 "      --by-cgroup         also the families by cgroup, at most 200 cgroups\n"
	 "      --cgroup-match REGEX  of these only the ones whose path matches\n"
	 "      --cgroup-depth N    sum what is deeper into its ancestor\n"
	 "      --keep              leave the file in place at the end\n"
	 "      --verify, --self-cost  as for top\n" COMMON_HELP INTERVAL_HELP USER_HELP},
	{"record", "samples into a file, until stopped or while a command runs", "cinodABYSUW-",
	 command_record,
	 "record -o FILE [OPTION]... [-- COMMAND...]\n\n"
	 "With a COMMAND: from just before it starts until it has ended; its exit status is\n"
	 "passed on (126 and 127: it could not be run).\n\n"
	 "  -o, --output FILE       gzip'ed lines of JSON: zcat FILE | jq\n"
	 "      --duration SECONDS  stop after so long\n"
	 "      --events            also every event, as trace shows them\n"
	 "      --buffer KIB        size of the ring buffer, a power of two (1024)\n"
	 "      --verify, --self-cost  as for top\n" COMMON_HELP INTERVAL_HELP USER_HELP},
	{"replay", "what a recording shows", "cnbJFADMCRLPT@", command_replay,
	 "replay FILE [OPTION]...\n\n"
	 "  -n, --count N           stop after N samples, or events\n"
	 "  -b, --batch             plain lines, also on a terminal\n"
	 "      --json              one JSON object a sample or event\n"
	 "      --format NAME       as export writes them: json, csv; prometheus, openmetrics:\n"
	 "                          only the last sample (with -n: the Nth)\n"
	 "      --by-cgroup, --cgroup-match REGEX, --cgroup-depth N  with --format, as for export\n"
	 "      --events            the recorded events, as trace shows them; -c, --results and\n"
	 "                          --min-latency choose among them, as for trace\n"
	 "      --at TIME           begin there: seconds from its beginning, HH:MM[:SS] or\n"
	 "                          YYYY-MM-DDTHH:MM:SSZ (UTC)\n"
	 "      --speed X           X times as fast as it was. Screens start paused without it\n"
	 "                          (or at 0). Lines: 0, at once; on a terminal 1\n" END_HELP},
	{"report", "what a recording comes to, or two sets of them compared", "JX@-",
	 command_report,
	 "report FILE...\n"
	 "       zswaptop report --compare A... -- B...\n\n"
	 "A summary of each recording with what stands out, or mean and standard deviation\n"
	 "of the recordings A and of the recordings B, and the difference.\n\n"
	 "      --json              one JSON object a report\n"
	 "      --compare           the recordings before -- with those behind it\n" END_HELP},
	{"probe", "what can be observed on this kernel, and why not the rest", "JW", command_probe,
	 "probe [OPTION]...\n\n"
	 "      --json              one JSON object\n" WITHOUT_HELP},
};
const unsigned int nr_commands = sizeof(commands) / sizeof(commands[0]);

int stdout_failed(int err)
{
	fprintf(stderr, "zswaptop: cannot write to standard output: %s\n", strerror(-err));
	return EXIT_FAILED;
}

/* What observes drops its privileges when all is attached; a reader of files never needs any. */
static bool prepare_privileges(const struct options *o)
{
	if (o->command->run == command_replay || o->command->run == command_report)
		return privileges_drop(NULL, &(struct later){.opens = true});
	return privileges_check_user(o->user);
}

int main(int argc, char **argv)
{
	struct options o;
	int status, err;
	bool done;

	status = options_parse(&o, argc, argv, &done);
	if (done && !status && fflush(stdout))
		return stdout_failed(-errno);
	if (status || done)
		return status;
	err = loop_start();
	if (err) {
		fprintf(stderr, "zswaptop: cannot take over signals: %s\n", strerror(-err));
		return EXIT_FAILED;
	}
	if (!prepare_privileges(&o))
		return EXIT_FAILED;
	status = o.command->run(&o);
	if (fflush(stdout) && !status)
		status = stdout_failed(-errno);
	return status;
}
