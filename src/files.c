// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "files.h"

#define MODULE "/sys/module/zswap"
#define PARAM  MODULE "/parameters/"
#define DEBUG  "/sys/kernel/debug/zswap"

/* X(ID, path) */
#define KEPT_FILES(X)                               \
	X(VMSTAT, "/proc/vmstat")                   \
	X(MEMINFO, "/proc/meminfo")                 \
	X(SWAPS, "/proc/swaps")                     \
	X(ENABLED, PARAM "enabled")                 \
	X(COMPRESSOR, PARAM "compressor")           \
	X(MAX_POOL, PARAM "max_pool_percent")       \
	X(ACCEPT, PARAM "accept_threshold_percent") \
	X(SHRINKER, PARAM "shrinker_enabled") /* 6.8+ */

#define FILE_ID(id, path)   FILE_##id,
#define FILE_PATH(id, path) path,

enum file { KEPT_FILES(FILE_ID) NR_FILES };
static const char *const paths[NR_FILES] = {KEPT_FILES(FILE_PATH)};

/* /proc/vmstat has 200 lines; /proc/swaps is at most MAX_SWAPFILES long paths. */
#define TEXT_SIZE (256 * 1024)

/* More types do not fit into a swp_entry_t (5 bits). */
#define MAX_AREAS 32

struct files {
	char *root;
	uint64_t page_size;
	int fd[NR_FILES];
	int debug; /* the directory */
	char text[TEXT_SIZE];
};

