// SPDX-License-Identifier: GPL-2.0-only
/*
 * arrival.c - looks at control registers and APIC before the stub sets its
 * own: trampoline.S and boot.S change CR3, GDT and segments only.
 */
#include "arrival.h"

#include "cpu.h"
#include "lapic.h"
#include "parkview.h"
#include "tables.h"

#define RFLAGS_DF	0x00000400	/* SDM "EFLAGS Register" */
#define RFLAGS_NT	0x00004000
#define RFLAGS_AC	0x00040000

static bool boot_came_in_x2;

void arrival_note_mode(void)
{
	boot_came_in_x2 = lapic_is_x2(rdmsr(MSR_APIC_BASE));
}

static bool any_unmasked(void)
{
	uint32_t entries = lapic_read(APIC_VERSION) >> 16 & 0xff, masked;

	masked = lapic_read(APIC_LVT_TIMER) & lapic_read(APIC_LVT_LINT0) &
		 lapic_read(APIC_LVT_LINT1) & lapic_read(APIC_LVT_ERROR);
	if (entries > 3)
		masked &= lapic_read(APIC_LVT_PERF);
	if (entries > 4)
		masked &= lapic_read(APIC_LVT_THERMAL);
	if (entries > 5)
		masked &= lapic_read(APIC_LVT_CMCI);
	return !(masked & APIC_LVT_MASKED);
}

/* In x2APIC mode it follows from the ID, and is nobody's to change. */
static bool has_logical_id(void)
{
	return !lapic_is_x2(rdmsr(MSR_APIC_BASE)) && lapic_read(APIC_LDR);
}

static uint32_t inspect_apic(const struct cpu *self)
{
	uint32_t unclean = 0, waiting = 0;

	if (any_unmasked())
		unclean |= UNCLEAN_LVT;
	if (lapic_read(APIC_TIMER_CURRENT))
		unclean |= UNCLEAN_TIMER;
	if (has_logical_id())
		unclean |= UNCLEAN_LDR;
	for (uint32_t word = 0; word < APIC_IRR_WORDS; word++)
		waiting |= lapic_read(APIC_IRR + 16 * word) |
			   lapic_read(APIC_ISR + 16 * word);
	if (waiting)
		unclean |= UNCLEAN_PENDING;
	if (lapic_read(APIC_TPR))
		unclean |= UNCLEAN_TPR;
	if (lapic_read(APIC_SVR) & APIC_SVR_ENABLE)
		unclean |= UNCLEAN_ENABLED;
	/*
	 * One kernel had them all in one mode, and the park keeps it. What an
	 * INIT makes of it is not the park's.
	 */
	if (machine.kprk &&
	    park_record_of(self)->via == PARK_VIA_RESET_VECTOR &&
	    lapic_is_x2(rdmsr(MSR_APIC_BASE)) != boot_came_in_x2)
		unclean |= UNCLEAN_MODE;
	return unclean;
}

static bool has_cet(void)
{
	struct cpuid r = cpuid(CPUID_FEATURES, 0);

	return (r.c & CPUID_FEATURES_SHSTK) || (r.d & CPUID_FEATURES_IBT);
}

static uint64_t efer_needed(void)
{
	bool nx = cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_NX;

	return EFER_LMA | EFER_LME | (nx ? EFER_NXE : 0);
}

uint32_t arrival_inspect(const struct cpu *self)
{
	uint64_t cr0, cr4, dr7, flags;
	uint32_t unclean = inspect_apic(self);

	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	__asm__ volatile("mov %%db7, %0" : "=r"(dr7));
	__asm__ volatile("pushf; pop %0" : "=r"(flags));
	if (cr0 != CR0_LONG_MODE)
		unclean |= UNCLEAN_CR0;
	if (cr4 & ~(uint64_t)(CR4_PAE | CR4_MCE | CR4_LA57))
		unclean |= UNCLEAN_CR4;
	if (!(cr4 & CR4_MCE))
		unclean |= UNCLEAN_MCE;
	if (rdmsr(MSR_EFER) != efer_needed())
		unclean |= UNCLEAN_EFER;
	if (has_cet() && rdmsr(MSR_S_CET))
		unclean |= UNCLEAN_CET;
	if (dr7 != DR7_OFF)
		unclean |= UNCLEAN_DR7;
	if (flags >> RFLAGS_IF_BIT & 1)
		unclean |= UNCLEAN_IF;
	if (flags & (RFLAGS_DF | RFLAGS_NT | RFLAGS_AC))
		unclean |= UNCLEAN_FLAGS;
	return unclean;
}
