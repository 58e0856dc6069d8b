/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trampoline.h - the low page: the stub's one way in for its APs.
 */
#ifndef TRAMPOLINE_H
#define TRAMPOLINE_H

#define TRAMPOLINE_START64	0xc0	/* where the mailbox sends a CPU */
#define TRAMPOLINE_ARGS		0x100	/* struct trampoline_args */
#define TRAMPOLINE_CR3		0x100
#define TRAMPOLINE_CR4		0x108
#define TRAMPOLINE_GDTR		0x10e
#define TRAMPOLINE_TO_32	0x114
#define TRAMPOLINE_TO_64	0x11c
#define TRAMPOLINE_ENTRY	0x128
#define TRAMPOLINE_GDT		0x130
#define TRAMPOLINE_GDTR64	0x156

#define TRAMPOLINE_CODE32_SEL	0x08
#define TRAMPOLINE_CODE64_SEL	0x10
#define TRAMPOLINE_DATA_SEL	0x18

/* How an AP came */
#define VIA_MAILBOX		1
#define VIA_SIPI		2
#define VIA_OTHER_DEPTH		3	/* mailbox, but see trampoline.S */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* Written by the boot CPU before the first AP is woken. */
struct trampoline_args {
	uint64_t cr3;			/* 0x100  the stub's, below 4 GiB */
	uint32_t cr4;			/* 0x108  PAE, and LA57 or not */
	uint16_t reserved;
	uint16_t gdt_limit;		/* 0x10e */
	uint32_t gdt_pa;		/* 0x110 */
	uint32_t to_32;			/* 0x114  far pointers */
	uint32_t to_32_sel;
	uint32_t to_64;			/* 0x11c */
	uint32_t to_64_sel;
	uint32_t reserved2;
	uint64_t entry;			/* 0x128  ap_entry */
	uint64_t gdt[4];		/* 0x130 */
	uint16_t reserved3[3];
	uint16_t gdt_limit64;		/* 0x156  for LGDT in 64-bit .. */
	uint64_t gdt_pa64;		/*        .. mode */
};

#define TRAMPOLINE_AT(member, at) \
	_Static_assert(offsetof(struct trampoline_args, member) == \
		       (at) - TRAMPOLINE_ARGS, \
		       "trampoline_args." #member " is not at " #at)
TRAMPOLINE_AT(cr3, TRAMPOLINE_CR3);
TRAMPOLINE_AT(cr4, TRAMPOLINE_CR4);
TRAMPOLINE_AT(gdt_limit, TRAMPOLINE_GDTR);
TRAMPOLINE_AT(to_32, TRAMPOLINE_TO_32);
TRAMPOLINE_AT(to_64, TRAMPOLINE_TO_64);
TRAMPOLINE_AT(entry, TRAMPOLINE_ENTRY);
TRAMPOLINE_AT(gdt, TRAMPOLINE_GDT);
TRAMPOLINE_AT(gdt_limit64, TRAMPOLINE_GDTR64);

/* The page's code in the image: TRAMPOLINE_ARGS bytes. */
extern const uint8_t trampoline[];
extern const uint32_t trampoline_32, trampoline_64; /* offsets of its parts */

#endif /* __ASSEMBLER__ */
#endif
