// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cgroups over a tree of plain directories. There ids are inode numbers, as on a cgroup2 mount,
 * and paths are found by walking, as without privileges. A last test looks at this machine.
 */
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
#include "cgroups.h"

static char root[PATH_MAX];
static struct cgroups *cgroups;
static struct cgroup_sample cs;

/* The path of a name below (or, if it begins with a dot, beside) the root; two at a time. */
static const char *at(const char *name)
{
	static char paths[2][PATH_MAX];
	static int last;

	last = !last;
	snprintf(paths[last], sizeof(paths[last]), "%.2000s%.2000s", root, name);
	return paths[last];
}

static uint64_t add(const char *name)
{
	struct stat st;

	assert_int_equal(mkdir(at(name), 0755), 0);
	assert_int_equal(stat(at(name), &st), 0);
	return st.st_ino;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char template[1024];

	(void)state;
	snprintf(template, sizeof(template), "%s/zswaptop-cgroups-XXXXXX", tmp ? tmp : "/tmp");
	memset(&cs, 0, sizeof(cs));
	if (!mkdtemp(template) || !realpath(template, root))
		return -1;
	put("/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
	cgroups = cgroups_open(root);
	return cgroups ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	cgroups_close(cgroups);
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void test_paths(void **state)
{
	uint64_t slice = add("/system.slice"), unit = add("/system.slice/db.service");
	uint64_t scope = add("/system.slice/db.service/a b\nc");

	(void)state;
	assert_string_equal(cgroups_path(cgroups, scope), "/system.slice/db.service/a b\nc");
	assert_string_equal(cgroups_path(cgroups, unit), "/system.slice/db.service");
	assert_string_equal(cgroups_path(cgroups, slice), "/system.slice");
	assert_string_equal(cgroups_path(cgroups, 1), "/");
	assert_null(cgroups_path(cgroups, 0));
	assert_null(cgroups_path(cgroups, UINT64_MAX));
}

static void test_files_are_no_cgroups(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(at("/cgroup.controllers"), &st), 0);
	assert_null(cgroups_path(cgroups, st.st_ino));
}

/* At most one walk between two refreshes, and none for what is known. */
static void test_unknown_until_refresh(void **state)
{
	uint64_t old = add("/old"), new;

	(void)state;
	assert_non_null(cgroups_path(cgroups, old));
	new = add("/new");
	assert_null(cgroups_path(cgroups, new));
	assert_null(cgroups_path(cgroups, new));
	cgroups_refresh(cgroups);
	assert_string_equal(cgroups_path(cgroups, new), "/new");
}

/* An id that was not found three times is of a cgroup that died before: no more walks for it. */
static void test_given_up(void **state)
{
	uint64_t id = add("/a"), other = add("/b");

	(void)state;
	assert_int_equal(rename(at("/a"), at(".outside")), 0);
	for (int i = 0; i < 2; i++) {
		assert_null(cgroups_path(cgroups, id));
		cgroups_refresh(cgroups);
	}
	/* the second was asked for after the walk, which is no miss */
	assert_null(cgroups_path(cgroups, id));
	assert_non_null(cgroups_path(cgroups, other));
	assert_int_equal(rename(at(".outside"), at("/a")), 0);
	cgroups_refresh(cgroups);
	assert_null(cgroups_path(cgroups, id));
	/* not even a walk for another one brings it back, but that is found */
	assert_string_equal(cgroups_path(cgroups, other), "/b");
}

static void test_missed_once(void **state)
{
	uint64_t id = add("/a");

	(void)state;
	assert_int_equal(rename(at("/a"), at(".outside")), 0);
	assert_null(cgroups_path(cgroups, id));
	assert_int_equal(rename(at(".outside"), at("/a")), 0);
	assert_null(cgroups_path(cgroups, id));
	cgroups_refresh(cgroups);
	assert_string_equal(cgroups_path(cgroups, id), "/a");
}

static void test_asked_after_the_walk_is_no_miss(void **state)
{
	uint64_t first = add("/a"), second;

	(void)state;
	for (int i = 0; i < 5; i++) {
		char name[16];

		assert_non_null(cgroups_path(cgroups, first));
		snprintf(name, sizeof(name), "/n%d", i);
		second = add(name);
		/* the first round walked for the first; in later ones this does */
		if (!i)
			assert_null(cgroups_path(cgroups, second));
		else
			assert_string_equal(cgroups_path(cgroups, second), name);
		cgroups_refresh(cgroups);
	}
}

/* Found without a walk: what else there is stays unknown. */
static void test_hint(void **state)
{
	uint64_t slice = add("/a.slice"), unit, other, top;

	(void)state;
	assert_non_null(cgroups_path(cgroups, slice)); /* this round's walk */
	unit = add("/a.slice/b.service");
	other = add("/a.slice/other");
	top = add("/top");
	cgroups_hint(cgroups, unit, slice, "b.service");
	cgroups_hint(cgroups, top, 1, "top");
	assert_string_equal(cgroups_path(cgroups, unit), "/a.slice/b.service");
	assert_string_equal(cgroups_path(cgroups, top), "/top");
	assert_null(cgroups_path(cgroups, other));
}

static void test_hint_that_helps_nothing(void **state)
{
	uint64_t slice = add("/a.slice"), unit = add("/a.slice/b.service");

	(void)state;
	cgroups_hint(cgroups, unit, slice, "b.service"); /* of a parent not known */
	cgroups_hint(cgroups, unit, 1, "");
	cgroups_hint(cgroups, 0, 1, "a.slice");
	assert_string_equal(cgroups_path(cgroups, unit), "/a.slice/b.service");
}

/* A cgroup removed before its path was asked for takes no walk, and neither does its successor. */
static void test_hint_of_removed(void **state)
{
	uint64_t slice = add("/a.slice"), old = add("/a.slice/old"), new, gone;

	(void)state;
	assert_int_equal(rename(at("/a.slice/old"), at(".outside")), 0);
	assert_non_null(cgroups_path(cgroups, slice));
	cgroups_refresh(cgroups);
	gone = add("/a.slice/gone");
	assert_int_equal(rename(at("/a.slice/gone"), at(".gone")), 0);
	new = add("/a.slice/old"); /* the same name, another cgroup */
	cgroups_hint(cgroups, old, slice, "old");
	cgroups_hint(cgroups, gone, slice, "gone");
	assert_null(cgroups_path(cgroups, old));
	assert_null(cgroups_path(cgroups, gone));
	/* had one of them taken the walk, it would not be there for this one */
	assert_string_equal(cgroups_path(cgroups, new), "/a.slice/old");
	assert_int_equal(rmdir(at(".gone")), 0);
}

static void test_removed_keeps_its_path(void **state)
{
	uint64_t old = add("/unit"), new;

	(void)state;
	assert_string_equal(cgroups_path(cgroups, old), "/unit");
	/* keeps the inode number from being used again, as the kernel does */
	assert_int_equal(rename(at("/unit"), at(".outside")), 0);
	new = add("/unit");
	assert_int_not_equal(old, new);
	for (int i = 0; i < 5; i++) {
		cgroups_refresh(cgroups);
		assert_string_equal(cgroups_path(cgroups, old), "/unit");
		assert_string_equal(cgroups_path(cgroups, new), "/unit");
	}
	rmdir(at(".outside"));
}

#define MANY (ZT_MAX_CGROUPS + 500)

/* More than are remembered unasked: what is asked for is found one refresh later at most. */
static void test_many(void **state)
{
	static uint64_t ids[MANY];
	unsigned int found = 0;
	char name[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		if (i % 1000 == 0) {
			snprintf(name, sizeof(name), "/%d", i / 1000);
			add(name);
		}
		snprintf(name, sizeof(name), "/%d/%d", i / 1000, i);
		ids[i] = add(name);
	}
	for (int i = 0; i < MANY; i++)
		found += cgroups_path(cgroups, ids[i]) != NULL;
	assert_in_range(found, ZT_MAX_CGROUPS - 20, ZT_MAX_CGROUPS);
	for (int round = 0; round < 3; round++) {
		cgroups_refresh(cgroups);
		for (int i = 0; i < MANY; i++) {
			snprintf(name, sizeof(name), "/%d/%d", i / 1000, i);
			if (!round && !cgroups_path(cgroups, ids[i]))
				fail_msg("%s not found", name);
			assert_string_equal(cgroups_path(cgroups, ids[i]), name);
		}
	}
}

/* Ids that nobody has asked for in a while make room; there is an end to what is remembered. */
static void test_bounded(void **state)
{
	uint64_t a = add("/a"), b = add("/b"), c;

	(void)state;
	assert_non_null(cgroups_path(cgroups, a));
	for (uint64_t id = 1ULL << 50; id < (1ULL << 50) + 3 * ZT_MAX_CGROUPS; id++)
		assert_null(cgroups_path(cgroups, id));
	assert_string_equal(cgroups_path(cgroups, b), "/b");
	/* full but for the place of the root, which nobody asked for: what is new has none */
	c = add("/c");
	cgroups_refresh(cgroups);
	assert_null(cgroups_path(cgroups, 1ULL << 51));
	assert_null(cgroups_path(cgroups, c));
	assert_string_equal(cgroups_path(cgroups, b), "/b");
	cgroups_refresh(cgroups);
	assert_string_equal(cgroups_path(cgroups, c), "/c");
	assert_string_equal(cgroups_path(cgroups, a), "/a");
}

static void test_no_memory_controller(void **state)
{
	uint64_t id = add("/a"), level_id;
	unsigned int level;
	char path[64], why[256];

	(void)state;
	assert_true(cgroups_has_memory(cgroups));
	put("/cgroup.controllers", "hugetlb\n");
	cgroups_close(cgroups);
	cgroups = cgroups_open(root);
	assert_false(cgroups_has_memory(cgroups));
	assert_null(cgroups_path(cgroups, id));
	assert_string_equal(cgroups_path(cgroups, 1), "/");
	assert_int_equal(cgroups_resolve_below(root, "/a", path, sizeof(path), &level_id, &level,
					       why, sizeof(why)),
			 -1);
	assert_non_null(strstr(why, "memory controller"));
}

/* What does not say which controllers it has may have this one. */
static void test_no_list_of_controllers(void **state)
{
	(void)state;
	cgroups_close(cgroups);
	assert_int_equal(unlink(at("/cgroup.controllers")), 0);
	cgroups = cgroups_open(root);
	assert_true(cgroups_has_memory(cgroups));
}

static char found_path[256], found_why[512];
static uint64_t found_id;
static unsigned int found_level;

static int resolve(const char *arg)
{
	*found_path = *found_why = '\0';
	found_id = found_level = -1;
	return cgroups_resolve_below(root, arg, found_path, sizeof(found_path), &found_id,
				     &found_level, found_why, sizeof(found_why));
}

static void check_resolved(const char *arg, const char *path, uint64_t id, unsigned int level)
{
	if (resolve(arg))
		fail_msg("%s: %s", arg, found_why);
	assert_string_equal(found_path, path);
	assert_int_equal(found_id, id);
	assert_int_equal(found_level, level);
}

static void check_refused(const char *arg, const char *why)
{
	assert_int_equal(resolve(arg), -1);
	if (!strstr(found_why, why))
		fail_msg("%s: says \"%s\", not \"%s\"", arg, found_why, why);
}

static void test_resolve(void **state)
{
	uint64_t slice = add("/system.slice"), unit = add("/system.slice/db.service");
	struct stat st;

	(void)state;
	assert_int_equal(stat(root, &st), 0);
	check_resolved("/system.slice/db.service", "/system.slice/db.service", unit, 2);
	check_resolved("system.slice/db.service", "/system.slice/db.service", unit, 2);
	check_resolved("system.slice/", "/system.slice", slice, 1);
	check_resolved("//system.slice//db.service/", "/system.slice/db.service", unit, 2);
	check_resolved("/", "/", st.st_ino, 0);
	check_resolved(at("/system.slice/db.service"), "/system.slice/db.service", unit, 2);
	check_resolved(at("/"), "/", st.st_ino, 0);
}

static void test_resolve_refuses(void **state)
{
	char beside[PATH_MAX + 8];

	(void)state;
	add("/a");
	put("/a/memory.stat", "");
	check_refused("", "empty");
	check_refused("/b", "does not exist");
	check_refused("b/c", "does not exist");
	check_refused("/a/memory.stat", "no directory");
	check_refused("/a/memory.stat/x", "does not exist");
	check_refused("/proc", "not on cgroup2");
	check_refused("..", "not below");
	/* not as below the current directory */
	add("/a/below");
	assert_int_equal(chdir(at("/a")), 0);
	check_refused("below", "does not exist");
	assert_int_equal(chdir("/"), 0);
	/* a directory whose name begins with the mount's */
	snprintf(beside, sizeof(beside), "%s2", root);
	assert_int_equal(mkdir(beside, 0755), 0);
	check_refused(beside, "not below");
	rmdir(beside);
	assert_int_equal(cgroups_resolve_below("/nonexistent", "/a", found_path, sizeof(found_path),
					       &found_id, &found_level, found_why,
					       sizeof(found_why)),
			 -1);
	assert_non_null(strstr(found_why, "/nonexistent"));
}

static void test_resolve_too_long(void **state)
{
	static char arg[3 * PATH_MAX];
	char path[4];

	(void)state;
	memset(arg, 'x', sizeof(arg) - 1);
	check_refused(arg, "cannot look up");
	memset(arg, '/', 1);
	check_refused(arg, "cannot look up");
	add("/abcdef");
	assert_int_equal(cgroups_resolve_below(root, "/abcdef", path, sizeof(path), &found_id,
					       &found_level, found_why, sizeof(found_why)),
			 -1);
}

static void put_unit(void)
{
	cs.id = add("/unit");
	put("/unit/memory.zswap.current", "1048576\n");
	put("/unit/memory.zswap.max", "12582912\n");
	put("/unit/memory.zswap.writeback", "1\n");
	put("/unit/memory.stat", "anon 4096\nzswap 1048575\nzswapped 4194304\nzswpin 12\n"
				 "zswpout 1300\nzswpwb 3\nzswap_incomp 0\n");
	cs.path = "/unit";
}

static void test_read(void **state)
{
	(void)state;
	put_unit();
	assert_int_equal(cgroups_read(cgroups, &cs), 0);
	assert_false(cs.gone);
	assert_int_equal(cs.pool_bytes, 1048576);
	assert_int_equal(cs.limit_bytes, 12582912);
	assert_int_equal(cs.stored_bytes, 4194304);
	assert_int_equal(cs.writeback, 1);
	put("/unit/memory.zswap.max", "max\n");
	put("/unit/memory.zswap.writeback", "0\n");
	assert_int_equal(cgroups_read(cgroups, &cs), 0);
	assert_true(cs.limit_bytes == UNLIMITED);
	assert_int_equal(cs.writeback, 0);
}

/* The root has memory.stat and memory.zswap.writeback only; 6.1 has no writeback. */
static void test_read_root(void **state)
{
	(void)state;
	put("/memory.stat", "zswap 8192\nzswapped 40960\n");
	cs.path = "/";
	assert_int_equal(cgroups_read(cgroups, &cs), 0);
	assert_int_equal(cs.pool_bytes, 8192);
	assert_int_equal(cs.stored_bytes, 40960);
	assert_true(cs.limit_bytes == ABSENT);
	assert_true(cs.writeback == ABSENT);
}

static void test_read_garbage(void **state)
{
	(void)state;
	put_unit();
	put("/unit/memory.zswap.current", "-4096\n");
	put("/unit/memory.zswap.max", "");
	put("/unit/memory.zswap.writeback", "yes\n");
	put("/unit/memory.stat", "zswapped\nzswap x\n");
	assert_int_equal(cgroups_read(cgroups, &cs), 0);
	assert_true(cs.pool_bytes == ABSENT);
	assert_true(cs.limit_bytes == ABSENT);
	assert_true(cs.writeback == ABSENT);
	assert_true(cs.stored_bytes == ABSENT);
}

static void test_read_gone(void **state)
{
	(void)state;
	put_unit();
	cs.path = "/other";
	cs.pool_bytes = 7;
	assert_int_equal(cgroups_read(cgroups, &cs), -1);
	assert_true(cs.gone);
	assert_true(cs.pool_bytes == ABSENT);
	/* another one under the same path */
	cs.path = "/unit";
	cs.id++;
	assert_int_equal(cgroups_read(cgroups, &cs), -1);
	assert_true(cs.gone);
	assert_true(cs.pool_bytes == ABSENT);
	cs.id = 0;
	assert_int_equal(cgroups_read(cgroups, &cs), 0);
	assert_false(cs.gone);
	assert_int_equal(cs.pool_bytes, 1048576);
}

static void test_read_needs_no_path_of_the_mount(void **state)
{
	char away[sizeof(root) + 8];

	(void)state;
	put_unit();
	snprintf(away, sizeof(away), "%s.away", root);
	assert_int_equal(rename(root, away), 0);
	assert_int_equal(cgroups_read(cgroups, &cs), 0);
	assert_string_equal(cgroups_path(cgroups, cs.id), "/unit");
	assert_int_equal(rename(away, root), 0);
	assert_int_equal(cs.pool_bytes, 1048576);
}

static int find_mount(const char *mountinfo, char *mount, size_t size)
{
	put("/mountinfo", mountinfo);
	return cgroups_find_mount(at("/mountinfo"), mount, size);
}

static void test_find_mount(void **state)
{
	char mount[64] = "";

	(void)state;
	assert_int_equal(find_mount("22 27 0:21 / /proc rw,relatime - proc proc rw\n"
				    "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 "
				    "cgroup2 rw,nsdelegate,memory_recursiveprot\n",
				    mount, sizeof(mount)),
			 0);
	assert_string_equal(mount, "/sys/fs/cgroup");
	/* hybrid */
	assert_int_equal(
		find_mount("31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
			   "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
			   "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
			   mount, sizeof(mount)),
		0);
	assert_string_equal(mount, "/sys/fs/cgroup/unified");
	/* a part of the hierarchy mounted before the whole; blanks */
	assert_int_equal(find_mount("40 31 0:38 /a /mnt/part rw - cgroup2 none rw\n"
				    "41 31 0:38 / /mnt/the\\040whole rw - cgroup2 none rw\n"
				    "42 31 0:38 / /mnt/again rw - cgroup2 none rw\n",
				    mount, sizeof(mount)),
			 0);
	assert_string_equal(mount, "/mnt/the whole");
	assert_int_equal(find_mount("40 31 0:38 /a /mnt/part rw - cgroup2 none rw\n"
				    "40 31 0:38 /b /mnt/other rw - cgroup2 none rw\n",
				    mount, sizeof(mount)),
			 0);
	assert_string_equal(mount, "/mnt/part");
}

static void test_find_no_mount(void **state)
{
	char mount[8] = "";

	(void)state;
	assert_int_equal(find_mount("", mount, sizeof(mount)), -1);
	assert_int_equal(
		find_mount("35 31 0:32 / /m rw - cgroup cgroup rw,memory\n", mount, sizeof(mount)),
		-1);
	assert_int_equal(find_mount(" - cgroup2 \n- cgroup2\n1 2 3 - cgroup2 x\n"
				    " - cgroup2 x y\n",
				    mount, sizeof(mount)),
			 -1);
	assert_int_equal(
		find_mount("41 31 0:38 / /toolong rw - cgroup2 none rw\n", mount, sizeof(mount)),
		-1);
	assert_int_equal(cgroups_find_mount(at("/none"), mount, sizeof(mount)), -1);
}

static void test_open_fails(void **state)
{
	(void)state;
	assert_null(cgroups_open(at("/none")));
	assert_null(cgroups_open(at("/cgroup.controllers")));
	cgroups_close(NULL);
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
	int before = open_files();
	uint64_t id;

	(void)state;
	put_unit();
	id = add("/unit/below");
	assert_string_equal(cgroups_path(cgroups, id), "/unit/below");
	assert_int_equal(cgroups_read(cgroups, &cs), 0);
	cs.path = "/none";
	assert_int_equal(cgroups_read(cgroups, &cs), -1);
	assert_int_equal(cgroups_resolve_below(root, "/unit", found_path, sizeof(found_path),
					       &found_id, &found_level, found_why,
					       sizeof(found_why)),
			 0);
	assert_int_equal(open_files(), before);
	cgroups_close(cgroups);
	cgroups = NULL;
	assert_int_equal(open_files(), before - 1);
}

/* Deeper than a walk goes: no crash, and what is above is found. */
static void test_deep(void **state)
{
	uint64_t top = 0, bottom = 0;
	char name[PATH_MAX] = "";

	(void)state;
	for (int i = 0; i < 100; i++) {
		strcat(name, "/d");
		bottom = add(name);
		if (!i)
			top = bottom;
	}
	assert_null(cgroups_path(cgroups, bottom));
	assert_string_equal(cgroups_path(cgroups, top), "/d");
}

/* This machine's own cgroups, if it has any: only looked at. */
static void test_this_machine(void **state)
{
	char mount[PATH_MAX], path[64], why[512];
	struct cgroups *c;
	unsigned int level;
	uint64_t id;

	(void)state;
	if (cgroups_find_mount("/proc/self/mountinfo", mount, sizeof(mount)))
		skip();
	c = cgroups_open(NULL);
	assert_non_null(c);
	assert_string_equal(cgroups_path(c, 1), "/");
	assert_null(cgroups_path(c, UINT64_MAX));
	cgroups_close(c);
	if (!cgroups_resolve("/", path, sizeof(path), &id, &level, why, sizeof(why))) {
		assert_int_equal(id, 1);
		assert_int_equal(level, 0);
		assert_string_equal(path, "/");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_paths),
		TEST(test_files_are_no_cgroups),
		TEST(test_unknown_until_refresh),
		TEST(test_given_up),
		TEST(test_missed_once),
		TEST(test_asked_after_the_walk_is_no_miss),
		TEST(test_hint),
		TEST(test_hint_that_helps_nothing),
		TEST(test_hint_of_removed),
		TEST(test_removed_keeps_its_path),
		TEST(test_many),
		TEST(test_bounded),
		TEST(test_no_memory_controller),
		TEST(test_no_list_of_controllers),
		TEST(test_resolve),
		TEST(test_resolve_refuses),
		TEST(test_resolve_too_long),
		TEST(test_read),
		TEST(test_read_root),
		TEST(test_read_garbage),
		TEST(test_read_gone),
		TEST(test_read_needs_no_path_of_the_mount),
		TEST(test_find_mount),
		TEST(test_find_no_mount),
		TEST(test_open_fails),
		TEST(test_leaks_no_descriptor),
		TEST(test_deep),
		TEST(test_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
