// SPDX-License-Identifier: GPL-2.0-only
/* The command line: every case in a child, as getopt keeps state and messages go to stderr. */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "event.h"
#include "fixture.h"
#include "options.h"
#include "probes.h"
#include "version.h"

static int run_nothing(struct options *o)
{
	(void)o;
	return EXIT_DONE;
}

/* What options_parse() knows of commands: all that main() has, in other words. */
const struct command commands[] = {
	{"top", "the first", "cinbJYSUW", run_nothing, "[top] help of top"},
	{"trace", "events", "cnJERLBYUW", run_nothing, "trace help of trace"},
	{"export", "a file", "cinoFKCMDSYUW", run_nothing, "export help of export"},
	{"record", "all events or none", "cinodABYSUW-", run_nothing, "record help of record"},
	{"replay", "operands", "nbJFADMCRLPT@", run_nothing, "replay help of replay"},
	{"report", "operands and the rest", "JX@-", run_nothing, "report help of report"},
};
const unsigned int nr_commands = sizeof(commands) / sizeof(commands[0]);

/* Shared with the child: the words, which are changed and pointed to, and what it found. */
struct outcome {
	int status;
	bool done;
	struct options o;
	char words[1024], *argv[64];
};

struct parsed {
	struct outcome *outcome;
	char out[8192], err[8192];
};

