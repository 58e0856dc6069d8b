// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify.c - are the segments still what the loader loaded?
 *
 * Guards against stray DMA and rot between load and jump, not against an
 * adversary, who would change the digest too: XXH3, 128 bits, from Debian's
 * header-only xxhash, in its portable form (no vector registers needed here).
 */
#include "purgatory.h"

#define XXH_INLINE_ALL
#define XXH_VECTOR 0			/* scalar */
#define XXH_FORCE_MEMORY_ACCESS 1	/* else each word is a memcpy() call */
#include <xxhash.h>

static void flip_a_bit(const struct purgatory_segment *segment)
{
	uint8_t *middle = (uint8_t *)segment->pa + segment->size / 2;

	*middle ^= 0x10;
}

static bool is_intact(const struct purgatory_segment *segment)
{
	XXH128_hash_t hash = XXH3_128bits((const void *)segment->pa,
					  segment->size);

	return hash.low64 == segment->digest[0] &&
	       hash.high64 == segment->digest[1];
}

bool verify_segments(struct purgatory_params *params, uint32_t *which)
{
	if (params->fault == PURGATORY_FAULT_FLIP &&
	    params->fault_arg < params->segments)
		flip_a_bit(&params->segment[params->fault_arg]);
	for (*which = 0; *which < params->segments; ++*which)
		if (!is_intact(&params->segment[*which]))
			return false;
	return true;
}
