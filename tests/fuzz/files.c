// SPDX-License-Identifier: GPL-2.0-only
/*
 * files.c - in place of loader/file.c: any file that is read has the fuzzer's
 * bytes in it, any number is the next eight of them. Or they are cut: each file
 * that is read has the next piece in it, and each number is one.
 */
#include "fuzz.h"

#include <errno.h>

#include "file.h"

static const uint8_t *input;
static size_t input_size, used;
static bool cut;

void files_are(const uint8_t *data, size_t size)
{
	input = data;
	input_size = size;
	used = 0;
	cut = false;
}

void files_cut(const uint8_t *data, size_t size)
{
	files_are(data, size);
	cut = true;
}

void files_again(void)
{
	used = 0;
}

/* All of it, or what comes next. 0; -1 with errno set: there is no more. */
static int next_piece(const uint8_t **piece, size_t *size)
{
	const uint8_t *end;

	*piece = input + used;
	*size = input_size - used;
	if (!cut)
		return 0;
	if (!*size) {
		errno = ENOENT;
		return -1;
	}
	end = memmem(*piece, *size, FILES_CUT, strlen(FILES_CUT));
	used = input_size;
	if (!end)
		return 0;
	*size = (size_t)(end - *piece);
	used = (size_t)(end - input) + strlen(FILES_CUT);
	return 0;
}

int file_read(const char *path, struct file *file)
{
	const uint8_t *piece;
	size_t size;

	(void)path;
	memset(file, 0, sizeof(*file));
	if (next_piece(&piece, &size))
		return -1;
	file->data = malloc(size + 1);
	if (!file->data)
		return -1;
	if (size)
		memcpy(file->data, piece, size);
	file->data[size] = '\0';
	file->size = size;
	return 0;
}

void file_line(const char *root, const char *name, char *line, size_t size)
{
	struct file file;

	(void)root;
	*line = '\0';
	if (file_read(name, &file))
		return;
	snprintf(line, size, "%.*s", (int)strcspn((char *)file.data, "\n"),
		 (char *)file.data);
	file_free(&file);
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
	const uint8_t *piece;
	size_t size;

	(void)path;
	(void)base;
	if (cut) {
		if (next_piece(&piece, &size))
			return -1;
		*number = 0;
		memcpy(number, piece, size < sizeof(*number) ?
				      size : sizeof(*number));
		return 0;
	}
	if (input_size - used < sizeof(*number)) {
		errno = ENOENT;
		return -1;
	}
	memcpy(number, input + used, sizeof(*number));
	used += sizeof(*number);
	return 0;
}
