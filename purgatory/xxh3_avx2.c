// SPDX-License-Identifier: GPL-2.0-only
/*
 * xxh3_avx2.c - the same with registers twice as long; digest_has_avx2() tells
 * whether the CPU has them. Any function here may use them.
 */
#pragma GCC target("avx2")

#include "digest.h"

#include <string.h>

#define XXH_INLINE_ALL
#define XXH_VECTOR 2			/* AVX2 */
#define XXH_FORCE_MEMORY_ACCESS 1
#include <xxhash.h>

void xxh3_avx2(const void *bytes, size_t size, uint8_t out[16])
{
	XXH128_hash_t hash = XXH3_128bits(bytes, size);

	memcpy(out, &hash, sizeof(hash));
}
