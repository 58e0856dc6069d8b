// SPDX-License-Identifier: GPL-2.0-only
/*
 * simd.c - vector registers, for as long as digests are computed.
 *
 * SDM "System Programming for Instruction Set Extensions": SSE wants CR4.OSFXSR
 * on, CR0.EM and TS off; AVX wants CR4.OSXSAVE and three bits of XCR0 too. All
 * are put back as they were: the next kernel may take what it finds for its
 * own. No exception is unmasked, since only integers are computed.
 */
#include "purgatory.h"

#include "digest.h"

static uint64_t read_xcr0(void)
{
	uint32_t low, high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

static void write_xcr0(uint64_t value)
{
	__asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32)) : "memory");
}

static void write_cr0(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static void write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

void simd_on(struct simd *saved)
{
	__asm__("mov %%cr0, %0" : "=r"(saved->cr0));
	__asm__("mov %%cr4, %0" : "=r"(saved->cr4));
	write_cr0(saved->cr0 & ~(uint64_t)(CR0_EM | CR0_TS));
	saved->avx2 = digest_has_avx2();
	if (!saved->avx2) {
		write_cr4(saved->cr4 | CR4_OSFXSR);
		return;
	}
	write_cr4(saved->cr4 | CR4_OSFXSR | CR4_OSXSAVE);
	saved->xcr0 = read_xcr0();
	write_xcr0(saved->xcr0 | XCR0_X87 | XCR0_SSE | XCR0_AVX);
}

void simd_off(const struct simd *saved)
{
	if (saved->avx2)
		write_xcr0(saved->xcr0);
	write_cr4(saved->cr4);
	write_cr0(saved->cr0);
}
