// SPDX-License-Identifier: GPL-2.0-only
/* The kernel-file tier, over directories that hold what kernels 6.1, 6.12 and 7.3 say. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files.h"

#define PARAM "/sys/module/zswap/parameters/"
#define DEBUG "/sys/kernel/debug/zswap/"

static char root[1024];
static struct files *files;
static struct sample sample;
static uint64_t page;

static void make_parents(const char *path)
{
	char dir[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
		mkdir(dir, 0755);
	}
}

/* Writes a file of the fake root; one that is open keeps its inode. */
static void put_bytes(const char *name, const char *bytes, size_t length)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", root, name);
	make_parents(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, length, f), length);
	fclose(f);
}

static void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(root, sizeof(root), "%s/zswaptop-files-XXXXXX", tmp ? tmp : "/tmp");
	page = sysconf(_SC_PAGESIZE);
	sample_init(&sample);
	files = NULL;
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	files_close(files);
	sample_free(&sample);
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void take(void)
{
	char why[128] = "";

	if (!files)
		files = files_open(root, why, sizeof(why));
	assert_non_null(files);
	assert_string_equal(why, "");
	files_sample(files, &sample);
}

static uint64_t source(enum zt_source which)
{
	return sample.v[V_SWAPIN_PAGES + which];
}

static void put_meminfo(const char *zswap)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "MemTotal:        2014236 kB\n"
		 "MemFree:         1034560 kB\n"
		 "SwapCached:         1204 kB\n"
		 "Active:            81204 kB\n"
		 "SwapTotal:       1048572 kB\n"
		 "SwapFree:         900572 kB\n"
		 "%s"
		 "Dirty:                 0 kB\n",
		 zswap);
	put("/proc/meminfo", text);
}

static void put_parameters(void)
{
	put(PARAM "enabled", "Y\n");
	put(PARAM "compressor", "zstd\n");
	put(PARAM "max_pool_percent", "20\n");
	put(PARAM "accept_threshold_percent", "90\n");
}

static void put_6_1(void)
{
	put("/proc/vmstat", "nr_free_pages 257640\nnr_zone_inactive_anon 16\npgpgin 30001\n"
			    "pgpgout 901\npswpin 17\npswpout 23\npgalloc_dma 0\nthp_swpout 5\n"
			    "thp_swpout_fallback 6\nswap_ra 7\nswap_ra_hit 8\nksm_swpin_copy 9\n"
			    "cow_ksm 0\nzswpin 1100\nzswpout 1300\ndirect_map_level2_splits 1\n");
	put_meminfo("Zswap:             10240 kB\nZswapped:          40960 kB\n");
	put("/proc/swaps",
	    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
	    "/dev/vda                                partition\t1048572\t\t148000\t\t-2\n");
	put_parameters();
	put(PARAM "zpool", "zbud\n");
	put(PARAM "same_filled_pages_enabled", "Y\n");
}

static void put_6_12(void)
{
	put("/proc/vmstat", "pgpgin 30001\npgpgout 901\npswpin 17\npswpout 23\nthp_swpout 5\n"
			    "swap_ra 7\nswap_ra_hit 8\nswpin_zero 31\nswpout_zero 37\n"
			    "ksm_swpin_copy 9\ncow_ksm 0\nzswpin 1100\nzswpout 1300\nzswpwb 41\n"
			    "vma_lock_success 0\n");
	put_meminfo("Zswap:             10240 kB\nZswapped:          40960 kB\n");
	put("/proc/swaps",
	    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
	    "/dev/vda                                partition\t1048572\t\t148000\t\t-2\n");
	put_parameters();
	put(PARAM "zpool", "zsmalloc\n");
	put(PARAM "shrinker_enabled", "N\n");
}

static void put_debugfs(void)
{
	put(DEBUG "pool_total_size", "10485761\n");
	put(DEBUG "stored_pages", "10241\n");
	put(DEBUG "reject_reclaim_fail", "3\n");
	put(DEBUG "pool_limit_hit", "5\n");
	put(DEBUG "written_back_pages", "40\n");
}

