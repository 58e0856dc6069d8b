// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_digest.c - the digests against the standard's examples, against what
 * sha256sum and xxhsum say, and each path against the other.
 */
#include "machine.h"

#include "digest.h"
#include "park_abi.h"

#define BIG	(1024 * 1024)

static uint8_t random_bytes[BIG + 64];

static int fill_random_bytes(void **state)
{
	uint64_t x = 88172645463325252ULL;

	(void)state;
	for (size_t i = 0; i < sizeof(random_bytes); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		random_bytes[i] = (uint8_t)x;
	}
	return 0;
}

static void to_hex(const uint8_t *bytes, size_t size, char *text)
{
	for (size_t i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

static void assert_sha256(enum digest_by by, const char *message, size_t size,
			  const char *wanted)
{
	uint8_t found[DIGEST_SIZE];
	char hex[2 * DIGEST_SIZE + 1];

	assert_true(digest(KPRK_VERIFY_SHA256, by, message, size, found));
	to_hex(found, sizeof(found), hex);
	assert_string_equal(hex, wanted);
}

/* NIST "Examples with Intermediate Values", SHA-256; CAVP's empty message */
static void assert_examples(enum digest_by by)
{
	static const char two_blocks[] =
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static char million[1000000];

	assert_sha256(by, "", 0, "e3b0c44298fc1c149afbf4c8996fb924"
		      "27ae41e4649b934ca495991b7852b855");
	assert_sha256(by, "abc", 3, "ba7816bf8f01cfea414140de5dae2223"
		      "b00361a396177a9cb410ff61f20015ad");
	assert_sha256(by, two_blocks, 56, "248d6a61d20638b8e5c026930c3e6039"
		      "a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', sizeof(million));
	assert_sha256(by, million, sizeof(million),
		      "cdc76e5c9914fb9281a1c7e284d73e67"
		      "f1809a48a497200e046d39ccc7112cd0");
}

static void sha256_portable_knows_the_standards_examples(void **state)
{
	(void)state;
	assert_examples(DIGEST_BY_WORDS);
}

static void sha256_of_the_cpu_knows_them_too(void **state)
{
	(void)state;
	if (!digest_has_sha()) {
		print_message("this CPU has no SHA instructions\n");
		skip();
	}
	assert_examples(DIGEST_BY_SSE);
}

/* Without SHA instructions, SHA-256 takes the portable path twice. */
static void assert_agrees_with_words(enum digest_by by)
{
	static const uint32_t kinds[] = { KPRK_VERIFY_XXH3,
					  KPRK_VERIFY_SHA256 };
	uint8_t one[DIGEST_SIZE], other[DIGEST_SIZE];

	for (size_t k = 0; k < 2; k++) {
		for (size_t size = 0; size < 1500; size++) {
			const uint8_t *at = random_bytes + size % 64;

			digest(kinds[k], DIGEST_BY_WORDS, at, size, one);
			digest(kinds[k], by, at, size, other);
			assert_memory_equal(one, other, sizeof(one));
		}
		digest(kinds[k], DIGEST_BY_WORDS, random_bytes + 1, BIG, one);
		digest(kinds[k], by, random_bytes + 1, BIG, other);
		assert_memory_equal(one, other, sizeof(one));
	}
}

static void sse_and_words_agree(void **state)
{
	(void)state;
	assert_agrees_with_words(DIGEST_BY_SSE);
}

static void avx2_and_words_agree(void **state)
{
	(void)state;
	assert_int_equal(digest_has_avx2(),
			 __builtin_cpu_supports("avx2") != 0);
	if (!digest_has_avx2()) {
		print_message("this CPU has no AVX2\n");
		skip();
	}
	assert_agrees_with_words(DIGEST_BY_AVX2);
}

/* The first word that a command says about these bytes; false: no command. */
static bool ask(const char *command, const void *bytes, size_t size,
		char word[128])
{
	char path[64], line[192];
	FILE *pipe;
	int got;

	snprintf(path, sizeof(path), "%s/bytes", machine_root());
	machine_file("/bytes", bytes, size);
	snprintf(line, sizeof(line), "%s %s 2>/dev/null", command, path);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	got = fscanf(pipe, "%127s", word);
	return !pclose(pipe) && got == 1;
}

static void assert_as_told(const char *command, uint32_t kind, size_t bytes)
{
	static const size_t sizes[] = { 0, 1, 55, 56, 63, 64, 65, 127, 128, 240,
					241, 1024, 4096, 65537, BIG };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t found[DIGEST_SIZE];
		char hex[2 * DIGEST_SIZE + 1], told[128];

		if (!ask(command, random_bytes, sizes[i], told)) {
			print_message("there is no %s\n", command);
			skip();
		}
		digest(kind, DIGEST_BY_WORDS, random_bytes, sizes[i], found);
		/* xxhsum writes the number, highest byte first */
		for (size_t b = 0; kind == KPRK_VERIFY_XXH3 && b < 8; b++) {
			uint8_t low = found[b];

			found[b] = found[15 - b];
			found[15 - b] = low;
		}
		to_hex(found, bytes, hex);
		assert_string_equal(told, hex);
	}
}

static void sha256_is_what_sha256sum_says(void **state)
{
	(void)state;
	assert_as_told("sha256sum", KPRK_VERIFY_SHA256, 32);
}

static void xxh3_is_what_xxhsum_says(void **state)
{
	(void)state;
	assert_as_told("xxhsum -q -H2", KPRK_VERIFY_XXH3, 16);
}

static void an_unknown_digest_is_none(void **state)
{
	uint8_t out[DIGEST_SIZE];

	(void)state;
	assert_false(digest(0, DIGEST_BY_WORDS, "abc", 3, out));
	assert_false(digest(KPRK_VERIFY_NONE, DIGEST_BY_SSE, "abc", 3, out));
}

/* A flipped bit must not turn the check off, or into another. */
static void no_kind_is_a_bit_from_another(void **state)
{
	static const uint32_t kinds[] = { KPRK_VERIFY_NONE, KPRK_VERIFY_XXH3,
					  KPRK_VERIFY_SHA256, 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(__builtin_popcount(kinds[i] ^ kinds[j]) > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_portable_knows_the_standards_examples),
		cmocka_unit_test(sha256_of_the_cpu_knows_them_too),
		cmocka_unit_test(sse_and_words_agree),
		cmocka_unit_test(avx2_and_words_agree),
		MACHINE_TEST(sha256_is_what_sha256sum_says),
		MACHINE_TEST(xxh3_is_what_xxhsum_says),
		cmocka_unit_test(an_unknown_digest_is_none),
		cmocka_unit_test(no_kind_is_a_bit_from_another),
	};

	return cmocka_run_group_tests_name("digest", tests, fill_random_bytes,
					   NULL);
}