static void read_back(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

static int memory_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void child(struct parsed *p, int argc, int out, int err)
{
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	p->outcome->status =
		options_parse(&p->outcome->o, argc, p->outcome->argv, &p->outcome->done);
	fflush(stdout);
	fflush(stderr);
	_exit(0);
}

/* Words are separated by a space each: two in a row are an empty word between them. */
static void parse(struct parsed *p, const char *line)
{
	int out = memory_file(), err = memory_file(), argc = 0, status;
	char *rest, *word;
	pid_t pid;

	p->outcome = mmap(NULL, sizeof(*p->outcome), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(p->outcome != MAP_FAILED);
	rest = p->outcome->words;
	snprintf(rest, sizeof(p->outcome->words), "zswaptop%s%s", *line ? " " : "", line);
	while ((word = strsep(&rest, " ")))
		p->outcome->argv[argc++] = word;
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		child(p, argc, out, err);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status)
		fail_msg("'%s' ended with %#x", line, status);
	read_back(out, p->out, sizeof(p->out));
	read_back(err, p->err, sizeof(p->err));
}

static void parsed_free(struct parsed *p)
{
	munmap(p->outcome, sizeof(*p->outcome));
}

/* Has to be accepted, without a word. The caller frees. */
static const struct options *accepted(struct parsed *p, const char *line)
{
	parse(p, line);
	if (p->outcome->status || p->outcome->done || *p->err || *p->out)
		fail_msg("'%s': status %d, \"%s\"%s", line, p->outcome->status, p->err, p->out);
	return &p->outcome->o;
}

/* Has to be refused as wrong usage, in one line on stderr that has this part. */
static void refused(const char *line, const char *part)
{
	struct parsed p;
	size_t len;

	parse(&p, line);
	if (p.outcome->status != EXIT_USAGE || p.outcome->done || *p.out)
		fail_msg("'%s': status %d, \"%s\"", line, p.outcome->status, p.out);
	assert_contains(p.err, part);
	if (strncmp(p.err, "zswaptop: ", 10))
		fail_msg("'%s' says \"%s\"", line, p.err);
	len = strlen(p.err);
	assert_true(len > 0 && p.err[len - 1] == '\n');
	parsed_free(&p);
}

/* Each of these values is refused for this option of a command. */
static void refused_numbers(const char *option, const char *const *values, const char *part)
{
	char line[256], name[64];

	snprintf(name, sizeof(name), "%s", strrchr(option, ' ') + 1);
	for (; *values; values++) {
		snprintf(line, sizeof(line), "%s=%s", option, *values);
		refused(line, name);
		refused(line, part);
		/* as two words it is the same */
		snprintf(line, sizeof(line), "%s %s", option, *values);
		refused(line, part);
	}
}

static void test_defaults(void **state)
{
	struct parsed p;
	const struct options *o = accepted(&p, "");

	(void)state;
	assert_int_equal(p.outcome->status, EXIT_DONE);
	assert_ptr_equal(o->command, &commands[0]);
	assert_int_equal(o->interval_ns, 1000000000);
	assert_int_equal(o->count, 0);
	assert_int_equal(o->ring_bytes, 1 << 20);
	assert_int_equal(o->without, 0);
	assert_int_equal(o->min_latency_ns, 0);
	assert_int_equal(o->duration_ns, 0);
	assert_int_equal(o->depth, 0);
	assert_int_equal(o->format, FORMAT_PROMETHEUS);
	assert_null(o->cgroup);
	assert_null(o->output);
	assert_null(o->user);
	assert_null(o->at);
	assert_false(o->json || o->batch || o->keep || o->by_cgroup || o->has_match || o->verify ||
		     o->self_cost || o->all_events || o->has_format || o->compare);
	assert_true(o->speed < 0);
	assert_int_equal(o->nr_operands + o->nr_rest, 0);
	for (int type = 0; type < ZT_NR_EVENTS; type++)
		assert_int_equal(o->events[type], (1u << event_nr_results(type)) - 1);
	parsed_free(&p);
}

static void test_commands(void **state)
{
	struct parsed p;

	(void)state;
	for (unsigned int i = 0; i < nr_commands; i++) {
		assert_ptr_equal(accepted(&p, commands[i].name)->command, &commands[i]);
		parsed_free(&p);
	}
	/* options without a command are those of the first */
	assert_ptr_equal(accepted(&p, "--json")->command, &commands[0]);
	parsed_free(&p);
	refused("tops", "unknown command 'tops'");
	refused("Top", "unknown command 'Top'");
	refused("to", "unknown command 'to'");
	refused("/dev/null -i 1", "unknown command '/dev/null'");
}

static void test_every_option(void **state)
{
	struct parsed p;
	const struct options *o;

	(void)state;
	o = accepted(&p, "top -c /a.slice -i 0.25 -n 7 -b --json --verify --self-cost "
			 "--user nobody");
	assert_string_equal(o->user, "nobody");
	assert_string_equal(o->cgroup, "/a.slice");
	assert_int_equal(o->interval_ns, 250000000);
	assert_int_equal(o->count, 7);
	assert_true(o->batch && o->json && o->verify && o->self_cost);
	parsed_free(&p);
	o = accepted(&p, "export --output=/run/x.prom --format openmetrics --keep --by-cgroup "
			 "--cgroup-match ^/[a-z]+$ --cgroup-depth 1000 --interval=2 --count=3");
	assert_string_equal(o->output, "/run/x.prom");
	assert_int_equal(o->format, FORMAT_OPENMETRICS);
	assert_true(o->has_format && o->keep && o->by_cgroup && o->has_match);
	assert_int_equal(o->depth, 1000);
	assert_int_equal(o->interval_ns, 2000000000);
	assert_int_equal(o->count, 3);
	parsed_free(&p);
	o = accepted(&p, "trace --min-latency 1.5 --buffer 64");
	assert_int_equal(o->min_latency_ns, 1500);
	assert_int_equal(o->ring_bytes, 65536);
	parsed_free(&p);
	o = accepted(&p, "record -o x --duration 0.5 --events");
	assert_int_equal(o->duration_ns, 500000000);
	assert_true(o->all_events);
	parsed_free(&p);
	o = accepted(&p, "replay x --speed 0 --at 12:00");
	assert_true(o->speed == 0);
	assert_string_equal(o->at, "12:00");
	parsed_free(&p);
	/* the last one counts */
	o = accepted(&p, "-n 1 -n 2 -i 1 -i 3");
	assert_int_equal(o->count, 2);
	assert_int_equal(o->interval_ns, 3000000000);
	parsed_free(&p);
}

static void test_formats(void **state)
{
	static const struct {
		const char *line;
		enum export_format format;
	} good[] = {{"export --format prometheus", FORMAT_PROMETHEUS},
		    {"export --format openmetrics", FORMAT_OPENMETRICS},
		    {"export --format json", FORMAT_JSON},
		    {"export --format csv", FORMAT_CSV}};
	struct parsed p;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(accepted(&p, good[i].line)->format, good[i].format);
		assert_true(p.outcome->o.has_format);
		parsed_free(&p);
	}
	refused("export --format xml", "unknown format 'xml'");
	refused("export --format ", "unknown format ''");
	refused("export --format JSON", "prometheus, openmetrics, json or csv");
}

static const char *const not_numbers[] = {"x",	 "",	 "1x",	"1,5",	"1.5.",	    "nan",
					  "NAN", "-nan", "inf", "-inf", "infinity", "1e999",
					  "--",	 "1s",	 "0x",	"0x10", "0X1p3",    NULL};
