// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "cgroups.h"
#include "files.h"

#define ROOT_ID	      1
#define MAX_KNOWN     ZT_MAX_CGROUPS
#define MAX_ASKED     (2 * ZT_MAX_CGROUPS)
#define MAX_MISSES    3
#define MAX_DEPTH     64 /* directories open at a time in a walk */
#define FIRST_SLOTS   256
#define TEXT_SIZE     16384 /* memory.stat has 2 kB */
#define FILEID_KERNFS 0xfe  /* include/linux/exportfs.h */

/* A cgroup, or an id for which none was found. */
struct known {
	uint64_t id;	    /* 0: this slot is free */
	char *path;	    /* NULL: not found */
	unsigned int asked; /* the round in which it was asked for last */
	unsigned int tried; /* ... and looked for by its handle */
	unsigned int misses;
};

struct cgroups {
	char *mount; /* as the kernel names it: no trailing slash */
	int fd;
	bool has_memory;
	bool real;	    /* cgroup2, not a directory of a test */
	bool handles;	    /* open_by_handle_at() is permitted, as far as is known */
	bool walked;	    /* in this round */
	unsigned int round; /* 1 and one more with every refresh */
	struct known *table;
	size_t slots; /* a power of two; a quarter is free at least */
	size_t used;
};

struct handle {
	struct file_handle head;
	uint64_t id; /* head.f_handle */
};

_Static_assert(offsetof(struct handle, id) == sizeof(struct file_handle), "no hole");

/* The id of a directory below an open one; name "": of that itself. */
static bool id_of(int dir, const char *name, uint64_t *id)
{
	struct handle h = {.head.handle_bytes = sizeof(h.id)};
	struct stat st;
	int mount_id;

	if (!name_to_handle_at(dir, name, &h.head, &mount_id, AT_EMPTY_PATH) &&
	    h.head.handle_type == FILEID_KERNFS && h.head.handle_bytes == sizeof(h.id)) {
		*id = h.id;
		return true;
	}
	/* the same number on 64-bit kernels */
	if (fstatat(dir, name, &st, AT_EMPTY_PATH))
		return false;
	*id = st.st_ino;
	return true;
}

static const char *relative(const char *path)
{
	return path + strspn(path, "/");
}

