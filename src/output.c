// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "output.h"

#define NS_PER_S   1000000000u
#define TMP_TRIES  100

#define TMP_PREFIX ".zswaptop."
#define TMP_SUFFIX ".tmp"
#define TMP_RANDOM 6

int output_status(FILE *out)
{
	if (!ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}

const char *output_time(const struct timespec *wall, char buf[OUTPUT_TIME_LEN])
{
	struct tm tm = {.tm_year = 70, .tm_mday = 1};
	size_t len;

	gmtime_r(&wall->tv_sec, &tm);
	len = strftime(buf, OUTPUT_TIME_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + len, OUTPUT_TIME_LEN - len, ".%03uZ",
		 (unsigned int)(wall->tv_nsec / 1000000) % 1000);
	return buf;
}

const char *output_seconds(uint64_t ns, char buf[OUTPUT_SECONDS_LEN])
{
	int len = snprintf(buf, OUTPUT_SECONDS_LEN, "%" PRIu64 ".%09" PRIu64, ns / NS_PER_S,
			   ns % NS_PER_S);

	while (buf[len - 1] == '0')
		len--;
	if (buf[len - 1] == '.')
		len--;
	buf[len] = '\0';
	return buf;
}

/* Notes what failed; errno stays as it was. */
static int failed(struct output *o, const char *what)
{
	o->error = errno;
	o->what = what;
	return -o->error;
}

static int split_path(struct output *o, const char *path)
{
	char *slash;

	o->copy = strdup(path);
	if (!o->copy)
		return failed(o, "keep the path");
	slash = strrchr(o->copy, '/');
	o->name = slash ? slash + 1 : o->copy;
	if (!slash)
		o->dir = strdup(".");
	else
		o->dir = strndup(path, slash == o->copy ? 1 : slash - o->copy);
	if (!o->dir)
		return failed(o, "keep the path");
	if (!*o->name || !strcmp(o->name, ".") || !strcmp(o->name, "..")) {
		errno = EINVAL;
		return failed(o, "find a file name in the path");
	}
	return 0;
}

/* Whether the directory that is open is still the one of this path. */
static int dir_is_current(const struct output *o)
{
	struct stat opened, there;

	return o->dir_fd >= 0 && !fstat(o->dir_fd, &opened) && !stat(o->dir, &there) &&
	       opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

static bool is_tmp_name(const char *name)
{
	const size_t prefix = strlen(TMP_PREFIX), suffix = strlen(TMP_SUFFIX);

	return strlen(name) == prefix + TMP_RANDOM + suffix && !strncmp(name, TMP_PREFIX, prefix) &&
	       !strcmp(name + prefix + TMP_RANDOM, TMP_SUFFIX);
}

/* Whoever writes a temporary file holds a lock on it, until it dies. */
static bool is_abandoned(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	bool abandoned;

	if (fd < 0)
		return false;
	abandoned = !fstat(fd, &st) && S_ISREG(st.st_mode) && !flock(fd, LOCK_EX | LOCK_NB);
	close(fd);
	return abandoned;
}

/* What others left that were killed between begin and commit; a disk has room for only so many. */
static void sweep(const struct output *o)
{
	int fd = openat(o->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)))
		if (is_tmp_name(entry->d_name) && is_abandoned(o->dir_fd, entry->d_name))
			unlinkat(o->dir_fd, entry->d_name, 0);
	closedir(dir);
}

static int open_dir(struct output *o)
{
	if (dir_is_current(o))
		return 0;
	if (o->dir_fd >= 0)
		close(o->dir_fd);
	o->dir_fd = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (o->dir_fd < 0)
		return failed(o, "open the directory");
	sweep(o);
	return 0;
}

static int not_a_file(struct output *o)
{
	return failed(o, "replace what is not a regular file");
}

/* A rename would replace a device or pipe as readily as a file. */
static int check_target(struct output *o)
{
	struct stat st;

	/* A link that leads nowhere is fine; what it leads to need not be a file for root to lose.
	 */
	if (fstatat(o->dir_fd, o->name, &st, 0) || S_ISREG(st.st_mode))
		return 0;
	errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	return not_a_file(o);
}

