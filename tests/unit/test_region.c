// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_region.c - the park region as it is built: what a CPU would find in
 * it, walked by hand as the CPU would.
 */
#include "machine.h"

#include "blobs.h"
#include "idmap.h"
#include "region.h"
#include "x86.h"

#define BASE	0x5fe00000ULL
#define ENTRY	0x000ffffffffff000ULL

static const uint32_t ids[] = { 0, 2, 4, 6, 300 };

static struct region_plan plan = {
	.base_pa = BASE, .low_page_pa = 0x9e000, .apic_ids = ids, .cpus = 5,
	.acpi_size = 5000, .tsc_khz = 2000000, .nap_us = 500,
};

static uint8_t *build(void)
{
	uint8_t *image = malloc(region_size(&plan));

	assert_non_null(image);
	memset(image, 0x5a, region_size(&plan));
	assert_int_equal(region_build(image, &plan, blob_park,
				      (size_t)(blob_park_end - blob_park)), 0);
	return image;
}

/* Whatever lay in the loader's memory before, none of it goes into the region. */
static void nothing_shines_through(void **state)
{
	size_t size = region_size(&plan);
	uint8_t *one = build(), *other = malloc(size);

	(void)state;
	assert_non_null(other);
	memset(other, 0xa5, size);
	assert_int_equal(region_build(other, &plan, blob_park,
				      (size_t)(blob_park_end - blob_park)), 0);
	assert_memory_equal(one, other, size);
	free(one);
	free(other);
}

static struct park_slot *slot_at(uint8_t *image, uint32_t i)
{
	return (struct park_slot *)(image + PARK_SLOTS_AT +
				    i * PARK_SLOT_SIZE);
}

static void header_is_sound(void **state)
{
	uint8_t *image = build();
	struct park_header *header = (struct park_header *)image;

	(void)state;
	assert_int_equal(header->signature, PARK_SIGNATURE);
	assert_int_equal(header->size, region_size(&plan));
	assert_int_equal(park_header_sum(header), 0);
	header->warden = 7;		/* what changes is not summed */
	header->closed = 1;
	assert_int_equal(park_header_sum(header), 0);
	header->nap_us++;
	assert_int_not_equal(park_header_sum(header), 0);
	assert_true(header->reset_vector_pa >= BASE + PARK_CODE_AT);
	assert_true(header->reset_vector_pa <
		    BASE + PARK_CODE_AT + PARK_CODE_SIZE);
	assert_int_equal(header->acpi_at + header->acpi_size, header->size);
	free(image);
}

/* ENDBR64: a kernel with IBT jumps there. */
static void reset_vector_begins_with_endbr64(void **state)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	uint8_t *image = build();
	struct park_header *header = (struct park_header *)image;

	(void)state;
	assert_memory_equal(image + (header->reset_vector_pa - BASE),
			    endbr64, sizeof(endbr64));
	free(image);
}

static void every_cpu_has_a_slot_in_order(void **state)
{
	uint8_t *image = build();

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		struct park_slot *slot = slot_at(image, i);
		uint64_t pa = BASE + PARK_SLOTS_AT + i * PARK_SLOT_SIZE;
		uint64_t tss = slot->gdt[PARK_TSS_SEL / 8], ist1;

		assert_int_equal(slot->apic_id, ids[i]);
		assert_int_equal(slot->state, PARK_EMPTY);
		assert_int_equal(slot->gdt_pa, pa + PARK_SLOT_GDT);
		assert_int_equal((tss >> 16 & 0xffffff) | (tss >> 56) << 24,
				 pa + PARK_SLOT_TSS);
		assert_int_equal(tss >> 40 & 0xff, DESC_TSS_AVAILABLE);
		memcpy(&ist1, slot->tss + 0x24, 8);
		assert_int_equal(ist1, pa + PARK_SLOT_NMI_STACK);
		assert_true(slot->record_at >= PARK_SLOTS_AT +
			    5 * PARK_SLOT_SIZE + sizeof(struct kprk_table));
	}
	free(image);
}

