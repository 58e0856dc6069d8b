/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* cpuid.h - what the CPU says it is; leaves and bits by name are in x86.h */
#ifndef CPUID_H
#define CPUID_H

#include <stdint.h>

struct cpuid {
	uint32_t a, b, c, d;
};

/* All zeroes for a leaf that the CPU does not have. */
static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid r = { 0, 0, 0, 0 };
	uint32_t highest, b, c, d;

	__asm__ volatile("cpuid" : "=a"(highest), "=b"(b), "=c"(c), "=d"(d)
			 : "a"(leaf & 0x80000000), "c"(0));
	if (leaf <= highest)
		__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c),
				 "=d"(r.d) : "a"(leaf), "c"(subleaf));
	return r;
}

#endif
