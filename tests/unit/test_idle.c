// SPDX-License-Identifier: GPL-2.0-only
/* test_idle.c - how parked CPUs wait, on machines that are not at hand */
#include "machine.h"

#include "idle.h"
#include "park_abi.h"

static struct idle_facts bare(const char *bugs)
{
	struct idle_facts facts = {
		.monitor = true, .nonstop_tsc = true, .bugs = bugs
	};

	return facts;
}

static void bare_metal_waits_by_mwait(void **state)
{
	struct idle_facts facts = bare("\nbugs\t\t: spectre_v1 spectre_v2");

	(void)state;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_MWAIT);
	facts.threads = true;			/* AMD */
	assert_int_equal(idle_decide(&facts), PARK_IDLE_MWAIT);
	facts.intel = true;
	facts.threads = false;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_MWAIT);
}

static void hypervisor_gets_hlt(void **state)
{
	struct idle_facts facts = bare("\nbugs\t\t: apic_c1e");

	(void)state;
	facts.hypervisor = true;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_HLT);
}

static void no_monitor_or_no_word_of_it_gets_hlt(void **state)
{
	struct idle_facts facts = bare("\nbugs\t\t:");

	(void)state;
	facts.monitor = false;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_HLT);
	facts = bare(NULL);
	assert_int_equal(idle_decide(&facts), PARK_IDLE_HLT);
}

static void monitor_that_misses_stores_gets_hlt(void **state)
{
	struct idle_facts facts = bare("\nbugs\t\t: monitor spectre_v1");

	(void)state;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_HLT);
	facts = bare("\nbugs\t\t: clflush_monitor");	/* Nehalem-EX */
	assert_int_equal(idle_decide(&facts), PARK_IDLE_HLT);
	facts = bare("\nbugs\t\t: monitored no_monitor");	/* no such */
	assert_int_equal(idle_decide(&facts), PARK_IDLE_MWAIT);
}

static void intel_core_with_two_threads_gets_hlt(void **state)
{
	struct idle_facts facts = bare("\nbugs\t\t: spectre_v1");

	(void)state;
	facts.intel = true;
	facts.threads = true;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_HLT);
}

/* Whatever core is asked: a machine may have some with threads, and some without. */
static void threads_are_as_the_kernel_says(void **state)
{
	static const char path[] = "/sys/devices/system/cpu/smt/control";

	(void)state;
	machine_text(path, "on\n");
	assert_true(idle_threads(machine_root()));
	machine_text(path, "forceoff\n");
	assert_true(idle_threads(machine_root()));
	machine_text(path, "2\n");
	assert_true(idle_threads(machine_root()));
	machine_text(path, "notsupported\n");
	assert_false(idle_threads(machine_root()));
	machine_text(path, "notimplemented\n");
	assert_false(idle_threads(machine_root()));
}

static void clock_that_stops_in_deep_states_gets_hlt(void **state)
{
	struct idle_facts facts = bare("\nbugs\t\t: spectre_v1");

	(void)state;
	facts.nonstop_tsc = false;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_MWAIT);	/* AMD: C1 */
	facts.intel = true;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_HLT);
}

static void timer_that_stops_in_c1e_keeps_them_awake(void **state)
{
	struct idle_facts facts = bare("\nbugs\t\t: amd_e400 apic_c1e");

	(void)state;
	assert_int_equal(idle_decide(&facts), PARK_IDLE_SPIN);
	facts.bugs = "\nbugs\t\t: amd_e400";		/* C1E is off */
	assert_int_equal(idle_decide(&facts), PARK_IDLE_MWAIT);
}

/* The state less one, and its last sub-state: C6 is hint 0x50, two of C7 0x61. */
static void the_deepest_state_is_named_by_its_hint(void **state)
{
	(void)state;
	assert_int_equal(idle_deepest(true, 0x00000020), 0x01);
	assert_int_equal(idle_deepest(true, 0x00001120), 0x20);
	assert_int_equal(idle_deepest(true, 0x01142120), 0x50);
	assert_int_equal(idle_deepest(true, 0x21142120), 0x61);
}

static void no_word_of_states_and_amd_are_c1(void **state)
{
	(void)state;
	assert_int_equal(idle_deepest(true, 0), 0);
	assert_int_equal(idle_deepest(true, 0xf), 0);	/* C0 is no sleep */
	assert_int_equal(idle_deepest(false, 0x11142120), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bare_metal_waits_by_mwait),
		cmocka_unit_test(hypervisor_gets_hlt),
		cmocka_unit_test(no_monitor_or_no_word_of_it_gets_hlt),
		cmocka_unit_test(monitor_that_misses_stores_gets_hlt),
		cmocka_unit_test(intel_core_with_two_threads_gets_hlt),
		cmocka_unit_test_setup_teardown(threads_are_as_the_kernel_says,
						machine_setup, machine_teardown),
		cmocka_unit_test(clock_that_stops_in_deep_states_gets_hlt),
		cmocka_unit_test(timer_that_stops_in_c1e_keeps_them_awake),
		cmocka_unit_test(the_deepest_state_is_named_by_its_hint),
		cmocka_unit_test(no_word_of_states_and_amd_are_c1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
