// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives zswap known work: exact numbers of stores, loads and invalidations;
 * or pressure, in which writeback meets swap-in; or cgroups that come and go, or stay.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE		      4096UL
#define WORDS		      (PAGE / sizeof(uint64_t))
#define CGROUPS		      "/sys/fs/cgroup"
#define ZSWAP_ENABLED	      "/sys/module/zswap/parameters/enabled"

/* /proc/PID/pagemap, see the kernel's Documentation/admin-guide/mm/pagemap.rst */
#define PM_SWAPPED	      (1ULL << 62)
#define PM_PRESENT	      (1ULL << 63)
#define PM_SWAP_TYPE(entry)   ((entry)&0x1f)
#define PM_SWAP_OFFSET(entry) (((entry) >> 5) & ((1ULL << 50) - 1))

static const char usage[] =
	"Usage: workload exact --pages N [OPTION]...\n"
	"       workload pressure --size MB [OPTION]...\n"
	"       workload churn --cgroups N [OPTION]...\n"
	"       workload cgroups --cgroups N [OPTION]...\n"
	"\n"
	"exact: fills N pages, pages them out in order, touches some, unmaps all.\n"
	"  --load M                touch the first M pages (0)\n"
	"  --incompressible K      K of the pages, evenly spread, do not compress (0)\n"
	"  --free-loaded-first     unmap the M touched pages, then the others\n"
	"  --second-half-to-disk   page the second half out with zswap disabled, and\n"
	"                          unmap it first\n"
	"  --text                  pages of text, which takes longer to compress than\n"
	"                          the usual contents\n"
	"  --time                  also print the nanoseconds that each part took\n"
	"  --step                  print each phase (ready, filled, stored, loaded,\n"
	"                          freed-first, freed) and wait for a line on stdin\n"
	"\n"
	"pressure: threads touch pages at random until the time is up or SIGTERM.\n"
	"  --threads N             (2)\n"
	"  --seconds S             (10; 0: until SIGTERM)\n"
	"  --touches N             so many a thread, however long that takes\n"
	"  --incompressible P      percentage of pages that do not compress (0)\n"
	"  --rate T                touches a second and thread (as fast as possible)\n"
	"\n"
	"churn: makes N cgroups, one after the other, each with pages in swap.\n"
	"  --rate R                cgroups a second (as fast as possible)\n"
	"  --pages N               pages in each (16)\n"
	"  --empty                 without a process, to be quick\n"
	"\n"
	"cgroups: makes N cgroups, and stays until SIGTERM.\n"
	"  --pages N               pages of each that are in swap (0: idle cgroups)\n"
	"\n"
	"  --cgroup PATH           the cgroup to join, or (churn, cgroups) to make cgroups in\n"
	"  --seed N                of what is random (1)\n"
	"\n"
	"Prints what it did as name=value; exit status 0 done, 1 failed, 2 wrong usage.\n";

struct options {
	unsigned long pages;
	unsigned long load;
	unsigned long size;
	unsigned long threads;
	unsigned long seconds;
	unsigned long touches;
	unsigned long incompressible;
	unsigned long rate;
	unsigned long cgroups;
	unsigned long seed;
	const char *cgroup;
	int free_loaded_first;
	int second_half_to_disk;
	int step, text, time, empty;
};

static struct options opt = {
	.threads = 2,
	.seconds = 10,
	.seed = 1,
};

