/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * traps.h - interrupts and exceptions of the stub's own.
 */
#ifndef TRAPS_H
#define TRAPS_H

#include <stdint.h>

/* The wake-up interrupt: ipi.c says what it means. */
#define WAKE_VECTOR	0xe0

/* What traps.S saves; lowest address first. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

/* Once, on the boot CPU; then each CPU loads it. */
void traps_build(void);
void traps_load(void);

/* Called from an NMI instead of counting it, when set: faults.c. */
extern void (*nmi_hook)(void);

#endif
