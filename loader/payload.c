// SPDX-License-Identifier: GPL-2.0-only
/*
 * payload.c - unpacks the kernel in a bzImage with the reference library of
 * its format. Called by image.c with payload_offset/payload_length of the
 * setup header (boot.rst, "payload_offset": the formats are known by magic).
 *
 * The build appends the unpacked size to each stream, gzip has it as its own
 * last field (ISIZE, RFC 1952, 2.3.1). It is trusted for one allocation only:
 * a stream that does not unpack to just that size is refused.
 */
#include "payload.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <zlib.h>
#include <zstd.h>

#include "bigmem.h"
#include "bytes.h"
#include "complaint.h"

#define SIZE_BYTES 4

/* One unpacking: input, room for the output, and what came of it. */
struct job {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_max;
	size_t out_len;		/* set on success */
	const char *why;	/* set on failure, static or the library's */
};

static const char too_long[] = "more data than its size field says";
static const char cut_short[] = "the stream has no end";
static const char no_memory[] = "out of memory";

static int failed(struct job *job, const char *why)
{
	job->why = why;
	return -1;
}

static int unpack_gzip(struct job *job)
{
	z_stream z = {
		.next_in = (Bytef *)job->in,
		.avail_in = (uInt)job->in_len,
		.next_out = job->out,
		.avail_out = (uInt)job->out_max,
	};
	int rc;

	/* 16: a gzip header and trailer, CRC checked, not a zlib one */
	if (inflateInit2(&z, MAX_WBITS + 16) != Z_OK)
		return failed(job, no_memory);
	rc = inflate(&z, Z_FINISH);
	job->out_len = z.total_out;
	inflateEnd(&z);
	if (rc == Z_STREAM_END)
		return 0;
	if (rc == Z_BUF_ERROR)
		return failed(job, z.avail_out ? cut_short : too_long);
	return failed(job, z.msg ? z.msg : "bad gzip data");
}

static const char *lzma_why(lzma_ret rc, const lzma_stream *s)
{
	switch (rc) {
	case LZMA_MEM_ERROR:
		return no_memory;
	case LZMA_MEMLIMIT_ERROR:
		return "its dictionary is too large";
	case LZMA_FORMAT_ERROR:
		return "bad header";
	case LZMA_OPTIONS_ERROR:
		return "options this liblzma does not know";
	case LZMA_DATA_ERROR:
		return "bad data";
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return s->avail_out ? cut_short : too_long;
	default:
		return "liblzma failed";
	}
}

static int run_lzma(struct job *job, lzma_stream *s, lzma_ret rc)
{
	s->next_in = job->in;
	s->avail_in = job->in_len;
	s->next_out = job->out;
	s->avail_out = job->out_max;
	if (rc == LZMA_OK)
		rc = lzma_code(s, LZMA_FINISH);
	job->out_len = s->total_out;
	job->why = lzma_why(rc, s);
	lzma_end(s);
	return rc == LZMA_STREAM_END ? 0 : -1;
}

static int unpack_xz(struct job *job)
{
	lzma_stream s = LZMA_STREAM_INIT;

	return run_lzma(job, &s, lzma_stream_decoder(&s, PAYLOAD_MAX, 0));
}

static int unpack_lzma(struct job *job)
{
	lzma_stream s = LZMA_STREAM_INIT;

	return run_lzma(job, &s, lzma_alone_decoder(&s, PAYLOAD_MAX));
}

static int unpack_zstd(struct job *job)
{
	size_t n = ZSTD_decompress(job->out, job->out_max,
				   job->in, job->in_len);

	if (ZSTD_isError(n))
		return failed(job, ZSTD_getErrorName(n));
	job->out_len = n;
	return 0;
}

static int unpack_bzip2(struct job *job)
{
	unsigned int n = (unsigned int)job->out_max;
	int rc = BZ2_bzBuffToBuffDecompress((char *)job->out, &n,
					    (char *)job->in,
					    (unsigned int)job->in_len, 0, 0);

	job->out_len = n;
	switch (rc) {
	case BZ_OK:
		return 0;
	case BZ_MEM_ERROR:
		return failed(job, no_memory);
	case BZ_OUTBUFF_FULL:
		return failed(job, too_long);
	case BZ_UNEXPECTED_EOF:
		return failed(job, cut_short);
	default:
		return failed(job, "bad data");
	}
}

