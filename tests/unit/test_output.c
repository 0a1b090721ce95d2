// SPDX-License-Identifier: GPL-2.0-only
/* Texts of times, and files that are replaced at once. Each test has an empty directory. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* nftw(), RTLD_NEXT */
#endif
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "fixture.h"
#include "output.h"

static char dir[64], path[128];

/*
 * The system's calls that hardly ever fail, here in place of libc's: the call of number fail_at
 * fails with fail_error. Counted from 1; 0: none fails.
 */
static struct fault {
	int calls, fail_at, error;
} faults_fsync, faults_fchmod, faults_fdopen, faults_random;

static int fails(struct fault *f)
{
	if (++f->calls != f->fail_at)
		return 0;
	errno = f->error;
	return 1;
}

/* What fsync() was asked for, in order: 'f' file (with the old one in place), 'd' directory. */
static char synced[8];

int fsync(int fd)
{
	struct stat st, there = {0};
	int n = strlen(synced);

	fstat(fd, &st);
	stat(path, &there);
	if (S_ISDIR(st.st_mode))
		synced[n] = 'd';
	else
		synced[n] = there.st_ino == st.st_ino ? '!' : 'f';
	return fails(&faults_fsync) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fchmod(int fd, mode_t mode)
{
	return fails(&faults_fchmod) ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

FILE *fdopen(int fd, const char *mode)
{
	FILE *(*real)(int fd, const char *mode);

	*(void **)&real = dlsym(RTLD_NEXT, "fdopen");
	return fails(&faults_fdopen) ? NULL : real(fd, mode);
}

/* The bytes of the next temporary names; none: real ones. */
static const char *random_bytes;

ssize_t getrandom(void *buf, size_t len, unsigned int flags)
{
	if (fails(&faults_random))
		return -1;
	if (!random_bytes)
		return syscall(SYS_getrandom, buf, len, flags);
	memset(buf, *random_bytes, len);
	if (random_bytes[1])
		random_bytes++;
	return len;
}

static int open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static int open_before;

static int remove_one(const char *name, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(name);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/zswaptop-test.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/zswaptop.prom", dir);
	memset(synced, 0, sizeof(synced));
	memset(&faults_fsync, 0, sizeof(faults_fsync));
	memset(&faults_fchmod, 0, sizeof(faults_fchmod));
	memset(&faults_fdopen, 0, sizeof(faults_fdopen));
	memset(&faults_random, 0, sizeof(faults_random));
	random_bytes = NULL;
	open_before = open_files();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	/* Nothing that a test opens may stay open. */
	if (open_files() != open_before)
		return -1;
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Number of entries; the name of the last that is hidden goes to hidden. */
static int entries(char hidden[256])
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int n = 0;

	assert_non_null(d);
	while ((entry = readdir(d))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (hidden && entry->d_name[0] == '.')
			strcpy(hidden, entry->d_name);
		n++;
	}
	closedir(d);
	return n;
}

static void check_file(const char *name, const char *want)
{
	char buf[256] = "";
	FILE *f = fopen(name, "r");

	assert_non_null(f);
	buf[fread(buf, 1, sizeof(buf) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(buf, want);
}

static void put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int replace(struct output *o, const char *text)
{
	FILE *f = output_begin(o);

	if (!f)
		return -errno;
	fputs(text, f);
	return output_commit(o);
}

static void test_times(void **state)
{
	char buf[OUTPUT_TIME_LEN];

	(void)state;
	assert_string_equal(output_time(&(struct timespec){0, 0}, buf), "1970-01-01T00:00:00.000Z");
	assert_string_equal(output_time(&(struct timespec){1795291500, 123999999}, buf),
			    "2026-11-21T20:05:00.123Z");
	assert_string_equal(output_time(&(struct timespec){1709164800, 999999999}, buf),
			    "2024-02-29T00:00:00.999Z");
	setenv("TZ", "Asia/Kolkata", 1);
	tzset();
	assert_string_equal(output_time(&(struct timespec){0, 1000000}, buf),
			    "1970-01-01T00:00:00.001Z");
	unsetenv("TZ");
	tzset();
}

static void check_seconds(uint64_t ns, const char *want)
{
	char buf[OUTPUT_SECONDS_LEN];

	assert_string_equal(output_seconds(ns, buf), want);
}

static void test_seconds(void **state)
{
	(void)state;
	check_seconds(0, "0");
	check_seconds(1, "0.000000001");
	check_seconds(256, "0.000000256");
	check_seconds(100, "0.0000001");
	check_seconds(1000000000, "1");
	check_seconds(1500000000, "1.5");
	check_seconds(100000000000, "100");
	check_seconds(UINT64_MAX, "18446744073.709551615");
}

static void test_replaces(void **state)
{
	char hidden[256] = "";
	struct output o;
	struct stat st;
	FILE *f;

	(void)state;
	put_file(path, "old");
	chmod(path, 0600);
	umask(0077);
	assert_int_equal(output_open(&o, path), 0);
	f = output_begin(&o);
	assert_non_null(f);
	fputs("new\n", f);
	fflush(f);
	/* Until the commit, readers have the old file, and the new one is not named *.prom. */
	check_file(path, "old");
	assert_int_equal(entries(hidden), 2);
	assert_memory_equal(hidden, ".zswaptop.", 10);
	assert_string_equal(hidden + strlen(hidden) - 4, ".tmp");
	assert_int_equal(strlen(hidden), strlen(".zswaptop.XXXXXX.tmp"));
	assert_true(fcntl(fileno(f), F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(o.dir_fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(o.error, 0);
	assert_int_equal(output_commit(&o), 0);
	umask(0022);
	check_file(path, "new\n");
	assert_int_equal(entries(NULL), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(replace(&o, "newer\n"), 0);
	check_file(path, "newer\n");
	assert_int_equal(o.error, 0);
	output_close(&o);
	assert_int_equal(entries(NULL), 1);
}

static void test_abort(void **state)
{
	struct output o;

	(void)state;
	put_file(path, "old");
	assert_int_equal(output_open(&o, path), 0);
	output_abort(&o);
	fputs("dropped", output_begin(&o));
	output_abort(&o);
	assert_int_equal(entries(NULL), 1);
	/* Begun again, and closed: dropped as well. */
	fputs("dropped", output_begin(&o));
	fputs("dropped", output_begin(&o));
	assert_int_equal(entries(NULL), 2);
	output_close(&o);
	assert_int_equal(entries(NULL), 1);
	check_file(path, "old");
	assert_int_equal(output_commit(&o), -EBADF);
}

static void test_symlink_is_replaced(void **state)
{
	char target[128];
	struct output o;
	struct stat st;

	(void)state;
	snprintf(target, sizeof(target), "%s/target", dir);
	put_file(target, "precious");
	assert_int_equal(symlink("target", path), 0);
	assert_int_equal(output_open(&o, path), 0);
	assert_int_equal(replace(&o, "new"), 0);
	check_file(target, "precious");
	check_file(path, "new");
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	/* One that leads nowhere, too. */
	unlink(path);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(replace(&o, "again"), 0);
	check_file(path, "again");
	output_close(&o);
}

static void check_refused(const char *name, int err)
{
	struct output o;

	assert_int_equal(output_open(&o, name), err);
	assert_int_equal(o.error, -err);
	assert_non_null(o.what);
	errno = 0;
	assert_null(output_begin(&o));
	assert_int_equal(errno, -err);
	output_close(&o);
}

static void test_other_kinds_are_refused(void **state)
{
	(void)state;
	mkdir(path, 0755);
	check_refused(path, -EISDIR);
	rmdir(path);
	assert_int_equal(mkfifo(path, 0644), 0);
	check_refused(path, -EINVAL);
	unlink(path);
	/* As /dev/stdout is: it leads to a device. */
	assert_int_equal(symlink("/dev/null", path), 0);
	check_refused(path, -EINVAL);
	assert_int_equal(entries(NULL), 1);
}

/* What is directly below the root has a directory, too. */
static void test_in_the_root(void **state)
{
	(void)state;
	check_refused("/tmp", -EISDIR);
	check_refused("//tmp", -EISDIR);
}

static void test_no_file_name(void **state)
{
	static const char *const names[] = {"", "/", "/tmp/", ".", "..", "/tmp/.."};
	struct output o;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(output_open(&o, names[i]), -EINVAL);
		assert_string_equal(o.what, "find a file name in the path");
		output_close(&o);
	}
}

/* Made a directory only while something was being written. */
static void test_failed_rename(void **state)
{
	struct output o;

	(void)state;
	assert_int_equal(output_open(&o, path), 0);
	fputs("new", output_begin(&o));
	mkdir(path, 0755);
	assert_int_equal(output_commit(&o), -EISDIR);
	assert_string_equal(o.what, "replace what is not a regular file");
	assert_int_equal(entries(NULL), 1);
	rmdir(path);
	assert_int_equal(replace(&o, "new"), 0);
	assert_int_equal(o.error, 0);
	output_close(&o);
}

static void test_failed_write(void **state)
{
	struct rlimit old, tiny;
	struct output o;

	(void)state;
	put_file(path, "old");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	tiny = (struct rlimit){2, old.rlim_max};
	assert_int_equal(output_open(&o, path), 0);
	setrlimit(RLIMIT_FSIZE, &tiny);
	assert_int_equal(replace(&o, "longer than that"), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(o.error, EFBIG);
	assert_string_equal(o.what, "write the temporary file");
	check_file(path, "old");
	assert_int_equal(entries(NULL), 1);
	assert_int_equal(replace(&o, "longer than that"), 0);
	check_file(path, "longer than that");
	output_close(&o);
}

/* A write that failed on the way is not forgotten, though later ones succeed. */
static void test_failed_write_before(void **state)
{
	struct rlimit old, tiny;
	struct output o;
	FILE *f;

	(void)state;
	put_file(path, "old");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	tiny = (struct rlimit){2, old.rlim_max};
	assert_int_equal(output_open(&o, path), 0);
	f = output_begin(&o);
	assert_non_null(f);
	setrlimit(RLIMIT_FSIZE, &tiny);
	fputs("longer than that", f);
	assert_int_equal(fflush(f), EOF);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(output_commit(&o), -EIO);
	check_file(path, "old");
	assert_int_equal(entries(NULL), 1);
	output_close(&o);
}

/* Nothing is left of a file that could not be begun, and the reason is told. */
static void check_no_begin(struct output *o, int error, const char *what)
{
	errno = 0;
	assert_null(output_begin(o));
	assert_int_equal(errno, error);
	assert_int_equal(o->error, error);
	assert_string_equal(o->what, what);
	assert_int_equal(output_commit(o), -EBADF);
}

static void test_failed_begin(void **state)
{
	struct output o;

	(void)state;
	assert_int_equal(output_open(&o, path), 0);
	faults_random = (struct fault){0, 1, EINTR};
	check_no_begin(&o, EINTR, "create a temporary file");
	faults_fchmod = (struct fault){0, 1, EPERM};
	check_no_begin(&o, EPERM, "set the mode of the temporary file");
	faults_fdopen = (struct fault){0, 1, ENOMEM};
	check_no_begin(&o, ENOMEM, "open a stream");
	assert_int_equal(entries(NULL), 0);
	assert_int_equal(replace(&o, "new"), 0);
	check_file(path, "new");
	output_close(&o);
}

/* Another's file of the temporary name is neither written nor removed. */
static void test_taken_name(void **state)
{
	char taken[128], target[128];
	struct output o;

	(void)state;
	snprintf(taken, sizeof(taken), "%s/.zswaptop.aaaaaa.tmp", dir);
	snprintf(target, sizeof(target), "%s/.zswaptop.bbbbbb.tmp", dir);
	assert_int_equal(output_open(&o, path), 0);
	put_file(taken, "another's");
	assert_int_equal(symlink("planted", target), 0);
	random_bytes = "\x20\x21\x22";
	assert_int_equal(replace(&o, "new"), 0);
	assert_int_equal(faults_random.calls, 3);
	assert_int_equal(entries(NULL), 3);
	random_bytes = "\x20";
	check_no_begin(&o, EEXIST, "create a temporary file");
	output_close(&o);
	check_file(taken, "another's");
	assert_int_equal(entries(NULL), 3);
}

static void test_synced_in_order(void **state)
{
	struct output o;

	(void)state;
	put_file(path, "old");
	assert_int_equal(output_open(&o, path), 0);
	assert_int_equal(replace(&o, "new"), 0);
	assert_string_equal(synced, "fd");
	/* The file: then the old one stays. */
	faults_fsync = (struct fault){0, 1, EIO};
	assert_int_equal(replace(&o, "newer"), -EIO);
	assert_string_equal(o.what, "sync the temporary file");
	check_file(path, "new");
	assert_int_equal(entries(NULL), 1);
	/* The directory: the new one is in place all the same. */
	faults_fsync = (struct fault){0, 2, EIO};
	assert_int_equal(replace(&o, "newer"), -EIO);
	assert_string_equal(o.what, "sync the directory");
	check_file(path, "newer");
	/* Not every file system can. */
	faults_fsync = (struct fault){0, 2, EINVAL};
	assert_int_equal(replace(&o, "newest"), 0);
	assert_int_equal(o.error, 0);
	assert_null(o.what);
	assert_int_equal(entries(NULL), 1);
	output_close(&o);
}

static void test_directory_comes_and_goes(void **state)
{
	char sub[80], file[96], away[96];
	struct output o;

	(void)state;
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	snprintf(file, sizeof(file), "%s/file", sub);
	snprintf(away, sizeof(away), "%s.away", sub);
	assert_int_equal(output_open(&o, file), -ENOENT);
	assert_string_equal(o.what, "open the directory");
	assert_int_equal(replace(&o, "x"), -ENOENT);
	mkdir(sub, 0755);
	assert_int_equal(replace(&o, "one"), 0);
	check_file(file, "one");
	/* Another directory of that name. */
	assert_int_equal(rename(sub, away), 0);
	mkdir(sub, 0755);
	assert_int_equal(replace(&o, "two"), 0);
	check_file(file, "two");
	/* Removed between begin and commit. */
	fputs("three", output_begin(&o));
	nftw(sub, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	assert_int_equal(output_commit(&o), -ENOENT);
	assert_int_equal(replace(&o, "three"), -ENOENT);
	put_file(sub, "not a directory");
	assert_int_equal(replace(&o, "three"), -ENOTDIR);
	assert_string_equal(o.what, "open the directory");
	output_close(&o);
}

static void test_names(void **state)
{
	char name[256], cwd[256], *here;
	struct output o;

	(void)state;
	/* As long as a name may be: the temporary one is not derived from it. */
	memset(name, 'x', 255);
	name[255] = '\0';
	here = getcwd(cwd, sizeof(cwd));
	assert_non_null(here);
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(output_open(&o, name), 0);
	assert_int_equal(replace(&o, "long"), 0);
	check_file(name, "long");
	output_close(&o);
	assert_int_equal(output_open(&o, "./relative"), 0);
	assert_int_equal(replace(&o, "rel"), 0);
	check_file("relative", "rel");
	output_close(&o);
	assert_int_equal(chdir(here), 0);
}

static void test_remove(void **state)
{
	struct output o;
	char other[160];

	(void)state;
	snprintf(other, sizeof(other), "%s.other", path);
	put_file(path, "not ours");
	assert_int_equal(output_open(&o, path), 0);
	output_remove(&o);
	check_file(path, "not ours");
	assert_int_equal(replace(&o, "ours"), 0);
	/* A write that fails leaves the file before it, which is ours still. */
	faults_fsync = (struct fault){.fail_at = 1, .error = EIO};
	assert_int_equal(replace(&o, "never there"), -EIO);
	check_file(path, "ours");
	output_remove(&o);
	assert_int_equal(access(path, F_OK), -1);
	/* Something else of that name: a file, a link to where ours is now. */
	assert_int_equal(replace(&o, "ours"), 0);
	assert_int_equal(rename(path, other), 0);
	put_file(path, "another's");
	output_remove(&o);
	check_file(path, "another's");
	assert_int_equal(remove(path), 0);
	assert_int_equal(symlink(other, path), 0);
	output_remove(&o);
	check_file(path, "ours");
	output_close(&o);
}

/* What was left by a process that was killed is recognised, and nothing else. */
static void test_sweep(void **state)
{
	static const char *const kept[] = {".zswaptop.abcde.tmp",   ".zswaptop.abcdefg.tmp",
					   ".zswaptop.abcdef.prom", "zswaptop.abcdef.tmp",
					   ".zswaptop.dirdir.tmp",  ".zswaptop.linkln.tmp"};
	const int nr_kept = sizeof(kept) / sizeof(kept[0]);
	struct output o, second;
	char name[160], hidden[256];

	(void)state;
	snprintf(name, sizeof(name), "%s/.zswaptop.abcdef.tmp", dir);
	put_file(name, "half a fi");
	for (int i = 0; i < nr_kept; i++) {
		snprintf(name, sizeof(name), "%s/%s", dir, kept[i]);
		if (strstr(name, "dirdir"))
			assert_int_equal(mkdir(name, 0755), 0);
		else if (strstr(name, "linkln"))
			assert_int_equal(symlink(path, name), 0);
		else
			put_file(name, "");
	}
	assert_int_equal(output_open(&o, path), 0);
	assert_int_equal(entries(NULL), nr_kept);
	/* One that is being written is not touched by another that begins. */
	fputs("one", output_begin(&o));
	assert_int_equal(output_open(&second, path), 0);
	assert_int_equal(replace(&second, "two"), 0);
	assert_int_equal(output_commit(&o), 0);
	check_file(path, "one");
	assert_int_equal(entries(hidden), nr_kept + 1);
	output_close(&second);
	output_close(&o);
}

static void test_status(void **state)
{
	FILE *out = open_full();

	(void)state;
	errno = ENOENT;
	assert_int_equal(output_status(out), 0);
	errno = 0;
	fputc('x', out);
	assert_int_equal(output_status(out), -ENOSPC);
	errno = 0;
	assert_int_equal(output_status(out), -EIO);
	fclose(out);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_seconds),
		IN_DIR(test_replaces),
		IN_DIR(test_abort),
		IN_DIR(test_symlink_is_replaced),
		IN_DIR(test_other_kinds_are_refused),
		cmocka_unit_test(test_in_the_root),
		cmocka_unit_test(test_no_file_name),
		IN_DIR(test_failed_rename),
		IN_DIR(test_failed_write),
		IN_DIR(test_failed_write_before),
		IN_DIR(test_failed_begin),
		IN_DIR(test_taken_name),
		IN_DIR(test_synced_in_order),
		IN_DIR(test_directory_comes_and_goes),
		IN_DIR(test_names),
		IN_DIR(test_remove),
		IN_DIR(test_sweep),
		cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
