/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * decompress.h - one packed stream, of those formats that Linux unpacks itself
 * and its initrd with: gzip, bzip2, lzma, xz, lzo, lz4 (legacy frames), zstd.
 */
#ifndef KPARK_DECOMPRESS_H
#define KPARK_DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some libraries count in 31 bits: no input is longer, no output gets longer. */
#define DECOMPRESS_MAX ((size_t)INT32_MAX)

/*
 * From `in` on, to behind what is in `out` already, which is bigmem_alloc's: the
 * caller's to free, and with room for out_room bytes. It grows up to out_max.
 */
struct decompress {
	const uint8_t *in;
	size_t in_len;
	size_t in_used;		/* set on success: where the stream ends */
	uint8_t *out;
	size_t out_room, out_max;
	size_t out_len;
	const char *why;	/* set on failure: static, or the library's */
};

struct decompress_format {
	const char *name;
	uint8_t magic[4];
	size_t magic_len;
	bool own_size;		/* in a kernel, its size is the stream's own end */
	int (*unpack)(struct decompress *d);	/* 0 or -1 */
};

/* By its magic; NULL if it is none of them. */
const struct decompress_format *decompress_find(const uint8_t *in, size_t len);

/*
 * Room in `out` for so many bytes more, or for as many as out_max allows. 0, or
 * -1 with `why` set.
 */
int decompress_make_room(struct decompress *d, size_t bytes);

#endif
