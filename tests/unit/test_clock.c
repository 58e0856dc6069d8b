// SPDX-License-Identifier: GPL-2.0-only
/* test_clock.c - the kernel's log read, and its times turned into TSC values */
#include "machine.h"

#include "clock.h"
#include "klog.h"

#define KHZ	2000000LL		/* 2 ticks a nanosecond / 1000 */
#define TICKS(us)	((us) * (KHZ / 1000))

static struct klog klog;
static struct clock made;

/* Two looks 10 ms apart, `up` microseconds after TSC 0. */
static void look_at(int64_t up, struct clock_sample *before,
		    struct clock_sample *now)
{
	*before = (struct clock_sample){
		.tsc = TICKS(up - 10000), .half = 100,
		.raw_ns = (up - 10000) * 1000, .mono_ns = (up - 10000) * 1000,
		.boot_ns = (up - 10000) * 1000, .real_ns = 1000000000000,
		.tick_ns = 4000000,
	};
	*now = *before;
	now->tsc = TICKS(up);
	now->raw_ns = now->mono_ns = now->boot_ns = up * 1000;
	now->real_ns += 10000000;
}

static void learn(const char *log, bool constant)
{
	struct clock_sample before, now;

	machine_text("/dev/kmsg", log);
	assert_int_equal(klog_read(machine_root(), &klog), 0);
	look_at(20000000, &before, &now);
	clock_learn(&made, &klog, constant, &before, &now);
}

/* Marks of 10 us each at 10 s of the log's clock, when the TSC says 11 s */
#define MARKS \
	"15,90,10000000,-;kpark: clock: 22000000000 22000000000\n" \
	"15,91,10000010,-;kpark: clock: 22000000000 22000020000\n" \
	"15,92,10000020,-;kpark: clock: 22000000000 22000040000\n"

static void assert_span(int64_t us, int64_t early, int64_t late)
{
	struct span span;

	assert_true(clock_of_log(&made, us, &span));
	assert_in_range(span.early, early - 12000, early);
	assert_in_range(span.late, late, late + 12000);
}

static void lines_are_found_among_others(void **state)
{
	(void)state;
	learn("5,0,0,-;Linux version 6.12\n"
	      "6,1,1000,-;smp: Bringing up secondary CPUs ...\n"
	      " SUBSYSTEM=cpu\n DEVICE=+cpu:1\n"
	      "6,2,2000,-,caller=T1;smp: Brought up 1 node, 4 CPUs\n"
	      "4,3,2500,-;smpboot: do_boot_cpu failed(-1) to wakeup CPU#3\n"
	      "6,4,3000,c;Run /init as init process\n"
	      "6,5,3500,c;Run /sbin/init as init process\n"
	      "not a record\n6,x,4000;nor this\n6;nor this\n;\n", true);
	assert_true(klog.complete);
	assert_int_equal(klog.us[KLOG_BRINGUP], 1000);
	assert_int_equal(klog.us[KLOG_ONLINE], 2000);
	assert_int_equal(klog.us[KLOG_INIT], 3000);
	assert_int_equal(klog.us[KLOG_STABLE], -1);
	assert_int_equal(klog.troubles, 1);
	assert_non_null(strstr(klog.trouble[0], "CPU#3"));
}

static void only_the_kernel_speaks_for_itself(void **state)
{
	(void)state;
	learn("14,1,1000,-;smp: Bringing up secondary CPUs ...\n"
	      "12,2,1000,-;Run /init as init process\n"
	      "6,3,1000,-;kpark: clock: 1 1\n"
	      "6,4,2000,-;kpark: clock: 1 2\n", true);
	assert_int_equal(klog.us[KLOG_BRINGUP], -1);
	assert_int_equal(klog.us[KLOG_INIT], -1);
	assert_int_equal(klog.marks, 0);
	assert_false(made.anchored);
}

static void a_time_is_converted_at_the_kernels_rate(void **state)
{
	(void)state;
	learn("6,1,0,-;tsc: Detected 2000.000 MHz processor\n"
	      "6,2,3000000,-;sched_clock: Marking stable (3, 0)->(3, 0)\n"
	      MARKS, true);
	assert_true(made.usable && made.anchored && made.khz_by_kernel);
	assert_int_equal(made.khz, KHZ);
	/* 1 s before the marks; then the marks' own width, and the rate's */
	assert_span(9000000, 20000000000, 20000020000 + TICKS(1));
	/* too far from what is seen here: it is measured */
	learn("6,1,0,-;tsc: Detected 2100.000 MHz processor\n" MARKS, true);
	assert_true(made.usable && !made.khz_by_kernel);
	assert_in_range(made.khz, KHZ - 100, KHZ + 100);
}