static void put_7_3(void)
{
	put_6_12();
	put(PARAM "shrinker_enabled", "Y\n");
	put("/proc/vmstat", "pgpgin 30001\npswpin 17\npswpout 23\nswpin_zero 31\nswpout_zero 37\n"
			    "zswpin 1100\nzswpout 1300\nzswpwb 41\nnrswpin 77\nnrswpout 78\n");
	put_debugfs();
	put(DEBUG "stored_incompressible_pages", "11\n");
}

static void check_limits(void)
{
	uint64_t pages = 2014236ULL * 1024 / page;

	assert_int_equal(sample.v[V_POOL_LIMIT], pages * 20 / 100 * page);
	assert_int_equal(sample.v[V_POOL_ACCEPT], pages * 20 / 100 * 90 / 100 * page);
}

static void test_6_1(void **state)
{
	(void)state;
	put_6_1();
	take();
	assert_int_equal(sample.v[V_ENABLED], 1);
	assert_true(sample.v[V_POOL_FULL] == ABSENT);
	assert_int_equal(sample.v[V_POOL_BYTES], 10240 * 1024);
	assert_int_equal(sample.v[V_STORED_BYTES], 40960 * 1024);
	check_limits();
	assert_true(sample.v[V_STORED_RAW] == ABSENT);
	assert_int_equal(source(ZT_SOURCE_ZSWAP), 1100);
	assert_int_equal(source(ZT_SOURCE_DISK), 17);
	assert_true(source(ZT_SOURCE_ZERO) == ABSENT);
	assert_int_equal(sample.v[V_K_ZSWPOUT], 1300);
	assert_true(sample.v[V_K_ZSWPWB] == ABSENT);
	assert_true(sample.v[V_K_RECLAIM_FAIL] == ABSENT);
	assert_string_equal(sample.kernel.compressor, "zstd");
	assert_string_equal(sample.kernel.shrinker, "");
	assert_false(files_zswap_missing(files));
}

static void test_6_12(void **state)
{
	(void)state;
	put_6_12();
	put_debugfs();
	take();
	/* debugfs knows better than meminfo */
	assert_int_equal(sample.v[V_POOL_BYTES], 10485761);
	assert_int_equal(sample.v[V_STORED_BYTES], 10241 * page);
	assert_true(sample.v[V_STORED_RAW] == ABSENT);
	assert_int_equal(source(ZT_SOURCE_ZERO), 31);
	assert_int_equal(sample.v[V_K_ZSWPIN], 1100);
	assert_int_equal(sample.v[V_K_ZSWPWB], 41);
	assert_int_equal(sample.v[V_K_PSWPIN], 17);
	assert_int_equal(sample.v[V_K_PSWPOUT], 23);
	assert_int_equal(sample.v[V_K_RECLAIM_FAIL], 3);
	assert_int_equal(sample.v[V_K_LIMIT_HIT], 5);
	assert_int_equal(sample.v[V_SWAP_TOTAL], 1048572ULL * 1024);
	assert_int_equal(sample.v[V_SWAP_USED], 148000 * 1024);
	assert_int_equal(sample.v[V_SWAP_CACHED], 1204 * 1024);
	assert_int_equal(sample.v[V_SWAP_ZRAM], 0);
	assert_string_equal(sample.kernel.shrinker, "off");
}

static void test_7_3(void **state)
{
	(void)state;
	put_7_3();
	take();
	assert_int_equal(sample.v[V_STORED_RAW], 11 * page);
	assert_int_equal(source(ZT_SOURCE_DISK), 17);
	assert_string_equal(sample.kernel.shrinker, "on");
}

static void test_debugfs_appears_later(void **state)
{
	(void)state;
	put_6_12();
	put(PARAM "enabled", "N\n");
	take();
	assert_int_equal(sample.v[V_ENABLED], 0);
	assert_int_equal(sample.v[V_POOL_BYTES], 10240 * 1024);
	put(PARAM "enabled", "Y\n");
	put_debugfs();
	take();
	assert_int_equal(sample.v[V_ENABLED], 1);
	assert_int_equal(sample.v[V_POOL_BYTES], 10485761);
}

