// SPDX-License-Identifier: GPL-2.0-only
/*
 * wakeup.c - sends for APs.
 */
#include "wakeup.h"

#include <string.h>

#include "atomic.h"
#include "clock.h"
#include "console.h"
#include "lapic.h"
#include "memory.h"
#include "tables.h"
#include "trampoline.h"
#include "units.h"


uint64_t wakeup_vector;

extern const uint8_t ap_entry[];

/*
 * On the way through protected mode CR3 has 32 bits: of an image above 4 GiB
 * the root table is copied down. Its entries reach anywhere.
 */
static uint64_t low_root(void)
{
	uint64_t copy;

	if (kernel_root < FOUR_GIB)
		return kernel_root;
	copy = memory_take(PAGE, PAGE, 1 << 20, FOUR_GIB);
	if (!copy)
		die("no free page below 4 GiB");
	memcpy((void *)copy, (void *)kernel_root, PAGE);
	return copy;
}

static void fill_args(struct trampoline_args *args, uint64_t page)
{
	uint64_t cr4;

	__asm__("mov %%cr4, %0" : "=r"(cr4));
	args->cr3 = low_root();
	args->cr4 = (uint32_t)(cr4 & CR4_LA57) | CR4_PAE;
	args->gdt[TRAMPOLINE_CODE32_SEL / 8] = DESC_CODE32;
	args->gdt[TRAMPOLINE_CODE64_SEL / 8] = DESC_CODE64;
	args->gdt[TRAMPOLINE_DATA_SEL / 8] = DESC_DATA;
	args->gdt_limit = sizeof(args->gdt) - 1;
	args->gdt_pa = (uint32_t)page + TRAMPOLINE_GDT;
	args->gdt_limit64 = args->gdt_limit;
	args->gdt_pa64 = args->gdt_pa;
	args->to_32 = (uint32_t)page + trampoline_32;
	args->to_32_sel = TRAMPOLINE_CODE32_SEL;
	args->to_64 = (uint32_t)page + trampoline_64;
	args->to_64_sel = TRAMPOLINE_CODE64_SEL;
	args->entry = (uint64_t)ap_entry;
}

void wakeup_init(void)
{
	uint64_t page = memory_take(PAGE, PAGE, LOW_MIN, LOW_MAX);

	if (!page)
		die("no free page below 1 MiB");
	memset((void *)page, 0xcc, PAGE);
	memcpy((void *)page, trampoline, TRAMPOLINE_ARGS);
	memset((void *)(page + TRAMPOLINE_ARGS), 0,
	       sizeof(struct trampoline_args));
	fill_args((void *)(page + TRAMPOLINE_ARGS), page);
	wakeup_vector = page + TRAMPOLINE_START64;
}

/* The warden reads all three once it sees the command: that comes last. */
void mailbox_send(uint16_t command, uint32_t apic_id)
{
	struct park_mailbox *mailbox = machine.mailbox;

	STORE(mailbox->apic_id, apic_id);
	STORE(mailbox->wakeup_vector, wakeup_vector);
	STORE(mailbox->command, command);
}

bool mailbox_acknowledged(uint32_t ms)
{
	return WAIT_FOR(LOAD(machine.mailbox->command) == MAILBOX_NOOP, ms);
}

void mailbox_withdraw(void)
{
	/* Command and CPU together: PROTOCOL.md, section 4. */
	SWAP(*(uint64_t *)machine.mailbox, 0);
}

bool mailbox_has(const struct cpu *cpu)
{
	mailbox_send(MAILBOX_TEST, cpu->apic_id);
	return mailbox_acknowledged(TEST_MS);
}

bool sipi_may(const struct cpu *cpu)
{
	return rdmsr(MSR_APIC_BASE) & APIC_BASE_BSP ||
	       cpu->apic_id != machine.apic_ids[0];
}

void sipi_init(const struct cpu *cpu)
{
	lapic_send(cpu->apic_id, ICR_INIT | ICR_ASSERT);
}

void sipi_start(const struct cpu *cpu)
{
	lapic_send(cpu->apic_id, ICR_STARTUP | ICR_ASSERT |
		   (uint32_t)(wakeup_vector >> 12));
}
