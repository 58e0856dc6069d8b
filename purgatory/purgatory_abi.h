/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * purgatory_abi.h - what a loader tells the purgatory: the contract between
 * purgatory.bin and whoever places it (loader/, kernel-stub/).
 *
 * The loader copies purgatory.bin to a page-aligned address below 4 GiB, with
 * room for image_size bytes, fills the parameters in, and starts it at `entry`
 * in 64-bit mode, IF=0, on any identity map that holds it. Addresses are
 * physical, times raw TSC values or milliseconds. The loader writes, purgatory
 * reads; nothing here outlives the jump.
 */
#ifndef PURGATORY_ABI_H
#define PURGATORY_ABI_H

#define PURGATORY_ABI_VERSION	3

/*
 * What is checked, by the digests in the block, and when:
 *
 * at entry	segment[0], the block up to `digest`, before it is believed; then
 *		what else changes later: purgatory's code and constants, its
 *		page tables, the park if it is new. All these are the first
 *		`early` segments.
 * while the	all that the next kernel is made of: its image, its initrd, its
 * APs arrive	boot_params.
 * by itself	a digest: damaged, it does not match.
 * not		bss and stack, which are cleared before they are used; what is
 *		in clear[], for the same reason; a park that is live, whose
 *		header has a checksum of its own.
 *
 * The code that does the checking is checked by itself: a bit that flips there
 * ends, if not in a mismatch, in an exception, and both restart the machine.
 * But there may be one bit which makes the check say yes.
 */

/* struct purgatory_params, for entry.S */
#define PURGATORY_CR3_4LEVEL	0x10
#define PURGATORY_CR3_5LEVEL	0x18
#define PURGATORY_BOOT_PARAMS	0x20
#define PURGATORY_KERNEL_ENTRY	0x28
#define PURGATORY_FLAGS		0x40

#define PURGATORY_PARAMS_SIZE	0x800
#define PURGATORY_STACK_SIZE	0x4000	/* the first memory behind the file's */

/* What purgatory.bin begins with: "PURG" */
#define PURGATORY_MAGIC		0x47525550

/* purgatory_params.flags */
#define PURGATORY_MAILBOX	0x01	/* publish it if all answer */
#define PURGATORY_LIVE_REGION	0x02	/* the region was there before us */
#define PURGATORY_SERIAL	0x04	/* say what happens on serial_port */
#define PURGATORY_HALT		0x08	/* on a digest mismatch: no reset */
#define PURGATORY_OWN_BOOT	0x10	/* KPRK tells of the running kernel: same hop */
#define PURGATORY_5LEVEL	0x20	/* start the kernel on 5-level paging */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include "park_abi.h"

#define PURGATORY_SEGMENTS	20	/* kexec's 16, purgatory in parts */
#define PURGATORY_CLEARS	20
#define PURGATORY_DIGEST_SIZE	32

/* purgatory_params.fault: for tests, each the failure its name says */
#define PURGATORY_FAULT_SILENT	1	/* fault_arg never checks in */
#define PURGATORY_FAULT_DIES	3	/* fault_arg dies after its check-in */
#define PURGATORY_FAULT_LOST	4	/* .. and after its last answer */

struct purgatory_range {
	uint64_t pa;
	uint64_t size;
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
	uint32_t arrival_ms;		/* 0x44  wait so long for APs; see PING_MS */
	uint32_t tsc_khz;		/* 0x48 */
	uint32_t serial_port;		/* 0x4c  I/O port of an 8250 */
	uint32_t fault;			/* 0x50  PURGATORY_FAULT_* */
	uint32_t fault_arg;		/* 0x54 */
	uint32_t hop;			/* 0x58  for KPRK */
	uint32_t segments;		/* 0x5c  how many are to be checked, .. */
	char     previous[KPRK_RELEASE_SIZE]; /* 0x60  for KPRK */
	uint64_t retired_pa;		/* 0xa0  for KPRK */
	uint32_t retired_size;		/* 0xa8 */
	uint32_t verify;		/* 0xac  KPRK_VERIFY_*: by what */
	uint32_t early;			/* 0xb0  .. and how many of them at entry */
	uint32_t clears;		/* 0xb4 */
	struct purgatory_range segment[PURGATORY_SEGMENTS]; /* 0xb8 */
	/* Whole pages that are to be zero; no segment, so whatever was there. */
	struct purgatory_range clear[PURGATORY_CLEARS]; /* 0x1f8 */
	uint64_t map_limit;		/* 0x338  bytes from 0 that are mapped */
	uint64_t reserved[72];
	/* Of each segment; XXH3 low half first, with zeroes behind it. */
	uint8_t  digest[PURGATORY_SEGMENTS][PURGATORY_DIGEST_SIZE]; /* 0x580 */
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
PURGATORY_AT(retired_pa, 0xa0);
PURGATORY_AT(segment, 0xb8);
PURGATORY_AT(clear, 0x1f8);
PURGATORY_AT(map_limit, 0x338);
PURGATORY_AT(digest, 0x580);
_Static_assert(sizeof(struct purgatory_params) == PURGATORY_PARAMS_SIZE,
	       "the parameter block is PURGATORY_PARAMS_SIZE");

#endif /* __ASSEMBLER__ */
#endif