static volatile sig_atomic_t stop;

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("workload: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static void __attribute__((noreturn)) die_usage(const char *reason)
{
	fprintf(stderr, "workload: %s\n\n%s", reason, usage);
	exit(2);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("cannot write '%s' to %s: %s", text, path, strerror(errno));
	close(fd);
}

/* splitmix64: each call steps the state and returns a well-mixed number. */
static uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Pages: the first word is the page's number, so that a touch can check it. */

static uint64_t *page_at(void *base, unsigned long n)
{
	return (uint64_t *)((char *)base + n * PAGE);
}

/*
 * Words of two to nine letters out of 64, the first of them more often than the last. lzo makes
 * 2.4:1 of it, and takes about as long as for what programs have in memory.
 */
static void fill_text(char *page, unsigned long n)
{
	uint64_t state = opt.seed ^ (n << 20), word;
	size_t at = 0, letters;

	while (at < PAGE) {
		uint64_t choice = random_next(&state);

		word = (choice & 63) * (choice >> 6 & 63) >> 6;
		word = random_next(&word);
		for (letters = 2 + (word & 7); letters && at < PAGE; letters--, word /= 26)
			page[at++] = 'a' + word % 26;
		if (at < PAGE)
			page[at++] = ' ';
	}
}

/*
 * A quarter of random words makes a page that compresses about 4:1 and is
 * not same-filled, for those never reach zswap on some kernels.
 */
static void fill_words(uint64_t *page, unsigned long n, bool compressible)
{
	uint64_t state = opt.seed ^ (n << 20);
	unsigned long random_words = compressible ? WORDS / 4 : WORDS;

	for (unsigned long i = 1; i < WORDS; i++)
		page[i] = i < random_words ? random_next(&state) : n;
}

static void fill_page(void *base, unsigned long n, bool compressible)
{
	uint64_t *page = page_at(base, n);

	if (opt.text && compressible)
		fill_text((char *)page, n);
	else
		fill_words(page, n, compressible);
	page[0] = n;
}

static void touch_page(void *base, unsigned long n)
{
	uint64_t found = *(volatile uint64_t *)page_at(base, n);

	if (found != n)
		die("page %lu came back from swap with %#llx in its first word: memory is corrupt",
		    n, (unsigned long long)found);
}

/* True for count of the total pages, evenly spread. */
static bool is_chosen(unsigned long n, unsigned long count, unsigned long total)
{
	return (n + 1) * count / total > n * count / total;
}

/* Huge pages would be stored, or refused, as a whole. */
static void *map_pages(unsigned long pages)
{
	void *base = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	if (base == MAP_FAILED)
		die("cannot map %lu pages: %s", pages, strerror(errno));
	/* EINVAL: a kernel without huge pages. */
	if (madvise(base, pages * PAGE, MADV_NOHUGEPAGE) && errno != EINVAL)
		die("cannot ask for small pages: %s", strerror(errno));
	return base;
}

static void unmap_pages(void *base, unsigned long first, unsigned long pages)
{
	if (pages && munmap(page_at(base, first), pages * PAGE))
		die("cannot unmap %lu pages: %s", pages, strerror(errno));
}

/* What pagemap says of a range of pages. */
struct swap_state {
	unsigned long swapped;
	unsigned long present;
	unsigned long types; /* bit mask */
	uint64_t first;
	uint64_t last;
};

static void count_entry(struct swap_state *state, uint64_t entry)
{
	uint64_t offset = PM_SWAP_OFFSET(entry);

	if (entry & PM_PRESENT)
		state->present++;
	if (!(entry & PM_SWAPPED))
		return;
	if (!state->swapped++ || offset < state->first)
		state->first = offset;
	if (offset > state->last)
		state->last = offset;
	state->types |= 1UL << PM_SWAP_TYPE(entry);
}

static struct swap_state swap_state_of(void *base, unsigned long first, unsigned long pages)
{
	off_t start = ((uintptr_t)base / PAGE + first) * sizeof(uint64_t);
	struct swap_state state = {};
	uint64_t entries[512];
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (fd < 0)
		die("cannot open /proc/self/pagemap: %s", strerror(errno));
	while (pages) {
		unsigned long n = pages < 512 ? pages : 512;
		ssize_t size = n * sizeof(entries[0]);

		if (pread(fd, entries, size, start) != size)
			die("cannot read /proc/self/pagemap: %s", strerror(errno));
		for (unsigned long i = 0; i < n; i++)
			count_entry(&state, entries[i]);
		start += size;
		pages -= n;
	}
	close(fd);
	return state;
}

/*
 * Pages that wait in a per-CPU batch of the LRU are passed over, as are those
 * that somebody looks at just now; each attempt drains this CPU's batches.
 */
static void page_out(void *base, unsigned long first, unsigned long pages)
{
	unsigned long swapped = 0;

	for (int attempt = 0; attempt < 100; attempt++) {
		if (madvise(page_at(base, first), pages * PAGE, MADV_PAGEOUT))
			die("cannot page out: %s (MADV_PAGEOUT needs Linux 5.4)", strerror(errno));
		swapped = swap_state_of(base, first, pages).swapped;
		if (swapped == pages)
			return;
		if (attempt > 10)
			usleep(1000);
	}
	die("only %lu of %lu pages could be paged out: is swap on, and large enough?", swapped,
	    pages);
}

/* A file of a cgroup, which may be named as under the mount or in full. */
static char *cgroup_file(const char *cgroup, const char *file)
{
	bool full = !strncmp(cgroup, CGROUPS, strlen(CGROUPS));
	char *path;

	if (asprintf(&path, "%s%s/%s", full ? "" : CGROUPS "/", cgroup, file) < 0)
		die("out of memory");
	return path;
}

static void join_cgroup(const char *cgroup)
{
	char *procs = cgroup_file(cgroup, "cgroup.procs");

	write_file(procs, "0");
	free(procs);
}

/* The batches of another CPU would keep pages from being paged out. */
static void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("cannot stay on one CPU: %s", strerror(errno));
}

