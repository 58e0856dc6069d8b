// SPDX-License-Identifier: GPL-2.0-only
/* test_carry.c - tsc=reliable for the next kernel: on what evidence */
#include "machine.h"

#include "carry.h"

#define CPU		"/sys/devices/system/cpu"
#define CLOCKSOURCE	"/sys/devices/system/clocksource/clocksource0"
#define FLAGS(more)	"processor\t: 0\nflags\t\t: fpu tsc " more "\n" \
			"vmx flags\t: x\nbugs\t\t:\n\n"
#define GOOD		"constant_tsc rep_good nonstop_tsc"

static unsigned int tests_made;
static size_t cpus_tested;

static void passes(const unsigned int *cpus, size_t count, struct warp *warp)
{
	(void)cpus;
	tests_made++;
	cpus_tested = count;
	*warp = (struct warp){ .samples = 5000, .cpus = (unsigned int)count };
}

static void warps(const unsigned int *cpus, size_t count, struct warp *warp)
{
	passes(cpus, count, warp);
	warp->largest = 1;
}

static void proves_nothing(const unsigned int *cpus, size_t count,
			   struct warp *warp)
{
	passes(cpus, count, warp);
	strcpy(warp->why_not, "CPU 0 and CPU 1 hardly ever ran at once");
}

/* A bare machine with all that is needed. */
static int good_machine(void **state)
{
	if (machine_setup(state))
		return -1;
	tests_made = 0;
	machine_text("/proc/cmdline", "root=/dev/sda quiet\n");
	machine_text("/proc/cpuinfo", FLAGS(GOOD) FLAGS(GOOD));
	machine_text(CPU "/online", "0-3\n");
	machine_text(CPU "/present", "0-3\n");
	machine_text(CLOCKSOURCE "/current_clocksource", "tsc\n");
	machine_text(CLOCKSOURCE "/available_clocksource",
		     "tsc hpet acpi_pm \n");
	machine_text("/dev/kmsg", "6,1,0,-;Linux version 6.12\n"
		     "6,9,0,-;tsc: Detected 2000.000 MHz processor\n");
	return 0;
}

static struct carry decide_on(const char *cmdline, carry_test *test)
{
	const struct carry_wish wish = {
		.root = machine_root(), .cmdline = cmdline, .test = test,
	};
	struct carry carry;

	carry_decide(&wish, &carry);
	return carry;
}

static void assert_carried(void)
{
	struct carry carry = decide_on("root=/dev/sda", passes);

	assert_string_equal(carry.text, "largest warp 0 ticks over 5000 samples"
			    " on 4 CPUs: tsc=reliable added");
	assert_true(carry.tsc);
	assert_int_equal(cpus_tested, 4);
}

static void assert_not(const char *cmdline, const char *why)
{
	struct carry carry = decide_on(cmdline, passes);

	assert_false(carry.tsc);
	assert_string_equal(carry.text, why);
	assert_int_equal(tests_made, 0);
}

static void assert_amiss(const char *why)
{
	assert_not("root=/dev/sda", why);
}

static void all_is_well(void **state)
{
	(void)state;
	assert_carried();
	assert_int_equal(tests_made, 1);
}

static void a_warp_decides(void **state)
{
	struct carry carry = decide_on("", warps);

	(void)state;
	assert_false(carry.tsc);
	assert_string_equal(carry.text, "largest warp 1 ticks over 5000 samples"
			    " on 4 CPUs: no tsc=reliable");
}

static void a_test_without_proof_decides(void **state)
{
	struct carry carry = decide_on("", proves_nothing);

	(void)state;
	assert_false(carry.tsc);
	assert_string_equal(carry.text, "no tsc=reliable: CPU 0 and CPU 1"
			    " hardly ever ran at once");
}

static void the_users_word_stands(void **state)
{
	(void)state;
	assert_not("tsc=reliable",
		   "no tsc=reliable: the command line has its own tsc=");
	assert_not("ro tsc=nowatchdog quiet",
		   "no tsc=reliable: the command line has its own tsc=");
	assert_not("ro notsc",
		   "no tsc=reliable: the command line says notsc");
	assert_true(decide_on("xtsc=1 tsc notscx", passes).tsc);
}

