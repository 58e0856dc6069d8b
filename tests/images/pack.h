/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pack.h - data packed as a kernel's build packs it, in each of the formats
 * that loader/payload.c reads, by the same libraries.
 */
#ifndef KPARK_PACK_H
#define KPARK_PACK_H

#include <stddef.h>
#include <stdint.h>

struct pack_format {
	const char *name;
	/* Returns the stream's length; max has to be enough, or it aborts. */
	size_t (*pack)(const uint8_t *in, size_t len, uint8_t *out,
		       size_t max);
	int own_size;		/* the unpacked size is part of the stream */
};

#define PACK_FORMATS	7
extern const struct pack_format pack_formats[PACK_FORMATS];

/* The stream and, unless it has its own, the unpacked size behind it. */
size_t pack_payload(const struct pack_format *format, const uint8_t *in,
		    size_t len, uint8_t *out, size_t max);

#endif
