/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trampoline.S - the SIPI page: takes one AP from real mode to the park.
 *
 * Copied by gather.c to a page below 1 MiB that no kernel uses. An AP starts
 * at its first byte in real mode, CS = page / 16, IP = 0, IF=0 (SDM
 * "Multiple-Processor (MP) Initialization"), and steps through protected mode
 * to 64-bit mode (SDM "Initializing IA-32e Mode"). It writes no memory, so any
 * number of APs may run here at once, and one that comes late does no harm.
 * The park maps this page for reading and executing only.
 *
 * %ebx = the page's address throughout.
 */
#include "trampoline.h"
#include "x86.h"

	.section .rodata
	.globl	trampoline, trampoline_32
	.hidden	trampoline, trampoline_32

	.balign	16
trampoline:
	.code16
	cli
	cld
	mov	%cs, %ax
	mov	%ax, %ds
	cmpl	$0, TRAMPOLINE_CLOSED
	jne	1f
	xor	%ebx, %ebx
	mov	%cs, %bx
	shl	$4, %ebx
	lgdtl	TRAMPOLINE_GDTR
	/* Also clears CD and NW: INIT leaves the caches as they were. */
	mov	$(CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
	mov	%eax, %cr0
	ljmpl	*TRAMPOLINE_TO_32	/* loads a 32-bit CS */
1:	hlt
	jmp	1b

	.code32
2:	mov	$TRAMPOLINE_DATA_SEL, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	cmpl	$0, TRAMPOLINE_CLOSED(%ebx)
	jne	3f
	/*
	 * EFER, 0 after INIT: LME, and NXE if the park's tables have NX. A CPU
	 * whose NX is hidden (SDM "IA32_MISC_ENABLE", XD Bit Disable) cannot
	 * run on those: as good as missing.
	 */
	mov	TRAMPOLINE_EFER(%ebx), %esi
	test	$EFER_NXE, %esi
	jz	4f
	mov	%ebx, %ebp
	mov	$CPUID_EXTENDED, %eax
	cpuid
	mov	%ebp, %ebx
	test	$CPUID_EXTENDED_NX, %edx
	jz	3f
4:	mov	TRAMPOLINE_CR4(%ebx), %eax	/* PAE, and LA57 or not */
	mov	%eax, %cr4
	mov	TRAMPOLINE_CR3(%ebx), %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	mov	%esi, %eax
	xor	%edx, %edx
	wrmsr
	mov	$CR0_LONG_MODE, %eax		/* paging on: compatibility mode */
	mov	%eax, %cr0
	ljmpl	*TRAMPOLINE_TO_64(%ebx)		/* loads a 64-bit CS */
3:	hlt
	jmp	3b
	.org	trampoline + TRAMPOLINE_ARGS, 0xcc	/* an error if passed */

	.balign	4
trampoline_32:
	.long	2b - trampoline

	.section .note.GNU-stack, "", @progbits
