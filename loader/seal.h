/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seal.h - the list of what purgatory is to check, and its digests.
 */
#ifndef KPARK_SEAL_H
#define KPARK_SEAL_H

#include "purgatory_abi.h"

/* What a list entry is made of; the bytes stay the caller's. */
struct sealed {
	const char *what;
	const uint8_t *bytes;
	uint64_t pa;
	uint64_t size;
};

struct seal {
	struct sealed list[PURGATORY_SEGMENTS];
	uint32_t count;
	uint32_t early;		/* so many of them before anything else */
};

/*
 * The first one is the parameter block, up to its digests. There is always
 * room for what kexec takes.
 */
void seal_add(struct seal *seal, const char *what, const void *bytes,
	      uint64_t pa, uint64_t size);

/*
 * Writes list and digests into the block. Call it last: whatever is in the
 * list, the block too, must not change any more. With KPRK_VERIFY_NONE the list
 * stays empty.
 */
void seal_close(const struct seal *seal, uint32_t verify,
		struct purgatory_params *params);

#endif
