// SPDX-License-Identifier: GPL-2.0-only
/*
 * sha256_ni.c - SHA-256 by the CPU's own instructions: SDM volume 2,
 * "SHA256RNDS2", "SHA256MSG1", "SHA256MSG2". Any function here may use vector
 * registers; digest_has_sha() tells whether the CPU has all of them.
 */
#pragma GCC target("sha,sse4.1")

#include "digest.h"

#include <immintrin.h>

#define BLOCK	64

/* The two halves of the state as SHA256RNDS2 wants them, highest lane first. */
struct halves {
	__m128i abef, cdgh;
};

static inline struct halves to_halves(const uint32_t s[8])
{
	return (struct halves){
		_mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]),
		_mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]),
	};
}

static inline void from_halves(uint32_t s[8], struct halves h)
{
	s[0] = (uint32_t)_mm_extract_epi32(h.abef, 3);
	s[1] = (uint32_t)_mm_extract_epi32(h.abef, 2);
	s[2] = (uint32_t)_mm_extract_epi32(h.cdgh, 3);
	s[3] = (uint32_t)_mm_extract_epi32(h.cdgh, 2);
	s[4] = (uint32_t)_mm_extract_epi32(h.abef, 1);
	s[5] = (uint32_t)_mm_extract_epi32(h.abef, 0);
	s[6] = (uint32_t)_mm_extract_epi32(h.cdgh, 1);
	s[7] = (uint32_t)_mm_extract_epi32(h.cdgh, 0);
}

static inline __m128i load_be(const uint8_t *bytes)
{
	const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11,
					  4, 5, 6, 7, 0, 1, 2, 3);

	return _mm_shuffle_epi8(_mm_loadu_si128((const void *)bytes), swap);
}

/* The schedule's next four words, from the sixteen before them. */
static inline __m128i schedule(__m128i w16, __m128i w12, __m128i w8,
			       __m128i w4)
{
	__m128i w7 = _mm_alignr_epi8(w4, w8, 4);

	return _mm_sha256msg2_epu32(
		_mm_add_epi32(_mm_sha256msg1_epu32(w16, w12), w7), w4);
}

/* Two rounds turn one half into the other; after four all is in its place. */
static inline void four_rounds(struct halves *h, __m128i w, const uint32_t *k)
{
	__m128i wk = _mm_add_epi32(w, _mm_loadu_si128((const void *)k));

	h->cdgh = _mm_sha256rnds2_epu32(h->cdgh, h->abef, wk);
	wk = _mm_shuffle_epi32(wk, 0x0e);
	h->abef = _mm_sha256rnds2_epu32(h->abef, h->cdgh, wk);
}

void sha256_blocks_ni(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
	struct halves h = to_halves(state);

	for (; blocks; blocks--, bytes += BLOCK) {
		struct halves before = h;
		__m128i w[4];		/* the schedule's last 16 words */

		#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			w[i % 4] = i < 4 ? load_be(bytes + 16 * i) :
				   schedule(w[i % 4], w[(i + 1) % 4],
					    w[(i + 2) % 4], w[(i + 3) % 4]);
			four_rounds(&h, w[i % 4], sha256_k + 4 * i);
		}
		h.abef = _mm_add_epi32(h.abef, before.abef);
		h.cdgh = _mm_add_epi32(h.cdgh, before.cdgh);
	}
	from_halves(state, h);
}
