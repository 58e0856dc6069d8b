// SPDX-License-Identifier: GPL-2.0-only
/*
 * simd.c - vector registers, for as long as digests are computed.
 *
 * SDM "System Programming for Instruction Set Extensions": SSE wants CR4.OSFXSR
 * on, CR0.EM and TS off. Both registers are put back as they were: the next
 * kernel may take what it finds for its own. No exception is unmasked, since
 * only integers are computed.
 */
#include "purgatory.h"

void simd_on(struct simd *saved)
{
	__asm__("mov %%cr0, %0" : "=r"(saved->cr0));
	__asm__("mov %%cr4, %0" : "=r"(saved->cr4));
	__asm__ volatile("mov %0, %%cr0" : :
			 "r"(saved->cr0 & ~(uint64_t)(CR0_EM | CR0_TS))
			 : "memory");
	__asm__ volatile("mov %0, %%cr4" : : "r"(saved->cr4 | CR4_OSFXSR)
			 : "memory");
}

void simd_off(const struct simd *saved)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(saved->cr4) : "memory");
	__asm__ volatile("mov %0, %%cr0" : : "r"(saved->cr0) : "memory");
}