static void the_running_kernel_was_told(void **state)
{
	(void)state;
	machine_text("/proc/cmdline", "ro tsc=unstable\n");
	assert_amiss("no tsc=reliable: the running kernel was told"
		     " tsc=unstable");
	machine_text("/proc/cmdline", "notsc\n");
	assert_amiss("no tsc=reliable: the running kernel was told notsc");
	machine_text("/proc/cmdline", "tsc=reliable\n");
	assert_carried();
}

static void cpus_that_cannot_be_tested(void **state)
{
	(void)state;
	machine_text(CPU "/online", "0-2\n");
	assert_amiss("no tsc=reliable: a CPU is offline, and cannot be tested");
	machine_text(CPU "/online", "0\n");
	assert_amiss("no tsc=reliable: a CPU is offline, and cannot be tested");
	machine_text(CPU "/present", "0\n");
	assert_amiss("no tsc=reliable: one CPU has nothing to agree with");
	machine_text(CPU "/online", "rubbish\n");
	assert_amiss("no tsc=reliable: " CPU " cannot be read");
}

static void every_cpu_must_promise(void **state)
{
	(void)state;
	machine_text("/proc/cpuinfo", FLAGS("constant_tsc"));
	assert_amiss("no tsc=reliable: the CPU has no nonstop_tsc");
	machine_text("/proc/cpuinfo", FLAGS("nonstop_tsc"));
	assert_amiss("no tsc=reliable: the CPU has no constant_tsc");
	machine_text("/proc/cpuinfo", FLAGS(GOOD) FLAGS("constant_tsc"));
	assert_amiss("no tsc=reliable: the CPU has no nonstop_tsc");
	machine_text("/proc/cpuinfo", FLAGS("constant_tsc nonstop_tsc_not"));
	assert_amiss("no tsc=reliable: the CPU has no nonstop_tsc");
	machine_text("/proc/cpuinfo", "");
	assert_amiss("no tsc=reliable: the CPU has no constant_tsc");
}

static void the_clock_is_the_tsc(void **state)
{
	(void)state;
	machine_text(CLOCKSOURCE "/current_clocksource", "hpet\n");
	assert_amiss("no tsc=reliable: the running kernel does not keep time"
		     " by the TSC");
	machine_text(CLOCKSOURCE "/current_clocksource", "hyperv_tsc_page\n");
	assert_amiss("no tsc=reliable: the running kernel does not keep time"
		     " by the TSC");
}

static void a_guest_may_have_another_clock(void **state)
{
	(void)state;
	machine_text("/proc/cpuinfo", FLAGS("hypervisor " GOOD));
	machine_text(CLOCKSOURCE "/current_clocksource", "kvm-clock\n");
	machine_text(CLOCKSOURCE "/available_clocksource", "kvm-clock tsc \n");
	assert_carried();
	tests_made = 0;
	machine_text(CLOCKSOURCE "/available_clocksource", "kvm-clock \n");
	assert_amiss("no tsc=reliable: the running kernel does not offer the"
		     " TSC as a clock");
	machine_text("/proc/cpuinfo", FLAGS("hypervisor constant_tsc"));
	assert_amiss("no tsc=reliable: the CPU has no nonstop_tsc");
}

static void the_log_tells(void **state)
{
	static const char *const lines[] = {
		"5,700,1,-;tsc: Marking TSC unstable due to check_tsc_sync",
		"5,700,1,-;TSC found unstable after boot, most likely due to",
		("4,700,1,-;clocksource: timekeeping watchdog on CPU1: Marking"
		 " clocksource 'tsc' as unstable because the skew is too large:"),
		"4,700,1,-;Measured 12 cycles TSC warp between CPUs, turning",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		machine_text("/dev/kmsg", lines[i]);
		assert_amiss("no tsc=reliable: the running kernel found the"
			     " TSC unstable");
	}
	machine_text("/dev/kmsg", "6,1,0,-;clocksource: Switched to tsc\n");
	assert_carried();
}

static void a_log_that_cannot_be_read_says_nothing(void **state)
{
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/dev/kmsg", machine_root());
	assert_int_equal(unlink(path), 0);
	assert_carried();
}

