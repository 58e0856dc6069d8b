/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trampoline.S - the low page: from where a CPU was to ap_entry in boot.S.
 *
 * Copied by wakeup.c to a page below 1 MiB. Two ways in:
 * +0		by SIPI: real mode, CS = page / 16, IP = 0, IF=0 (SDM
 *		"Multiple-Processor (MP) Initialization").
 * +START64	by the mailbox: 64-bit mode, IF=0, an identity map of this
 *		page (ACPI 6.6 "Multiprocessor Wakeup Structure"). If the CPU
 *		comes with another paging depth than this kernel's it leaves
 *		IA-32e mode and goes the other way's last half: CR4.LA57 can
 *		only change while paging is off.
 * It writes no memory, so any number of APs may run here at once.
 */
#include "trampoline.h"
#include "x86.h"

	.section .rodata
	.globl	trampoline, trampoline_32, trampoline_64
	.hidden	trampoline, trampoline_32, trampoline_64

	.balign	16
trampoline:
	.code16
	cli
	cld
	mov	%cs, %ax
	mov	%ax, %ds
	mov	$VIA_SIPI, %edi
	xor	%ebx, %ebx
	mov	%cs, %bx
	shl	$4, %ebx			/* %ebx = the page */
	lgdtl	TRAMPOLINE_GDTR
	/* Also clears CD and NW: INIT leaves the caches as they were. */
	mov	$(CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
	mov	%eax, %cr0
	ljmpl	*TRAMPOLINE_TO_32

	.code32
1:	mov	$TRAMPOLINE_DATA_SEL, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$(CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
	mov	%eax, %cr0			/* paging off, if it was on */
	mov	TRAMPOLINE_CR4(%ebx), %eax
	mov	%eax, %cr4
	mov	TRAMPOLINE_CR3(%ebx), %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME, %eax		/* no NXE: the stub has no use for it */
	wrmsr
	mov	$CR0_LONG_MODE, %eax	/* paging on: compatibility mode */
	mov	%eax, %cr0
	ljmpl	*TRAMPOLINE_TO_64(%ebx)

	.code64
2:	mov	trampoline + TRAMPOLINE_CR3(%rip), %rax
	mov	%rax, %cr3
	jmp	*trampoline + TRAMPOLINE_ENTRY(%rip)

	.org	trampoline + TRAMPOLINE_START64, 0xcc
	mov	$VIA_MAILBOX, %edi
	lea	trampoline(%rip), %rbx
	mov	%cr4, %rax
	xor	TRAMPOLINE_CR4(%rbx), %eax
	test	$CR4_LA57, %eax
	jz	2b
	mov	$VIA_OTHER_DEPTH, %edi
	lgdt	TRAMPOLINE_GDTR64(%rbx)
	ljmpl	*TRAMPOLINE_TO_32(%rbx)
	.org	trampoline + TRAMPOLINE_ARGS, 0xcc	/* an error if passed */

	.balign	4
trampoline_32:
	.long	1b - trampoline
trampoline_64:
	.long	2b - trampoline

	.section .note.GNU-stack, "", @progbits
