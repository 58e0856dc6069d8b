// SPDX-License-Identifier: GPL-2.0-only
/* pack.c - see pack.h */
#include "pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <zlib.h>
#include <zstd.h>

#include "../../loader/bytes.h"

#define DICTIONARY	65536	/* bytes; a reader has to allocate it */

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "pack: %s failed\n", what);
	abort();
}

static size_t pack_gzip(const uint8_t *in, size_t len, uint8_t *out,
			size_t max)
{
	z_stream z = { .next_in = (Bytef *)in, .avail_in = (uInt)len,
		       .next_out = out, .avail_out = (uInt)max };

	must(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8,
			  Z_DEFAULT_STRATEGY) == Z_OK, "deflateInit2");
	must(deflate(&z, Z_FINISH) == Z_STREAM_END, "deflate");
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack_bzip2(const uint8_t *in, size_t len, uint8_t *out,
			 size_t max)
{
	unsigned int n = (unsigned int)max;

	must(BZ2_bzBuffToBuffCompress((char *)out, &n, (char *)in,
				      (unsigned int)len, 9, 0, 0) == BZ_OK,
	     "bzip2");
	return n;
}

static size_t pack_xz(const uint8_t *in, size_t len, uint8_t *out, size_t max)
{
	lzma_options_lzma opt;
	lzma_filter filters[] = {
		{ LZMA_FILTER_X86, NULL },	/* as the kernel's xz_wrap */
		{ LZMA_FILTER_LZMA2, &opt },
		{ LZMA_VLI_UNKNOWN, NULL },
	};
	size_t n = 0;

	lzma_lzma_preset(&opt, 6);
	opt.dict_size = DICTIONARY;
	must(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL, in,
				       len, out, &n, max) == LZMA_OK, "xz");
	return n;
}

static size_t pack_lzma(const uint8_t *in, size_t len, uint8_t *out,
			size_t max)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma opt;

	lzma_lzma_preset(&opt, 6);
	opt.dict_size = DICTIONARY;
	must(lzma_alone_encoder(&s, &opt) == LZMA_OK, "lzma");
	s.next_in = in;
	s.avail_in = len;
	s.next_out = out;
	s.avail_out = max;
	must(lzma_code(&s, LZMA_FINISH) == LZMA_STREAM_END, "lzma");
	lzma_end(&s);
	return s.total_out;
}

/* Two blocks. */
static size_t pack_lz4(const uint8_t *in, size_t len, uint8_t *out, size_t max)
{
	size_t size[2] = { len / 2, len - len / 2 };
	uint8_t *p = out + 4;
	int i;

	put32(out, 0x184c2102);
	for (i = 0; i < 2; i++) {
		int n = LZ4_compress_default((const char *)in, (char *)p + 4,
					     (int)size[i],
					     (int)(out + max - p - 4));

		must(n > 0, "lz4");
		put32(p, (uint32_t)n);
		p += 4 + n;
		in += size[i];
	}
	return (size_t)(p - out);
}

static size_t pack_zstd(const uint8_t *in, size_t len, uint8_t *out,
			size_t max)
{
	size_t n = ZSTD_compress(out, max, in, len, 19);

	must(!ZSTD_isError(n), "zstd");
	return n;
}

static uint8_t *put32be(uint8_t *p, uint32_t v)
{
	put32(p, __builtin_bswap32(v));
	return p + 4;
}

/* A block packed, with both checksums; then one stored, with one. */
static uint8_t *lzop_blocks(const uint8_t *in, size_t len, uint8_t *p)
{
	static uint8_t work[LZO1X_1_MEM_COMPRESS];
	const uint32_t first = (uint32_t)len / 2;
	const uint32_t second = (uint32_t)len - first;
	lzo_uint n = 0;

	must(lzo_init() == LZO_E_OK, "lzo_init");
	must(lzo1x_1_compress(in, first, p + 16, &n, work) == LZO_E_OK &&
	     n < first, "lzo");
	put32be(p, first);
	put32be(p + 4, (uint32_t)n);
	put32be(p + 8, (uint32_t)adler32(1, in, first));
	put32be(p + 12, (uint32_t)adler32(1, p + 16, (uInt)n));
	p += 16 + n;
	p = put32be(p, second);
	p = put32be(p, second);
	p = put32be(p, (uint32_t)adler32(1, in + first, second));
	memcpy(p, in + first, second);
	return put32be(p + second, 0);
}

static size_t pack_lzo(const uint8_t *in, size_t len, uint8_t *out, size_t max)
{
	static const uint8_t head[] = {
		0x89, 'L', 'Z', 'O', 0, 0x0d, 0x0a, 0x1a, 0x0a,
		0x10, 0x40, 0x20, 0xa0, 0x09, 0x40,	/* versions */
		1, 5,					/* method, level */
		0, 0, 0, 0x03,				/* both Adler-32 */
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,	/* mode, time */
		3, 'a', '.', 'b',			/* name */
		0, 0, 0, 0,				/* checksum */
	};

	must(max > sizeof(head) + len + len / 8 + 100, "lzo: room");
	memcpy(out, head, sizeof(head));
	return (size_t)(lzop_blocks(in, len, out + sizeof(head)) - out);
}

const struct pack_format pack_formats[PACK_FORMATS] = {
	{ "gzip", pack_gzip, 1 }, { "bzip2", pack_bzip2, 0 },
	{ "lzma", pack_lzma, 0 }, { "xz", pack_xz, 0 },
	{ "lzo", pack_lzo, 0 }, { "lz4", pack_lz4, 0 },
	{ "zstd", pack_zstd, 0 },
};

size_t pack_payload(const struct pack_format *format, const uint8_t *in,
		    size_t len, uint8_t *out, size_t max)
{
	size_t n = format->pack(in, len, out, max - 4);

	if (format->own_size)
		return n;
	put32(out + n, (uint32_t)len);
	return n + 4;
}