/*
 * Legacy frame, lz4's lz4_Frame_format.md: after the magic, blocks of a
 * 32-bit length and so many bytes, to the end of the input.
 */
static int unpack_lz4(struct job *job)
{
	const uint8_t *p = job->in + 4;
	const uint8_t *end = job->in + job->in_len;

	job->out_len = 0;
	while (p < end) {
		size_t room = job->out_max - job->out_len;
		size_t n;
		int got;

		if (end - p < 4)
			return failed(job, cut_short);
		n = get32(p);
		p += 4;
		if (n > (size_t)(end - p))
			return failed(job, "a block is longer than the rest");
		got = LZ4_decompress_safe((const char *)p,
					  (char *)job->out + job->out_len,
					  (int)n, (int)room);
		if (got < 0)
			return failed(job, "bad data or more than its size "
					 "field says");
		job->out_len += (size_t)got;
		p += n;
	}
	return 0;
}

/*
 * lzop's container, numbers big-endian (lzop 1.04, src/lzop.c and
 * src/conf.h). Its checksums are optional; those of the unpacked blocks are
 * checked, which covers the packed ones.
 */
#define LZOP_MAGIC_LEN		9
#define LZOP_VERSION_LEVEL	0x0940	/* from here on: needed version, level
					   and high half of the time */
#define LZOP_ADLER32_D		0x0001	/* checksum of the unpacked block */
#define LZOP_ADLER32_C		0x0002	/* of the packed one */
#define LZOP_EXTRA_FIELD	0x0040
#define LZOP_CRC32_D		0x0100
#define LZOP_CRC32_C		0x0200
#define LZOP_FILTER		0x0800

struct cursor {
	const uint8_t *p;
	size_t left;
};

static bool advance(struct cursor *c, size_t n)
{
	if (n > c->left)
		return false;
	c->p += n;
	c->left -= n;
	return true;
}

static bool take32(struct cursor *c, uint32_t *v)
{
	if (c->left < 4)
		return false;
	*v = get32be(c->p);
	return advance(c, 4);
}

/* Leaves c at the first block. */
static bool lzop_header(struct cursor *c, uint32_t *flags)
{
	unsigned int version;
	uint32_t n;

	if (!advance(c, LZOP_MAGIC_LEN) || c->left < 2)
		return false;
	version = get16be(c->p);
	if (version < LZOP_VERSION_LEVEL)
		return false;
	/* version, library's, needed: u16 each; method, level: u8 each */
	if (!advance(c, 8) || !take32(c, flags))
		return false;
	if ((*flags & LZOP_FILTER) && !advance(c, 4))
		return false;
	/* mode, time low, time high; then the length of the name */
	if (!advance(c, 12) || c->left < 1 || !advance(c, 1 + (size_t)c->p[0]))
		return false;
	if (!advance(c, 4))	/* checksum */
		return false;
	if (!(*flags & LZOP_EXTRA_FIELD))
		return true;
	return take32(c, &n) && advance(c, n) && advance(c, 4);
}

static size_t lzop_checksums(uint32_t flags, bool stored)
{
	size_t n = !!(flags & LZOP_ADLER32_D) + !!(flags & LZOP_CRC32_D);

	if (!stored)	/* a stored block has no second set */
		n += !!(flags & LZOP_ADLER32_C) + !!(flags & LZOP_CRC32_C);
	return n * 4;
}

/* In the order of lzop_checksums(): the unpacked block's are the first. */
static bool lzop_is_whole(uint32_t flags, const uint8_t *sums,
			  const uint8_t *out, uint32_t len)
{
	if (flags & LZOP_ADLER32_D) {
		if (get32be(sums) != adler32(1, out, len))
			return false;
		sums += 4;
	}
	return !(flags & LZOP_CRC32_D) ||
	       get32be(sums) == crc32(0, out, len);
}

