/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * payload.h - the compressed kernel inside a bzImage, unpacked.
 * Formats: gzip, bzip2, lzma, xz, lzo, lz4 (legacy frames), zstd.
 */
#ifndef KPARK_PAYLOAD_H
#define KPARK_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No x86-64 kernel maps more of itself (KERNEL_IMAGE_SIZE). Bytes. */
#define PAYLOAD_MAX ((size_t)1 << 30)

/*
 * Does it begin like one of them? What is too short to tell does: it was cut,
 * and is for payload_unpack to refuse.
 */
bool payload_known(const uint8_t *in, size_t len);

/*
 * Unpacks len bytes at in, whose last four are the unpacked size. On
 * success *out is malloc'ed, *out_len bytes long, and the caller's to free.
 * Returns 0, or -1 after one line on stderr that names path.
 */
int payload_unpack(const char *path, const uint8_t *in, size_t len,
		   uint8_t **out, size_t *out_len);

#endif
