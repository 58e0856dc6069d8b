// SPDX-License-Identifier: GPL-2.0-only
/*
 * apic.c - SDM "Local APIC State After It Has Been Software Disabled".
 */
#include "apic.h"

#include "lapic.h"

/* Intel 8259A: the mask registers of both */
#define PIC1_MASK	0x21
#define PIC2_MASK	0xa1
#define PIC_ALL		0xff

void apic_silence_pic(void)
{
	outb(PIC2_MASK, PIC_ALL);
	outb(PIC1_MASK, PIC_ALL);
}

int apic_open(struct cpu *self)
{
	(void)self;
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