/* no fractions, no signs, no other bases, no powers */
static const char *const not_whole[] = {"x",	"",    "1x",  "1.5", "1.0", "+1",    "-1", "-0",
					"0x10", "1e3", "nan", "inf", "-",   "1,000", NULL};

static void test_interval(void **state)
{
	static const char *const out[] = {"0",	"-1",	 "0.009999", "86400.1", "1e18",
					  "-0", "1e300", "0.0",	     "1e-300",	NULL};
	struct parsed p;

	(void)state;
	for (const char *const *v = not_numbers; *v; v++) {
		char line[64];

		snprintf(line, sizeof(line), "top --interval=%s", *v);
		refused(line, "is not a number");
	}
	refused_numbers("top --interval", out, "out of range: give 0.01 to 86400");
	assert_int_equal(accepted(&p, "-i 0.01")->interval_ns, 10000000);
	parsed_free(&p);
	assert_int_equal(accepted(&p, "-i 86400")->interval_ns, 86400000000000);
	parsed_free(&p);
	refused("-i", "requires an argument");
	refused("--interval", "requires an argument");
}

static void test_count(void **state)
{
	static const char *const out[] = {"0",
					  "4294967296",
					  "18446744073709551615",
					  "18446744073709551616",
					  "99999999999999999999999",
					  NULL};
	struct parsed p;

	(void)state;
	refused_numbers("top --count", not_whole, "is not a whole number");
	refused_numbers("top --count", out, "out of range: give 1 to 4294967295");
	assert_int_equal(accepted(&p, "-n 4294967295")->count, 4294967295);
	parsed_free(&p);
	assert_int_equal(accepted(&p, "-n 007")->count, 7);
	parsed_free(&p);
}

/* The device is standard output by another name, and nothing to rename a file onto. */
static void test_output(void **state)
{
	struct parsed p;

	(void)state;
	assert_string_equal(accepted(&p, "export -o /dev/stdout")->output, "-");
	parsed_free(&p);
	assert_string_equal(accepted(&p, "export -o ./-")->output, "./-");
	parsed_free(&p);
	refused("export --output=", "an empty file name");
}

static void test_other_numbers(void **state)
{
	static const char *const depth[] = {"0", "1001", NULL};
	static const char *const latency[] = {"-1", "1e10", NULL};
	static const char *const buffer[] = {"0", "63", "1048577", NULL};
	static const char *const two[] = {"65", "100", "1048575", NULL};
	static const char *const duration[] = {"0", "-5", "1e9", NULL};
	static const char *const speed[] = {"-1", "0.009", "1e7", "-0.01", NULL};
	struct parsed p;

	(void)state;
	refused_numbers("export --cgroup-depth", not_whole, "is not a whole number");
	refused_numbers("export --cgroup-depth", depth, "out of range");
	refused_numbers("trace --min-latency", latency, "out of range");
	refused("trace --min-latency nan", "is not a number");
	refused_numbers("trace --buffer", not_whole, "is not a whole number");
	refused_numbers("trace --buffer", buffer, "out of range");
	refused_numbers("trace --buffer", two, "is not a power of two");
	refused_numbers("record --duration", duration, "out of range");
	refused("record --duration inf", "is not a number");
	refused_numbers("replay --speed", speed, "out of range");
	refused("replay --speed nan", "is not a number");
	refused("replay --speed 0x2", "is not a number");
	assert_int_equal(accepted(&p, "trace --min-latency 0")->min_latency_ns, 0);
	parsed_free(&p);
	assert_int_equal(accepted(&p, "trace --buffer 1048576")->ring_bytes, 1 << 30);
	parsed_free(&p);
	assert_true(accepted(&p, "replay --speed 0.01")->speed == 0.01);
	parsed_free(&p);
}

