// SPDX-License-Identifier: GPL-2.0-only
/* random.c - randomness from the kernel: getrandom(2) */
#include "random.h"

#include <err.h>
#include <sys/random.h>

int random_bytes(void *bytes, size_t size)
{
	if (getrandom(bytes, size, 0) == (ssize_t)size)
		return 0;
	warn("load: getrandom");
	return -1;
}

/* Draws again where the last, incomplete multiple of limit would bias it. */
int random_below(uint64_t limit, uint64_t *number)
{
	uint64_t usable = UINT64_MAX - UINT64_MAX % limit;

	do {
		if (random_bytes(number, sizeof(*number)))
			return -1;
	} while (*number >= usable);
	*number %= limit;
	return 0;
}
