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

bool digest_has_avx2(void)
{
	uint32_t need = CPUID_VERSION_XSAVE | CPUID_VERSION_AVX;

	return (cpuid(CPUID_VERSION, 0).c & need) == need &&
	       (cpuid(CPUID_FEATURES, 0).b & CPUID_FEATURES_AVX2);
}

static void xxh3(enum digest_by by, const void *bytes, size_t size,
		 uint8_t out[DIGEST_SIZE])
{
	if (by == DIGEST_BY_AVX2)
		xxh3_avx2(bytes, size, out);
	else if (by == DIGEST_BY_SSE)
		xxh3_sse2(bytes, size, out);
	else
		xxh3_scalar(bytes, size, out);
}

bool digest(uint32_t kind, enum digest_by by, const void *bytes, size_t size,
	    uint8_t out[DIGEST_SIZE])
{
	memset(out, 0, DIGEST_SIZE);
	if (kind == KPRK_VERIFY_SHA256) {
		if (by != DIGEST_BY_WORDS && digest_has_sha())
			sha256(sha256_blocks_ni, bytes, size, out);
		else
			sha256(sha256_blocks, bytes, size, out);
		return true;
	}
	if (kind == KPRK_VERIFY_XXH3) {
		xxh3(by, bytes, size, out);
		return true;
	}
	return false;
}