static void what_cannot_be_read_is_no_evidence(void **state)
{
	static const char *const files[] = {
		CLOCKSOURCE "/current_clocksource", "/proc/cpuinfo",
		CPU "/present", CPU "/online", "/proc/cmdline",
	};
	char path[256];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", machine_root(), files[i]);
		assert_int_equal(unlink(path), 0);
		assert_false(decide_on("", passes).tsc);
		assert_non_null(strstr(decide_on("", passes).text,
				       "cannot be read"));
	}
	assert_int_equal(tests_made, 0);
}

static void not_wanted_is_not_tested(void **state)
{
	const struct carry_wish wish = {
		.root = machine_root(), .cmdline = "",
		.unwanted = "--carry=none", .thorough = true, .test = passes,
	};
	struct carry carry;

	(void)state;
	carry_decide(&wish, &carry);
	assert_false(carry.tsc);
	assert_string_equal(carry.text, "no tsc=reliable: --carry=none");
	assert_int_equal(tests_made, 0);
}

/* --dry-run shows the test's result, and it changes nothing. */
static void a_thorough_no_is_a_no(void **state)
{
	const struct carry_wish wish = {
		.root = machine_root(), .cmdline = "", .thorough = true,
		.test = passes,
	};
	struct carry carry;

	(void)state;
	machine_text("/proc/cpuinfo", FLAGS("constant_tsc"));
	carry_decide(&wish, &carry);
	assert_false(carry.tsc);
	assert_string_equal(carry.text, "largest warp 0 ticks over 5000 samples"
			    " on 4 CPUs: no tsc=reliable: the CPU has no"
			    " nonstop_tsc");
}

static void all_that_is_amiss_is_told(void **state)
{
	const struct carry_wish wish = {
		.root = machine_root(), .cmdline = "notsc", .thorough = true,
		.test = proves_nothing,
	};
	struct carry carry;

	(void)state;
	carry_decide(&wish, &carry);
	assert_false(carry.tsc);
	assert_string_equal(carry.text, "no tsc=reliable: the command line says"
			    " notsc; and CPU 0 and CPU 1 hardly ever ran at"
			    " once");
}

static void what_was_carried_before_is_forgotten(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "", "" },
		{ CARRY_WORDS, "" },
		{ "a " CARRY_WORDS, "a" },
		{ CARRY_WORDS " b", "b" },
		{ "a " CARRY_WORDS " b", "a b" },
		{ "a " CARRY_WORDS " " CARRY_WORDS " b", "a b" },
		{ "a " CARRY_WORDS " " CARRY_WORDS, "a" },
		{ "tsc=reliable", "tsc=reliable" },
		{ "a tsc=reliable b", "a tsc=reliable b" },
		{ "x" CARRY_WORDS, "x" CARRY_WORDS },
		{ "a " CARRY_WORDS "x b", "a " CARRY_WORDS "x b" },
		{ "a " CARRY_WORDS " tsc=unstable", "a tsc=unstable" },
	};
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		strcpy(line, cases[i].line);
		carry_forget(line);
		assert_string_equal(line, cases[i].want);
	}
}

#define ON_GOOD(test) \
	cmocka_unit_test_setup_teardown(test, good_machine, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_GOOD(all_is_well),
		ON_GOOD(a_warp_decides),
		ON_GOOD(a_test_without_proof_decides),
		ON_GOOD(the_users_word_stands),
		ON_GOOD(the_running_kernel_was_told),
		ON_GOOD(cpus_that_cannot_be_tested),
		ON_GOOD(every_cpu_must_promise),
		ON_GOOD(the_clock_is_the_tsc),
		ON_GOOD(a_guest_may_have_another_clock),
		ON_GOOD(the_log_tells),
		ON_GOOD(a_log_that_cannot_be_read_says_nothing),
		ON_GOOD(what_cannot_be_read_is_no_evidence),
		ON_GOOD(not_wanted_is_not_tested),
		ON_GOOD(a_thorough_no_is_a_no),
		ON_GOOD(all_that_is_amiss_is_told),
		cmocka_unit_test(what_was_carried_before_is_forgotten),
	};

	return cmocka_run_group_tests_name("carry", tests, NULL, NULL);
}