/* exact */

static void phase(const char *name)
{
	char line[64];

	if (!opt.step)
		return;
	puts(name);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		die("standard input ended while waiting in phase %s: give it a line for each phase",
		    name);
}

/* Swap-in reads neighbours too unless told otherwise. */
static void check_readahead(void)
{
	FILE *file = fopen("/proc/sys/vm/page-cluster", "r");
	int cluster = 0;

	if (file && fscanf(file, "%d", &cluster) == 1 && cluster)
		die("exact loads need swap readahead off: echo 0 >/proc/sys/vm/page-cluster");
	if (file)
		fclose(file);
}

static void check_exact_options(void)
{
	if (!opt.pages)
		die_usage("exact needs --pages N");
	if (opt.load > opt.pages || opt.incompressible > opt.pages)
		die_usage("--load and --incompressible cannot exceed --pages");
	if (opt.second_half_to_disk && (opt.free_loaded_first || opt.load > opt.pages / 2))
		die_usage("--second-half-to-disk allows --load of the first half only, and no "
			  "--free-loaded-first");
	if (opt.load)
		check_readahead();
}

static void store_exactly(void *base)
{
	unsigned long half = opt.pages / 2;

	if (!opt.second_half_to_disk) {
		page_out(base, 0, opt.pages);
		return;
	}
	page_out(base, 0, half);
	write_file(ZSWAP_ENABLED, "N");
	page_out(base, half, opt.pages - half);
	write_file(ZSWAP_ENABLED, "Y");
}

static void load_exactly(void *base)
{
	unsigned long present;

	for (unsigned long i = 0; i < opt.load; i++)
		touch_page(base, i);
	present = swap_state_of(base, 0, opt.pages).present;
	if (present != opt.load)
		die("touched %lu pages, but %lu are in memory", opt.load, present);
}

static void free_exactly(void *base)
{
	if (opt.second_half_to_disk) {
		unmap_pages(base, opt.pages / 2, opt.pages - opt.pages / 2);
		phase("freed-first");
		unmap_pages(base, 0, opt.pages / 2);
	} else if (opt.free_loaded_first) {
		unmap_pages(base, 0, opt.load);
		phase("freed-first");
		unmap_pages(base, opt.load, opt.pages - opt.load);
	} else {
		unmap_pages(base, 0, opt.pages);
	}
}

/* One type and its offsets; without privilege pagemap shows neither. */
static void print_swap_range(const struct swap_state *state)
{
	if (!state->last)
		return;
	if (__builtin_popcountl(state->types) == 1)
		printf(" type=%d", __builtin_ctzl(state->types));
	printf(" first=%llu last=%llu", (unsigned long long)state->first,
	       (unsigned long long)state->last);
}

static uint64_t nanoseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* Nanoseconds of each part; on a machine whose clock counts instructions, instructions. */
static void print_times(const uint64_t *at)
{
	if (opt.time)
		printf("store_ns=%llu load_ns=%llu free_ns=%llu\n",
		       (unsigned long long)(at[1] - at[0]), (unsigned long long)(at[3] - at[2]),
		       (unsigned long long)(at[5] - at[4]));
}

/*
 * A task that is preempted within a BPF program hides from it the calls of the task that comes
 * in between. Exact counts want none of that; without the privilege it is only more likely.
 */
static void avoid_preemption(void)
{
	struct sched_param param = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_FIFO, &param);
}

static void exact(void)
{
	unsigned long to_disk = opt.second_half_to_disk ? opt.pages - opt.pages / 2 : 0;
	struct swap_state state;
	uint64_t at[6];
	void *base;

	check_exact_options();
	if (opt.cgroup)
		join_cgroup(opt.cgroup);
	stay_on_this_cpu();
	avoid_preemption();
	phase("ready");
	base = map_pages(opt.pages);
	for (unsigned long i = 0; i < opt.pages; i++)
		fill_page(base, i, !is_chosen(i, opt.incompressible, opt.pages));
	phase("filled");
	at[0] = nanoseconds();
	store_exactly(base);
	at[1] = nanoseconds();
	state = swap_state_of(base, 0, opt.pages);
	phase("stored");
	at[2] = nanoseconds();
	load_exactly(base);
	at[3] = nanoseconds();
	phase("loaded");
	at[4] = nanoseconds();
	free_exactly(base);
	at[5] = nanoseconds();
	phase("freed");
	print_times(at);
	printf("stored=%lu to_disk=%lu incompressible=%lu loaded=%lu freed=%lu",
	       opt.pages - to_disk, to_disk, opt.incompressible, opt.load, opt.pages - opt.load);
	print_swap_range(&state);
	putchar('\n');
}

