/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.S - purgatory's first and last instructions.
 *
 * Entered from the old kernel's relocate code (or kernel-stub/): 64-bit mode,
 * IF=0, an identity map that holds this image but neither the local APIC nor
 * reserved memory; GDT, IDT and stack are in memory that may be overwritten.
 * Leaves to the next kernel's 64-bit entry ("The Linux/x86 Boot Protocol",
 * section "64-bit Boot Protocol"): %rsi = boot_params, CS = 0x10, DS, ES and
 * SS = 0x18, IF=0, on purgatory's identity map.
 *
 * Linked at 0, runs anywhere: %rip-relative only.
 */
#include "purgatory_abi.h"
#include "x86.h"

#define BOOT_CS		0x10
#define BOOT_DS		0x18
#define STACK_SIZE	0x4000

	/* struct purgatory_params: the image's first bytes */
	.section .head, "aw"
	.globl	purgatory_params
	.hidden	purgatory_params
purgatory_params:
	.long	0x47525550			/* PURGATORY_MAGIC */
	.long	PURGATORY_ABI_VERSION
	.long	purgatory_entry - purgatory_params
	.long	image_end - purgatory_params	/* image_end: purgatory.lds */
	.fill	PURGATORY_PARAMS_SIZE - 16, 1, 0

	.text
	.code64
purgatory_entry:
	cli
	cld
	lea	purgatory_params(%rip), %rdi
	mov	PURGATORY_CR3_4LEVEL(%rdi), %rax
	mov	%cr4, %rcx
	test	$CR4_LA57, %ecx
	cmovnz	PURGATORY_CR3_5LEVEL(%rdi), %rax
	mov	%rax, %cr3
	lea	stack_end(%rip), %rsp

	sub	$16, %rsp			/* GDTR, for this once */
	movw	$(gdt_end - gdt - 1), 6(%rsp)
	lea	gdt(%rip), %rax
	mov	%rax, 8(%rsp)
	lgdt	6(%rsp)
	add	$16, %rsp
	mov	$BOOT_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%eax, %fs
	mov	%eax, %gs
	pushq	$BOOT_CS
	lea	1f(%rip), %rax
	pushq	%rax
	lretq

1:	call	purgatory			/* %rdi = the parameters */

	lea	purgatory_params(%rip), %rdi
	mov	PURGATORY_BOOT_PARAMS(%rdi), %rsi
	mov	PURGATORY_KERNEL_ENTRY(%rdi), %rax
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%edi, %edi
	jmp	*%rax

/*
 * Any exception is a bug here or damaged hardware: restart the machine. An
 * NMI is not: its handler (idt.c) is on_nmi.
 */
	.globl	on_exception, on_nmi
	.hidden	on_exception, on_nmi
on_exception:
	call	reset_machine
on_nmi:	iretq

	.section .rodata
	.balign	8
gdt:	.quad	0, 0
	.quad	DESC_CODE64			/* BOOT_CS */
	.quad	DESC_DATA			/* BOOT_DS */
gdt_end:

	.bss
	.balign	16
	.fill	STACK_SIZE, 1, 0
stack_end:

	.section .note.GNU-stack, "", @progbits
