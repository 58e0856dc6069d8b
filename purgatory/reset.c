// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset.c - restarts the machine through its firmware, by one way after
 * another until one works.
 */
#include "purgatory.h"

/* Chipset reset control, as in the Intel PCH datasheets: RST_CNT */
#define RESET_CONTROL_PORT	0xcf9
#define RESET_CONTROL_SYSTEM	0x02
#define RESET_CONTROL_CPU	0x04

/* ACPI 6.6 "Reset Register": what the FADT says */
static struct {
	bool     known;
	bool     in_memory;
	uint64_t address;
	uint8_t  value;
} way;

void reset_prepare(const struct acpi_fadt *fadt)
{
	if (!fadt || fadt->header.length < sizeof(*fadt) ||
	    !(fadt->flags & FADT_RESET_SUPPORTED))
		return;
	way.in_memory = fadt->reset_space == ACPI_SPACE_MEMORY;
	way.known = way.in_memory || fadt->reset_space == ACPI_SPACE_IO;
	way.address = fadt->reset_address;
	way.value = fadt->reset_value;
}

static void wait_a_little(void)
{
	for (volatile int i = 0; i < 10000000; i++)
		pause();
}

static void triple_fault(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) no_idt;

	__asm__ volatile("lidt %0; ud2" : : "m"(no_idt));
}

/* As the firmware says; waits for it to happen if there was a way. */
static void reset_by_acpi(void)
{
	if (!way.known)
		return;
	way.known = false;	/* a fault here leads here once more */
	if (way.in_memory)
		*(volatile uint8_t *)way.address = way.value;
	else
		outb((uint16_t)way.address, way.value);
	wait_a_little();
}

_Noreturn void reset_machine(void)
{
	serial_say("purgatory: resetting the machine\n");
	reset_by_acpi();
	outb(RESET_CONTROL_PORT, RESET_CONTROL_SYSTEM);
	outb(RESET_CONTROL_PORT, RESET_CONTROL_SYSTEM | RESET_CONTROL_CPU);
	wait_a_little();
	triple_fault();
	for (;;)
		__asm__ volatile("cli; hlt");
}