int output_open(struct output *o, const char *path)
{
	int err;

	memset(o, 0, sizeof(*o));
	o->dir_fd = -1;
	err = split_path(o, path);
	if (!err)
		err = open_dir(o);
	if (!err)
		err = check_target(o);
	return err;
}

static int tmp_name(char *buf, size_t size)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	unsigned char random[TMP_RANDOM];
	char text[sizeof(random) + 1] = "";

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -1;
	for (size_t i = 0; i < sizeof(random); i++)
		text[i] = letters[random[i] % (sizeof(letters) - 1)];
	snprintf(buf, size, TMP_PREFIX "%s" TMP_SUFFIX, text);
	return 0;
}

static int create_tmp(struct output *o)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = -1;

	for (int i = 0; i < TMP_TRIES && fd < 0; i++) {
		if (tmp_name(o->tmp, sizeof(o->tmp)))
			break;
		fd = openat(o->dir_fd, o->tmp, flags, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		o->tmp[0] = '\0';
	else
		/* where there are no locks, nothing is swept either */
		flock(fd, LOCK_EX | LOCK_NB);
	return fd;
}

FILE *output_begin(struct output *o)
{
	int fd;

	output_abort(o);
	if (open_dir(o) || check_target(o))
		goto out;
	fd = create_tmp(o);
	if (fd < 0) {
		failed(o, "create a temporary file");
		goto out;
	}
	if (fchmod(fd, 0644))
		failed(o, "set the mode of the temporary file");
	else if (!(o->stream = fdopen(fd, "w")))
		failed(o, "open a stream");
	if (!o->stream) {
		close(fd);
		unlinkat(o->dir_fd, o->tmp, 0);
		o->tmp[0] = '\0';
	}
out:
	if (!o->stream)
		errno = o->error;
	return o->stream;
}

static int finish_tmp(struct output *o, struct stat *st)
{
	FILE *stream = o->stream;
	int err = 0;

	errno = 0;
	if (fflush(stream) || ferror(stream)) {
		errno = -output_status(stream);
		err = failed(o, "write the temporary file");
	} else if (fsync(fileno(stream))) {
		err = failed(o, "sync the temporary file");
	} else if (fstat(fileno(stream), st)) {
		err = failed(o, "look at the temporary file");
	}
	o->stream = NULL;
	if (fclose(stream) && !err)
		err = failed(o, "close the temporary file");
	return err;
}

int output_commit(struct output *o)
{
	struct stat st;
	int err;

	if (!o->stream) {
		errno = EBADF;
		return failed(o, "commit what was not begun");
	}
	err = finish_tmp(o, &st);
	if (!err && renameat(o->dir_fd, o->tmp, o->dir_fd, o->name))
		/* a directory that came since it was looked at */
		err = errno == EISDIR ? not_a_file(o) : failed(o, "rename the temporary file");
	if (err) {
		output_abort(o);
		return err;
	}
	o->tmp[0] = '\0';
	o->dev = st.st_dev;
	o->ino = st.st_ino;
	/* Some file systems cannot sync a directory; their readers see the new file all the same.
	 */
	if (fsync(o->dir_fd) && errno != EINVAL)
		return failed(o, "sync the directory");
	o->error = 0;
	o->what = NULL;
	return 0;
}

void output_abort(struct output *o)
{
	if (o->stream)
		fclose(o->stream);
	if (o->tmp[0])
		unlinkat(o->dir_fd, o->tmp, 0);
	o->stream = NULL;
	o->tmp[0] = '\0';
}

void output_remove(struct output *o)
{
	struct stat st;

	if (!o->ino || fstatat(o->dir_fd, o->name, &st, AT_SYMLINK_NOFOLLOW))
		return;
	if (st.st_dev == o->dev && st.st_ino == o->ino)
		unlinkat(o->dir_fd, o->name, 0);
}

void output_close(struct output *o)
{
	output_abort(o);
	if (o->dir_fd >= 0)
		close(o->dir_fd);
	free(o->dir);
	free(o->copy);
	memset(o, 0, sizeof(*o));
	o->dir_fd = -1;
}
