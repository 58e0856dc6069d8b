// SPDX-License-Identifier: GPL-2.0-only
/*
 * descriptor.c - all that an open file holds, into memory.
 *
 * Read to the end, whatever stat says: files of /proc and /sys have no size.
 */
#include "descriptor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bigmem.h"

#define FIRST_SIZE	(64 * 1024)

/* Whole pages, with room for one byte more than what is to come: so that the
 * end is seen, and for the NUL. */
static size_t first_size(int fd, size_t max)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size <= 0 ||
	    (size_t)st.st_size > max)
		return FIRST_SIZE;
	return ((size_t)st.st_size / FILE_PAGE + 1) * FILE_PAGE;
}

static int grow(struct file *file, size_t *room)
{
	size_t step = *room > FIRST_SIZE ? *room : FIRST_SIZE;
	uint8_t *more = realloc(file->data, *room + step);

	if (!more)
		return -1;
	file->data = more;
	*room += step;
	return 0;
}

int descriptor_read(int fd, size_t max, struct file *file)
{
	size_t room = first_size(fd, max);

	file->data = bigmem_alloc(room);
	if (!file->data)
		return -1;
	for (;;) {
		ssize_t got;

		if (file->size == room && grow(file, &room))
			return -1;
		got = read(fd, file->data + file->size, room - file->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		file->size += (size_t)got;
		if (file->size > max) {
			errno = EFBIG;
			return -1;
		}
	}
	memset(file->data + file->size, 0, room - file->size);
	return 0;
}
