/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * purgatory_abi.h - what a loader tells the purgatory: the contract between
 * purgatory.bin and whoever places it (loader/, kernel-stub/).
 *
 * The loader copies purgatory.bin to a page-aligned address below 4 GiB with
 * image_size zeroed bytes behind its file size, fills the parameters in, and
 * starts it at `entry` in 64-bit mode, IF=0, on any identity map that holds
 * it. Addresses are physical, times raw TSC values or milliseconds. The loader
 * writes, purgatory reads; nothing here outlives the jump.
 */
#ifndef PURGATORY_ABI_H
#define PURGATORY_ABI_H

#define PURGATORY_ABI_VERSION	1

/* struct purgatory_params, for entry.S */
#define PURGATORY_CR3_4LEVEL	0x10
#define PURGATORY_CR3_5LEVEL	0x18
#define PURGATORY_BOOT_PARAMS	0x20
#define PURGATORY_KERNEL_ENTRY	0x28
#define PURGATORY_FLAGS		0x40

#define PURGATORY_PARAMS_SIZE	0x400

/* What purgatory.bin begins with: "PURG" */
#define PURGATORY_MAGIC		0x47525550

/* purgatory_params.flags */
#define PURGATORY_MAILBOX	0x01	/* publish it if all answer */
#define PURGATORY_LIVE_REGION	0x02	/* the region was there before us */
#define PURGATORY_SERIAL	0x04	/* say what happens on serial_port */
#define PURGATORY_HALT		0x08	/* on a digest mismatch: no reset */
#define PURGATORY_OWN_BOOT	0x10	/* the running kernel came out of it */
#define PURGATORY_5LEVEL	0x20	/* start the kernel on 5-level paging */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include "park_abi.h"

#define PURGATORY_SEGMENTS	16

/* purgatory_params.fault: for tests, each the failure its name says */
#define PURGATORY_FAULT_NONE	0
#define PURGATORY_FAULT_SILENT	1	/* fault_arg never checks in */
#define PURGATORY_FAULT_FLIP	2	/* flip a bit in segment fault_arg */
#define PURGATORY_FAULT_DIES	3	/* fault_arg dies after its check-in */

/* One loaded segment and the XXH3-128 (low, high half) of its bytes. */
struct purgatory_segment {
	uint64_t pa;
	uint64_t size;
	uint64_t digest[2];
};

struct purgatory_params {
	uint32_t magic;			/* 0x00  PURGATORY_MAGIC, in the image */
	uint32_t version;		/* 0x04  PURGATORY_ABI_VERSION, ditto */
	uint32_t entry;			/* 0x08  offset, in the image */
	uint32_t image_size;		/* 0x0c  with bss and stack, ditto */
	uint64_t cr3_4level;		/* 0x10  identity map of all there is */
	uint64_t cr3_5level;		/* 0x18 */
	uint64_t boot_params_pa;	/* 0x20  Linux's zero page */
	uint64_t kernel_entry_pa;	/* 0x28  64-bit entry */
	uint64_t park_pa;		/* 0x30  the region */
	uint64_t rsdp_pa;		/* 0x38  the firmware's, 0 = none */
	uint32_t flags;			/* 0x40  PURGATORY_* */
	uint32_t arrival_ms;		/* 0x44  wait so long for the APs */
	uint32_t tsc_khz;		/* 0x48 */
	uint32_t serial_port;		/* 0x4c  I/O port of an 8250 */
	uint32_t fault;			/* 0x50  PURGATORY_FAULT_* */
	uint32_t fault_arg;		/* 0x54 */
	uint32_t hop;			/* 0x58  for KPRK */
	uint32_t segments;		/* 0x5c  how many are to be verified */
	char     previous[KPRK_RELEASE_SIZE]; /* 0x60  for KPRK */
	struct purgatory_segment segment[PURGATORY_SEGMENTS]; /* 0xa0 */
	uint64_t retired_pa;		/* 0x2a0  for KPRK */
	uint32_t retired_size;		/* 0x2a8 */
	uint32_t reserved[85];
};

#define PURGATORY_AT(member, offset) \
	_Static_assert(offsetof(struct purgatory_params, member) == \
		       (offset), \
		       "purgatory_params." #member " is not at " #offset)
PURGATORY_AT(cr3_4level, PURGATORY_CR3_4LEVEL);
PURGATORY_AT(cr3_5level, PURGATORY_CR3_5LEVEL);
PURGATORY_AT(boot_params_pa, PURGATORY_BOOT_PARAMS);
PURGATORY_AT(kernel_entry_pa, PURGATORY_KERNEL_ENTRY);
PURGATORY_AT(flags, PURGATORY_FLAGS);
PURGATORY_AT(segment, 0xa0);
PURGATORY_AT(retired_pa, 0x2a0);
_Static_assert(sizeof(struct purgatory_params) == PURGATORY_PARAMS_SIZE,
	       "the parameter block is PURGATORY_PARAMS_SIZE");

#endif /* __ASSEMBLER__ */
#endif
