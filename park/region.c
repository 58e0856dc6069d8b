// SPDX-License-Identifier: GPL-2.0-only
/*
 * region.c - builds a park region, ready for its first CPU.
 *
 * Called by the loader (into a kexec segment) and by kernel-stub/.
 */
#include "region.h"

#include <string.h>

#include "parkmap.h"
#include "units.h"
#include "x86.h"

#define IDT_ENTRIES	256

/* 64-bit gate; SDM "64-Bit Mode IDT" */
struct gate {
	uint64_t low;
	uint64_t high;
};

static uint32_t whole_pages(uint64_t size)
{
	return (uint32_t)((size + PAGE - 1) / PAGE * PAGE);
}

static uint32_t kprk_at(const struct region_plan *plan)
{
	return PARK_SLOTS_AT + plan->cpus * PARK_SLOT_SIZE;
}

static uint32_t kprk_size(const struct region_plan *plan)
{
	return whole_pages(sizeof(struct kprk_table) +
			   plan->cpus * sizeof(struct kprk_record));
}

static uint32_t tables_at(const struct region_plan *plan)
{
	return kprk_at(plan) + kprk_size(plan) + whole_pages(plan->acpi_size);
}

size_t region_size(const struct region_plan *plan)
{
	return tables_at(plan) + parkmap_size(tables_at(plan));
}

static void build_header(struct park_header *header,
			 const struct region_plan *plan,
			 const struct park_code *code)
{
	uint64_t exit_pa = plan->base_pa + PARK_EXIT_TABLES_AT;

	header->signature = PARK_SIGNATURE;
	header->version = PARK_ABI_VERSION;
	header->size = (uint32_t)region_size(plan);
	header->base_pa = plan->base_pa;
	header->cpus = plan->cpus;
	header->low_page_pa = plan->low_page_pa;
	header->cr3_5level = plan->base_pa + tables_at(plan);
	header->cr3_4level = header->cr3_5level + PAGE;
	header->exit_5level = (uint32_t)exit_pa;
	header->exit_4level = (uint32_t)exit_pa + PAGE;
	header->efer = plan->nx ? EFER_NXE : 0;
	header->idt_limit = IDT_ENTRIES * sizeof(struct gate) - 1;
	header->idt_pa = plan->base_pa + PARK_IDT_AT;
	header->sipi_entry_pa = plan->base_pa + code->sipi_entry;
	header->reset_vector_pa = plan->base_pa + code->reset_vector;
	header->kprk_at = kprk_at(plan);
	header->kprk_size = kprk_size(plan);
	header->acpi_at = header->kprk_at + header->kprk_size;
	header->acpi_size = whole_pages(plan->acpi_size);
	header->tsc_khz = plan->tsc_khz;
	header->nap_us = plan->nap_us;
	header->idle = plan->idle;
	header->mwait_hint = plan->mwait_hint;
	header->checksum = -park_header_sum(header);
	header->warden = PARK_NO_WARDEN;
}

static struct gate gate(uint64_t handler, unsigned int ist)
{
	struct gate gate = {
		.low = (handler & 0xffff) | (uint64_t)PARK_CODE_SEL << 16 |
		       (uint64_t)ist << 32 |
		       (uint64_t)DESC_INTERRUPT_GATE << 40 |
		       (handler & 0xffff0000) << 32,
		.high = handler >> 32,
	};

	return gate;
}

static void build_idt(struct gate *idt, uint64_t base_pa,
		      const struct park_code *code)
{
	for (int i = 0; i < IDT_ENTRIES; i++)
		idt[i] = i < VECTOR_FIRST_FREE
			 ? gate(base_pa + code->on_exception, PARK_MC_IST)
			 : gate(base_pa + code->on_stray, 0);
	idt[VECTOR_NMI] = gate(base_pa + code->on_nmi, PARK_NMI_IST);
	idt[VECTOR_MC] = gate(base_pa + code->on_machine_check, PARK_MC_IST);
	idt[PARK_KICK_VECTOR] = gate(base_pa + code->on_kick, 0);
	idt[PARK_TIMER_VECTOR] = gate(base_pa + code->on_kick, 0);
	idt[APIC_SPURIOUS_VECTOR] = gate(base_pa + code->on_spurious, 0);
}

/* SDM "TSS Descriptor in 64-bit mode": 16 bytes */
static void build_gdt(struct park_slot *slot, uint64_t slot_pa)
{
	uint64_t tss_pa = slot_pa + PARK_SLOT_TSS;

	slot->gdt_limit = PARK_GDT_SIZE - 1;
	slot->gdt_pa = slot_pa + PARK_SLOT_GDT;
	slot->gdt[PARK_CODE_SEL / 8] = DESC_CODE64;
	slot->gdt[PARK_DATA_SEL / 8] = DESC_DATA;
	slot->gdt[PARK_TSS_SEL / 8] = (PARK_TSS_SIZE - 1) |
				      (tss_pa & 0xffffff) << 16 |
				      (uint64_t)DESC_TSS_AVAILABLE << 40 |
				      (tss_pa >> 24 & 0xff) << 56;
	slot->gdt[PARK_TSS_SEL / 8 + 1] = tss_pa >> 32;
}

/* SDM "64-Bit Task-State Segment": IST n at 0x1c + 8 n, I/O map base at 0x66 */
static void build_tss(struct park_slot *slot, uint64_t slot_pa)
{
	uint64_t nmi_stack = slot_pa + PARK_SLOT_NMI_STACK;
	uint64_t mc_stack = slot_pa + PARK_SLOT_MC_STACK;
	uint16_t no_io_map = PARK_TSS_SIZE;

	for (int ist = 1; ist <= PARK_ISTS; ist++)
		memcpy(slot->tss + 0x1c + 8 * ist,
		       ist == PARK_MC_IST ? &mc_stack : &nmi_stack, 8);
	memcpy(slot->tss + 0x66, &no_io_map, 2);
}

static void build_slots(uint8_t *image, const struct region_plan *plan)
{
	for (uint32_t i = 0; i < plan->cpus; i++) {
		uint32_t at = PARK_SLOTS_AT + i * PARK_SLOT_SIZE;
		struct park_slot *slot = (struct park_slot *)(image + at);

		slot->apic_id = plan->apic_ids[i];
		slot->record_at = kprk_at(plan) +
				  (uint32_t)(sizeof(struct kprk_table) +
					     i * sizeof(struct kprk_record));
		build_gdt(slot, plan->base_pa + at);
		build_tss(slot, plan->base_pa + at);
	}
}

int region_build(void *image, const struct region_plan *plan,
		 const void *code, size_t code_size)
{
	const struct park_code *park_code = code;
	uint8_t *byte = image;

	if (code_size < sizeof(*park_code) || code_size > PARK_CODE_SIZE ||
	    park_code->magic != PARK_CODE_MAGIC ||
	    park_code->version != PARK_ABI_VERSION ||
	    plan->cpus > PARK_CPUS_MAX ||
	    plan->base_pa + region_size(plan) > FOUR_GIB)
		return -1;
	memset(image, 0, region_size(plan));
	memset(byte + PARK_CODE_AT, 0xcc, PARK_CODE_SIZE);
	memcpy(byte + PARK_CODE_AT, code, code_size);
	build_header(image, plan, park_code);
	parkmap_build(byte);
	build_idt((struct gate *)(byte + PARK_IDT_AT), plan->base_pa,
		  park_code);
	build_slots(byte, plan);
	return 0;
}
