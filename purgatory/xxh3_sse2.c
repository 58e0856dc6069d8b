// SPDX-License-Identifier: GPL-2.0-only
/*
 * xxh3_sse2.c - the same in half the time, for who has vector registers. Any
 * function here may use them.
 */
#include "digest.h"

#include <string.h>

#define XXH_INLINE_ALL
#define XXH_VECTOR 1			/* SSE2: every 64-bit CPU has it */
#define XXH_FORCE_MEMORY_ACCESS 1
#include <xxhash.h>

void xxh3_sse2(const void *bytes, size_t size, uint8_t out[16])
{
	XXH128_hash_t hash = XXH3_128bits(bytes, size);

	memcpy(out, &hash, sizeof(hash));
}
