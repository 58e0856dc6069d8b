// SPDX-License-Identifier: GPL-2.0-only
/*
 * replace.c - a file's whole content, old or new and never half
 *
 * The temporary file has one name in each folder, so that none is left for
 * ever. Who holds its lock writes it; a lock ends with its process.
 */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE	512
#define TRIES		500
#define TRY_NS		10000000	/* 500 of them are 5 s */

static int close_failed(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

static void pause_briefly(void)
{
	const struct timespec pause = { .tv_nsec = TRY_NS };

	nanosleep(&pause, NULL);
}

/* Is it still what the folder has by that name? Its last owner renames it. */
static bool is_there(int dir, const struct stat *mine)
{
	struct stat there;

	return !fstatat(dir, REPLACE_TEMPORARY, &there, AT_SYMLINK_NOFOLLOW) &&
	       there.st_dev == mine->st_dev && there.st_ino == mine->st_ino;
}

/* Nobody else can have it open, or made it a name of another file. */
static bool is_ours_alone(const struct stat *mine)
{
	return S_ISREG(mine->st_mode) && mine->st_uid == geteuid() &&
	       mine->st_nlink == 1 && !(mine->st_mode & 077);
}

/* It is no file that kpark made: a link, a FIFO, another's. */
static bool is_foreign(int error)
{
	return error == ELOOP || error == ENXIO || error == EACCES;
}

static int try_to_take(int dir)
{
	int fd = openat(dir, REPLACE_TEMPORARY, O_WRONLY | O_CREAT |
			O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	struct stat mine;

	if (fd < 0) {
		if (is_foreign(errno) && !unlinkat(dir, REPLACE_TEMPORARY, 0))
			errno = EAGAIN;
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &mine))
		return close_failed(fd);
	if (is_there(dir, &mine)) {
		if (is_ours_alone(&mine))
			return fd;
		unlinkat(dir, REPLACE_TEMPORARY, 0);
	}
	errno = EAGAIN;
	return close_failed(fd);
}

/* The temporary file, locked; a killed kpark may have left something in it. */
static int take_temporary(int dir)
{
	for (int i = 0; i < TRIES; i++) {
		int fd = try_to_take(dir);

		if (fd >= 0 || errno != EAGAIN)
			return fd;
		pause_briefly();
	}
	errno = EBUSY;
	return -1;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t done = write(fd, data, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		data += done;
		size -= (size_t)done;
	}
	return fsync(fd);
}

int replace_at(int dir, const char *name, mode_t mode, const void *data,
	       size_t size)
{
	int fd = take_temporary(dir);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, 0) || write_all(fd, data, size) || fchmod(fd, mode) ||
	    renameat(dir, REPLACE_TEMPORARY, dir, name)) {
		int saved = errno;

		unlinkat(dir, REPLACE_TEMPORARY, 0);
		errno = saved;
		return close_failed(fd);
	}
	fsync(dir);	/* the data is safe; the name may be the old one */
	close(fd);
	return 0;
}

int replace_make_folders(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		int ret;

		*slash = '\0';
		ret = mkdir(path, 0755);
		*slash = '/';
		if (ret && errno != EEXIST)
			return -1;
	}
	return 0;
}

/* The folder of a path, and the name in it. */
static int open_folder(const char *path, const char **name)
{
	char folder[PATH_SIZE];
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) + 1 : 0;

	*name = path + length;
	if (!length)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (length >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(folder, path, length);
	folder[length] = '\0';
	if (replace_make_folders(folder))
		return -1;
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int replace_file(const char *path, const void *data, size_t size)
{
	const char *name;
	int dir = open_folder(path, &name);
	int ret;

	if (dir < 0)
		return -1;
	ret = replace_at(dir, name, 0644, data, size);
	if (ret)
		return close_failed(dir);
	close(dir);
	return 0;
}
