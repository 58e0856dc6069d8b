/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wipe.h - memory that held a secret, given back.
 *
 * Secrets are what tells where the next kernel lies, and the seed it gets.
 */
#ifndef KPARK_WIPE_H
#define KPARK_WIPE_H

#include <stdlib.h>
#include <string.h>

/* Zeroed in a way that is not optimised away; `memory` may be NULL. */
static inline void wipe_free(void *memory, size_t size)
{
	if (memory)
		explicit_bzero(memory, size);
	free(memory);
}

#endif