/* pressure */

struct worker {
	pthread_t thread;
	void *base;
	unsigned long number;
	unsigned long touches;
};

static void nap(uint64_t nanoseconds)
{
	struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};

	nanosleep(&time, NULL);
}

/* Writes a word that nobody checks, so that the page must be stored anew. */
static void *touch_at_random(void *arg)
{
	struct worker *worker = arg;
	uint64_t state = opt.seed + (worker->number << 32);

	while (!stop && (!opt.touches || worker->touches < opt.touches)) {
		unsigned long n = random_next(&state) % opt.pages;

		touch_page(worker->base, n);
		((volatile uint64_t *)page_at(worker->base, n))[1] = worker->touches++;
		if (opt.rate)
			nap(1000000000 / opt.rate);
	}
	return NULL;
}

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void wait_until_time_is_up(void)
{
	double end = now() + opt.seconds;

	while (!stop && (!opt.seconds || now() < end))
		nap(50000000);
	stop = 1;
}

static unsigned long run_workers(void *base)
{
	struct worker *workers = calloc(opt.threads, sizeof(*workers));
	unsigned long touches = 0;

	for (unsigned long i = 0; workers && i < opt.threads; i++) {
		workers[i].base = base;
		workers[i].number = i;
		if (pthread_create(&workers[i].thread, NULL, touch_at_random, &workers[i]))
			die("cannot start %lu threads", opt.threads);
	}
	if (!opt.touches)
		wait_until_time_is_up();
	for (unsigned long i = 0; workers && i < opt.threads; i++) {
		pthread_join(workers[i].thread, NULL);
		touches += workers[i].touches;
	}
	free(workers);
	return touches;
}

static void pressure(void)
{
	unsigned long touches;
	double start;
	void *base;

	if (!opt.size || !opt.threads || opt.incompressible > 100)
		die_usage("pressure needs --size MB, a thread, and at most 100 percent "
			  "--incompressible");
	opt.pages = opt.size * (1024 * 1024 / PAGE);
	if (opt.cgroup)
		join_cgroup(opt.cgroup);
	catch_signals();
	base = map_pages(opt.pages);
	for (unsigned long i = 0; i < opt.pages && !stop; i++)
		fill_page(base, i, !is_chosen(i % 100, opt.incompressible, 100));
	start = now();
	touches = stop ? 0 : run_workers(base);
	printf("pages=%lu threads=%lu touches=%lu seconds=%.1f\n", opt.pages, opt.threads, touches,
	       now() - start);
}

/* churn */

/* Leaves half of the pages in swap: they are freed when the process exits. */
static void swap_in_cgroup(const char *path)
{
	void *base;

	join_cgroup(path);
	stay_on_this_cpu();
	base = map_pages(opt.pages);
	for (unsigned long i = 0; i < opt.pages; i++)
		fill_page(base, i, true);
	page_out(base, 0, opt.pages);
	for (unsigned long i = 0; i < opt.pages / 2; i++)
		touch_page(base, i);
}

