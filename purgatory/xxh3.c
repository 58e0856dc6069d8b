// SPDX-License-Identifier: GPL-2.0-only
/* xxh3.c - XXH3-128 of Debian's header-only xxhash, without vector registers */
#include "digest.h"

#include <string.h>

#define XXH_INLINE_ALL
#define XXH_VECTOR 0			/* scalar */
#define XXH_FORCE_MEMORY_ACCESS 1	/* else each word is a memcpy() call */
#include <xxhash.h>

void xxh3_scalar(const void *bytes, size_t size, uint8_t out[16])
{
	XXH128_hash_t hash = XXH3_128bits(bytes, size);

	memcpy(out, &hash, sizeof(hash));
}
