// SPDX-License-Identifier: GPL-2.0-only
/*
 * decompress.c - one stream, unpacked by the reference library of its format.
 * Called by payload.c, which knows beforehand how long it gets, and by initrd.c,
 * which does not.
 */
#include "decompress.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <zlib.h>
#define ZSTD_STATIC_LINKING_ONLY	/* for ZSTD_decompressBound */
#include <zstd.h>

#include "bigmem.h"
#include "bytes.h"

/* What a dictionary may take, whatever a header asks for. */
#define MEMORY_MAX	((uint64_t)1 << 30)
#define ROOM_FIRST	((size_t)8 << 20)
#define LZ4_MAGIC	0x184c2102
#define LZ4_BLOCK_MAX	((size_t)8 << 20)	/* unpacked */

static const char too_long[] = "more data than it should have";
static const char cut_short[] = "the stream has no end";
static const char no_memory[] = "out of memory";

static int failed(struct decompress *d, const char *why)
{
	d->why = why;
	return -1;
}

static size_t room(const struct decompress *d)
{
	return d->out_room - d->out_len;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

int decompress_make_room(struct decompress *d, size_t bytes)
{
	size_t need = smaller(bytes, d->out_max - d->out_len);
	size_t size = larger(2 * d->out_room, d->out_len + need);
	uint8_t *out;

	if (room(d) >= need)
		return 0;
	size = smaller(larger(size, ROOM_FIRST), d->out_max);
	out = bigmem_alloc(size);
	if (!out)
		return failed(d, no_memory);
	if (d->out_len)
		memcpy(out, d->out, d->out_len);
	free(d->out);
	d->out = out;
	d->out_room = size;
	return 0;
}

/* A library has filled all the room there was, and may get more. */
static bool is_full(const struct decompress *d)
{
	return !room(d) && d->out_len < d->out_max;
}

static int unpack_gzip(struct decompress *d)
{
	z_stream z = {
		.next_in = (Bytef *)d->in,
		.avail_in = (uInt)d->in_len,
	};
	int rc;

	/* 16: a gzip header and trailer, CRC checked, not a zlib one */
	if (inflateInit2(&z, MAX_WBITS + 16) != Z_OK)
		return failed(d, no_memory);
	do {
		rc = Z_MEM_ERROR;
		if (decompress_make_room(d, 1))
			break;
		z.next_out = d->out + d->out_len;
		z.avail_out = (uInt)room(d);
		rc = inflate(&z, Z_FINISH);
		d->out_len = d->out_room - z.avail_out;
	} while (rc == Z_BUF_ERROR && is_full(d));
	d->in_used = z.total_in;
	inflateEnd(&z);
	if (rc == Z_STREAM_END)
		return 0;
	if (rc == Z_BUF_ERROR)
		return failed(d, room(d) ? cut_short : too_long);
	if (rc == Z_MEM_ERROR)
		return failed(d, no_memory);
	return failed(d, z.msg ? z.msg : "bad gzip data");
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

static int run_lzma(struct decompress *d, lzma_stream *s, lzma_ret rc)
{
	s->next_in = d->in;
	s->avail_in = d->in_len;
	while (rc == LZMA_OK) {
		rc = LZMA_MEM_ERROR;
		if (decompress_make_room(d, 1))
			break;
		s->next_out = d->out + d->out_len;
		s->avail_out = room(d);
		rc = lzma_code(s, LZMA_FINISH);
		d->out_len = d->out_room - s->avail_out;
		if (!is_full(d))
			break;
	}
	d->in_used = d->in_len - s->avail_in;
	d->why = lzma_why(rc, s);
	lzma_end(s);
	return rc == LZMA_STREAM_END ? 0 : -1;
}

static int unpack_xz(struct decompress *d)
{
	lzma_stream s = LZMA_STREAM_INIT;

	return run_lzma(d, &s, lzma_stream_decoder(&s, MEMORY_MAX, 0));
}

static int unpack_lzma(struct decompress *d)
{
	lzma_stream s = LZMA_STREAM_INIT;

	return run_lzma(d, &s, lzma_alone_decoder(&s, MEMORY_MAX));
}

/* By one call: its streams copy all through a window of their own. */
static int unpack_zstd(struct decompress *d)
{
	size_t frame = ZSTD_findFrameCompressedSize(d->in, d->in_len);
	unsigned long long bound;
	size_t n;

	if (ZSTD_isError(frame))
		return failed(d, ZSTD_getErrorName(frame));
	bound = ZSTD_decompressBound(d->in, frame);
	if (!bound)
		bound = 1;	/* for nothing too there has to be an `out` */
	if (decompress_make_room(d, bound < d->out_max ? (size_t)bound : d->out_max))
		return -1;
	n = ZSTD_decompress(d->out + d->out_len, room(d), d->in, frame);
	if (ZSTD_isError(n))
		return failed(d, ZSTD_getErrorName(n));
	d->in_used = frame;
	d->out_len += n;
	return 0;
}

static const char *bzip2_why(int rc, const bz_stream *s)
{
	switch (rc) {
	case BZ_MEM_ERROR:
		return no_memory;
	case BZ_OK:
		return s->avail_out ? cut_short : too_long;
	default:
		return "bad data";
	}
}

static int unpack_bzip2(struct decompress *d)
{
	bz_stream s = {
		.next_in = (char *)d->in,
		.avail_in = (unsigned int)d->in_len,
	};
	int rc;

	if (BZ2_bzDecompressInit(&s, 0, 0) != BZ_OK)
		return failed(d, no_memory);
	do {
		rc = BZ_MEM_ERROR;
		if (decompress_make_room(d, 1))
			break;
		s.next_out = (char *)d->out + d->out_len;
		s.avail_out = (unsigned int)room(d);
		rc = BZ2_bzDecompress(&s);
		d->out_len = d->out_room - s.avail_out;
	} while (rc == BZ_OK && is_full(d));
	d->in_used = d->in_len - s.avail_in;
	d->why = bzip2_why(rc, &s);
	BZ2_bzDecompressEnd(&s);
	return rc == BZ_STREAM_END ? 0 : -1;
}

/* A block's length, and so many bytes. */
static int lz4_block(struct decompress *d, const uint8_t *p, size_t length)
{
	int got;

	if (decompress_make_room(d, LZ4_BLOCK_MAX))
		return -1;
	got = LZ4_decompress_safe((const char *)p, (char *)d->out + d->out_len,
				  (int)length, (int)room(d));
	if (got < 0)
		return failed(d, "bad data, or more than it should have");
	d->out_len += (size_t)got;
	return 0;
}

/* Where a block's length would be there are zeroes, as far as there is any. */
static bool is_padding(const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < smaller(len, 4); i++)
		if (in[i])
			return false;
	return true;
}

/*
 * Legacy frames, lz4's lz4_Frame_format.md: behind the magic, blocks, to the end
 * of the input, the next frame, or padding.
 */
static int unpack_lz4(struct decompress *d)
{
	size_t at = 4;

	while (at < d->in_len) {
		size_t length;

		if (is_padding(d->in + at, d->in_len - at))
			break;
		if (d->in_len - at < 4)
			return failed(d, cut_short);
		length = get32(d->in + at);
		at += 4;
		if (length == LZ4_MAGIC)
			continue;
		if (length > d->in_len - at)
			return failed(d, "a block is longer than the rest");
		if (lz4_block(d, d->in + at, length))
			return -1;
		at += length;
	}
	d->in_used = at;
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

static int lzop_block(struct decompress *d, const uint8_t *in, uint32_t packed,
		      uint32_t unpacked)
{
	lzo_uint n = unpacked;
	uint8_t *out;

	if (decompress_make_room(d, unpacked))
		return -1;
	if (unpacked > room(d))
		return failed(d, too_long);
	out = d->out + d->out_len;
	if (packed == unpacked)
		memcpy(out, in, packed);
	else if (lzo1x_decompress_safe(in, packed, out, &n, NULL) != LZO_E_OK ||
		 n != unpacked)
		return failed(d, "bad data");
	d->out_len += unpacked;
	return 0;
}

static int unpack_lzo(struct decompress *d)
{
	struct cursor c = { d->in, d->in_len };
	uint32_t flags, packed, unpacked;
	const uint8_t *sums;

	if (lzo_init() != LZO_E_OK)
		return failed(d, "liblzo2 does not fit this machine");
	if (!lzop_header(&c, &flags))
		return failed(d, "bad lzop header");
	while (take32(&c, &unpacked)) {
		if (unpacked == 0) {
			d->in_used = d->in_len - c.left;
			return 0;
		}
		if (!take32(&c, &packed))
			return failed(d, cut_short);
		sums = c.p;
		if (!advance(&c, lzop_checksums(flags, packed >= unpacked)) ||
		    packed > c.left)
			return failed(d, cut_short);
		if (lzop_block(d, c.p, packed, unpacked) < 0)
			return -1;
		if (!lzop_is_whole(flags, sums, d->out + d->out_len -
				   unpacked, unpacked))
			return failed(d, "wrong checksum");
		advance(&c, packed);
	}
	return failed(d, cut_short);
}

static const struct decompress_format formats[] = {
	{ "gzip", { 0x1f, 0x8b }, 2, true, unpack_gzip },
	{ "bzip2", { 0x42, 0x5a, 0x68 }, 3, false, unpack_bzip2 },
	{ "lzma", { 0x5d, 0x00, 0x00 }, 3, false, unpack_lzma },
	{ "xz", { 0xfd, 0x37, 0x7a, 0x58 }, 4, false, unpack_xz },
	{ "lzo", { 0x89, 0x4c, 0x5a, 0x4f }, 4, false, unpack_lzo },
	{ "lz4", { 0x02, 0x21, 0x4c, 0x18 }, 4, false, unpack_lz4 },
	{ "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, false, unpack_zstd },
};

const struct decompress_format *decompress_find(const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (len >= formats[i].magic_len &&
		    !memcmp(in, formats[i].magic, formats[i].magic_len))
			return &formats[i];
	return NULL;
}
