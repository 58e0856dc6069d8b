// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify.c - are the segments still what the loader loaded?
 *
 * Guards against stray DMA and rot between load and jump, not against an
 * adversary, who would change the digest too. purgatory_abi.h says what is
 * checked when, and what is not.
 */
#include "purgatory.h"

#include <string.h>

#include "digest.h"

#define TRIAL_SIZE	16384	/* of our own image, which is longer */

static enum digest_by fastest;

_Static_assert(PURGATORY_DIGEST_SIZE == DIGEST_SIZE, "room for any digest");

/* The list itself, before it is followed: it begins with the block it is in. */
static bool is_sound(const struct purgatory_params *params)
{
	const struct purgatory_range *block = &params->segment[0];

	return params->segments <= PURGATORY_SEGMENTS &&
	       params->early >= 1 && params->early <= params->segments &&
	       block->pa == (uint64_t)params &&
	       block->size == offsetof(struct purgatory_params, digest);
}

static bool is_intact(const struct purgatory_params *params, uint32_t which)
{
	const struct purgatory_range *segment = &params->segment[which];
	uint8_t found[DIGEST_SIZE];

	return digest(params->verify, fastest, (const void *)segment->pa,
		      segment->size, found) &&
	       !memcmp(found, params->digest[which], sizeof(found));
}

static uint64_t time_of(const struct purgatory_params *params,
			enum digest_by by)
{
	uint8_t found[DIGEST_SIZE];
	uint64_t start = rdtsc();

	digest(params->verify, by, params, TRIAL_SIZE, found);
	return rdtsc() - start;
}

/*
 * Longer registers halve the time on a CPU, but an emulator may take several
 * times as long: so try all. The first round only warms up.
 */
static void choose(const struct purgatory_params *params, bool avx2)
{
	enum digest_by ways = avx2 ? DIGEST_WAYS : DIGEST_BY_AVX2;
	uint64_t took[DIGEST_WAYS];

	for (int round = 0; round < 2; round++)
		for (enum digest_by by = 0; by < ways; by++)
			took[by] = time_of(params, by);
	fastest = DIGEST_BY_WORDS;
	for (enum digest_by by = 0; by < ways; by++)
		if (took[by] < took[fastest])
			fastest = by;
}

/* Damaged memory is never booted. */
static void mismatch(const struct purgatory_params *params, uint32_t which)
{
	serial_number("\npurgatory: digest mismatch in segment ", which);
	if (!(params->flags & PURGATORY_HALT))
		reset_machine();
	for (;;)
		__asm__ volatile("cli; hlt");
}

static void verify(const struct purgatory_params *params, uint32_t from,
		   uint32_t to)
{
	struct simd saved;

	if (params->verify == KPRK_VERIFY_NONE)
		return;
	if (!is_sound(params))
		mismatch(params, 0);
	simd_on(&saved);
	if (!from)
		choose(params, saved.avx2);
	for (uint32_t which = from; which < to; which++)
		if (!is_intact(params, which))
			mismatch(params, which);
	simd_off(&saved);
}

void verify_block(const struct purgatory_params *params)
{
	verify(params, 0, 1);
}

void verify_early(const struct purgatory_params *params)
{
	verify(params, 1, params->early);
}

void verify_kernel(const struct purgatory_params *params)
{
	verify(params, params->early, params->segments);
}