static int lzop_block(struct job *job, const uint8_t *in, uint32_t packed,
		      uint32_t unpacked)
{
	uint8_t *out = job->out + job->out_len;
	lzo_uint n = unpacked;

	if (unpacked > job->out_max - job->out_len)
		return failed(job, too_long);
	if (packed == unpacked)
		memcpy(out, in, packed);
	else if (lzo1x_decompress_safe(in, packed, out, &n, NULL) != LZO_E_OK ||
		 n != unpacked)
		return failed(job, "bad data");
	job->out_len += unpacked;
	return 0;
}

static int unpack_lzo(struct job *job)
{
	struct cursor c = { job->in, job->in_len };
	uint32_t flags, packed, unpacked;
	const uint8_t *sums;

	job->out_len = 0;
	if (lzo_init() != LZO_E_OK)
		return failed(job, "liblzo2 does not fit this machine");
	if (!lzop_header(&c, &flags))
		return failed(job, "bad lzop header");
	while (take32(&c, &unpacked)) {
		if (unpacked == 0)
			return 0;
		if (!take32(&c, &packed))
			return failed(job, cut_short);
		sums = c.p;
		if (!advance(&c, lzop_checksums(flags, packed >= unpacked)) ||
		    packed > c.left)
			return failed(job, cut_short);
		if (lzop_block(job, c.p, packed, unpacked) < 0)
			return -1;
		if (!lzop_is_whole(flags, sums, job->out + job->out_len -
				   unpacked, unpacked))
			return failed(job, "wrong checksum");
		advance(&c, packed);
	}
	return failed(job, cut_short);
}

static const struct format {
	const char *name;
	uint8_t magic[4];
	size_t magic_len;
	bool own_size;		/* the last four bytes belong to the stream */
	int (*unpack)(struct job *job);
} formats[] = {
	{ "gzip", { 0x1f, 0x8b }, 2, true, unpack_gzip },
	{ "bzip2", { 0x42, 0x5a, 0x68 }, 3, false, unpack_bzip2 },
	{ "lzma", { 0x5d, 0x00, 0x00 }, 3, false, unpack_lzma },
	{ "xz", { 0xfd, 0x37, 0x7a, 0x58 }, 4, false, unpack_xz },
	{ "lzo", { 0x89, 0x4c, 0x5a, 0x4f }, 4, false, unpack_lzo },
	{ "lz4", { 0x02, 0x21, 0x4c, 0x18 }, 4, false, unpack_lz4 },
	{ "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, false, unpack_zstd },
};

static const struct format *find_format(const uint8_t *in)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!memcmp(in, formats[i].magic, formats[i].magic_len))
			return &formats[i];
	return NULL;
}

bool payload_known(const uint8_t *in, size_t len)
{
	return len < 2 * SIZE_BYTES || find_format(in);
}

static int run(const char *path, const struct format *format, struct job *job)
{
	if (format->unpack(job) < 0) {
		warnx("load: %s: cannot unpack the %s payload (%s)", path,
		      format->name, job->why);
		return -1;
	}
	if (job->out_len != job->out_max) {
		warnx("load: %s: %s payload has %zu bytes, "
		      "its size field says %zu", path, format->name,
		      job->out_len, job->out_max);
		return -1;
	}
	return 0;
}

int payload_unpack(const char *path, const uint8_t *in, size_t len,
		   uint8_t **out, size_t *out_len)
{
	const struct format *format;
	struct job job;
	uint32_t size;

	if (len < 2 * SIZE_BYTES) {
		warnx("load: %s: payload of %zu bytes, need %u or more", path,
		      len, 2 * SIZE_BYTES);
		return -1;
	}
	format = find_format(in);
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
	job = (struct job){
		.in = in,
		.in_len = format->own_size ? len : len - SIZE_BYTES,
		.out = bigmem_alloc(size),
		.out_max = size,
	};
	if (!job.out) {
		warn("load: %s: %u bytes to unpack the kernel", path, size);
		return -1;
	}
	if (run(path, format, &job) < 0) {
		free(job.out);
		return -1;
	}
	*out = job.out;
	*out_len = job.out_len;
	return 0;
}
