// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench-digest.c - how long each `kpark load --verify` takes, by the very object
 * files that are in purgatory: one line a digest and a number of threads.
 *
 * bench-digest [NAME]: all, or that one only and once, with one thread (for who
 * counts instructions). --khz: the TSC's rate. Cycles are those of the TSC in
 * the CPU time of the slowest thread: on a busy machine, too. Best of several,
 * and what the others were.
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "digest.h"
#include "park_abi.h"
#include "units.h"

#define SIZE		(60 * MIB)
#define ROUNDS		9
#define THREADS_MAX	2

static const struct choice {
	const char *name;
	uint32_t kind;
	enum digest_by by;
	bool (*has)(void);	/* NULL: every CPU */
} choices[] = {
	{ "xxh3-scalar", KPRK_VERIFY_XXH3, DIGEST_BY_WORDS, NULL },
	{ "xxh3-sse2", KPRK_VERIFY_XXH3, DIGEST_BY_SSE, NULL },
	{ "xxh3-avx2", KPRK_VERIFY_XXH3, DIGEST_BY_AVX2, digest_has_avx2 },
	{ "sha256-portable", KPRK_VERIFY_SHA256, DIGEST_BY_WORDS, NULL },
	{ "sha256-ni", KPRK_VERIFY_SHA256, DIGEST_BY_SSE, digest_has_sha },
};

static uint8_t *buffer;

struct part {
	const struct choice *choice;
	const uint8_t *bytes;
	size_t size;
	uint64_t ns;		/* it took */
};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void *digest_part(void *argument)
{
	struct part *part = argument;
	uint8_t out[DIGEST_SIZE];
	uint64_t start = now_ns(CLOCK_THREAD_CPUTIME_ID);

	digest(part->choice->kind, part->choice->by, part->bytes,
	       part->size, out);
	part->ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - start;
	return NULL;
}

/* The buffer in as many equal parts, each digested for itself. */
static uint64_t run(const struct choice *choice, int threads)
{
	pthread_t ids[THREADS_MAX];
	struct part parts[THREADS_MAX];
	uint64_t slowest = 0;

	for (int i = 0; i < threads; i++) {
		size_t size = SIZE / (size_t)threads;

		parts[i] = (struct part){ choice, buffer + (size_t)i * size,
					  size, 0 };
		if (i && pthread_create(&ids[i], NULL, digest_part, &parts[i]))
			errx(1, "no thread");
	}
	digest_part(&parts[0]);
	for (int i = 0; i < threads; i++) {
		if (i)
			pthread_join(ids[i], NULL);
		if (parts[i].ns > slowest)
			slowest = parts[i].ns;
	}
	return slowest;
}

/* The TSC's rate. */
static uint64_t tsc_khz(void)
{
	const struct timespec wait = { 0, 200 * 1000 * 1000 };
	uint64_t ns = now_ns(CLOCK_MONOTONIC);
	uint64_t ticks = __builtin_ia32_rdtsc();

	nanosleep(&wait, NULL);
	ticks = __builtin_ia32_rdtsc() - ticks;
	ns = now_ns(CLOCK_MONOTONIC) - ns;
	return ticks * 1000000 / ns;
}

static int rising(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void measure(const struct choice *choice, uint64_t khz)
{
	double cycles = (double)khz / 1e6 / SIZE;	/* a byte, for 1 ns */

	if (choice->has && !choice->has()) {
		printf("%-16s skipped: this CPU has no such instructions\n",
		       choice->name);
		return;
	}
	for (int threads = 1; threads <= THREADS_MAX; threads++) {
		uint64_t took[ROUNDS];

		for (int round = 0; round < ROUNDS; round++)
			took[round] = run(choice, threads);
		qsort(took, ROUNDS, sizeof(took[0]), rising);
		printf("%-16s %d thread%s  %7.4f cycles/byte "
		       "(median %.4f, worst %.4f of %d)\n", choice->name,
		       threads, threads > 1 ? "s" : " ",
		       (double)took[0] * cycles,
		       (double)took[ROUNDS / 2] * cycles,
		       (double)took[ROUNDS - 1] * cycles, ROUNDS);
	}
}

int main(int argc, char **argv)
{
	size_t count = sizeof(choices) / sizeof(choices[0]);

	if (argc > 1 && !strcmp(argv[1], "--khz")) {
		printf("%llu\n", (unsigned long long)tsc_khz());
		return 0;
	}
	buffer = malloc(SIZE);
	if (!buffer)
		err(1, "60 MiB");
	for (size_t i = 0; i < SIZE / 4; i++)
		((uint32_t *)buffer)[i] = (uint32_t)i * 2654435761u;
	for (size_t i = 0; i < count; i++)
		if (argc == 1)
			measure(&choices[i], tsc_khz());
		else if (!strcmp(argv[1], choices[i].name))
			run(&choices[i], 1);
	return 0;
}
