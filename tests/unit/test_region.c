// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_region.c - the park region as it is built: what a CPU would find in
 * it, walked by hand as the CPU would.
 */
#include "machine.h"

#include "blobs.h"
#include "idmap.h"
#include "region.h"
#include "units.h"
#include "x86.h"

#define BASE	0x5fe00000ULL
#define ENTRY	0x000ffffffffff000ULL
#define LOW	0x9e000

static const uint32_t ids[] = { 0, 2, 4, 6, 300 };

static struct region_plan plan = {
	.base_pa = BASE, .low_page_pa = LOW, .apic_ids = ids, .cpus = 5,
	.acpi_size = 5000, .tsc_khz = 2000000, .nap_us = 500, .nx = true,
	.idle = PARK_IDLE_MWAIT, .mwait_hint = 0x20,
};

static uint8_t *build_by(const struct region_plan *wanted)
{
	uint8_t *image = malloc(region_size(wanted));

	assert_non_null(image);
	memset(image, 0x5a, region_size(wanted));
	assert_int_equal(region_build(image, wanted, blob_park,
				      (size_t)(blob_park_end - blob_park)), 0);
	return image;
}

static uint8_t *build(void)
{
	return build_by(&plan);
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
	assert_int_equal(header->nap_us, 500);
	assert_int_equal(header->idle, PARK_IDLE_MWAIT);
	assert_int_equal(header->mwait_hint, 0x20);
	header->warden = 7;		/* what changes is not summed */
	header->closed = 1;
	assert_int_equal(park_header_sum(header), 0);
	header->nap_us++;
	assert_int_not_equal(park_header_sum(header), 0);
	assert_true(header->reset_vector_pa >= BASE + PARK_CODE_AT);
	assert_true(header->reset_vector_pa <
		    BASE + PARK_CODE_AT + PARK_CODE_SIZE);
	assert_int_equal(BASE + header->acpi_at + header->acpi_size,
			 header->cr3_5level);
	assert_int_equal(header->efer, EFER_NXE);
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
		uint64_t tss = slot->gdt[PARK_TSS_SEL / 8], stack;

		assert_int_equal(slot->apic_id, ids[i]);
		assert_int_equal(slot->state, PARK_EMPTY);
		assert_int_equal(slot->gdt_pa, pa + PARK_SLOT_GDT);
		assert_int_equal((tss >> 16 & 0xffffff) | (tss >> 56) << 24,
				 pa + PARK_SLOT_TSS);
		assert_int_equal(tss >> 40 & 0xff, DESC_TSS_AVAILABLE);
		for (int ist = 1; ist <= PARK_ISTS; ist++) {
			memcpy(&stack, slot->tss + 0x1c + 8 * ist, 8);
			assert_int_equal(stack, pa +
					 (ist == PARK_MC_IST
					  ? PARK_SLOT_MC_STACK
					  : PARK_SLOT_NMI_STACK));
		}
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

/*
 * The physical address that a walk leads to, and the leaf: 0 if there is none,
 * else with W and NX of all levels.
 */
static uint64_t walk(const uint8_t *image, uint64_t image_pa, uint64_t cr3,
		     int levels, uint64_t va, uint64_t *leaf)
{
	uint64_t entry = cr3 | PTE_PRESENT, write = PTE_WRITE, nx = 0;

	*leaf = 0;
	for (int level = levels; level >= 1; level--) {
		const uint64_t *table = (const uint64_t *)
			(image + ((entry & ENTRY) - image_pa));
		int shift = 12 + 9 * (level - 1);

		entry = table[va >> shift & 511];
		if (!(entry & PTE_PRESENT))
			return 0;
		write &= entry;
		nx |= entry & PTE_NX;
		if (level == 1 || (level <= 3 && (entry & PTE_LARGE))) {
			uint64_t mask = (1ULL << shift) - 1;

			*leaf = (entry & ~(uint64_t)PTE_WRITE) | write | nx;
			return (entry & ENTRY & ~mask) | (va & mask);
		}
	}
	return 0;
}

/* The leaf at both depths, which must lead to va itself. */
static uint64_t leaf_of(const uint8_t *image, uint64_t cr3_4level,
			uint64_t cr3_5level, uint64_t va)
{
	uint64_t pa = ((const struct park_header *)image)->base_pa, four, five;
	uint64_t reached = walk(image, pa, cr3_4level, 4, va, &four);

	assert_int_equal(reached, four ? va : 0);
	walk(image, pa, cr3_5level, 5, va, &five);
	assert_int_equal(four, five);
	return four;
}

static uint64_t own_leaf(const uint8_t *image, uint64_t va)
{
	const struct park_header *park = (const struct park_header *)image;

	return leaf_of(image, park->cr3_4level, park->cr3_5level, va);
}

static uint64_t exit_leaf(const uint8_t *image, uint64_t va)
{
	const struct park_header *park = (const struct park_header *)image;

	return leaf_of(image, park->exit_4level, park->exit_5level, va);
}

#define READ	(PTE_PRESENT | PTE_ACCESSED)
#define WRITE	(READ | PTE_WRITE | PTE_DIRTY)

/* As the CPU would make them; no page is dirty and read-only. */
static uint64_t flags_needed(const struct park_header *park, uint64_t at)
{
	uint64_t tables_at = park->cr3_5level - park->base_pa;

	if (at >= PARK_CODE_AT && at < PARK_CODE_AT + PARK_CODE_SIZE)
		return READ;
	if (at >= tables_at || (at >= PARK_EXIT_TABLES_AT &&
				at < PARK_MAILBOX_AT))
		return READ | PTE_NX;
	return WRITE | PTE_NX;
}

static void check_rights(const uint8_t *image, uint64_t (*leaf_at)(
			 const uint8_t *image, uint64_t va))
{
	const struct park_header *park = (const struct park_header *)image;

	for (uint64_t at = 0; at < park->size; at += PAGE)
		assert_int_equal(leaf_at(image, park->base_pa + at) & ~ENTRY,
				 flags_needed(park, at));
}

static void parked_cpus_see_the_park_and_the_apic_only(void **state)
{
	uint8_t *image = build();
	uint64_t size = region_size(&plan);

	(void)state;
	check_rights(image, own_leaf);
	assert_int_equal(own_leaf(image, LOW) & ~ENTRY, READ);
	assert_int_equal(own_leaf(image, APIC_DEFAULT_BASE) & ~ENTRY,
			 WRITE | PTE_NX | PTE_PCD | PTE_PWT);
	assert_int_equal(own_leaf(image, 0), 0);
	assert_int_equal(own_leaf(image, LOW - PAGE), 0);
	assert_int_equal(own_leaf(image, LOW + PAGE), 0);
	assert_int_equal(own_leaf(image, BASE - PAGE), 0);
	assert_int_equal(own_leaf(image, BASE + size), 0);
	assert_int_equal(own_leaf(image, APIC_DEFAULT_BASE + PAGE), 0);
	assert_int_equal(own_leaf(image, 4 * GIB), 0);
	free(image);
}

static void leaving_cpus_see_4_gib_and_cannot_write_the_code(void **state)
{
	uint8_t *image = build();
	uint64_t large = WRITE | PTE_LARGE;

	(void)state;
	check_rights(image, exit_leaf);
	assert_int_equal(exit_leaf(image, 0) & ~ENTRY, large);
	assert_int_equal(exit_leaf(image, BASE - 1) & ~ENTRY, large);
	assert_int_equal(exit_leaf(image, BASE + region_size(&plan)) & ~ENTRY,
			 WRITE);
	assert_int_equal(exit_leaf(image, BASE + PARK_ALIGN) & ~ENTRY, large);
	assert_int_equal(exit_leaf(image, 4 * GIB - 1) & ~ENTRY, large);
	assert_int_equal(exit_leaf(image, APIC_DEFAULT_BASE) & ~ENTRY,
			 large | PTE_PCD | PTE_PWT);
	assert_int_equal(exit_leaf(image, 4 * GIB), 0);
	free(image);
}

/* More than 2 MiB of it, on both sides of a GiB. */
static void a_large_region_is_mapped_to_its_end(void **state)
{
	static uint32_t many[PARK_CPUS_MAX + 1];
	struct region_plan large = plan;
	uint8_t *image;

	(void)state;
	for (uint32_t i = 0; i < PARK_CPUS_MAX + 1; i++)
		many[i] = i;
	large.apic_ids = many;
	large.cpus = PARK_CPUS_MAX;
	large.base_pa = GIB - PARK_ALIGN;
	image = build_by(&large);
	check_rights(image, own_leaf);
	check_rights(image, exit_leaf);
	free(image);
	large.cpus++;		/* its slot would lie where no kernel maps it */
	image = malloc(region_size(&large));
	assert_non_null(image);
	assert_int_equal(region_build(image, &large, blob_park,
				      (size_t)(blob_park_end - blob_park)), -1);
	free(image);
}

static void without_nx_no_entry_has_it(void **state)
{
	struct region_plan plain = plan;
	uint8_t *image;

	(void)state;
	plain.nx = false;
	image = build_by(&plain);
	assert_int_equal(((struct park_header *)image)->efer, 0);
	for (uint64_t at = 0; at < region_size(&plain); at += PAGE) {
		assert_false(own_leaf(image, BASE + at) & PTE_NX);
		assert_false(exit_leaf(image, BASE + at) & PTE_NX);
	}
	assert_false(own_leaf(image, APIC_DEFAULT_BASE) & PTE_NX);
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

static void a_region_beyond_4_gib_is_refused(void **state)
{
	struct region_plan high = plan;
	size_t size = region_size(&high), code = (size_t)(blob_park_end -
							  blob_park);
	uint8_t *image = malloc(size);

	(void)state;
	high.base_pa = (1ULL << 32) - size;
	assert_int_equal(region_build(image, &high, blob_park, code), 0);
	high.base_pa += PAGE;
	assert_int_equal(region_build(image, &high, blob_park, code), -1);
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
		cmocka_unit_test(parked_cpus_see_the_park_and_the_apic_only),
		cmocka_unit_test(leaving_cpus_see_4_gib_and_cannot_write_the_code),
		cmocka_unit_test(a_large_region_is_mapped_to_its_end),
		cmocka_unit_test(without_nx_no_entry_has_it),
		cmocka_unit_test(identity_maps_reach_their_limit),
		cmocka_unit_test(foreign_code_is_refused),
		cmocka_unit_test(a_region_beyond_4_gib_is_refused),
	};

	return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
