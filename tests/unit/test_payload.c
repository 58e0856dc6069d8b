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

/* The messages are tested with the images; a thousand of them hide more. */
static void drop(const char *format, ...)
{
	(void)format;
}

#define warn drop
#define warnx drop
#include "../../loader/payload.c"

#include "../images/pack.h"

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

static size_t make(const struct pack_format *format, uint8_t *packed)
{
	return pack_payload(format, plain, PLAIN_LEN, packed, PACKED_MAX);
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

#define BOMB_LEN (4 << 20)

/* Megabytes of zeroes in some KiB, said to be a few: no byte more is written. */
static void bomb(void **state)
{
	static const uint32_t sizes[] = { 1, 100, BOMB_LEN - 1 };
	const struct pack_format *format = *state;
	uint8_t *zeroes = calloc(1, BOMB_LEN);
	uint8_t *packed = malloc(2 * BOMB_LEN);
	size_t len, i;

	assert_non_null(zeroes);
	assert_non_null(packed);
	len = pack_payload(format, zeroes, BOMB_LEN, packed, 2 * BOMB_LEN);
	assert_true(unpacks(packed, len));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		put32(packed + len - 4, sizes[i]);
		assert_false(unpacks(packed, len));
	}
	free(packed);
	free(zeroes);
}

/* Those with a checksum notice any damage to their data. */
static void damage_is_seen(void **state)
{
	uint8_t packed[PACKED_MAX];
	size_t len = make(*state, packed);
	size_t i;

	for (i = 128; i < len - 64; i += 37) {
		packed[i] ^= 0x10;
		assert_false(unpacks(packed, len));
		packed[i] ^= 0x10;
	}
	assert_true(unpacks(packed, len));
}

/* Of .lzma and .xz the header may ask for any dictionary. */
static void huge_dictionary(void **state)
{
	uint8_t packed[PACKED_MAX];
	size_t len = make(&pack_formats[2], packed);
	uint8_t *out;

	(void)state;
	assert_string_equal(pack_formats[2].name, "lzma");
	put32(packed + 1, 0xf0000000);	/* the magic ends in zeroes */
	assert_int_equal(unpack(packed, len, &out, &len), -1);
}

#define EACH(test) \
	{ #test " gzip", test, NULL, NULL, (void *)&pack_formats[0] }, \
	{ #test " bzip2", test, NULL, NULL, (void *)&pack_formats[1] }, \
	{ #test " lzma", test, NULL, NULL, (void *)&pack_formats[2] }, \
	{ #test " xz", test, NULL, NULL, (void *)&pack_formats[3] }, \
	{ #test " lzo", test, NULL, NULL, (void *)&pack_formats[4] }, \
	{ #test " lz4", test, NULL, NULL, (void *)&pack_formats[5] }, \
	{ #test " zstd", test, NULL, NULL, (void *)&pack_formats[6] }

int main(void)
{
	static const struct CMUnitTest tests[] = {
		EACH(whole), EACH(stream_cut), EACH(wrong_size), EACH(any_byte),
		EACH(bomb), cmocka_unit_test(huge_dictionary),
		{ "damage_is_seen gzip", damage_is_seen, NULL, NULL,
		  (void *)&pack_formats[0] },
		{ "damage_is_seen bzip2", damage_is_seen, NULL, NULL,
		  (void *)&pack_formats[1] },
		{ "damage_is_seen xz", damage_is_seen, NULL, NULL,
		  (void *)&pack_formats[3] },
		{ "damage_is_seen lzo", damage_is_seen, NULL, NULL,
		  (void *)&pack_formats[4] },
	};

	fill_plain();
	return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
