/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.S - the stub's first instructions, on the boot CPU and on every AP.
 *
 * kernel_start	32-bit entry, from setup16.S: protected mode, flat segments,
 *		paging off, IF=0, %esi = boot_params.
 * +0x200	64-bit entry, from kpark's purgatory, kexec-tools or kernel_32
 *		above: long mode, IF=0, %rsi = boot_params, an identity map of
 *		the image (init_size bytes), boot_params and the command line.
 * ap_entry	an AP from the low page (trampoline.S): long mode, IF=0, on the
 *		stub's page tables, %edi = VIA_*; GDT and stack of nobody.
 *
 * The image may lie at any page. Tables of pointers are relocated here, by
 * values that do not depend on what is there: so a copy of a running image is
 * as good as the file (chain.c).
 */
#include "apic_id.inc"
#include "bootparams.h"
#include "percpu.h"
#include "x86.h"

#define PAGE		4096
#define ENTRIES		512
#define EARLY_STACK	0x4000
#define GIBS		4		/* mapped by the 32-bit entry */

/* ELF64: struct Elf64_Rela */
#define RELA_OFFSET	0
#define RELA_INFO	8
#define RELA_ADDEND	16
#define RELA_SIZE	24
#define R_X86_64_RELATIVE	8

#define RVA(label)	((label) - kernel_start)

	.section .head, "ax"
	.globl	kernel_start
	.hidden	kernel_start
	.code32
kernel_start:
	cli
	cld
	lea	ZP_SCRATCH + 4(%esi), %esp	/* all the stack there is */
	call	1f
1:	pop	%ebp
	sub	$RVA(1b), %ebp			/* %ebp = kernel_start */
	lea	RVA(early_stack_end)(%ebp), %esp

	/* Identity map of 4 GiB in 2 MiB pages: PML4, PDPT, four PDs. */
	lea	RVA(early_tables)(%ebp), %edi
	mov	%edi, %ebx
	xor	%eax, %eax
	mov	$((2 + GIBS) * ENTRIES * 2), %ecx
	rep stosl
	lea	PAGE + (PTE_PRESENT | PTE_WRITE)(%ebx), %eax
	mov	%eax, (%ebx)
	xor	%ecx, %ecx
2:	add	$PAGE, %eax			/* PDPT entry: the next PD */
	mov	%eax, PAGE(%ebx, %ecx, 8)
	inc	%ecx
	cmp	$GIBS, %ecx
	jb	2b
	xor	%ecx, %ecx
	mov	$(PTE_PRESENT | PTE_WRITE | PTE_LARGE), %eax
3:	mov	%eax, 2 * PAGE(%ebx, %ecx, 8)
	add	$0x200000, %eax
	inc	%ecx
	cmp	$(GIBS * ENTRIES), %ecx
	jb	3b

	mov	$CR4_PAE, %eax
	mov	%eax, %cr4
	mov	%ebx, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME, %eax
	wrmsr
	mov	$CR0_LONG_MODE, %eax	/* paging on: compatibility mode */
	mov	%eax, %cr0
	lea	RVA(gdt)(%ebp), %eax
	push	%eax				/* GDTR, 6 bytes */
	pushw	$(gdt_end - gdt - 1)
	lgdtl	(%esp)
	add	$6, %esp
	lea	RVA(kernel_64)(%ebp), %eax
	pushl	$BOOT_CS
	push	%eax
	lretl

	.balign	8
gdt:	.quad	0, 0
	.quad	DESC_CODE64			/* BOOT_CS */
	.quad	DESC_DATA			/* BOOT_DS */
gdt_end:

	.org	kernel_start + 0x200
	.code64
kernel_64:
	cli
	cld
	lea	early_stack_end(%rip), %rsp
	mov	%rsi, %r15			/* boot_params */
	call	load_gdt

	lea	bss_start(%rip), %rdi
	lea	bss_end(%rip), %rcx
	sub	%rdi, %rcx
	shr	$3, %rcx
	xor	%eax, %eax
	rep stosq

	/* %rbx = what to add to an address of the link */
	lea	kernel_start(%rip), %rbx
	sub	$SETUP_SIZE, %rbx		/* its link address, stub.lds */
	lea	rela_start(%rip), %rsi
	lea	rela_end(%rip), %rdi
1:	cmp	%rdi, %rsi
	jae	2f
	cmpl	$R_X86_64_RELATIVE, RELA_INFO(%rsi)
	jne	stop				/* stub.lds lets no other in */
	mov	RELA_OFFSET(%rsi), %rax
	mov	RELA_ADDEND(%rsi), %rcx
	add	%rbx, %rcx
	mov	%rcx, (%rbx, %rax)
	add	$RELA_SIZE, %rsi
	jmp	1b

2:	mov	%r15, %rdi
	xor	%ebp, %ebp
	call	kernel_main			/* does not return */

stop:	cli
	hlt
	jmp	stop

	.text
/* Own GDT and segments. in: a stack. clobbers: %rax, %rcx */
load_gdt:
	lea	gdt(%rip), %rax
	sub	$16, %rsp
	movw	$(gdt_end - gdt - 1), 6(%rsp)
	mov	%rax, 8(%rsp)
	lgdt	6(%rsp)
	add	$16, %rsp
	mov	$BOOT_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	pop	%rcx
	pushq	$BOOT_CS
	push	%rcx
	lretq

	.globl	ap_entry
	.hidden	ap_entry
ap_entry:
	mov	%edi, %r12d
	read_apic_id				/* to %r8d */

	/* %rbx = the struct cpu that bears this APIC ID */
	mov	cpu_count(%rip), %ecx
	lea	cpus(%rip), %rbx
3:	dec	%ecx
	js	stop				/* nobody knows this CPU */
	cmp	%r8d, CPU_APIC_ID(%rbx)
	je	4f
	add	$CPU_SIZE, %rbx
	jmp	3b
4:	mov	CPU_STACK_TOP(%rbx), %rsp
	call	load_gdt
	mov	%rbx, %rdi
	mov	%r12d, %esi
	xor	%ebp, %ebp
	call	secondary_start			/* does not return */
	jmp	stop

/* Jumps to another stack and function: on_stack(stack_top, function, arg). */
	.globl	on_stack
	.hidden	on_stack
on_stack:
	mov	%rdi, %rsp
	mov	%rdx, %rdi
	xor	%ebp, %ebp
	call	*%rsi
	jmp	stop

	/* Not cleared at the start: it is in use then. */
	.section .noinit, "aw", @nobits
	.balign	PAGE
early_tables:
	.fill	(2 + GIBS) * PAGE, 1, 0
early_stack:
	.fill	EARLY_STACK, 1, 0
early_stack_end:

	.section .note.GNU-stack, "", @progbits
