// SPDX-License-Identifier: GPL-2.0-only
/* file.c - whole files into memory. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"

int file_read(const char *path, struct file *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret, saved;

	memset(file, 0, sizeof(*file));
	if (fd < 0)
		return -1;
	ret = descriptor_read(fd, SIZE_MAX, file);
	saved = errno;
	close(fd);
	if (ret)
		file_free(file);
	errno = saved;
	return ret;
}

void file_free(struct file *file)
{
	if (!file)
		return;
	free(file->data);
	memset(file, 0, sizeof(*file));
}

int file_number(const char *path, int base, uint64_t *number)
{
	struct file file;
	char *end;

	if (file_read(path, &file))
		return -1;
	errno = 0;
	*number = strtoull((char *)file.data, &end, base);
	if (errno || end == (char *)file.data) {
		errno = EINVAL;
		file_free(&file);
		return -1;
	}
	file_free(&file);
	return 0;
}

void file_line(const char *root, const char *name, char *line, size_t size)
{
	char path[PATH_MAX];
	struct file file;

	*line = '\0';
	snprintf(path, sizeof(path), "%s%s", root, name);
	if (file_read(path, &file))
		return;
	snprintf(line, size, "%.*s", (int)strcspn((char *)file.data, "\n"),
		 (char *)file.data);
	file_free(&file);
}
