// SPDX-License-Identifier: GPL-2.0-only
/* test_tsc.c - the rate of this machine's counter, however its measuring began */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tsc.h"

static uint32_t fresh(void)
{
	struct tsc_reading start;

	tsc_read(&start);
	return tsc_khz(&start);
}

static void assert_same_rate(uint32_t khz)
{
	uint32_t other = fresh();

	assert_in_range(khz, other - other / 100, other + other / 100);
}

static void work_in_between_is_part_of_it(void **state)
{
	const struct timespec pause = { .tv_nsec = 30000000 };
	struct tsc_reading start;

	(void)state;
	tsc_read(&start);
	nanosleep(&pause, NULL);
	assert_same_rate(tsc_khz(&start));
}

static void another_cpu_at_the_start_begins_anew(void **state)
{
	struct tsc_reading start;

	(void)state;
	tsc_read(&start);
	start.cpu = -1;
	start.ticks -= 1ULL << 40;
	assert_same_rate(tsc_khz(&start));
}

/* A counter that was set back, or that ran away: as if it was another CPU's. */
static void impossible_rates_begin_anew(void **state)
{
	struct tsc_reading start;

	(void)state;
	tsc_read(&start);
	start.ticks += 1ULL << 40;
	assert_same_rate(tsc_khz(&start));
	tsc_read(&start);
	start.ticks -= 1ULL << 60;
	assert_same_rate(tsc_khz(&start));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_in_between_is_part_of_it),
		cmocka_unit_test(another_cpu_at_the_start_begins_anew),
		cmocka_unit_test(impossible_rates_begin_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
