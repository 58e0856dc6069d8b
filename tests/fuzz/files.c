// SPDX-License-Identifier: GPL-2.0-only
/*
 * files.c - in place of loader/file.c: any file that is read has the fuzzer's
 * bytes in it, any number is the next eight of them.
 */
#include "fuzz.h"

#include <errno.h>

#include "file.h"

static const uint8_t *input;
static size_t input_size, used;

void files_are(const uint8_t *data, size_t size)
{
	input = data;
	input_size = size;
	used = 0;
}

int file_read(const char *path, struct file *file)
{
	(void)path;
	file->data = malloc(input_size + 1);
	if (!file->data)
		return -1;
	if (input_size)
		memcpy(file->data, input, input_size);
	file->data[input_size] = '\0';
	file->size = input_size;
	return 0;
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
	(void)path;
	(void)base;
	if (input_size - used < sizeof(*number)) {
		errno = ENOENT;
		return -1;
	}
	memcpy(number, input + used, sizeof(*number));
	used += sizeof(*number);
	return 0;
}
