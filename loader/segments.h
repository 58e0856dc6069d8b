/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * segments.h - what is handed to kexec_load(2), and its digests.
 */
#ifndef KPARK_SEGMENTS_H
#define KPARK_SEGMENTS_H

#include <stdbool.h>

#include "purgatory_abi.h"
#include "syscalls.h"

struct segments {
	struct kexec_segment list[KEXEC_SEGMENTS_MAX];
	const char *what[KEXEC_SEGMENTS_MAX];
	bool verified[KEXEC_SEGMENTS_MAX];	/* purgatory checks it */
	size_t count;
};

/*
 * Adds `bytes` at physical address pa, room for memsz (whole pages). The bytes
 * stay the caller's and must live until kexec_load; trailing zeroes are not
 * handed over but left to the kernel to clear. There is always room: the
 * callers are few and known.
 */
void segments_add(struct segments *segments, const char *what,
		  const void *bytes, size_t size, uint64_t pa, size_t memsz,
		  bool verified);

/* Writes the digests of what is to be verified; call it last. */
void segments_digest(const struct segments *segments,
		     struct purgatory_params *params);

#endif
