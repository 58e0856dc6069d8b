// SPDX-License-Identifier: GPL-2.0-only
/*
 * parkview.c - finds a CPU's slot and record, as park_abi.h has them.
 */
#include "parkview.h"

#include "console.h"
#include "tables.h"

struct park_header *park_of_boot(void)
{
	return (struct park_header *)machine.kprk->region_pa;
}

struct park_slot *park_slot_of(const struct cpu *cpu)
{
	struct park_header *park = park_of_boot();
	struct park_slot *slot = (void *)(park->base_pa + PARK_SLOTS_AT);

	for (uint32_t i = 0; i < park->cpus; i++, slot++)
		if (slot->apic_id == cpu->apic_id)
			return slot;
	die("no slot for CPU %u", cpu->index);
}

struct kprk_record *park_record_of(const struct cpu *cpu)
{
	return (void *)(park_of_boot()->base_pa +
			park_slot_of(cpu)->record_at);
}
