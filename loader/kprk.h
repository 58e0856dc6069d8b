/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kprk.h - the KPRK table that the running kernel was given, if it was.
 */
#ifndef KPARK_KPRK_H
#define KPARK_KPRK_H

#include <stdbool.h>

#include "park_abi.h"

/* What a table of any version says of its region. */
struct kprk_region {
	uint64_t pa;			/* 0: no table, or damaged */
	uint32_t size;
	uint32_t low_page_pa;
	uint64_t pristine_rsdp_pa;
	bool     ours;			/* version known: of this very boot */
};

struct kprk {
	struct kprk_region   region;
	struct kprk_table   *table;	/* NULL: there is none of our version */
	struct kprk_record  *records;	/* table->records of them */
	bool                 ours;	/* it tells of this very boot */
	uint32_t             boot_hop;	/* which kpark made it; 0: not kpark */
	char                 why_not[64];	/* there is one, but no table */
	char                *note;	/* what the loader left it; or NULL */
};

/*
 * Never fails: a table that is missing, damaged or of another version is no
 * table; of the latter the region is known. A kernel started by plain kexec
 * inherits the table of the one before it, and `ours` is false. A kernel that
 * kpark started without parking has no table, but `boot_hop` and `note`.
 */
void kprk_read(const char *root, struct kprk *kprk);
void kprk_free(struct kprk *kprk);

/* How many jumps by kpark: the table outlives a boot without parking. */
uint32_t kprk_hop(const struct kprk *kprk);

/* The outcome in words, in a static buffer. */
const char *kprk_outcome_text(const struct kprk_table *table);
/* The mailbox was not offered: was that to be, or a degradation? */
bool kprk_is_degraded(const struct kprk_table *table);

/* Commanded, and never seen to go: the kernel went on without it. */
bool kprk_is_lost(const struct kprk_record *record);
/* PARK_VIA_* in words */
const char *kprk_via_text(uint32_t via);

/* KPRK_VERIFY_* as `kpark load --verify` has it; NULL: none of them. */
const char *kprk_verify_text(uint32_t verify);

#endif
