// SPDX-License-Identifier: GPL-2.0-only
/*
 * apic.c - SDM "Local APIC State After It Has Been Software Disabled".
 */
#include "apic.h"

#include "chain.h"
#include "cmdline.h"
#include "lapic.h"

/* Intel 8259A: the mask registers of both */
#define PIC1_MASK	0x21
#define PIC2_MASK	0xa1
#define PIC_ALL		0xff

/* SDM "Extended XAPIC (x2APIC)": CPUID_VERSION, ECX */
#define CPUID_VERSION_X2APIC	(1u << 21)

static bool x2_wanted;

void apic_silence_pic(void)
{
	outb(PIC2_MASK, PIC_ALL);
	outb(PIC1_MASK, PIC_ALL);
}

void apic_init(void)
{
	uint64_t first = cmdline_number("x2apic", 0);

	x2_wanted = first && hop + 1 >= first &&
		    (cpuid(CPUID_VERSION, 0).c & CPUID_VERSION_X2APIC);
}

/* One way only: SDM "x2APIC State Transitions". */
static void choose_mode(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	if (x2_wanted && !lapic_is_x2(base))
		wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE | APIC_BASE_EXTD);
}

int apic_open(struct cpu *self)
{
	(void)self;
	choose_mode();
	lapic_write(APIC_TPR, 0);
	lapic_write(APIC_SVR, APIC_SVR_ENABLE | APIC_SPURIOUS_VECTOR);
	lapic_write(APIC_LVT_TIMER, APIC_LVT_MASKED);
	lapic_write(APIC_LVT_LINT0, APIC_LVT_MASKED);
	lapic_write(APIC_LVT_LINT1, APIC_LVT_MASKED);
	lapic_write(APIC_LVT_ERROR, APIC_LVT_MASKED);
	return 0;
}

void apic_close(struct cpu *self)
{
	(void)self;
	lapic_write(APIC_SVR, APIC_SPURIOUS_VECTOR);
}