/* Nobody's log says such things, but no sum of them overflows. */
static void numbers_beyond_all_are_no_times(void **state)
{
	struct span span;

	(void)state;
	learn("15,1,1000,-;kpark: clock: 1 -9223372036854775808\n"
	      "15,2,2000,-;kpark: clock: 1 9223372036854775807\n"
	      "15,3,200000000000000,-;kpark: clock: 2 1000\n", true);
	assert_int_equal(klog.marks, 1);
	assert_false(made.anchored);
	learn("6,1,3000000,-;sched_clock: Marking stable"
	      " (1, 1)->(1, -9223372036854775808)\n"
	      "6,2,9223372036854775807,-;Run /init as init process\n"
	      MARKS, true);
	assert_int_equal(klog.us[KLOG_STABLE], -1);
	assert_int_equal(klog.us[KLOG_INIT], -1);
	assert_true(clock_of_log(&made, 1000000, &span));
	assert_false(clock_of_log(&made, KLOG_US_MAX + 1, &span));
	learn("6,1,3000000,-;tsc: Marking TSC unstable due to x\n", true);
	assert_false(clock_of_log(&made, KLOG_US_MAX + 1, &span));
}

static void what_the_early_clock_lost_is_its_error(void **state)
{
	struct span span;

	(void)state;
	learn("6,1,0,-;tsc: Detected 2000.000 MHz processor\n"
	      "6,2,3000000,-;sched_clock: Marking stable"
	      " (2990000000, 10000000)->(3500000000, -500000000)\n"
	      MARKS, true);
	assert_int_equal(made.offset_ns, -500000000);
	assert_span(3000000, 8000000000, 8000020000);
	/* before that line: up to half a second more has passed, give or
	   take a tick */
	assert_true(clock_of_log(&made, 2000000, &span));
	assert_in_range(span.late, 6000000000 + TICKS(4000),
			6000000000 + TICKS(4100));
	assert_in_range(span.early, 6000000000 - TICKS(504100),
			6000000000 - TICKS(504000));
	/* and the other way round */
	learn("6,1,0,-;tsc: Detected 2000.000 MHz processor\n"
	      "6,2,3000000,-;sched_clock: Marking stable"
	      " (3, 0)->(3, 500000000)\n" MARKS, true);
	assert_true(clock_of_log(&made, 2000000, &span));
	assert_in_range(span.late, 6000000000 + TICKS(504000),
			6000000000 + TICKS(504100));
	assert_in_range(span.early, 6000000000 - TICKS(4100),
			6000000000 - TICKS(4000));
}

static void a_refined_rate_holds_from_its_line_on(void **state)
{
	(void)state;
	learn("6,1,0,-;tsc: Detected 1990.000 MHz processor\n"
	      "6,2,4000000,-;tsc: Refined TSC clocksource calibration:"
	      " 2000.000 MHz\n" MARKS, true);
	assert_int_equal(made.khz, 2000000);
	/* 6 s at the one and 2 s at the other */
	assert_span(2000000, 22000000000 - 12000000000 - 3980000000,
		    22000020000 - 12000000000 - 3980000000);
}

static void no_marks_no_times(void **state)
{
	struct span span;

	(void)state;
	learn("6,1,0,-;tsc: Detected 2000.000 MHz processor\n"
	      "15,2,1000,-;kpark: clock: 7 2000\n"
	      /* of another run, back in time, of the future, damaged */
	      "15,3,1001,-;kpark: clock: 8 3000\n"
	      "15,4,1002,-;kpark: clock: 8 2000\n"
	      "15,5,1003,-;kpark: clock: 8 99000000000000\n"
	      "15,6,1004,-;kpark: clock: 9\n", true);
	assert_true(made.usable);
	assert_false(made.anchored);
	assert_false(clock_of_log(&made, 1000, &span));
	assert_non_null(strstr(made.why_not_anchored, "no line of known TSC"));
}

static void an_unsteady_tsc_is_not_used(void **state)
{
	struct span span;

	(void)state;
	learn("6,1,0,-;tsc: Detected 2000.000 MHz processor\n" MARKS, false);
	assert_false(made.usable);
	assert_non_null(strstr(made.why_not, "constant rate"));
	/* the log's own times can still be compared */
	assert_true(clock_of_log(&made, 5000000, &span));
	assert_true(span.early <= 5000000000 && span.late >= 5000000000);
	learn("6,1,0,-;tsc: Marking TSC unstable due to clocksource watchdog\n"
	      MARKS, true);
	assert_false(made.usable);
	assert_non_null(strstr(made.why_not, "unstable"));
}