/* As after the privileges are gone: what is open is read again, and no path is needed. */
static void test_reads_again_without_paths(void **state)
{
	char away[sizeof(root) + 8], back[sizeof(root)];

	(void)state;
	put_6_12();
	put_debugfs();
	take();
	put("/proc/vmstat", "zswpin 1101\n");
	put(PARAM "enabled", "N\n");
	put(DEBUG "pool_limit_hit", "6\n");
	strcpy(back, root);
	snprintf(away, sizeof(away), "%s.away", root);
	assert_int_equal(rename(root, away), 0);
	take();
	assert_int_equal(rename(away, back), 0);
	assert_int_equal(source(ZT_SOURCE_ZSWAP), 1101);
	assert_true(source(ZT_SOURCE_DISK) == ABSENT);
	assert_int_equal(sample.v[V_ENABLED], 0);
	assert_int_equal(sample.v[V_K_LIMIT_HIT], 6);
}

/* Attributes of debugfs cannot be positioned; neither can a pipe. */
static void test_reads_what_cannot_be_positioned(void **state)
{
	char buf[16];
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "12\n", 3), 3);
	close(fd[1]);
	assert_int_equal(files_read(fd[0], buf, sizeof(buf)), 3);
	assert_string_equal(buf, "12\n");
	close(fd[0]);
}

static void test_swap_areas(void **state)
{
	(void)state;
	put_6_12();
	put("/proc/swaps",
	    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
	    "/var/my\\040swap\\134file\\011x                  file\t\t4194300\t\t20\t\t5\n"
	    "/dev/zram0                              partition\t8388604\t\t512\t\t100\n"
	    "nonsense\n"
	    "/swap\\040(deleted)                       file\t\t12582908\t0\t\t-3\n"
	    "/dev/zram12                             partition\t1000\t\t0\t\t100\n");
	take();
	assert_int_equal(sample.nr_areas, 4);
	assert_string_equal(sample.areas[0].device, "/var/my swap\\file\tx");
	assert_int_equal(sample.areas[0].type, 0);
	assert_int_equal(sample.areas[0].bytes, 4194300ULL * 1024);
	assert_int_equal(sample.areas[0].used_bytes, 20 * 1024);
	assert_true(sample.areas[0].trees == ABSENT);
	assert_true(sample.areas[0].trees_empty == ABSENT);
	assert_int_equal(sample.areas[1].type, 1);
	assert_string_equal(sample.areas[2].device, "/swap (deleted)");
	assert_int_equal(sample.areas[2].type, 3);
	assert_int_equal(sample.areas[2].bytes, 12582908ULL * 1024);
	assert_int_equal(sample.v[V_SWAP_ZRAM], (8388604ULL + 1000) * 1024);
}