static void run_child(const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("cannot fork: %s", strerror(errno));
	if (!pid) {
		swap_in_cgroup(path);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("cannot wait for the work in cgroup %s: %s", path, strerror(errno));
	if (status)
		die("the work in cgroup %s failed (status %#x)", path, status);
}

/* The kernel lets go of a process shortly after its parent has seen it end. */
static void remove_cgroup(const char *path)
{
	for (int attempt = 0; attempt < 100; attempt++) {
		if (!rmdir(path))
			return;
		if (errno != EBUSY)
			break;
		nap(10000000);
	}
	die("cannot remove cgroup %s: %s", path, strerror(errno));
}

static void churn_one(unsigned long n)
{
	char name[32], *path;

	snprintf(name, sizeof(name), "churn.%lu", n);
	path = cgroup_file(opt.cgroup ? opt.cgroup : "", name);
	if (mkdir(path, 0755))
		die("cannot make cgroup %s: %s", path, strerror(errno));
	if (!opt.empty)
		run_child(path);
	remove_cgroup(path);
	free(path);
}

static void churn(void)
{
	unsigned long done;
	double start, ahead;

	if (!opt.cgroups)
		die_usage("churn needs --cgroups N");
	opt.pages = opt.pages ? opt.pages : 16;
	catch_signals();
	start = now();
	for (done = 0; done < opt.cgroups && !stop; done++) {
		churn_one(done);
		ahead = opt.rate ? start + (done + 1.0) / opt.rate - now() : 0;
		if (ahead > 0)
			nap(ahead * 1e9);
	}
	printf("cgroups=%lu pages=%lu seconds=%.1f\n", done, opt.pages, now() - start);
}

/* cgroups */

static void page_out_in(const char *path)
{
	void *base;

	join_cgroup(path);
	base = map_pages(opt.pages);
	for (unsigned long i = 0; i < opt.pages; i++)
		fill_page(base, i, true);
	page_out(base, 0, opt.pages);
}

/* One process does the work of all: it moves on, its pages stay charged where they are. */
static void make_cgroups(void)
{
	if (!opt.cgroups)
		die_usage("cgroups needs --cgroups N");
	stay_on_this_cpu();
	for (unsigned long n = 0; n < opt.cgroups; n++) {
		char name[32], *path;

		snprintf(name, sizeof(name), "%lu", n);
		path = cgroup_file(opt.cgroup ? opt.cgroup : "", name);
		if (mkdir(path, 0755))
			die("cannot make cgroup %s: %s", path, strerror(errno));
		if (opt.pages)
			page_out_in(path);
		free(path);
	}
	printf("cgroups=%lu pages=%lu\n", opt.cgroups, opt.pages);
	fflush(stdout);
	pause();
}

/* command line */

static const struct option long_options[] = {
	{"pages", required_argument, NULL, 'p'},
	{"load", required_argument, NULL, 'l'},
	{"size", required_argument, NULL, 's'},
	{"threads", required_argument, NULL, 't'},
	{"seconds", required_argument, NULL, 'S'},
	{"incompressible", required_argument, NULL, 'i'},
	{"touches", required_argument, NULL, 'T'},
	{"rate", required_argument, NULL, 'r'},
	{"cgroups", required_argument, NULL, 'n'},
	{"cgroup", required_argument, NULL, 'c'},
	{"seed", required_argument, NULL, 'e'},
	{"free-loaded-first", no_argument, &opt.free_loaded_first, 1},
	{"second-half-to-disk", no_argument, &opt.second_half_to_disk, 1},
	{"step", no_argument, &opt.step, 1},
	{"text", no_argument, &opt.text, 1},
	{"time", no_argument, &opt.time, 1},
	{"empty", no_argument, &opt.empty, 1},
	{"help", no_argument, NULL, 'h'},
	{}};

static unsigned long *number_option(int letter)
{
	switch (letter) {
	case 'p':
		return &opt.pages;
	case 'l':
		return &opt.load;
	case 's':
		return &opt.size;
	case 't':
		return &opt.threads;
	case 'S':
		return &opt.seconds;
	case 'T':
		return &opt.touches;
	case 'i':
		return &opt.incompressible;
	case 'r':
		return &opt.rate;
	case 'n':
		return &opt.cgroups;
	case 'e':
		return &opt.seed;
	}
	return NULL;
}

static unsigned long parse_number(const char *text)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || !isdigit((unsigned char)*text))
		die_usage("an option needs a whole number");
	return value;
}

static void parse_options(int argc, char **argv)
{
	int letter;

	while ((letter = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (letter == 'h') {
			fputs(usage, stdout);
			exit(0);
		} else if (letter == 'c') {
			opt.cgroup = optarg;
		} else if (number_option(letter)) {
			*number_option(letter) = parse_number(optarg);
		} else if (letter) {
			die_usage("wrong option");
		}
	}
}

int main(int argc, char **argv)
{
	parse_options(argc, argv);
	if (optind + 1 != argc)
		die_usage("needs one of exact, pressure, churn, cgroups");
	if (!strcmp(argv[optind], "exact"))
		exact();
	else if (!strcmp(argv[optind], "pressure"))
		pressure();
	else if (!strcmp(argv[optind], "churn"))
		churn();
	else if (!strcmp(argv[optind], "cgroups"))
		make_cgroups();
	else
		die_usage("needs one of exact, pressure, churn, cgroups");
	return 0;
}
