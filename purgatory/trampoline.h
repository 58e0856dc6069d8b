/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trampoline.h - the SIPI page: what purgatory fills in, where (trampoline.S).
 */
#ifndef TRAMPOLINE_H
#define TRAMPOLINE_H

#define TRAMPOLINE_ARGS		0x100	/* offset of the struct in the page */
#define TRAMPOLINE_CLOSED	0x100
#define TRAMPOLINE_CR3		0x104
#define TRAMPOLINE_CR4		0x108
#define TRAMPOLINE_GDTR		0x10e
#define TRAMPOLINE_TO_32	0x114
#define TRAMPOLINE_TO_64	0x11c
#define TRAMPOLINE_EFER		0x124
#define TRAMPOLINE_GDT		0x128
#define TRAMPOLINE_SIZE		0x148

#define TRAMPOLINE_CODE32_SEL	0x08
#define TRAMPOLINE_CODE64_SEL	0x10
#define TRAMPOLINE_DATA_SEL	0x18

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* All written by purgatory before the first SIPI, but for `closed`. */
struct trampoline_args {
	uint32_t closed;		/* 0x100  1: stay here, halted */
	uint32_t cr3;			/* 0x104  the park's, for cr4's depth */
	uint32_t cr4;			/* 0x108 */
	uint16_t reserved;
	uint16_t gdt_limit;		/* 0x10e */
	uint32_t gdt_pa;		/* 0x110 */
	uint32_t to_32;			/* 0x114  far pointers: offset .. */
	uint32_t to_32_sel;		/*        .. and selector */
	uint32_t to_64;			/* 0x11c  the park's SIPI entry */
	uint32_t to_64_sel;
	uint32_t efer;			/* 0x124  LME, and what cr3 needs */
	uint64_t gdt[4];		/* 0x128 */
};

#define TRAMPOLINE_AT(member, at) \
	_Static_assert(offsetof(struct trampoline_args, member) == \
		       (at) - TRAMPOLINE_ARGS, \
		       "trampoline_args." #member " is not at " #at)
TRAMPOLINE_AT(closed, TRAMPOLINE_CLOSED);
TRAMPOLINE_AT(cr3, TRAMPOLINE_CR3);
TRAMPOLINE_AT(cr4, TRAMPOLINE_CR4);
TRAMPOLINE_AT(gdt_limit, TRAMPOLINE_GDTR);
TRAMPOLINE_AT(to_32, TRAMPOLINE_TO_32);
TRAMPOLINE_AT(to_64, TRAMPOLINE_TO_64);
TRAMPOLINE_AT(efer, TRAMPOLINE_EFER);
TRAMPOLINE_AT(gdt, TRAMPOLINE_GDT);
_Static_assert(TRAMPOLINE_ARGS + sizeof(struct trampoline_args) ==
	       TRAMPOLINE_SIZE, "the SIPI page's length");

/* The page's code in purgatory's image, TRAMPOLINE_ARGS bytes. */
extern const uint8_t trampoline[];
extern const uint32_t trampoline_32;	/* offset of its 32-bit part */

#endif /* __ASSEMBLER__ */
#endif