static void test_swap_areas_go_away(void **state)
{
	(void)state;
	put_6_12();
	take();
	assert_int_equal(sample.nr_areas, 1);
	put("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	take();
	assert_int_equal(sample.nr_areas, 0);
	assert_int_equal(sample.v[V_SWAP_ZRAM], 0);
}

static void test_many_and_long_areas(void **state)
{
	static char text[40 * 400];
	size_t length = (size_t)sprintf(text, "Filename\tType\tSize\tUsed\tPriority\n");

	(void)state;
	for (int i = 0; i < 40; i++)
		length += (size_t)sprintf(text + length, "/%0300d partition 4 0 1\n", i);
	put_6_12();
	put("/proc/swaps", text);
	take();
	assert_int_equal(sample.nr_areas, 32);
	assert_int_equal(strlen(sample.areas[31].device), sizeof(sample.areas[31].device) - 1);
}

static void test_nothing_but_vmstat(void **state)
{
	(void)state;
	put("/proc/vmstat", "zswpin 1\n");
	take();
	for (int v = V_ENABLED; v < NR_VALUES; v++)
		if (v != V_SWAPIN_PAGES + ZT_SOURCE_ZSWAP && v != V_K_ZSWPIN)
			assert_true(sample.v[v] == ABSENT);
	assert_int_equal(sample.nr_areas, 0);
	assert_string_equal(sample.kernel.compressor, "");
	/* neither /sys nor meminfo: not known to be missing */
	assert_false(files_zswap_missing(files));
}

static void test_kernel_without_zswap(void **state)
{
	(void)state;
	put_meminfo("");
	take();
	assert_true(files_zswap_missing(files));
	put_meminfo("Zswap:                 0 kB\n");
	assert_false(files_zswap_missing(files));
	put_meminfo("");
	put_parameters();
	assert_false(files_zswap_missing(files));
}

static void test_no_proc(void **state)
{
	char why[128] = "";

	(void)state;
	assert_null(files_open(root, why, sizeof(why)));
	assert_non_null(strstr(why, "/proc"));
	files_close(NULL);
}

static void put_everywhere(const char *bytes, size_t length)
{
	static const char *const names[] = {
		"/proc/vmstat",
		"/proc/meminfo",
		"/proc/swaps",
		PARAM "enabled",
		PARAM "compressor",
		PARAM "max_pool_percent",
		PARAM "shrinker_enabled",
		PARAM "accept_threshold_percent",
		DEBUG "pool_total_size",
		DEBUG "stored_pages",
		DEBUG "pool_limit_hit",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put_bytes(names[i], bytes, length);
}

static void test_garbage(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"\n\n\n",
		"-1\n",
		"99999999999999999999999\n",
		"12x\n",
		"zswpin\n",
		"zswpin -5\npswpin 5x\n",
		"MemTotal:\nZswap: kB\n",
		"Filename\n\t\t\t\t\n",
		"Filename\n/a b 18446744073709551615 1 1\n/b c 1\n",
		"Filename\n/a b -1 -1\n",
		"\\",
		"Filename\n\\9\\4 b c d\n",
	};

	(void)state;
	put_7_3();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put_everywhere(texts[i], strlen(texts[i]));
		take();
		for (int v = V_ENABLED; v <= V_SWAP_CACHED; v++)
			if (v != V_STORED_RAW && v != V_K_RECLAIM_FAIL)
				assert_true(sample.v[v] == ABSENT);
		assert_int_equal(sample.nr_areas, 0);
	}
}

static void test_random_bytes(void **state)
{
	static char bytes[600 * 1024];

	(void)state;
	srandom(1);
	for (int round = 0; round < 8; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)(round % 2 ? random()
						    : "Y0123 \n\t:\\/zswpin"[random() % 17]);
		put_everywhere(bytes, sizeof(bytes));
		take();
	}
}

/* Products that no 64-bit number holds are not known, rather than wrong. */
static void test_overflow(void **state)
{
	(void)state;
	put_7_3();
	put("/proc/meminfo", "MemTotal: 18014398509481983 kB\nSwapTotal: 18446744073709551610 kB\n"
			     "SwapFree: 1 kB\nZswap: 18446744073709551610 kB\n");
	put(PARAM "max_pool_percent", "4294967295\n");
	put(DEBUG "stored_pages", "18446744073709551610\n");
	put(DEBUG "pool_total_size", "18446744073709551615\n");
	take();
	assert_true(sample.v[V_POOL_LIMIT] == ABSENT);
	assert_true(sample.v[V_POOL_ACCEPT] == ABSENT);
	assert_true(sample.v[V_SWAP_TOTAL] == ABSENT);
	assert_true(sample.v[V_SWAP_USED] == ABSENT);
	assert_true(sample.v[V_STORED_BYTES] == ABSENT);
	assert_true(sample.v[V_POOL_BYTES] == ABSENT);
	put("/proc/meminfo", "SwapTotal: 10 kB\nSwapFree: 11 kB\n");
	take();
	assert_true(sample.v[V_SWAP_USED] == ABSENT);
}

