// SPDX-License-Identifier: GPL-2.0-only
/*
 * input.c - a file that the user names to `kpark load`, into memory.
 *
 * Anything but a regular file may have no end, may make us wait for one, or do
 * something when it is opened. So it is looked at before, and once more when it
 * is open: the name may be another file's by then.
 */
#include "input.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"

typedef unsigned long long ull;

static int check(const char *path, const struct stat *st, size_t max)
{
	if (!S_ISREG(st->st_mode)) {
		warnx("load: %s: not a regular file (mode 0%o)", path,
		      (unsigned int)st->st_mode);
		return -1;
	}
	if ((ull)st->st_size > max) {
		warnx("load: %s: file has %llu bytes, need %llu or less", path,
		      (ull)st->st_size, (ull)max);
		return -1;
	}
	return 0;
}

static int open_regular(const char *path, size_t max)
{
	struct stat st;
	int fd;

	if (stat(path, &st)) {
		warn("load: %s", path);
		return -1;
	}
	if (check(path, &st, max))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		warn("load: %s", path);
	} else if (!check(path, &st, max)) {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

int input_read(const char *path, size_t max, struct file *file)
{
	int fd = open_regular(path, max);
	int ret;

	memset(file, 0, sizeof(*file));
	if (fd < 0)
		return -1;
	ret = descriptor_read(fd, max, file);
	if (ret && errno == EFBIG)
		warnx("load: %s: file has more than %llu bytes, need %llu or"
		      " less", path, (ull)max, (ull)max);
	else if (ret)
		warn("load: %s", path);
	close(fd);
	if (ret)
		file_free(file);
	return ret;
}
