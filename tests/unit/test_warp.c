// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_warp.c - the test of the TSCs on this machine's CPUs, by clocks that
 * agree, that do not, and that do not get to be compared; and lists of CPUs.
 */
#include "machine.h"

#include <sched.h>
#include <time.h>

#include "cpulist.h"
#include "warp.h"

#define LAG	12345678

static cpu_set_t ours;
static unsigned int cpus[CPU_SETSIZE];
static size_t count;

/* One clock for all: what TSCs that agree are like, whatever the host's do. */
static uint64_t agreed(unsigned int cpu)
{
	static _Atomic uint64_t ticks;

	(void)cpu;
	return ++ticks;
}

static uint64_t first_is_behind(unsigned int cpu)
{
	return agreed(cpu) + (cpu == cpus[0] ? 0 : LAG);
}

static uint64_t last_is_behind(unsigned int cpu)
{
	return agreed(cpu) + (cpu == cpus[count - 1] ? 0 : LAG);
}

/* One in a hundred times, and not on the first CPU. */
static uint64_t steps_back(unsigned int cpu)
{
	static _Atomic unsigned int calls;
	uint64_t ticks = agreed(cpu);

	return cpu != cpus[0] && ++calls % 100 == 50 ? ticks - 50 : ticks;
}

static void need_two(void)
{
	if (count >= 2)
		return;
	print_message("this machine gives us one CPU\n");
	skip();
}

/* A busy machine may not run two threads at once: then again, ten times. */
static void try(warp_clock *clock, struct warp *warp)
{
	need_two();
	for (int i = 0; i < 10; i++) {
		warp_test(cpus, count, clock, warp);
		if (!*warp->why_not)
			break;
		print_message("%s\n", warp->why_not);
	}
	assert_string_equal(warp->why_not, "");
	assert_int_equal(warp->cpus, count);
	assert_true(warp->samples >= 100 * (count - 1));
}

static void clocks_that_agree_have_no_warp(void **state)
{
	struct warp warp;

	(void)state;
	try(agreed, &warp);
	assert_int_equal(warp.largest, 0);
}

static void assert_lag(const struct warp *warp)
{
	assert_true(warp->largest > LAG * 9 / 10);
	assert_true(warp->largest < LAG);
}

static void a_first_cpu_that_is_behind_is_found(void **state)
{
	struct warp warp;

	(void)state;
	try(first_is_behind, &warp);
	assert_lag(&warp);
}

static void another_cpu_that_is_behind_is_found(void **state)
{
	struct warp warp;

	(void)state;
	try(last_is_behind, &warp);
	assert_lag(&warp);
}

static void one_step_back_among_many_is_found(void **state)
{
	struct warp warp;

	(void)state;
	try(steps_back, &warp);
	assert_true(warp.largest > 0 && warp.largest < 50);
}

static void assert_no_proof(const unsigned int *list, size_t n,
			    const char *text)
{
	struct warp warp;

	warp_test(list, n, agreed, &warp);
	if (!strstr(warp.why_not, text))
		fail_msg("found \"%s\", need \"%s\"", warp.why_not, text);
}

static void two_threads_on_one_cpu_prove_nothing(void **state)
{
	const unsigned int twice[] = { cpus[0], cpus[0] };

	(void)state;
	assert_no_proof(twice, 2, "hardly ever ran at once");
}

static void a_cpu_that_is_not_there_proves_nothing(void **state)
{
	const unsigned int second[] = { cpus[0], 8191 };
	const unsigned int first[] = { 8191, cpus[0] };

	(void)state;
	assert_no_proof(second, 2, "may not both be used");
	assert_no_proof(first, 2, "may not be used");
	assert_no_proof(cpus, 1, "one CPU");
	assert_no_proof(cpus, 0, "one CPU");
}

static void the_affinity_is_as_before(void **state)
{
	const unsigned int missing[] = { cpus[0], 8191 };
	cpu_set_t after;
	struct warp warp;

	(void)state;
	warp_test(cpus, count, agreed, &warp);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&ours, &after));
	warp_test(missing, 2, agreed, &warp);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&ours, &after));
}

/* 500 ms for all pairs; the rest is threads that come and go. */
static void it_ends(void **state)
{
	struct timespec start, end;
	struct warp warp;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &start);
	warp_test(cpus, count, warp_tsc, &warp);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - start.tv_sec <= 3);
}

static void assert_list(const char *text, size_t n, unsigned int last)
{
	char path[256];
	unsigned int *list;
	size_t found;

	machine_text("/list", text);
	snprintf(path, sizeof(path), "%s/list", machine_root());
	found = cpulist_read(path, &list);
	assert_int_equal(found, n);
	if (n)
		assert_int_equal(list[n - 1], last);
	else
		assert_null(list);
	free(list);
}

static void lists_of_cpus_are_read(void **state)
{
	(void)state;
	assert_list("0\n", 1, 0);
	assert_list("0-3", 4, 3);
	assert_list("0-3,6,8-9\n", 7, 9);
	assert_list("0-8191\n", 8192, 8191);
}

static void what_is_no_list_is_none(void **state)
{
	static const char *const texts[] = {
		"", "\n", "x", "0-", "-3", "0,,1", "0-3,", "3-0", "1,0", "0,0",
		"0-8192", "99999999999999999999", "0 1", "0-3-5", "0-3,2",
		"0,5-3",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_list(texts[i], 0, 0);
}

static int find_cpus(void **state)
{
	(void)state;
	if (sched_getaffinity(0, sizeof(ours), &ours))
		return -1;
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &ours))
			cpus[count++] = cpu;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_that_agree_have_no_warp),
		cmocka_unit_test(a_first_cpu_that_is_behind_is_found),
		cmocka_unit_test(another_cpu_that_is_behind_is_found),
		cmocka_unit_test(one_step_back_among_many_is_found),
		cmocka_unit_test(two_threads_on_one_cpu_prove_nothing),
		cmocka_unit_test(a_cpu_that_is_not_there_proves_nothing),
		cmocka_unit_test(the_affinity_is_as_before),
		cmocka_unit_test(it_ends),
		MACHINE_TEST(lists_of_cpus_are_read),
		MACHINE_TEST(what_is_no_list_is_none),
	};

	return cmocka_run_group_tests_name("warp", tests, find_cpus, NULL);
}
