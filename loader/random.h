/* SPDX-License-Identifier: GPL-2.0-only */
/* random.h - randomness from the kernel: getrandom(2) */
#ifndef KPARK_RANDOM_H
#define KPARK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Both: 0, or -1 after one line on stderr. */
int random_bytes(void *bytes, size_t size);
/* A number below `limit` (> 0), each with the same probability. */
int random_below(uint64_t limit, uint64_t *number);

/*
 * From now on random_below repeats itself: the same seed, the same numbers.
 * For tests; whoever knows the seed knows where the kernel lies. random_bytes
 * is not touched.
 */
void random_seed(uint64_t seed);

#endif
