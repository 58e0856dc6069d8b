/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * digest.h - the digests that loader and purgatory agree on; one code for both.
 *
 * Freestanding. What needs vector registers is in files of its own, which a
 * caller asks for: on a CPU without an operating system somebody must have
 * switched them on (purgatory/simd.c).
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE	32	/* room for any; zeroes behind a shorter one */

/* The registers it is computed in; the result is the same. */
enum digest_by {
	DIGEST_BY_WORDS,	/* general ones only */
	DIGEST_BY_SSE,		/* SHA-256: if digest_has_sha(), else words */
	DIGEST_BY_AVX2,		/* if digest_has_avx2() */
	DIGEST_WAYS
};

/*
 * The digest of `kind` (KPRK_VERIFY_XXH3, .._SHA256) of these bytes; false if
 * there is no such kind.
 */
bool digest(uint32_t kind, enum digest_by by, const void *bytes, size_t size,
	    uint8_t out[DIGEST_SIZE]);

/* Does this CPU have SHA-256 in hardware? */
bool digest_has_sha(void);
/* Does this CPU have AVX2, whether or not it is switched on? */
bool digest_has_avx2(void);

/* xxh3.c, xxh3_sse2.c, xxh3_avx2.c: XXH3-128, its low half first, little-endian */
void xxh3_scalar(const void *bytes, size_t size, uint8_t out[16]);
void xxh3_sse2(const void *bytes, size_t size, uint8_t out[16]);
void xxh3_avx2(const void *bytes, size_t size, uint8_t out[16]);

/* sha256.c, sha256_ni.c: FIPS 180-4, over whole 64-byte blocks */
typedef void sha256_blocks_fn(uint32_t state[8], const uint8_t *bytes,
			      size_t blocks);
void sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks);
void sha256_blocks_ni(uint32_t state[8], const uint8_t *bytes, size_t blocks);
void sha256(sha256_blocks_fn *blocks_fn, const void *bytes, size_t size,
	    uint8_t out[32]);

/* FIPS 180-4, 4.2.2 "SHA-224 and SHA-256 Constants" */
extern const uint32_t sha256_k[64];

#endif