static void test_events(void **state)
{
	struct parsed p;
	const struct options *o = accepted(&p, "trace --events load,tree --events load");

	(void)state;
	assert_int_equal(o->events[ZT_EV_LOAD], (1u << ZT_NR_LOAD_RESULTS) - 1);
	assert_int_equal(o->events[ZT_EV_TREE], (1u << ZT_NR_TREE_RESULTS) - 1);
	assert_int_equal(o->events[ZT_EV_STORE], 0);
	assert_int_equal(o->events[ZT_EV_INVALIDATE], 0);
	assert_int_equal(o->events[ZT_EV_WRITEBACK], 0);
	parsed_free(&p);
	o = accepted(&p, "trace --results in_swapcache,other,hit");
	assert_int_equal(o->events[ZT_EV_WRITEBACK],
			 1u << ZT_SKIP_IN_SWAPCACHE | 1u << ZT_SKIP_OTHER);
	assert_int_equal(o->events[ZT_EV_STORE], 1u << ZT_REJECT_OTHER);
	assert_int_equal(o->events[ZT_EV_LOAD], 1u << ZT_LOAD_HIT);
	assert_int_equal(o->events[ZT_EV_INVALIDATE], 0);
	assert_int_equal(o->events[ZT_EV_TREE], 0);
	parsed_free(&p);
	/* in whatever order, the types named bound the results */
	o = accepted(&p, "trace --results other --events store");
	assert_int_equal(o->events[ZT_EV_STORE], 1u << ZT_REJECT_OTHER);
	assert_int_equal(o->events[ZT_EV_WRITEBACK], 0);
	parsed_free(&p);
	refused("trace --events load --results stored", "none of them is a result of the --events");
}

static void test_unknown_names(void **state)
{
	static const char *const lines[] = {"trace --events stores",	"trace --events load,",
					    "trace --events ,load",	"trace --events LOAD",
					    "trace --events load;tree", NULL};
	struct parsed p;

	(void)state;
	for (const char *const *line = lines; *line; line++)
		refused(*line, "known events: store load invalidate writeback tree\n");
	refused("trace --events stores", "--events: unknown event 'stores'\n");
	refused("trace --events=", "--events: an empty list");
	refused("trace --results=", "--results: an empty list");
	refused("top --without-probe=", "--without-probe: an empty list");
	parse(&p, "trace --results stored,nothing");
	assert_int_equal(p.outcome->status, EXIT_USAGE);
	assert_contains(p.err, "unknown result 'nothing'");
	for (int type = 0; type < ZT_NR_EVENTS; type++) {
		char part[64];

		snprintf(part, sizeof(part), "known results of %s: %s", event_type_name(type),
			 event_result_name(type, 0));
		assert_contains(p.err, part);
		for (unsigned int i = 0; i < event_nr_results(type); i++)
			assert_contains(p.err, event_result_name(type, i));
	}
	parsed_free(&p);
	parse(&p, "top --without-probe zswap_store");
	assert_int_equal(p.outcome->status, EXIT_USAGE);
	assert_contains(p.err, "unknown probe 'zswap_store'\nknown probes: invalidate ");
	for (int id = 0; id < NR_PROBES; id++)
		assert_contains(p.err, probes[id].name);
	parsed_free(&p);
	assert_int_equal(
		accepted(&p, "top --without-probe store,trees --without-probe load")->without,
		1u << PROBE_STORE | 1u << PROBE_TREES | 1u << PROBE_LOAD);
	parsed_free(&p);
}

static void test_match(void **state)
{
	static const char *const bad[] = {"(", "[a", "*a{2", "a{2,1}", "\\", NULL};
	char line[64];

	(void)state;
	for (const char *const *b = bad; *b; b++) {
		snprintf(line, sizeof(line), "export --cgroup-match %s", *b);
		refused(line, "--cgroup-match: '");
		refused(line, *b);
	}
}

static void test_not_for_this_command(void **state)
{
	static const char *const lines[] = {"top -o x",
					    "top --format json",
					    "top --events load",
					    "top --buffer 64",
					    "top --duration 1",
					    "trace -i 1",
					    "trace -b",
					    "trace --format csv",
					    "trace --self-cost",
					    "export --json",
					    "export -b",
					    "export --buffer 64",
					    "record --json",
					    "record -b",
					    "replay -c /x",
					    "replay -i 1",
					    "replay --verify",
					    "replay --user nobody",
					    "replay -o x",
					    "report -n 1",
					    "report -i 1",
					    "trace --speed 1",
					    "top --compare",
					    "-o x",
					    NULL};
	char part[64];

	(void)state;
	for (const char *const *line = lines; *line; line++) {
		size_t name = strcspn(*line, " ");

		snprintf(part, sizeof(part), "%.*s takes no --", **line == '-' ? 3 : (int)name,
			 **line == '-' ? "top" : *line);
		refused(*line, part);
	}
	refused("top --compare", "top takes no --compare; see");
	refused("replay -i 1", "replay takes no --interval; see");
	refused("--nonsense", "--nonsense");
	refused("-x", "invalid option");
	refused("top --json=1", "--json");
	refused("record --events=load", "--events");
	refused("top --cgroup", "requires an argument");
	refused("export -o ", "an empty file name");
	refused("trace -c ", "--cgroup: an empty name");
	refused("replay --at=", "--at: an empty time");
	/* the beginning of more than one option */
	refused("export --cgroup-", "ambiguous");
}

