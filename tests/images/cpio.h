/* SPDX-License-Identifier: GPL-2.0-only */
/* cpio.h - a file in a cpio archive ("newc"), for tests to make initrds of */
#ifndef KPARK_TEST_CPIO_H
#define KPARK_TEST_CPIO_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Writes to zeroed memory; returns how much. "TRAILER!!!" ends an archive. */
static inline size_t cpio_put(uint8_t *at, const char *name, const void *bytes,
			      size_t size)
{
	size_t name_len = strlen(name) + 1, len;

	len = (size_t)sprintf((char *)at, "070701%08x%08x%08x%08x%08x%08x%08zx"
			      "%08x%08x%08x%08x%08zx%08x", 1, 0100644, 0, 0, 1,
			      0, size, 0, 0, 0, 0, name_len, 0);
	memcpy(at + len, name, name_len);
	len = (len + name_len + 3) / 4 * 4;
	if (size)
		memcpy(at + len, bytes, size);
	return (len + size + 3) / 4 * 4;
}

#endif
