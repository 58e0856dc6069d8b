// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_purgatory.c - the order of events between two kernels: purgatory.c itself,
 * among functions that only say that they were called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "x86.h"

/* In place of cpu.h, whose instructions a test program may not run. */
#define CPU_H

static char events[512];
static uint64_t tsc;
static bool tables_there;

static void note(const char *event)
{
	strcat(strcat(events, *events ? " " : ""), event);
}

static uint64_t rdtsc(void)
{
	return ++tsc;
}

static uint64_t rdmsr(uint32_t msr)
{
	return msr;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
	(void)msr;
	(void)value;
}

static void pause(void)
{
}

#include "../../purgatory/purgatory.c"

static struct park_header park __attribute__((aligned(4096)));

#define EVENT(name, ...)	void name(__VA_ARGS__) { note(#name); }

#pragma GCC diagnostic ignored "-Wunused-parameter"
EVENT(idt_load, void)
EVENT(drain_apic, void)
EVENT(reset_prepare, const struct acpi_fadt *fadt)
EVENT(verify_block, const struct purgatory_params *params)
EVENT(verify_early, const struct purgatory_params *params)
EVENT(verify_kernel, const struct purgatory_params *params)
EVENT(clear_pages, const struct purgatory_params *params)
EVENT(gather_find, struct journey *journey, const struct acpi_tables *tables)
EVENT(gather_summon, struct journey *journey)
EVENT(gather_count, struct journey *journey)
EVENT(journal_keep, struct journey *journey)
EVENT(journal_close, struct journey *journey)
EVENT(acpi_pass_on_pristine, struct journey *journey,
      const struct acpi_tables *tables)
EVENT(acpi_publish, struct journey *journey, const struct acpi_tables *tables,
      const struct acpi_rsdp *rsdp)

const struct acpi_rsdp *acpi_offer(struct journey *journey,
				   const struct acpi_tables *tables)
{
	note("acpi_offer");
	return NULL;
}

bool acpi_find(uint64_t rsdp_pa, struct acpi_tables *tables)
{
	note("acpi_find");
	return tables_there;
}

void serial_open(const struct purgatory_params *params)
{
}

void serial_say(const char *text)
{
}

void serial_number(const char *text, uint64_t number)
{
}

void serial_stage(enum kprk_stamp which)
{
	static const char *const names[KPRK_STAMPS] = {
		[KPRK_T_ENTRY] = "ENTRY", [KPRK_T_FOUND] = "FOUND",
		[KPRK_T_SENT] = "SENT", [KPRK_T_VERIFIED] = "VERIFIED",
		[KPRK_T_CLEARED] = "CLEARED", [KPRK_T_ANSWERED] = "ANSWERED",
		[KPRK_T_JUMP] = "JUMP",
	};

	note(names[which]);
}

static void go(uint32_t verify, bool with_park)
{
	struct purgatory_params params = {
		.park_pa = with_park ? (uint64_t)&park : 0, .verify = verify
	};

	memset(&park, 0, sizeof(park));
	park.signature = PARK_SIGNATURE;
	park.version = PARK_ABI_VERSION;
	park.base_pa = (uint64_t)&park;
	park.cpus = 2;
	park.checksum = -park_header_sum(&park);
	*events = '\0';
	purgatory(&params);
}

/* The CPUs come while memory is checked; the tables last; and JUMP when nothing is
   left but to write it down. */
static void with_all_there_is(void **state)
{
	(void)state;
	tables_there = true;
	go(KPRK_VERIFY_XXH3, true);
	assert_string_equal(events,
		"ENTRY idt_load verify_block acpi_find reset_prepare"
		" verify_early gather_find FOUND gather_summon SENT"
		" verify_kernel VERIFIED clear_pages CLEARED gather_count"
		" ANSWERED acpi_offer journal_keep acpi_publish drain_apic"
		" JUMP journal_close");
}

static void what_is_not_checked_has_no_stamp(void **state)
{
	(void)state;
	tables_there = true;
	go(KPRK_VERIFY_NONE, true);
	assert_non_null(strstr(events, " verify_kernel clear_pages CLEARED "));
}

#define COLD	"ENTRY idt_load verify_block acpi_find reset_prepare" \
		" verify_early verify_kernel VERIFIED clear_pages CLEARED" \
		" acpi_pass_on_pristine drain_apic"

/* No CPU is called, and nothing written into a park that is not right. */
static void with_nothing_to_park_with(void **state)
{
	(void)state;
	tables_there = true;
	go(KPRK_VERIFY_XXH3, false);
	assert_string_equal(events, COLD);
	tables_there = false;
	go(KPRK_VERIFY_XXH3, true);
	assert_string_equal(events, COLD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_all_there_is),
		cmocka_unit_test(what_is_not_checked_has_no_stamp),
		cmocka_unit_test(with_nothing_to_park_with),
	};

	return cmocka_run_group_tests_name("purgatory", tests, NULL, NULL);
}
