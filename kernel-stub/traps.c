// SPDX-License-Identifier: GPL-2.0-only
/*
 * traps.c - the IDT, and what each vector means.
 */
#include "traps.h"

#include "bootparams.h"
#include "console.h"
#include "ipi.h"
#include "lapic.h"
#include "percpu.h"

#define GATES		256
#define STUB_SIZE	16	/* traps.S */

extern const uint8_t trap_stubs[], kernel_start[];

/* SDM "64-Bit Mode IDT" */
static struct {
	uint64_t low;
	uint64_t high;
} idt[GATES];

void (*nmi_hook)(void);

void traps_build(void)
{
	for (uint32_t vector = 0; vector < GATES; vector++) {
		uint64_t pa = (uint64_t)trap_stubs + vector * STUB_SIZE;

		idt[vector].low = (pa & 0xffff) | (uint64_t)BOOT_CS << 16 |
				  (uint64_t)DESC_INTERRUPT_GATE << 40 |
				  (pa & 0xffff0000) << 32;
		idt[vector].high = pa >> 32;
	}
}

void traps_load(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr = { sizeof(idt) - 1, (uint64_t)idt };

	__asm__ volatile("lidt %0" : : "m"(idtr));
}

static void interrupt(struct cpu *cpu, uint64_t vector)
{
	if (vector == APIC_SPURIOUS_VECTOR)
		return;			/* has no EOI */
	if (vector != WAKE_VECTOR || cpu->is_deaf)
		cpu->strays++;
	lapic_write(APIC_EOI, 0);
}

void trap(struct trap_frame *frame)
{
	struct cpu *cpu = this_cpu();
	uint64_t cr2;

	if (frame->vector >= VECTOR_FIRST_FREE) {
		interrupt(cpu, frame->vector);
		return;
	}
	if (frame->vector == VECTOR_NMI) {
		if (nmi_hook)
			nmi_hook();
		return;
	}
	__asm__("mov %%cr2, %0" : "=r"(cr2));
	die("CPU %u: exception %lu, error 0x%lx, rip 0x%lx (stub.elf 0x%lx),"
	    " cr2 0x%lx, rsp 0x%lx", cpu->index, frame->vector, frame->error,
	    frame->rip, frame->rip - (uint64_t)kernel_start + SETUP_SIZE, cr2,
	    frame->rsp);
}