static int open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void test_leaks_no_descriptor(void **state)
{
	int before = open_files(), kept;

	(void)state;
	put_7_3();
	take();
	kept = open_files();
	take();
	assert_int_equal(open_files(), kept);
	files_close(files);
	files = NULL;
	assert_int_equal(open_files(), before);
}

static void test_huge_file(void **state)
{
	size_t size = 300 * 1024;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text, "zswpin 7\n", 9);
	put_bytes("/proc/vmstat", text, size);
	free(text);
	take();
	assert_int_equal(source(ZT_SOURCE_ZSWAP), 7);
}

static void test_read_cuts_at_a_line(void **state)
{
	char path[PATH_MAX], buf[16];
	int fd;

	(void)state;
	put("/f", "first 1\nsecond 22\nthird 3\n");
	snprintf(path, sizeof(path), "%s/f", root);
	fd = open(path, O_RDONLY);
	/* 15 bytes fit: the number of the second line would be wrong */
	assert_int_equal(files_read(fd, buf, sizeof(buf)), 8);
	assert_string_equal(buf, "first 1\n");
	/* again, from the beginning */
	assert_int_equal(files_read(fd, buf, sizeof(buf)), 8);
	close(fd);
	assert_int_equal(files_read(fd, buf, sizeof(buf)), -1);
	assert_string_equal(buf, "");
	put("/f", "no end");
	fd = open(path, O_RDONLY);
	assert_int_equal(files_read(fd, buf, sizeof(buf)), 6);
	assert_string_equal(buf, "no end");
	close(fd);
}

static void test_value(void **state)
{
	const char *text = "zswapped 2\nzswap 1\nx zswpin 9\nzswpin 3\nZswap:   4 kB\nlast 5";

	(void)state;
	assert_int_equal(files_value(text, "zswap"), 1);
	assert_int_equal(files_value(text, "zswapped"), 2);
	assert_int_equal(files_value(text, "zswpin"), 3);
	assert_int_equal(files_value(text, "Zswap"), 4);
	assert_int_equal(files_value(text, "last"), 5);
	assert_true(files_value(text, "zsw") == ABSENT);
	assert_true(files_value(text, "absent") == ABSENT);
	assert_true(files_value("", "absent") == ABSENT);
	assert_true(files_value("key", "key") == ABSENT);
}

static void test_number(void **state)
{
	(void)state;
	assert_int_equal(files_number("  12 kB"), 12);
	assert_int_equal(files_number("0"), 0);
	assert_int_equal(files_number("18446744073709551613"), UNLIMITED - 1);
	assert_true(files_number("18446744073709551614") == ABSENT);
	assert_true(files_number("18446744073709551616") == ABSENT);
	assert_true(files_number("-1") == ABSENT);
	assert_true(files_number("+1") == ABSENT);
	assert_true(files_number("1e3") == ABSENT);
	assert_true(files_number("max") == ABSENT);
	assert_true(files_number("") == ABSENT);
	assert_true(files_number("\n5") == ABSENT);
}

static void test_unescape(void **state)
{
	char text[] = "a\\040b\\134040\\12\\400\\303\\244\\";

	(void)state;
	files_unescape(text);
	assert_string_equal(text, "a b\\040\\12\\400\xc3\xa4\\");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_6_1),
		TEST(test_6_12),
		TEST(test_7_3),
		TEST(test_debugfs_appears_later),
		TEST(test_reads_again_without_paths),
		TEST(test_reads_what_cannot_be_positioned),
		TEST(test_swap_areas),
		TEST(test_swap_areas_go_away),
		TEST(test_many_and_long_areas),
		TEST(test_nothing_but_vmstat),
		TEST(test_kernel_without_zswap),
		TEST(test_no_proc),
		TEST(test_garbage),
		TEST(test_random_bytes),
		TEST(test_overflow),
		TEST(test_leaks_no_descriptor),
		TEST(test_huge_file),
		TEST(test_read_cuts_at_a_line),
		TEST(test_value),
		TEST(test_number),
		TEST(test_unescape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
