// SPDX-License-Identifier: GPL-2.0-only
/*
 * payload.c - unpacks the kernel in a bzImage. Called by image.c with
 * payload_offset/payload_length of the setup header (boot.rst, "payload_offset":
 * the formats are known by magic).
 *
 * The build appends the unpacked size to each stream, gzip has it as its own
 * last field (ISIZE, RFC 1952, 2.3.1). It is trusted for one allocation only:
 * a stream that does not unpack to just that size is refused.
 */
#include "payload.h"

#include <err.h>
#include <stdlib.h>

#include "bigmem.h"
#include "bytes.h"
#include "complaint.h"
#include "decompress.h"

#define SIZE_BYTES 4

bool payload_known(const uint8_t *in, size_t len)
{
	return len < 2 * SIZE_BYTES || decompress_find(in, len);
}

static int run(const char *path, const struct decompress_format *format,
	       struct decompress *d)
{
	if (format->unpack(d)) {
		warnx("load: %s: cannot unpack the %s payload (%s)", path,
		      format->name, d->why);
		return -1;
	}
	if (d->out_len != d->out_max) {
		warnx("load: %s: %s payload has %zu bytes, "
		      "its size field says %zu", path, format->name,
		      d->out_len, d->out_max);
		return -1;
	}
	return 0;
}

int payload_unpack(const char *path, const uint8_t *in, size_t len,
		   uint8_t **out, size_t *out_len)
{
	const struct decompress_format *format;
	struct decompress d;
	uint32_t size;

	if (len < 2 * SIZE_BYTES) {
		warnx("load: %s: payload of %zu bytes, need %u or more", path,
		      len, 2 * SIZE_BYTES);
		return -1;
	}
	format = decompress_find(in, len);
	if (!format) {
		complain(path, "payload of an unknown format (magic "
			 "%02x%02x%02x%02x)", in[0], in[1], in[2], in[3]);
		return -1;
	}
	size = get32(in + len - SIZE_BYTES);
	if (size == 0 || size > PAYLOAD_MAX) {
		warnx("load: %s: %s payload unpacks to %u bytes, need 1 to %zu",
		      path, format->name, size, PAYLOAD_MAX);
		return -1;
	}
	d = (struct decompress){
		.in = in,
		.in_len = format->own_size ? len : len - SIZE_BYTES,
		.out = bigmem_alloc(size),
		.out_room = size,
		.out_max = size,
	};
	if (!d.out) {
		warn("load: %s: %u bytes to unpack the kernel", path, size);
		return -1;
	}
	if (run(path, format, &d) < 0) {
		free(d.out);
		return -1;
	}
	*out = d.out;
	*out_len = d.out_len;
	return 0;
}
