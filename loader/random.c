// SPDX-License-Identifier: GPL-2.0-only
/* random.c - randomness from the kernel: getrandom(2) */
#include "random.h"

#include <err.h>
#include <stdbool.h>
#include <sys/random.h>

static struct {
	bool on;
	uint64_t state;
} seeded;

void random_seed(uint64_t seed)
{
	seeded.on = true;
	seeded.state = seed;
}

/*
 * SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014): a counter in steps of an odd number near 2^64 divided
 * by the golden ratio, and a mix in which each bit of it counts everywhere.
 */
static uint64_t next_seeded(void)
{
	uint64_t z = seeded.state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

int random_bytes(void *bytes, size_t size)
{
	if (getrandom(bytes, size, 0) == (ssize_t)size)
		return 0;
	warn("load: getrandom");
	return -1;
}

static int next(uint64_t *number)
{
	if (!seeded.on)
		return random_bytes(number, sizeof(*number));
	*number = next_seeded();
	return 0;
}

/* Draws again where the last, incomplete multiple of limit would bias it. */
int random_below(uint64_t limit, uint64_t *number)
{
	uint64_t usable = UINT64_MAX - UINT64_MAX % limit;

	do {
		if (next(number))
			return -1;
	} while (*number >= usable);
	*number %= limit;
	return 0;
}
