/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * segments.h - what is handed to kexec_load(2), and what is not because it is
 * zero.
 */
#ifndef KPARK_SEGMENTS_H
#define KPARK_SEGMENTS_H

#include <stdbool.h>

#include "purgatory_abi.h"
#include "syscalls.h"

#define GAPS_MAX	PURGATORY_CLEARS

/* Of the bytes from a segment's start. */
struct gap {
	size_t at;
	size_t size;		/* 0: there is none */
};

/* Filled front to back; `kexec` is what the system call wants. */
struct segments {
	struct kexec_segment kexec[KEXEC_SEGMENTS_MAX];
	const char *what[KEXEC_SEGMENTS_MAX];
	bool sparse[KEXEC_SEGMENTS_MAX];
	struct gap largest[KEXEC_SEGMENTS_MAX];	/* .. of zero pages inside */
	size_t count;
	struct purgatory_range gaps[GAPS_MAX];	/* purgatory is to clear them */
	size_t gap_count;
};

/*
 * Adds `bytes`, whole pages, at physical address pa. They stay the caller's and
 * must live until kexec_load. There is always room: the callers are few and
 * known.
 */
void segments_add(struct segments *segments, const char *what,
		  const void *bytes, size_t size, uint64_t pa);

/* The same for what may have many zero pages: segments_split leaves them out. */
void segments_add_sparse(struct segments *segments, const char *what,
			 const void *bytes, size_t size, uint64_t pa);

/*
 * Cuts zero pages out of the sparse segments, and lists them as gaps: all that
 * lead and trail, and those inside for as long as kexec takes one segment more,
 * the longest run first. Call it when all has been added.
 */
void segments_split(struct segments *segments);

#endif
