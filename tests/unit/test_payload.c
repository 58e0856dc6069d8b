// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_payload.c - payload_unpack over each format, packed by the same
 * libraries: whole, cut short, with a wrong size, with any byte changed.
 * Includes the file under test.
 */
#include <err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <zlib.h>
#include <zstd.h>

/* The messages are tested with the images; a thousand of them hide more. */
static void drop(const char *format, ...)
{
	(void)format;
}

#define warn drop
#define warnx drop
#include "../../loader/payload.c"

#define PLAIN_LEN 20000
#define PACKED_MAX 65536

static uint8_t plain[PLAIN_LEN];

/* Half of it packs well, half does not: stored and packed blocks. */
static void fill_plain(void)
{
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < PLAIN_LEN; i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = i < PLAIN_LEN / 2 ? (uint8_t)(i / 100) : x >> 24;
	}
}

static size_t pack_gzip(uint8_t *out)
{
	z_stream z = { .next_in = plain, .avail_in = PLAIN_LEN,
		       .next_out = out, .avail_out = PACKED_MAX };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack_bzip2(uint8_t *out)
{
	unsigned int n = PACKED_MAX;

	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)out, &n,
						  (char *)plain, PLAIN_LEN,
						  9, 0, 0), BZ_OK);
	return n;
}

static size_t pack_xz(uint8_t *out)
{
	lzma_options_lzma opt;
	lzma_filter filters[] = {
		{ LZMA_FILTER_X86, NULL },	/* as the kernel's xz_wrap */
		{ LZMA_FILTER_LZMA2, &opt },
		{ LZMA_VLI_UNKNOWN, NULL },
	};
	size_t n = 0;

	lzma_lzma_preset(&opt, 6);
	assert_int_equal(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32,
						   NULL, plain, PLAIN_LEN, out,
						   &n, PACKED_MAX), LZMA_OK);
	return n;
}

static size_t pack_lzma(uint8_t *out)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma opt;

	lzma_lzma_preset(&opt, 6);
	assert_int_equal(lzma_alone_encoder(&s, &opt), LZMA_OK);
	s.next_in = plain;
	s.avail_in = PLAIN_LEN;
	s.next_out = out;
	s.avail_out = PACKED_MAX;
	assert_int_equal(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
	lzma_end(&s);
	return s.total_out;
}

/* Two blocks. */
static size_t pack_lz4(uint8_t *out)
{
	const int half = PLAIN_LEN / 2;
	uint8_t *p = out + 4;
	int i;

	put32(out, 0x184c2102);
	for (i = 0; i < 2; i++) {
		int n = LZ4_compress_default((char *)plain + i * half,
					     (char *)p + 4, half, 30000);

		assert_true(n > 0);
		put32(p, (uint32_t)n);
		p += 4 + n;
	}
	return (size_t)(p - out);
}

static size_t pack_zstd(uint8_t *out)
{
	size_t n = ZSTD_compress(out, PACKED_MAX, plain, PLAIN_LEN, 19);

	assert_false(ZSTD_isError(n));
	return n;
}

static uint8_t *put32be(uint8_t *p, uint32_t v)
{
	put32(p, __builtin_bswap32(v));
	return p + 4;
}

/* A block packed, with both checksums; then one stored, with one. */
static uint8_t *lzop_blocks(uint8_t *p)
{
	static uint8_t work[LZO1X_1_MEM_COMPRESS];
	const uint32_t half = PLAIN_LEN / 2;
	lzo_uint n = 0;

	assert_int_equal(lzo1x_1_compress(plain, half, p + 16, &n, work),
			 LZO_E_OK);
	assert_true(n < half);
	put32be(p, half);
	put32be(p + 4, (uint32_t)n);
	p += 16 + n;
	p = put32be(p, half);
	p = put32be(p, half);
	p = put32be(p, 0);
	memcpy(p, plain + half, half);
	return put32be(p + half, 0);
}