static void a_stopped_or_mad_tsc_is_not_used(void **state)
{
	struct clock_sample before, now;

	(void)state;
	machine_text("/dev/kmsg", MARKS);
	assert_int_equal(klog_read(machine_root(), &klog), 0);
	look_at(20000000, &before, &now);
	now.tsc = before.tsc;
	clock_learn(&made, &klog, true, &before, &now);
	assert_false(made.usable);
	now.tsc = before.tsc - 1;
	clock_learn(&made, &klog, true, &before, &now);
	assert_false(made.usable);
	now.tsc = INT64_MAX;
	clock_learn(&made, &klog, true, &before, &now);
	assert_false(made.usable);
}

static void monotonic_times_carry_what_ntp_bent(void **state)
{
	struct clock_sample before, now;
	struct span span;

	(void)state;
	machine_text("/dev/kmsg", "6,1,0,-;tsc: Detected 2000.000 MHz"
		     " processor\n" MARKS);
	assert_int_equal(klog_read(machine_root(), &klog), 0);
	look_at(20000000, &before, &now);
	now.mono_ns += 3000;
	now.boot_ns += 3000;
	clock_learn(&made, &klog, true, &before, &now);
	assert_true(clock_of_monotonic(&made, 15000003, &span));
	assert_in_range(span.early, TICKS(15000000) - TICKS(20),
			TICKS(15000000) - TICKS(3));
	assert_in_range(span.late, TICKS(15000000) + TICKS(3),
			TICKS(15000000) + TICKS(20));
	/* the future, and a machine that slept */
	assert_false(clock_of_monotonic(&made, 21000000, &span));
	assert_false(clock_of_monotonic(&made, -1, &span));
	made.now.boot_ns += 5000000000;
	assert_false(clock_of_monotonic(&made, 15000000, &span));
}

static void a_log_of_any_length_is_read(void **state)
{
	size_t size = 200000;
	char *log = malloc(size + 100);

	(void)state;
	assert_non_null(log);
	memset(log, 'x', size);
	strcpy(log + size, "\n6,1,77,-;smp: Brought up 1 node, 4 CPUs\n");
	learn(log, true);
	assert_int_equal(klog.us[KLOG_ONLINE], 77);
	free(log);
	learn("", true);
	assert_int_equal(klog.us[KLOG_ONLINE], -1);
	unlink(strcat(strcpy((char[64]){ 0 }, machine_root()), "/dev/kmsg"));
	assert_int_equal(klog_read(machine_root(), &klog), -1);
}

/* Our own marks, as this machine writes them, are found again. */
static void marks_are_read_back(void **state)
{
	(void)state;
	machine_text("/dev/kmsg", "");
	assert_int_equal(clock_mark_log(machine_root()), 0);
	{
		char path[64], line[128], log[1024] = "";
		unsigned int us = 0;
		FILE *file;

		snprintf(path, sizeof(path), "%s/dev/kmsg", machine_root());
		file = fopen(path, "r");
		assert_non_null(file);
		while (fgets(line, sizeof(line), file)) {
			assert_int_equal(strncmp(line, "<15>", 4), 0);
			sprintf(log + strlen(log), "15,1,%u,-;%s", us++,
				line + 4);
		}
		fclose(file);
		machine_text("/dev/kmsg", log);
	}
	assert_int_equal(klog_read(machine_root(), &klog), 0);
	assert_int_equal(klog.marks, 5);
	assert_true(klog.mark[4].tsc > klog.mark[0].tsc);
	assert_int_equal(klog.mark[4].run, klog.mark[0].tsc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(lines_are_found_among_others),
		MACHINE_TEST(only_the_kernel_speaks_for_itself),
		MACHINE_TEST(a_time_is_converted_at_the_kernels_rate),
		MACHINE_TEST(numbers_beyond_all_are_no_times),
		MACHINE_TEST(what_the_early_clock_lost_is_its_error),
		MACHINE_TEST(a_refined_rate_holds_from_its_line_on),
		MACHINE_TEST(no_marks_no_times),
		MACHINE_TEST(an_unsteady_tsc_is_not_used),
		MACHINE_TEST(a_stopped_or_mad_tsc_is_not_used),
		MACHINE_TEST(monotonic_times_carry_what_ntp_bent),
		MACHINE_TEST(a_log_of_any_length_is_read),
		MACHINE_TEST(marks_are_read_back),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
