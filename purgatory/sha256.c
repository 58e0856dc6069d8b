// SPDX-License-Identifier: GPL-2.0-only
/*
 * sha256.c - FIPS 180-4, section 6.2 "SHA-256", in portable C.
 *
 * No library here: those of Debian come compiled for user space, with vector
 * registers, a red zone and a stack protector, none as a header like xxhash.
 */
#include "digest.h"

#include <string.h>

#define BLOCK	64
#define LENGTH	8		/* of the message, in bits: ends the padding */

const uint32_t sha256_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* 5.3.3 "SHA-256": the initial hash value */
static const uint32_t initial[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static inline uint32_t rotr(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

/* 4.1.2 "SHA-224 and SHA-256 Functions" */
static inline uint32_t ch(uint32_t x, uint32_t y, uint32_t z)
{
	return z ^ (x & (y ^ z));
}

static inline uint32_t maj(uint32_t x, uint32_t y, uint32_t z)
{
	return (x & y) | (z & (x | y));
}

static inline uint32_t big_sigma0(uint32_t x)
{
	return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22);
}

static inline uint32_t big_sigma1(uint32_t x)
{
	return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25);
}

static inline uint32_t sigma0(uint32_t x)
{
	return rotr(x, 7) ^ rotr(x, 18) ^ x >> 3;
}

static inline uint32_t sigma1(uint32_t x)
{
	return rotr(x, 17) ^ rotr(x, 19) ^ x >> 10;
}

static inline uint32_t load_be32(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return __builtin_bswap32(word);
}

static inline void store_be32(uint8_t *bytes, uint32_t word)
{
	word = __builtin_bswap32(word);
	memcpy(bytes, &word, sizeof(word));
}

/*
 * 6.2.2, steps 2 and 3. Instead of moving eight variables a place on after
 * each round, each round names them a place on: a is s[-t], b is s[1 - t]..
 */
#define S(i)	s[(unsigned int)((i) - t) % 8]

static inline void one_round(uint32_t s[8], int t, uint32_t w)
{
	uint32_t t1 = S(7) + big_sigma1(S(4)) + ch(S(4), S(5), S(6)) +
		      sha256_k[t] + w;

	S(3) += t1;
	S(7) = t1 + big_sigma0(S(0)) + maj(S(0), S(1), S(2));
}

static void compress(uint32_t state[8], const uint8_t *block)
{
	uint32_t s[8], w[16];		/* the schedule's last 16 words */

	for (int i = 0; i < 8; i++)
		s[i] = state[i];
	for (int t = 0; t < 16; t++)
		w[t] = load_be32(block + 4 * t);
	for (int t = 0; t < 64; t += 16) {
		#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			if (t)
				w[i] += sigma1(w[(i + 14) % 16]) +
					w[(i + 9) % 16] +
					sigma0(w[(i + 1) % 16]);
			one_round(s, t + i, w[i]);
		}
	}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

void sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
	for (; blocks; blocks--, bytes += BLOCK)
		compress(state, bytes);
}

/* 5.1.1 "SHA-1, SHA-224 and SHA-256": the rest of the message, padded */
static size_t pad(uint8_t tail[2 * BLOCK], const uint8_t *rest, size_t size)
{
	size_t used = size % BLOCK;
	size_t blocks = used + 1 + LENGTH <= BLOCK ? 1 : 2;
	uint64_t bits = (uint64_t)size * 8;
	uint8_t *end = tail + blocks * BLOCK;

	memset(tail, 0, 2 * BLOCK);
	memcpy(tail, rest, used);
	tail[used] = 0x80;
	store_be32(end - 8, (uint32_t)(bits >> 32));
	store_be32(end - 4, (uint32_t)bits);
	return blocks;
}

void sha256(sha256_blocks_fn *blocks_fn, const void *bytes, size_t size,
	    uint8_t out[32])
{
	const uint8_t *at = bytes;
	uint32_t state[8];
	uint8_t tail[2 * BLOCK];

	memcpy(state, initial, sizeof(state));
	blocks_fn(state, at, size / BLOCK);
	blocks_fn(state, tail, pad(tail, at + size / BLOCK * BLOCK, size));
	for (int i = 0; i < 8; i++)
		store_be32(out + 4 * i, state[i]);
}
