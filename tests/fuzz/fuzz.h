/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - what the fuzz targets share. A target is one function over bytes
 * that nobody has checked, the same for libFuzzer (`make fuzz`) and for the
 * replay of known inputs among the unit tests (replay.c).
 */
#ifndef KPARK_FUZZ_H
#define KPARK_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer's own, for mutators/: changes data, returns the new size. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed);

/* What has to hold whatever the input is. */
#define must(what) do {							\
	if (!(what)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__,	\
			__LINE__, #what);				\
		abort();						\
	}								\
} while (0)

/* files.c: what file_read and file_number find, in place of loader/file.c */
void files_are(const uint8_t *data, size_t size);
/* The same, a piece up to the next FILES_CUT a file, in the order of reading. */
void files_cut(const uint8_t *data, size_t size);
#define FILES_CUT "\xfe\xed"
/* From the first file on once more. */
void files_again(void);

/* The input as a string, to be freed; its first NUL ends it. */
static inline char *text_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* Does [p, p + n) lie in the input? */
static inline bool lies_in(const uint8_t *p, size_t n, const uint8_t *data,
			   size_t size)
{
	return p >= data && n <= size && (size_t)(p - data) <= size - n;
}

#endif
