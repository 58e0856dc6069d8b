// SPDX-License-Identifier: GPL-2.0-only
/*
 * idt.c - purgatory's IDT: an NMI is passed over, any exception restarts the
 * machine (entry.S). An interrupt is passed over too: only drain.c lets any in.
 *
 * SDM "64-Bit Mode IDT"
 */
#include "purgatory.h"

#define EXCEPTIONS	32
#define GATES		256

extern const uint8_t on_exception[], on_interrupt[];

static struct {
	uint64_t low;
	uint64_t high;
} idt[GATES];

static void set_gate(int vector, const uint8_t *handler)
{
	uint64_t pa = (uint64_t)handler;

	idt[vector].low = (pa & 0xffff) | (uint64_t)BOOT_CS << 16 |
			  (uint64_t)DESC_INTERRUPT_GATE << 40 |
			  (pa & 0xffff0000) << 32;
	idt[vector].high = pa >> 32;
}

void idt_load(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr = { sizeof(idt) - 1, (uint64_t)idt };

	for (int vector = 0; vector < GATES; vector++)
		set_gate(vector, vector < EXCEPTIONS ? on_exception
						     : on_interrupt);
	set_gate(VECTOR_NMI, on_interrupt);
	__asm__ volatile("lidt %0" : : "m"(idtr));
}
