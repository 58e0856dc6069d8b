// SPDX-License-Identifier: GPL-2.0-only
/*
 * warp.c - do the time stamp counters of all CPUs agree? Tried, not believed.
 *
 * Two threads, each bound to its CPU, take turns at one cache line: wait until
 * the other one has left its stamp there, read the own counter, compare, leave
 * the new stamp. The other's stamp was taken before it could be read, so a
 * counter that is behind it lags by at least the difference. A lag shorter
 * than the line's way from CPU to CPU cannot be seen, by any program.
 */
#include "warp.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

#define MS		1000000ULL	/* in ns */
#define PAIR_NS		(2 * MS)
#define ALL_NS		(500 * MS)
#define ARRIVAL_NS	(100 * MS)	/* for a thread to come to its CPU */
#define MIN_SAMPLES	100		/* of a pair; thousands if it is quiet */
#define TRIES		5		/* on a machine that is busy */
#define EAGER_POLLS	128		/* then politely to a sibling */
#define LINE		128		/* many CPUs fetch two lines at once */

/* A cpu_set_t for all CPUs that a kernel can have; glibc's has 1024. */
union mask {
	cpu_set_t set;
	unsigned char room[1024];
};

struct pair {
	_Alignas(LINE) _Atomic uint64_t turn;	/* even: the first CPU's */
	uint64_t stamp;				/* owned by whose turn it is */
	_Alignas(LINE) _Atomic uint64_t deadline_ns;
	_Atomic bool arrived, strayed;
	uint64_t largest[2];			/* by side */
	unsigned int cpu[2];
	warp_clock *clock;
};

uint64_t warp_tsc(unsigned int cpu)
{
	(void)cpu;
	_mm_lfence();	/* not before the other's stamp was read */
	return __rdtsc();
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static bool is_over(struct pair *pair)
{
	return now_ns() >= atomic_load(&pair->deadline_ns);
}

static bool is_turn(struct pair *pair, uint64_t turn)
{
	return atomic_load_explicit(&pair->turn, memory_order_acquire) == turn;
}

static bool await_turn(struct pair *pair, uint64_t turn)
{
	for (unsigned int i = 0; i < EAGER_POLLS; i++)
		if (is_turn(pair, turn))
			return true;
	for (unsigned int i = 0; !is_turn(pair, turn); i++) {
		if (i % 64 == 63 && is_over(pair))
			return false;
		_mm_pause();
	}
	return true;
}

/* Turn 0 has nobody's stamp to look at. */
static void play(struct pair *pair, unsigned int side)
{
	unsigned int cpu = pair->cpu[side];
	uint64_t turn, now, largest = 0;

	for (turn = side; await_turn(pair, turn); turn += 2) {
		now = pair->clock(cpu);
		if (turn && pair->stamp > now && pair->stamp - now > largest)
			largest = pair->stamp - now;
		pair->stamp = now;
		atomic_store_explicit(&pair->turn, turn + 1,
				      memory_order_release);
		if (turn % 64 < 2 && is_over(pair))
			break;
	}
	pair->largest[side] = largest;
	if (sched_getcpu() != (int)cpu)
		atomic_store(&pair->strayed, true);
}

/* The calling thread; 0, or -1 with errno set. */
static int bind_to(unsigned int cpu)
{
	union mask mask;

	memset(&mask, 0, sizeof(mask));
	CPU_SET_S(cpu, sizeof(mask), &mask.set);
	if (sched_setaffinity(0, sizeof(mask), &mask.set))
		return -1;
	if (sched_getcpu() == (int)cpu)
		return 0;
	errno = EXDEV;
	return -1;
}

static void *partner(void *arg)
{
	struct pair *pair = arg;

	if (bind_to(pair->cpu[1])) {
		atomic_store(&pair->strayed, true);
		return NULL;
	}
	atomic_store(&pair->arrived, true);
	play(pair, 1);
	return NULL;
}

static void await_partner(struct pair *pair)
{
	while (!atomic_load(&pair->arrived) && !atomic_load(&pair->strayed) &&
	       !is_over(pair))
		sched_yield();
}

static void judge(struct pair *pair, struct warp *warp)
{
	uint64_t turns = atomic_load(&pair->turn);
	uint64_t samples = turns ? turns - 1 : 0;

	for (unsigned int side = 0; side < 2; side++)
		if (pair->largest[side] > warp->largest)
			warp->largest = pair->largest[side];
	warp->samples += samples;
	if (atomic_load(&pair->strayed))
		snprintf(warp->why_not, sizeof(warp->why_not),
			 "CPU %u and CPU %u may not both be used",
			 pair->cpu[0], pair->cpu[1]);
	else if (samples < MIN_SAMPLES)
		snprintf(warp->why_not, sizeof(warp->why_not),
			 "CPU %u and CPU %u hardly ever ran at once (found"
			 " %llu samples, need %d)", pair->cpu[0], pair->cpu[1],
			 (unsigned long long)samples, MIN_SAMPLES);
	else
		warp->cpus++;
}

/* A thread that does not get its CPU any more is brought to where it ends. */
static void join(pthread_t thread, const union mask *home)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec++;
	if (!pthread_timedjoin_np(thread, NULL, &end))
		return;
	pthread_setaffinity_np(thread, sizeof(*home), &home->set);
	pthread_join(thread, NULL);
}

