/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - whole files into memory; the small ones of /proc and /sys too.
 */
#ifndef KPARK_FILE_H
#define KPARK_FILE_H

#include <stddef.h>
#include <stdint.h>

#define FILE_PAGE	4096

struct file {
	/* size bytes, a NUL, zeroes to the page's end; free with file_free */
	uint8_t *data;
	size_t   size;
};

/* 0, or -1 with errno set and nothing allocated. Says nothing. */
int file_read(const char *path, struct file *file);
void file_free(struct file *file);

/* The first line of root's `name`, as much as fits; "" if there is none. */
void file_line(const char *root, const char *name, char *line, size_t size);

/* Reads a number as in /sys files; 0 or -1. base as for strtoull. */
int file_number(const char *path, int base, uint64_t *number);

#endif
