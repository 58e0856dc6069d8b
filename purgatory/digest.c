// SPDX-License-Identifier: GPL-2.0-only
/* digest.c - which digest, by which code */
#include "digest.h"

#include <string.h>

#include "cpuid.h"
#include "park_abi.h"
#include "x86.h"

bool digest_has_sha(void)
{
	uint32_t need = CPUID_VERSION_SSSE3 | CPUID_VERSION_SSE41;

	return (cpuid(CPUID_FEATURES, 0).b & CPUID_FEATURES_SHA) &&
	       (cpuid(CPUID_VERSION, 0).c & need) == need;
}

bool digest(uint32_t kind, bool simd, const void *bytes, size_t size,
	    uint8_t out[DIGEST_SIZE])
{
	memset(out, 0, DIGEST_SIZE);
	if (kind == KPRK_VERIFY_SHA256) {
		if (simd && digest_has_sha())
			sha256(sha256_blocks_ni, bytes, size, out);
		else
			sha256(sha256_blocks, bytes, size, out);
		return true;
	}
	if (kind == KPRK_VERIFY_XXH3) {
		if (simd)
			xxh3_sse2(bytes, size, out);
		else
			xxh3_scalar(bytes, size, out);
		return true;
	}
	return false;
}