static void test_pair(struct pair *pair, uint64_t ns, const union mask *home,
		      struct warp *warp)
{
	pthread_t thread;

	atomic_store(&pair->deadline_ns, now_ns() + ARRIVAL_NS);
	if (bind_to(pair->cpu[0])) {
		snprintf(warp->why_not, sizeof(warp->why_not),
			 "CPU %u may not be used", pair->cpu[0]);
		return;
	}
	if (pthread_create(&thread, NULL, partner, pair)) {
		snprintf(warp->why_not, sizeof(warp->why_not), "no thread");
		return;
	}
	await_partner(pair);
	if (atomic_load(&pair->arrived)) {
		atomic_store(&pair->deadline_ns, now_ns() + ns);
		play(pair, 0);
	}
	join(thread, home);
	judge(pair, warp);
}

static void test_hard(unsigned int first, unsigned int second, uint64_t ns,
		      const union mask *home, warp_clock *clock,
		      struct warp *warp)
{
	unsigned int before = warp->cpus;

	for (int i = 0; i < TRIES && warp->cpus == before; i++) {
		struct pair pair = { .cpu = { first, second }, .clock = clock };

		*warp->why_not = '\0';
		test_pair(&pair, ns, home, warp);
	}
}

static void test_all(const unsigned int *cpus, size_t count,
		     const union mask *home, warp_clock *clock,
		     struct warp *warp)
{
	uint64_t ns = ALL_NS / (count - 1) < PAIR_NS ? ALL_NS / (count - 1)
						     : PAIR_NS;
	uint64_t end_ns = now_ns() + 2 * ALL_NS;

	warp->cpus = 1;
	for (size_t i = 1; i < count && !*warp->why_not; i++) {
		test_hard(cpus[0], cpus[i], ns, home, clock, warp);
		if (now_ns() > end_ns)
			snprintf(warp->why_not, sizeof(warp->why_not),
				 "the machine is too busy to be tested");
	}
}

void warp_test(const unsigned int *cpus, size_t count, warp_clock *clock,
	       struct warp *warp)
{
	union mask home;

	memset(warp, 0, sizeof(*warp));
	if (count < 2) {
		snprintf(warp->why_not, sizeof(warp->why_not),
			 "one CPU has nothing to agree with");
		return;
	}
	memset(&home, 0, sizeof(home));
	if (sched_getaffinity(0, sizeof(home), &home.set)) {
		snprintf(warp->why_not, sizeof(warp->why_not),
			 "sched_getaffinity: %s", strerror(errno));
		return;
	}
	test_all(cpus, count, &home, clock, warp);
	sched_setaffinity(0, sizeof(home), &home.set);
}
