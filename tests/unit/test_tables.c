// SPDX-License-Identifier: GPL-2.0-only
/* test_tables.c - MADT and KPRK as /sys/firmware/acpi/tables shows them */
#include "machine.h"

#include "bootparams.h"
#include "bytes.h"
#include "cpus.h"
#include "kprk.h"

static uint8_t table[4096];
static size_t table_size;

static void start_madt(void)
{
	memset(table, 0, sizeof(table));
	memcpy(table, "APIC", 4);
	table_size = sizeof(struct acpi_madt);
}

static void add_lapic(uint8_t apic_id, uint32_t flags)
{
	const struct madt_lapic entry = {
		{ MADT_LAPIC, sizeof(entry) }, 0, apic_id, flags
	};

	memcpy(table + table_size, &entry, sizeof(entry));
	table_size += sizeof(entry);
}

static void add_x2apic(uint32_t apic_id, uint32_t flags)
{
	const struct madt_x2apic entry = {
		{ MADT_X2APIC, sizeof(entry) }, 0, apic_id, flags, 0
	};

	memcpy(table + table_size, &entry, sizeof(entry));
	table_size += sizeof(entry);
}

static void install_madt(void)
{
	put32(table + 4, (uint32_t)table_size);
	table[9] = 0;
	table[9] = (uint8_t)-acpi_sum(table, table_size);
	machine_file("/sys/firmware/acpi/tables/APIC", table, table_size);
}

static void enabled_cpus_are_listed_once_in_order(void **state)
{
	struct cpus cpus;
	const char *why;

	(void)state;
	start_madt();
	add_lapic(0, 1);
	add_lapic(4, 1);
	add_lapic(9, 0);		/* not enabled */
	add_lapic(8, 2);		/* only online-capable */
	add_lapic(0xff, 1);		/* no such CPU */
	add_x2apic(4, 1);		/* named by type 0 already */
	add_x2apic(300, 1);
	install_madt();
	assert_int_equal(cpus_read(machine_root(), &cpus, &why), 0);
	assert_int_equal(cpus.count, 3);
	assert_int_equal(cpus.apic_ids[0], 0);
	assert_int_equal(cpus.apic_ids[1], 4);
	assert_int_equal(cpus.apic_ids[2], 300);
	cpus_free(&cpus);
}

static void assert_no_cpus(const char *reason)
{
	struct cpus cpus;
	const char *why = NULL;

	assert_int_equal(cpus_read(machine_root(), &cpus, &why), -1);
	assert_string_equal(why, reason);
	assert_null(cpus.apic_ids);
}

static void damaged_madts_are_named(void **state)
{
	(void)state;
	assert_no_cpus("the firmware has no MADT");
	start_madt();
	install_madt();
	assert_no_cpus("the firmware's MADT enables no CPU");
	add_lapic(0, 1);
	install_madt();
	table[table_size - 1] ^= 1;	/* the checksum is wrong now */
	machine_file("/sys/firmware/acpi/tables/APIC", table, table_size);
	assert_no_cpus("the firmware's MADT is damaged");
	start_madt();
	add_lapic(0, 1);
	add_lapic(1, 1);
	table[table_size - 7] = 0;	/* an entry of length 0 */
	install_madt();
	assert_no_cpus("the firmware's MADT is damaged");
	table[table_size - 7] = 9;	/* one that ends behind the table */
	install_madt();
	assert_no_cpus("the firmware's MADT is damaged");
	machine_file("/sys/firmware/acpi/tables/APIC", table, 20);
	assert_no_cpus("the firmware's MADT is damaged");
}

static struct kprk_table *start_kprk(void)
{
	struct kprk_table *kprk = (struct kprk_table *)table;

	memset(table, 0, sizeof(table));
	memcpy(kprk->header.signature, "KPRK", 4);
	kprk->version = PARK_ABI_VERSION;
	kprk->hop = 2;
	kprk->records = 3;
	kprk->records_at = sizeof(*kprk);
	kprk->record_size = sizeof(struct kprk_record);
	kprk->header.length = sizeof(*kprk) + 3 * sizeof(struct kprk_record);
	return kprk;
}

static void install_kprk(size_t size)
{
	table[9] = 0;
	table[9] = (uint8_t)-acpi_sum(table, size);
	machine_file("/sys/firmware/acpi/tables/KPRK", table, size);
}

static void install_hop(uint32_t hop)
{
	machine_text("/sys/kernel/boot_params/setup_data/0/type", "0x9\n");
	machine_file("/sys/kernel/boot_params/setup_data/0/data", "", 0);
	machine_text("/sys/kernel/boot_params/setup_data/1/type",
		     "0x4b50524b\n");
	machine_file("/sys/kernel/boot_params/setup_data/1/data", &hop,
		     sizeof(hop));
}