/* Opens a directory below the mount by its path, for openat() only. */
static int open_below(const struct cgroups *c, const char *path)
{
	const char *name = relative(path);

	return openat(c->fd, *name ? name : ".", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A line of mountinfo: id, parent, device, root, mount point, ... - type, source, options. */
static bool is_cgroup2(char *line, char **root, char **point)
{
	const char *type = strstr(line, " - ");
	char *save;

	if (!type || strncmp(type, " - cgroup2 ", strlen(" - cgroup2 ")))
		return false;
	strtok_r(line, " ", &save);
	strtok_r(NULL, " ", &save);
	strtok_r(NULL, " ", &save);
	*root = strtok_r(NULL, " ", &save);
	*point = strtok_r(NULL, " ", &save);
	return *root && *point && **point == '/';
}

int cgroups_find_mount(const char *mountinfo, char *mount, size_t size)
{
	FILE *f = fopen(mountinfo, "re");
	char *line = NULL, *root, *point;
	size_t room = 0;
	int found = -1;

	if (!f)
		return -1;
	while (getline(&line, &room, f) > 0) {
		if (!is_cgroup2(line, &root, &point))
			continue;
		files_unescape(point);
		if (strlen(point) >= size || (!found && strcmp(root, "/")))
			continue;
		strcpy(mount, point);
		found = 0;
		if (!strcmp(root, "/"))
			break;
	}
	free(line);
	fclose(f);
	return found;
}

/* The text of a file of a cgroup; empty if it cannot be read. */
static char *read_text(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	text[0] = '\0';
	if (fd < 0)
		return text;
	if (files_read(fd, text, size) < 0)
		text[0] = '\0';
	close(fd);
	return text;
}

static bool has_memory(int dir)
{
	char text[1024], *rest = text, *word;

	if (faccessat(dir, "cgroup.controllers", R_OK, 0))
		return true; /* not known to be missing */
	read_text(dir, "cgroup.controllers", text, sizeof(text));
	while ((word = strsep(&rest, " \n")))
		if (!strcmp(word, "memory"))
			return true;
	return false;
}

static bool on_cgroup2(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC;
}

struct cgroups *cgroups_open(const char *mount)
{
	char found[PATH_MAX];
	struct cgroups *c;

	if (!mount) {
		if (cgroups_find_mount("/proc/self/mountinfo", found, sizeof(found)))
			return NULL;
		mount = found;
	}
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	c->mount = realpath(mount, NULL);
	c->table = calloc(FIRST_SLOTS, sizeof(*c->table));
	if (c->fd < 0 || !c->mount || !c->table) {
		cgroups_close(c);
		return NULL;
	}
	c->slots = FIRST_SLOTS;
	c->round = 1;
	c->handles = c->real = on_cgroup2(c->fd);
	c->has_memory = has_memory(c->fd);
	return c;
}

void cgroups_close(struct cgroups *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->slots; i++)
		free(c->table[i].path);
	if (c->fd >= 0)
		close(c->fd);
	free(c->table);
	free(c->mount);
	free(c);
}

bool cgroups_has_memory(const struct cgroups *c)
{
	return c->has_memory;
}

/*
 * The real path of the argument, taken as below the mount first: a cgroup may have any name, and
 * one named like a directory of the system is the one that was meant.
 */
static int find_directory(const char *mount, const char *arg, char *full, char *why, size_t size)
{
	char joined[2 * PATH_MAX];

	snprintf(joined, sizeof(joined), "%s/%s", mount, relative(arg));
	if (realpath(joined, full)) /* too long a path is an error here */
		return 0;
	if (*arg == '/' && realpath(arg, full))
		return 0;
	if (errno == ENOENT || errno == ENOTDIR)
		snprintf(why, size, "no such cgroup: %s does not exist below %s", arg, mount);
	else
		snprintf(why, size, "cannot look up cgroup %s: %s", arg, strerror(errno));
	return -1;
}

/* Is it a cgroup of the hierarchy mounted at top? */
static int check_directory(const char *top, const char *full, char *why, size_t size)
{
	struct stat top_st, st;
	size_t length = strlen(top);

	if (stat(top, &top_st) || stat(full, &st))
		snprintf(why, size, "cannot look up cgroup %s: %s", full, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		snprintf(why, size, "%s is no directory, so it is no cgroup", full);
	else if (st.st_dev != top_st.st_dev)
		snprintf(why, size, "%s is not on cgroup2, which is mounted at %s", full, top);
	else if (strncmp(full, top, length) || (full[length] && full[length] != '/'))
		snprintf(why, size, "%s is not below %s, where cgroup2 is mounted", full, top);
	else
		return 0;
	return -1;
}

/* The owner of a page is a cgroup of the memory controller, its level counted from the true root.
 */
static int check_hierarchy(const char *top, char *why, size_t size)
{
	int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t id;
	int err = -1;

	if (fd < 0) {
		snprintf(why, size, "cannot open %s: %s", top, strerror(errno));
		return -1;
	}
	if (!has_memory(fd))
		snprintf(why, size,
			 "the memory controller is not on cgroup2 (%s), so pages have no owner "
			 "there: boot with systemd.unified_cgroup_hierarchy=1",
			 top);
	else if (on_cgroup2(fd) && id_of(fd, "", &id) && id != ROOT_ID)
		snprintf(why, size,
			 "%s shows a part of the cgroups only: run outside of the container", top);
	else
		err = 0;
	close(fd);
	return err;
}

static unsigned int count_slashes(const char *path)
{
	unsigned int n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

int cgroups_resolve_below(const char *mount, const char *arg, char *path, size_t size, uint64_t *id,
			  unsigned int *level, char *why, size_t why_size)
{
	char top[PATH_MAX], full[PATH_MAX];
	const char *below;

	if (!*arg) {
		snprintf(why, why_size, "the name of the cgroup is empty");
		return -1;
	}
	if (!realpath(mount, top)) {
		snprintf(why, why_size, "cannot open %s: %s", mount, strerror(errno));
		return -1;
	}
	if (find_directory(top, arg, full, why, why_size) ||
	    check_directory(top, full, why, why_size) || check_hierarchy(top, why, why_size))
		return -1;
	below = full + strlen(top);
	*level = count_slashes(below);
	if ((size_t)snprintf(path, size, "%s", *below ? below : "/") >= size ||
	    !id_of(AT_FDCWD, full, id)) {
		snprintf(why, why_size, "cannot look up cgroup %s", full);
		return -1;
	}
	return 0;
}

int cgroups_resolve(const char *arg, char *path, size_t size, uint64_t *id, unsigned int *level,
		    char *why, size_t why_size)
{
	char mount[PATH_MAX];

	if (!cgroups_find_mount("/proc/self/mountinfo", mount, sizeof(mount)))
		return cgroups_resolve_below(mount, arg, path, size, id, level, why, why_size);
	snprintf(why, why_size, "cgroup2 is not mounted: try mount -t cgroup2 none /sys/fs/cgroup");
	return -1;
}

/* The slot of this id, or the free one where it belongs. */
static struct known *find_slot(struct known *table, size_t slots, uint64_t id)
{
	size_t i = (id * 0x9e3779b97f4a7c15ULL >> 32) & (slots - 1);

	while (table[i].id && table[i].id != id)
		i = (i + 1) & (slots - 1);
	return &table[i];
}

/* Moves all that was asked for in or after a round to another table, and forgets the rest. */
static bool move_table(struct cgroups *c, size_t slots, unsigned int since)
{
	struct known *table = calloc(slots, sizeof(*table));

	if (!table)
		return false;
	c->used = 0;
	for (size_t i = 0; i < c->slots; i++) {
		struct known *k = &c->table[i];

		if (!k->id)
			continue;
		if (k->asked < since) {
			free(k->path);
			continue;
		}
		*find_slot(table, slots, k->id) = *k;
		c->used++;
	}
	free(c->table);
	c->table = table;
	c->slots = slots;
	return true;
}

/* The entry of this id, a new one if there is none and there may be more than used are. */
static struct known *find_or_add(struct cgroups *c, uint64_t id, size_t max)
{
	struct known *k = find_slot(c->table, c->slots, id);

	if (k->id)
		return k;
	if (c->used >= max)
		return NULL;
	if (4 * (c->used + 1) > 3 * c->slots) {
		if (!move_table(c, 2 * c->slots, 0))
			return NULL;
		k = find_slot(c->table, c->slots, id);
	}
	k->id = id;
	c->used++;
	return k;
}

static void learn(struct cgroups *c, uint64_t id, const char *path)
{
	struct known *k = find_or_add(c, id, MAX_KNOWN);

	if (k && !k->path)
		k->path = strdup(path);
}

static void walk(struct cgroups *c, int fd, char *path, size_t length, unsigned int depth);

/* The links of a cgroup's directory are its children, itself and its name: nothing to open. */
static bool has_no_children(const struct cgroups *c, int dir, const char *name, uint64_t *id)
{
	struct stat st;

	if (!c->real || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) || st.st_nlink != 2)
		return false;
	*id = st.st_ino;
	return true;
}

/* One entry of a directory whose path, with a slash at its end, has this length. */
static void walk_entry(struct cgroups *c, int dir, const struct dirent *d, char *path,
		       size_t length, unsigned int depth)
{
	size_t n = strlen(d->d_name);
	uint64_t id;
	int fd;

	if (d->d_name[0] == '.' && (n == 1 || !strcmp(d->d_name, "..")))
		return;
	if ((d->d_type != DT_DIR && d->d_type != DT_UNKNOWN) || length + n + 2 > PATH_MAX)
		return;
	memcpy(path + length, d->d_name, n + 1);
	if (has_no_children(c, dir, d->d_name, &id)) {
		learn(c, id, path);
		return;
	}
	fd = openat(dir, d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	if (id_of(fd, "", &id))
		learn(c, id, path);
	path[length + n] = '/';
	walk(c, fd, path, length + n + 1, depth + 1);
}

/* Learns the cgroups below a directory, and closes it. */
static void walk(struct cgroups *c, int fd, char *path, size_t length, unsigned int depth)
{
	DIR *dir = depth < MAX_DEPTH ? fdopendir(fd) : NULL;
	struct dirent *d;

	if (!dir) {
		close(fd);
		return;
	}
	while ((d = readdir(dir)))
		walk_entry(c, fd, d, path, length, depth);
	closedir(dir);
}

static void walk_all(struct cgroups *c)
{
	int fd = openat(c->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char path[PATH_MAX] = "/";
	uint64_t id;

	c->walked = true;
	if (fd < 0)
		return;
	if (id_of(fd, "", &id))
		learn(c, id, path);
	walk(c, fd, path, 1, 0);
	for (size_t i = 0; i < c->slots; i++)
		if (c->table[i].id && !c->table[i].path)
			c->table[i].misses++;
}

/* The path of an open directory, as below the mount. */
static bool path_of(const struct cgroups *c, int fd, char *path, size_t size)
{
	char link[64], full[PATH_MAX];
	size_t top = strlen(c->mount);
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, full, sizeof(full) - 1);
	if (n < 0)
		return false;
	full[n] = '\0';
	if (strncmp(full, c->mount, top) || (full[top] && full[top] != '/'))
		return false;
	return (size_t)snprintf(path, size, "%s", full[top] ? full + top : "/") < size;
}

static bool path_by_handle(struct cgroups *c, uint64_t id, char *path, size_t size)
{
	struct handle h = {
		.head.handle_bytes = sizeof(h.id),
		.head.handle_type = FILEID_KERNFS,
		.id = id,
	};
	uint64_t found = 0;
	bool ok;
	int fd;

	fd = open_by_handle_at(c->fd, &h.head, O_PATH | O_CLOEXEC);
	if (fd < 0) {
		if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS)
			c->handles = false;
		return false;
	}
	ok = path_of(c, fd, path, size);
	close(fd);
	if (!ok)
		return false;
	/* removed in this moment, the path would end in " (deleted)" */
	fd = open_below(c, path);
	ok = fd >= 0 && id_of(fd, "", &found) && found == id;
	if (fd >= 0)
		close(fd);
	return ok;
}

static void look_up(struct cgroups *c, struct known *k)
{
	char path[PATH_MAX];

	if (c->handles && k->tried == c->round)
		return;
	k->tried = c->round;
	if (c->handles && path_by_handle(c, k->id, path, sizeof(path)))
		k->path = strdup(path);
	else if (c->handles)
		k->misses++;
	else if (!c->walked)
		walk_all(c); /* which may move the table */
}

const char *cgroups_path(struct cgroups *c, uint64_t id)
{
	struct known *k;

	if (id == ROOT_ID)
		return "/";
	if (!id || !c->has_memory)
		return NULL;
	k = find_or_add(c, id, MAX_ASKED);
	if (!k)
		return NULL;
	k->asked = c->round;
	if (!k->path && k->misses < MAX_MISSES)
		look_up(c, k);
	return find_slot(c->table, c->slots, id)->path;
}

void cgroups_hint(struct cgroups *c, uint64_t id, uint64_t parent, const char *name)
{
	const char *above = "";
	char path[PATH_MAX];
	struct known *k;
	uint64_t found;
	int fd;

	if (!id || id == ROOT_ID || !*name || !c->has_memory)
		return;
	if (find_slot(c->table, c->slots, id)->path)
		return;
	if (parent != ROOT_ID)
		above = find_slot(c->table, c->slots, parent)->path;
	if (!above || (size_t)snprintf(path, sizeof(path), "%s/%s", above, name) >= sizeof(path))
		return;
	k = find_or_add(c, id, MAX_ASKED);
	if (!k)
		return;
	fd = open_below(c, path);
	if (fd >= 0 && id_of(fd, "", &found) && found == id)
		k->path = strdup(path);
	else if (fd >= 0 || errno == ENOENT)
		k->misses = MAX_MISSES;
	if (fd >= 0)
		close(fd);
}

void cgroups_refresh(struct cgroups *c)
{
	/* the paths of those alive are found again, should they be asked for */
	if (c->used > MAX_KNOWN)
		move_table(c, c->slots, c->round);
	c->round++;
	c->walked = false;
}

static uint64_t read_number(int dir, const char *name)
{
	char text[64];

	return files_number(read_text(dir, name, text, sizeof(text)));
}

static uint64_t read_limit(int dir)
{
	char text[64];

	read_text(dir, "memory.zswap.max", text, sizeof(text));
	return strncmp(text, "max", 3) ? files_number(text) : UNLIMITED;
}

static void read_files(int dir, struct cgroup_sample *cs)
{
	char stat[TEXT_SIZE];

	cs->pool_bytes = read_number(dir, "memory.zswap.current");
	cs->limit_bytes = read_limit(dir);
	cs->writeback = read_number(dir, "memory.zswap.writeback"); /* 6.8+ */
	read_text(dir, "memory.stat", stat, sizeof(stat));
	cs->stored_bytes = files_value(stat, "zswapped");
	/* the root has no memory.zswap.current, which is this value of others */
	if (cs->pool_bytes == ABSENT)
		cs->pool_bytes = files_value(stat, "zswap");
}

int cgroups_read(struct cgroups *c, struct cgroup_sample *cs)
{
	int dir = open_below(c, cs->path);
	uint64_t id;

	cs->pool_bytes = cs->stored_bytes = cs->limit_bytes = cs->writeback = ABSENT;
	if (dir < 0) {
		cs->gone = errno == ENOENT || errno == ENOTDIR;
		return -1;
	}
	cs->gone = cs->id && id_of(dir, "", &id) && id != cs->id;
	if (!cs->gone)
		read_files(dir, cs);
	close(dir);
	return cs->gone ? -1 : 0;
}
