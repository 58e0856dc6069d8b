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

#define BOOT_CS32	0x20

	/* struct purgatory_params: the image's first bytes */
	.section .head, "a"
	.globl	purgatory_params
	.hidden	purgatory_params
purgatory_params:
	.long	PURGATORY_MAGIC
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

	lea	bss_start(%rip), %rdi	/* not checked, so not believed */
	lea	image_end(%rip), %rcx
	sub	%rdi, %rcx
	shr	$3, %rcx
	xor	%eax, %eax
	rep stosq

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

1:	lea	purgatory_params(%rip), %rdi
	call	purgatory
	call	set_paging_depth

	lea	purgatory_params(%rip), %rdi
	mov	PURGATORY_BOOT_PARAMS(%rdi), %rsi
	mov	PURGATORY_KERNEL_ENTRY(%rdi), %rdx
	call	forget
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%edi, %edi
	jmp	*%rdx

/*
 * Wipes the parameters and the stack, and with them where the kernel lies: these
 * pages are its free memory. An NMI may use the stack meanwhile, and does not mind.
 */
forget:	lea	purgatory_params(%rip), %rdi
	mov	$PURGATORY_PARAMS_SIZE / 8, %ecx
	xor	%eax, %eax
	rep stosq
	lea	stack_end - PURGATORY_STACK_SIZE(%rip), %rdi
	mov	$(PURGATORY_STACK_SIZE - 8) / 8, %ecx	/* but for the way back */
	rep stosq
	ret

/*
 * Paging depth as the next kernel is to have it: it runs on what it finds
 * (CR4.LA57 at its entry). The bit can only change while paging is off, which
 * takes a way through compatibility mode (SDM "4-Level Paging and 5-Level
 * Paging", "Switching Out of IA-32e Mode Operation"). Clobbers all but %rsp.
 * All of purgatory, its stack too, is below 4 GiB.
 */
set_paging_depth:
	lea	purgatory_params(%rip), %rdi
	mov	%cr4, %rsi
	mov	%esi, %eax
	and	$CR4_LA57, %eax
	mov	PURGATORY_CR3_4LEVEL(%rdi), %rdx
	testl	$PURGATORY_5LEVEL, PURGATORY_FLAGS(%rdi)
	jz	1f
	xor	$CR4_LA57, %eax
	mov	PURGATORY_CR3_5LEVEL(%rdi), %rdx
1:	test	%eax, %eax
	jz	4f				/* it is as it should be */
	xor	%eax, %esi			/* the CR4 to be */
	mov	%cr0, %rbx
	pushq	$BOOT_CS32
	lea	2f(%rip), %rax
	pushq	%rax
	lretq

	.code32
2:	mov	%ebx, %eax
	and	$~CR0_PG, %eax
	mov	%eax, %cr0			/* leaves IA-32e mode */
	mov	%edx, %cr3
	mov	%esi, %cr4
	mov	%ebx, %cr0			/* back: EFER.LME is still set */
	pushl	$BOOT_CS
	call	5f				/* %eip, for want of %rip */
5:	popl	%eax
	add	$(after_32bit - 5b), %eax
	pushl	%eax
	lretl
	.code64
after_32bit:			/* tests/stub/registers.py stops here */
	mov	%esp, %esp	/* the upper half is undefined after 32-bit code */
4:	ret

/*
 * Any exception is a bug here or damaged hardware: restart the machine. An
 * NMI is not, nor what drain.c lets in: their handler (idt.c) is on_interrupt.
 */
	.globl	on_exception, on_interrupt
	.hidden	on_exception, on_interrupt
on_exception:
	call	reset_machine
on_interrupt:
	iretq

	.section .rodata
	.balign	8
gdt:	.quad	0, 0
	.quad	DESC_CODE64			/* BOOT_CS */
	.quad	DESC_DATA			/* BOOT_DS */
	.quad	DESC_CODE32			/* BOOT_CS32 */
gdt_end:

	.section .stack, "aw", @nobits
	.balign	16
	.fill	PURGATORY_STACK_SIZE, 1, 0
stack_end:

	.section .note.GNU-stack, "", @progbits
