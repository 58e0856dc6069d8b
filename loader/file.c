// SPDX-License-Identifier: GPL-2.0-only
/*
 * file.c - whole files into memory.
 *
 * Read to the end, whatever stat says: files of /proc and /sys have no size.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bigmem.h"

#define FIRST_SIZE	(64 * 1024)

/* Whole pages, with room for one byte more than what is to come: so that the
 * end is seen, and for the NUL. */
static size_t first_size(int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return FIRST_SIZE;
	return ((size_t)st.st_size / FILE_PAGE + 1) * FILE_PAGE;
}

static int read_all(int fd, struct file *file)
{
	size_t room = first_size(fd);

	file->data = bigmem_alloc(room);
	if (!file->data)
		return -1;
	for (;;) {
		ssize_t got;

		if (file->size == room) {
			size_t step = room > FIRST_SIZE ? room : FIRST_SIZE;
			uint8_t *more = realloc(file->data, room + step);

			if (!more)
				return -1;
			file->data = more;
			room += step;
		}
		got = read(fd, file->data + file->size, room - file->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		file->size += (size_t)got;
	}
	memset(file->data + file->size, 0, room - file->size);
	return 0;
}

int file_read(const char *path, struct file *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret, saved;

	memset(file, 0, sizeof(*file));
	if (fd < 0)
		return -1;
	ret = read_all(fd, file);
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