static void every_vector_has_a_handler_in_the_code(void **state)
{
	uint8_t *image = build();
	uint64_t *idt = (uint64_t *)(image + PARK_IDT_AT);

	(void)state;
	for (int vector = 0; vector < 256; vector++) {
		uint64_t low = idt[2 * vector], high = idt[2 * vector + 1];
		uint64_t handler = (low & 0xffff) | (low >> 32 & 0xffff0000) |
				   high << 32;

		assert_int_equal(low >> 40 & 0xff, DESC_INTERRUPT_GATE);
		assert_int_equal(low >> 16 & 0xffff, PARK_CODE_SEL);
		assert_true(handler > BASE + PARK_CODE_AT &&
			    handler < BASE + PARK_CODE_AT + PARK_CODE_SIZE);
	}
	assert_int_equal(idt[2 * VECTOR_NMI] >> 32 & 7, PARK_NMI_IST);
	assert_int_equal(idt[2 * VECTOR_MC] >> 32 & 7, PARK_MC_IST);
	free(image);
}

/* The physical address that a walk from `table` leads to, and the leaf. */
static uint64_t walk(const uint8_t *image, uint64_t image_pa, uint64_t cr3,
		     int levels, uint64_t va, uint64_t *leaf)
{
	uint64_t entry = cr3 | PTE_PRESENT;

	for (int level = levels; level >= 2; level--) {
		const uint64_t *table = (const uint64_t *)
			(image + ((entry & ENTRY) - image_pa));
		int shift = 12 + 9 * (level - 1);

		entry = table[va >> shift & 511];
		assert_true(entry & PTE_PRESENT);
		if (level <= 3 && (entry & PTE_LARGE)) {
			uint64_t mask = (1ULL << shift) - 1;

			*leaf = entry;
			return (entry & ENTRY & ~mask) | (va & mask);
		}
	}
	fail_msg("no leaf for 0x%llx", (unsigned long long)va);
	return 0;
}

static void park_maps_itself_and_the_apic_at_both_depths(void **state)
{
	static const uint64_t vas[] = { 0, 0x9e000, BASE, BASE + 0x1234,
					0xfee00300, 0xffffffff };
	uint8_t *image = build();
	struct park_header *header = (struct park_header *)image;

	(void)state;
	for (size_t i = 0; i < sizeof(vas) / sizeof(vas[0]); i++) {
		uint64_t leaf;

		assert_int_equal(walk(image, BASE, header->cr3_4level, 4,
				      vas[i], &leaf), vas[i]);
		assert_int_equal(walk(image, BASE, header->cr3_5level, 5,
				      vas[i], &leaf), vas[i]);
		assert_int_equal(!!(leaf & PTE_PCD), vas[i] == 0xfee00300);
	}
	free(image);
}

static void identity_maps_reach_their_limit(void **state)
{
	static const struct idmap maps[] = {
		{ 0, false }, { 24ULL << 30, false }, { 24ULL << 30, true },
		{ (600ULL << 30) + 1, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		const uint64_t pa = 0x7000000;
		size_t size = idmap_size(&maps[i]);
		uint64_t *tables = malloc(size), leaf;
		uint64_t last = (maps[i].limit < 4ULL << 30 ? 4ULL << 30
							    : maps[i].limit) - 1;

		assert_non_null(tables);
		idmap_build(&maps[i], tables, pa);
		assert_int_equal(walk((uint8_t *)tables, pa, pa + 4096, 4,
				      last, &leaf), last);
		assert_int_equal(walk((uint8_t *)tables, pa, pa, 5, last / 2,
				      &leaf), last / 2);
		free(tables);
	}
}

static void foreign_code_is_refused(void **state)
{
	uint8_t *image = malloc(region_size(&plan));
	static const uint8_t nonsense[64];

	(void)state;
	assert_int_equal(region_build(image, &plan, nonsense,
				      sizeof(nonsense)), -1);
	assert_int_equal(region_build(image, &plan, blob_park, 8), -1);
	assert_int_equal(region_build(image, &plan, blob_park,
				      PARK_CODE_SIZE + 1), -1);
	free(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_sound),
		cmocka_unit_test(nothing_shines_through),
		cmocka_unit_test(reset_vector_begins_with_endbr64),
		cmocka_unit_test(every_cpu_has_a_slot_in_order),
		cmocka_unit_test(every_vector_has_a_handler_in_the_code),
		cmocka_unit_test(park_maps_itself_and_the_apic_at_both_depths),
		cmocka_unit_test(identity_maps_reach_their_limit),
		cmocka_unit_test(foreign_code_is_refused),
	};

	return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