static void kprk_of_this_boot_is_told_from_an_inherited_one(void **state)
{
	struct kprk_table *made = start_kprk();
	struct kprk kprk;

	(void)state;
	install_kprk(made->header.length);
	kprk_read(machine_root(), &kprk);
	assert_non_null(kprk.table);
	assert_false(kprk.ours);
	kprk_free(&kprk);
	install_hop(1);
	kprk_read(machine_root(), &kprk);
	assert_false(kprk.ours);
	kprk_free(&kprk);
	install_hop(2);
	kprk_read(machine_root(), &kprk);
	assert_true(kprk.ours);
	assert_true(kprk.region.ours);
	kprk_free(&kprk);
}

/* Purgatory knows how to call over the CPUs of some. */
static void kprk_of_an_older_version_may_be_of_this_boot(void **state)
{
	const struct {
		uint32_t version, hop;
		bool ours;
	} cases[] = {
		{ PARK_ABI_OLDEST, 2, true }, { PARK_ABI_OLDEST, 1, false },
		{ PARK_ABI_OLDEST - 1, 2, false },
		{ PARK_ABI_VERSION + 1, 2, false },
	};
	struct kprk_table *made = start_kprk();
	struct kprk kprk;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		made->region_pa = 0x40000000;
		made->version = cases[i].version;
		install_kprk(made->header.length);
		install_hop(cases[i].hop);
		kprk_read(machine_root(), &kprk);
		assert_null(kprk.table);
		assert_int_equal(kprk.region.pa, 0x40000000);
		assert_int_equal(kprk.region.ours, cases[i].ours);
		kprk_free(&kprk);
	}
}

static void assert_no_kprk(size_t size)
{
	struct kprk kprk;

	install_kprk(size);
	kprk_read(machine_root(), &kprk);
	assert_null(kprk.table);
}

static void damaged_kprk_is_no_kprk(void **state)
{
	struct kprk_table *made = start_kprk();
	size_t size = made->header.length;
	struct kprk kprk;

	(void)state;
	kprk_read(machine_root(), &kprk);
	assert_null(kprk.table);
	assert_no_kprk(size - 1);
	assert_no_kprk(20);
	made->records = 4;
	assert_no_kprk(size);
	made->records = UINT32_MAX;
	assert_no_kprk(size);
	start_kprk()->record_size = 32;
	assert_no_kprk(size);
	start_kprk()->records_at = 8;
	assert_no_kprk(size);
	start_kprk()->version++;
	assert_no_kprk(size);
}

/* A flipped bit: neither the table nor the region is believed. */
static void kprk_of_a_wrong_sum_is_no_kprk(void **state)
{
	struct kprk_table *made = start_kprk();
	size_t size = made->header.length;
	struct kprk kprk;

	(void)state;
	made->region_pa = 0x40000000;
	install_kprk(size);
	kprk_read(machine_root(), &kprk);
	assert_non_null(kprk.table);
	assert_int_equal(kprk.region.pa, 0x40000000);
	kprk_free(&kprk);
	made->retired_pa ^= 1 << 21;
	machine_file("/sys/firmware/acpi/tables/KPRK", table, size);
	kprk_read(machine_root(), &kprk);
	assert_null(kprk.table);
	assert_int_equal(kprk.region.pa, 0);
	assert_string_equal(kprk.why_not,
			    "wrong checksum (found 32, need 0)");
	kprk_free(&kprk);
}

static void outcomes_have_texts(void **state)
{
	struct kprk_table *made = start_kprk();

	(void)state;
	for (uint32_t i = 1; i < KPRK_OUTCOMES; i++) {
		if (i == 7)
			continue;	/* never given */
		made->outcome = i;
		made->outcome_apic_id = 77;
		assert_null(strstr(kprk_outcome_text(made), "unknown"));
	}
	made->outcome = KPRK_AP_MISSING;
	assert_non_null(strstr(kprk_outcome_text(made), "APIC ID 77 "));
	made->outcome = KPRK_OUTCOMES;
	assert_string_equal(kprk_outcome_text(made), "unknown outcome 11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(enabled_cpus_are_listed_once_in_order),
		MACHINE_TEST(damaged_madts_are_named),
		MACHINE_TEST(kprk_of_an_older_version_may_be_of_this_boot),
		MACHINE_TEST(kprk_of_this_boot_is_told_from_an_inherited_one),
		MACHINE_TEST(damaged_kprk_is_no_kprk),
		MACHINE_TEST(kprk_of_a_wrong_sum_is_no_kprk),
		cmocka_unit_test(outcomes_have_texts),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