ssize_t files_read(int fd, char *buf, size_t size)
{
	size_t length = 0;
	char *end;
	ssize_t n;

	buf[0] = '\0';
	while (length < size - 1) {
		n = pread(fd, buf + length, size - 1 - length, length);
		if (n < 0 && errno == ESPIPE)
			n = read(fd, buf + length, size - 1 - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		length += n;
	}
	buf[length] = '\0';
	if (length < size - 1)
		return length;
	end = memrchr(buf, '\n', length);
	length = end ? end + 1 - buf : 0;
	buf[length] = '\0';
	return length;
}

uint64_t files_number(const char *text)
{
	unsigned long long value;
	char *end;

	text += strspn(text, " \t");
	if (!isdigit((unsigned char)*text)) /* strtoull() takes "-1" for a number */
		return ABSENT;
	value = strtoull(text, &end, 10); /* the greatest number if it is greater */
	if ((*end && !isspace((unsigned char)*end)) || value >= UNLIMITED)
		return ABSENT;
	return value;
}

uint64_t files_value(const char *text, const char *key)
{
	size_t length = strlen(key);

	while (text) {
		if (!strncmp(text, key, length) && text[length] && strchr(": \t", text[length]))
			return files_number(text + length + (text[length] == ':'));
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return ABSENT;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

void files_unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && is_octal(text[2]) &&
		    is_octal(text[3])) {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
				       (text[3] - '0'));
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* ABSENT if a factor is, or if the product does not fit. */
static uint64_t product(uint64_t value, uint64_t factor)
{
	uint64_t result;

	if (value == ABSENT || factor == ABSENT || __builtin_mul_overflow(value, factor, &result))
		return ABSENT;
	return result;
}

/* Rounded down, as the kernel does. */
static uint64_t percent(uint64_t value, uint64_t share)
{
	uint64_t result = product(value, share);

	return result == ABSENT ? ABSENT : result / 100;
}

static uint64_t first_known(uint64_t value, uint64_t fallback)
{
	return value != ABSENT ? value : fallback;
}

static int open_at_root(const struct files *files, const char *name, int flags)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", files->root, name);
	return open(path, flags | O_CLOEXEC);
}

/*
 * The numbers in debugfs can be read once only: they refuse pread() and lseek(). So they are
 * opened for every sample, and what is kept is their directory: anybody may enter that, but
 * only root its parent.
 */
static void open_absent(struct files *files)
{
	for (int i = 0; i < NR_FILES; i++)
		if (files->fd[i] < 0)
			files->fd[i] = open_at_root(files, paths[i], O_RDONLY);
	if (files->debug < 0)
		files->debug = open_at_root(files, DEBUG, O_PATH | O_DIRECTORY);
}

struct files *files_open(const char *root, char *why, size_t size)
{
	struct files *files = malloc(sizeof(*files));

	if (!files || !(files->root = strdup(root))) {
		snprintf(why, size, "out of memory");
		free(files);
		return NULL;
	}
	files->page_size = sysconf(_SC_PAGESIZE);
	for (int i = 0; i < NR_FILES; i++)
		files->fd[i] = -1;
	files->debug = -1;
	open_absent(files);
	if (files->fd[FILE_VMSTAT] < 0 && files->fd[FILE_MEMINFO] < 0) {
		snprintf(why, size, "cannot read %s/proc/vmstat nor meminfo: is /proc mounted?",
			 root);
		files_close(files);
		return NULL;
	}
	return files;
}

void files_close(struct files *files)
{
	if (!files)
		return;
	for (int i = 0; i < NR_FILES; i++)
		if (files->fd[i] >= 0)
			close(files->fd[i]);
	if (files->debug >= 0)
		close(files->debug);
	free(files->root);
	free(files);
}

/* The text of a file, valid until the next; empty if it cannot be read. */
static char *text_of(struct files *files, enum file file)
{
	if (files->fd[file] < 0 || files_read(files->fd[file], files->text, TEXT_SIZE) < 0)
		files->text[0] = '\0';
	return files->text;
}

static uint64_t number_of(struct files *files, enum file file)
{
	return files_number(text_of(files, file));
}

static uint64_t debug_number(const struct files *files, const char *name)
{
	char text[64] = "";
	int fd;

	if (files->debug < 0)
		return ABSENT;
	fd = openat(files->debug, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ABSENT;
	if (files_read(fd, text, sizeof(text)) < 0)
		text[0] = '\0';
	close(fd);
	return files_number(text);
}

/* A bool parameter: 1, 0 or ABSENT. */
static uint64_t flag_of(struct files *files, enum file file)
{
	switch (text_of(files, file)[0]) {
	case 'Y':
		return 1;
	case 'N':
		return 0;
	default:
		return ABSENT;
	}
}

/*
 * pswpin is counted where a page is read from a device: behind the returns for pages that are in
 * zswap or, since 6.12, zero-filled (swap_readpage() of 6.1, swap_read_folio() of 6.12 and 7.3).
 * So the three sources do not overlap. Up to 6.11 zswap kept zero-filled pages itself, and they
 * are part of zswpin.
 */
static void sample_vmstat(struct files *files, struct sample *s)
{
	static const struct {
		const char *key;
		unsigned int value;
	} map[] = {
		{"zswpin", V_SWAPIN_PAGES + ZT_SOURCE_ZSWAP},
		{"pswpin", V_SWAPIN_PAGES + ZT_SOURCE_DISK},
		{"swpin_zero", V_SWAPIN_PAGES + ZT_SOURCE_ZERO},
		{"zswpout", V_K_ZSWPOUT},
		{"zswpin", V_K_ZSWPIN},
		{"zswpwb", V_K_ZSWPWB},
		{"pswpin", V_K_PSWPIN},
		{"pswpout", V_K_PSWPOUT},
	};
	const char *text = text_of(files, FILE_VMSTAT);

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		s->v[map[i].value] = files_value(text, map[i].key);
}

/* In bytes; the file says kB. */
static uint64_t meminfo_bytes(const char *text, const char *key)
{
	return product(files_value(text, key), 1024);
}

/*
 * zswap_max_pages() and zswap_accept_thr_pages(), in pages and rounded as they do. 6.1 multiplies
 * in another order, which makes a page of difference at most.
 */
static void sample_limits(struct files *files, struct sample *s, uint64_t ram_bytes)
{
	uint64_t pages = ram_bytes == ABSENT ? ABSENT : ram_bytes / files->page_size;
	uint64_t limit = percent(pages, number_of(files, FILE_MAX_POOL));
	uint64_t accept = percent(limit, number_of(files, FILE_ACCEPT));

	s->v[V_POOL_LIMIT] = product(limit, files->page_size);
	s->v[V_POOL_ACCEPT] = product(accept, files->page_size);
}

/* meminfo has the pool's values for everybody (5.19+), debugfs for root only. */
static void sample_meminfo(struct files *files, struct sample *s)
{
	const char *text = text_of(files, FILE_MEMINFO);
	uint64_t total = meminfo_bytes(text, "SwapTotal");
	uint64_t free_bytes = meminfo_bytes(text, "SwapFree");
	uint64_t ram = meminfo_bytes(text, "MemTotal");

	s->v[V_POOL_BYTES] = meminfo_bytes(text, "Zswap");
	s->v[V_STORED_BYTES] = meminfo_bytes(text, "Zswapped");
	s->v[V_SWAP_TOTAL] = total;
	if (total != ABSENT && free_bytes != ABSENT && free_bytes <= total)
		s->v[V_SWAP_USED] = total - free_bytes;
	s->v[V_SWAP_CACHED] = meminfo_bytes(text, "SwapCached");
	sample_limits(files, s, ram);
}

static void sample_debugfs(const struct files *files, struct sample *s)
{
	uint64_t page = files->page_size;
	uint64_t stored = product(debug_number(files, "stored_pages"), page);
	uint64_t raw = product(debug_number(files, "stored_incompressible_pages"), page);
	uint64_t bytes = debug_number(files, "pool_total_size");

	s->v[V_POOL_BYTES] = first_known(bytes, s->v[V_POOL_BYTES]);
	s->v[V_STORED_BYTES] = first_known(stored, s->v[V_STORED_BYTES]);
	s->v[V_STORED_RAW] = raw; /* kept as they are since 6.18; refused before */
	s->v[V_K_RECLAIM_FAIL] = debug_number(files, "reject_reclaim_fail");
	s->v[V_K_LIMIT_HIT] = debug_number(files, "pool_limit_hit");
}

static void sample_parameters(struct files *files, struct sample *s)
{
	uint64_t shrinker = flag_of(files, FILE_SHRINKER);
	const char *name;

	s->v[V_ENABLED] = flag_of(files, FILE_ENABLED);
	snprintf(s->kernel.shrinker, sizeof(s->kernel.shrinker), "%s",
		 shrinker == ABSENT ? ""
		 : shrinker	    ? "on"
				    : "off");
	name = text_of(files, FILE_COMPRESSOR);
	snprintf(s->kernel.compressor, sizeof(s->kernel.compressor), "%.*s",
		 (int)strcspn(name, " \n"), name);
}

/* A line of /proc/swaps: path, type, size and used in kB, priority. */
static bool parse_area(char *line, struct swap_area *area)
{
	char *field[4], *rest = line;

	for (int i = 0; i < 4; i++) {
		do
			field[i] = strsep(&rest, " \t");
		while (field[i] && !*field[i]);
		if (!field[i])
			return false;
	}
	area->bytes = product(files_number(field[2]), 1024);
	area->used_bytes = product(files_number(field[3]), 1024);
	if (area->bytes == ABSENT || area->used_bytes == ABSENT)
		return false;
	files_unescape(field[0]);
	snprintf(area->device, sizeof(area->device), "%s", field[0]);
	area->trees = area->trees_empty = ABSENT;
	return true;
}

static bool on_zram(const struct swap_area *area)
{
	return !strncmp(area->device, "/dev/zram", strlen("/dev/zram"));
}

static void sample_areas(struct files *files, struct sample *s)
{
	char *rest = text_of(files, FILE_SWAPS), *line;
	bool readable = *rest != '\0'; /* at least the line of headings */
	uint64_t zram = 0;

	free(s->areas);
	s->nr_areas = 0;
	s->areas = calloc(MAX_AREAS, sizeof(*s->areas));
	if (!s->areas || !readable)
		return;
	strsep(&rest, "\n");
	for (uint32_t type = 0; type < MAX_AREAS && (line = strsep(&rest, "\n")) && *line; type++) {
		struct swap_area *area = &s->areas[s->nr_areas];

		if (!parse_area(line, area))
			continue;
		area->type = type;
		s->nr_areas++;
		if (on_zram(area))
			zram += area->bytes;
	}
	s->v[V_SWAP_ZRAM] = zram;
}

void files_sample(struct files *files, struct sample *s)
{
	open_absent(files);
	sample_parameters(files, s);
	sample_vmstat(files, s);
	sample_meminfo(files, s);
	sample_debugfs(files, s);
	sample_areas(files, s);
}

bool files_zswap_missing(struct files *files)
{
	char path[PATH_MAX];
	const char *meminfo;

	snprintf(path, sizeof(path), "%s" MODULE, files->root);
	if (!access(path, F_OK))
		return false;
	/* without /sys, meminfo tells: it has the line since 5.19 */
	meminfo = text_of(files, FILE_MEMINFO);
	return *meminfo && files_value(meminfo, "Zswap") == ABSENT;
}