static size_t pack_lzo(uint8_t *out)
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

	memcpy(out, head, sizeof(head));
	return (size_t)(lzop_blocks(out + sizeof(head)) - out);
}

struct packer {
	size_t (*pack)(uint8_t *out);
	int own_size;
};

static struct packer packers[] = {
	{ pack_gzip, 1 }, { pack_bzip2, 0 }, { pack_lzma, 0 }, { pack_xz, 0 },
	{ pack_lzo, 0 }, { pack_lz4, 0 }, { pack_zstd, 0 },
};

static size_t make(const struct packer *p, uint8_t *packed)
{
	size_t n = p->pack(packed);

	if (p->own_size)
		return n;
	put32(packed + n, PLAIN_LEN);
	return n + 4;
}

/* In a block of its own length, so that ASan sees a read beyond it. */
static int unpack(const uint8_t *packed, size_t len, uint8_t **out,
		  size_t *out_len)
{
	uint8_t *copy = malloc(len);
	int ret;

	assert_non_null(copy);
	memcpy(copy, packed, len);
	ret = payload_unpack("test", copy, len, out, out_len);
	free(copy);
	return ret;
}

static int unpacks(const uint8_t *packed, size_t len)
{
	uint8_t *out = NULL;
	size_t out_len = 0;

	if (unpack(packed, len, &out, &out_len) < 0) {
		assert_null(out);
		return 0;
	}
	free(out);
	return 1;
}

static void whole(void **state)
{
	uint8_t packed[PACKED_MAX];
	size_t len = make(*state, packed);
	uint8_t *out;
	size_t out_len;

	assert_int_equal(unpack(packed, len, &out, &out_len), 0);
	assert_int_equal(out_len, PLAIN_LEN);
	assert_memory_equal(out, plain, PLAIN_LEN);
	free(out);
}

static void stream_cut(void **state)
{
	uint8_t packed[PACKED_MAX], cut[PACKED_MAX];
	size_t len = make(*state, packed);
	size_t n;

	for (n = 4; n < len - 12; n += n < 64 ? 1 : 101) {
		memcpy(cut, packed, n);
		put32(cut + n, PLAIN_LEN);
		assert_false(unpacks(cut, n + 4));
	}
}

static void wrong_size(void **state)
{
	static const uint32_t sizes[] = {
		0, 1, PLAIN_LEN / 2, PLAIN_LEN - 1, PLAIN_LEN + 1,
		10 * PLAIN_LEN, 0x40000001, 0xffffffff,
	};
	uint8_t packed[PACKED_MAX];
	size_t len = make(*state, packed);
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		put32(packed + len - 4, sizes[i]);
		assert_false(unpacks(packed, len));
	}
}

/* Not all formats notice: it must only come back, within its buffers. */
static void any_byte(void **state)
{
	uint8_t packed[PACKED_MAX];
	size_t len = make(*state, packed);
	size_t i;

	for (i = 4; i < len - 4; i += i < 256 ? 1 : 37) {
		packed[i] ^= 0xff;
		unpacks(packed, len);
		packed[i] ^= 0xff;
	}
}

#define EACH(test) \
	{ #test " gzip", test, NULL, NULL, &packers[0] }, \
	{ #test " bzip2", test, NULL, NULL, &packers[1] }, \
	{ #test " lzma", test, NULL, NULL, &packers[2] }, \
	{ #test " xz", test, NULL, NULL, &packers[3] }, \
	{ #test " lzo", test, NULL, NULL, &packers[4] }, \
	{ #test " lz4", test, NULL, NULL, &packers[5] }, \
	{ #test " zstd", test, NULL, NULL, &packers[6] }

int main(void)
{
	static const struct CMUnitTest tests[] = {
		EACH(whole), EACH(stream_cut), EACH(wrong_size), EACH(any_byte),
	};

	fill_plain();
	lzo_init();
	return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