static void test_arguments(void **state)
{
	struct parsed p;
	const struct options *o;

	(void)state;
	refused("top x", "unexpected argument 'x'");
	refused("top -n 1 x -i 1", "unexpected argument 'x'");
	refused("top --json top", "unexpected argument 'top'");
	refused("trace ", "unexpected argument ''");
	refused("top -- x", "unexpected argument 'x'");
	refused("replay a -- b", "unexpected argument 'b'");
	refused("record -o x sleep 1", "the command to run has to follow --");
	accepted(&p, "top --");
	parsed_free(&p);
	o = accepted(&p, "record -o x -- sleep -n 5");
	assert_int_equal(o->nr_rest, 3);
	assert_string_equal(o->rest[0], "sleep");
	assert_string_equal(o->rest[1], "-n");
	assert_string_equal(o->rest[2], "5");
	assert_null(o->rest[3]);
	assert_int_equal(o->count, 0);
	parsed_free(&p);
	o = accepted(&p, "report a --json b --compare -- c d e");
	assert_int_equal(o->nr_operands, 2);
	assert_string_equal(o->operands[0], "a");
	assert_string_equal(o->operands[1], "b");
	assert_int_equal(o->nr_rest, 3);
	assert_string_equal(o->rest[2], "e");
	assert_true(o->json && o->compare);
	parsed_free(&p);
	/* "-" is a file */
	o = accepted(&p, "replay - -n 1");
	assert_int_equal(o->nr_operands, 1);
	assert_string_equal(o->operands[0], "-");
	assert_int_equal(o->count, 1);
	parsed_free(&p);
}

/* Asked for, so on stdout and successful; and nothing after it matters. */
static void check_told(const char *line, const char *part, const char *lacks)
{
	struct parsed p;

	parse(&p, line);
	if (p.outcome->status != EXIT_DONE || !p.outcome->done || *p.err)
		fail_msg("'%s': status %d, \"%s\"", line, p.outcome->status, p.err);
	assert_contains(p.out, part);
	assert_lacks(p.out, lacks);
	assert_int_equal(p.out[strlen(p.out) - 1], '\n');
	parsed_free(&p);
}

static void test_help(void **state)
{
	struct parsed p;

	(void)state;
	for (unsigned int i = 0; i < nr_commands; i++) {
		char line[64], part[64];

		snprintf(line, sizeof(line), "%s --help", commands[i].name);
		snprintf(part, sizeof(part), "Usage: zswaptop %s\n", commands[i].help);
		check_told(line, part, "Exit status");
		snprintf(line, sizeof(line), "%s -h --nonsense", commands[i].name);
		check_told(line, part, "Exit status");
		/* all of them */
		check_told("--help", commands[i].summary, commands[i].help);
	}
	check_told("-h", "Usage: zswaptop [COMMAND]", "help of");
	check_told("--help", "Exit status: 0 done, 1 could not do it, 2 wrong usage.", "help of");
	check_told("trace -n 1 --help", "help of trace", "Exit status");
	parse(&p, "-n 0 --help");
	assert_int_equal(p.outcome->status, EXIT_USAGE);
	assert_false(p.outcome->done);
	parsed_free(&p);
}

static void test_version(void **state)
{
	static const char *const version = "zswaptop " ZSWAPTOP_VERSION ", libbpf v";

	(void)state;
	check_told("--version", version, "Usage");
	check_told("-V", version, "Usage");
	check_told("trace -V -h", version, "Usage");
	check_told("top -i 2 --version", version, "Usage");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),     cmocka_unit_test(test_commands),
		cmocka_unit_test(test_every_option), cmocka_unit_test(test_formats),
		cmocka_unit_test(test_interval),     cmocka_unit_test(test_count),
		cmocka_unit_test(test_output),	     cmocka_unit_test(test_other_numbers),
		cmocka_unit_test(test_events),	     cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_match),	     cmocka_unit_test(test_not_for_this_command),
		cmocka_unit_test(test_arguments),    cmocka_unit_test(test_help),
		cmocka_unit_test(test_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
