// SPDX-License-Identifier: GPL-2.0-only
/* replace.c - a file's whole content, old or new and never half */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE	512

static int make_folders(char *path)
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

static void sync_folder(const char *path)
{
	char folder[PATH_SIZE];
	char *slash;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (!slash)
		return;
	slash[slash == folder] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);	/* the data is safe; the name may be the old one */
	close(fd);
}

int replace_file(const char *path, const void *data, size_t size)
{
	char temporary[PATH_SIZE];
	int fd, ret, saved;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
	    (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (make_folders(temporary))
		return -1;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = fchmod(fd, 0644) || write_all(fd, data, size) ? -1 : 0;
	saved = errno;
	if (close(fd) && !ret) {
		ret = -1;
		saved = errno;
	}
	if (!ret && rename(temporary, path)) {
		ret = -1;
		saved = errno;
	}
	if (ret)
		unlink(temporary);
	else
		sync_folder(path);
	errno = saved;
	return ret;
}
