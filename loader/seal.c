// SPDX-License-Identifier: GPL-2.0-only
/* seal.c - the list of what purgatory is to check, and its digests */
#include "seal.h"

#include <assert.h>
#include <stdbool.h>

#include "digest.h"

void seal_add(struct seal *seal, const char *what, const void *bytes,
	      uint64_t pa, uint64_t size)
{
	assert(seal->count < PURGATORY_SEGMENTS);
	seal->list[seal->count++] = (struct sealed){ what, bytes, pa, size };
}

void seal_close(const struct seal *seal, uint32_t verify,
		struct purgatory_params *params)
{
	params->verify = verify;
	if (verify == KPRK_VERIFY_NONE)
		return;
	params->segments = seal->count;
	params->early = seal->early;
	for (uint32_t i = 0; i < seal->count; i++)
		params->segment[i] = (struct purgatory_range){
			seal->list[i].pa, seal->list[i].size
		};
	for (uint32_t i = 0; i < seal->count; i++)
		digest(verify, DIGEST_BY_SSE, seal->list[i].bytes, seal->list[i].size,
		       params->digest[i]);
}
