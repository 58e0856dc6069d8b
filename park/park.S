/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * park.S - the ways into the park, and what interrupts a CPU in it.
 *
 * Two ways in lead to park_enter() in park.c:
 *
 *   park_sipi_entry	from purgatory's SIPI page: 64-bit mode, IF=0, on the
 *			park's page tables, no stack, nothing else known.
 *   park_reset_vector	from a kernel that hands this CPU back (ACPI 6.6
 *			"Multiprocessor Wakeup Structure", ResetVector): 64-bit
 *			mode, IF=0, an identity map of these 2 MiB. All else is
 *			that kernel's and not to be trusted: its GDT, IDT and
 *			stack may be mapped no longer, CR4 may have PCIDE,
 *			SMEP, SMAP, CET and more set, EFER.NXE may be clear,
 *			NMIs may be blocked.
 *
 * Until the slot's own stack, GDT and IDT are loaded nothing may fault. Linked at
 * 0, runs anywhere: %rip-relative only.
 */
#include "apic_id.inc"
#include "park_abi.h"
#include "x86.h"

	.section .head, "a"

/* struct park_code: where a region's builder finds the entries */
park_image:
	.long	PARK_CODE_MAGIC
	.long	PARK_ABI_VERSION
.irp entry, park_sipi_entry, park_reset_vector, on_kick, on_stray, \
	    on_spurious, on_nmi, on_machine_check, on_exception
	.long	\entry - park_image + PARK_CODE_AT
.endr

/* %rbp = start of the region */
.macro find_region
	lea	park_image(%rip), %rbp
	sub	$PARK_CODE_AT, %rbp
.endm

	.text
	.code64

/*
 * On to the park's own map, at the paging depth it arrived with. EFER first, as
 * after INIT but for 64-bit mode (no SVME, TCE, AutoIBRS ..): without NXE the
 * NX of the park's tables is a reserved bit. NXE is never taken away: the
 * kernel's tables, which are in use until CR3 is loaded, may have NX, too.
 * clobbers: %rax, %rcx, %rdx
 */
.macro to_own_map
	mov	$MSR_EFER, %ecx
	rdmsr
	and	$(EFER_LMA | EFER_LME | EFER_NXE), %eax
	or	PARK_HEADER_EFER(%rbp), %eax
	xor	%edx, %edx
	wrmsr
	mov	PARK_HEADER_CR3_4LEVEL(%rbp), %rax
	mov	%cr4, %rcx
	test	$CR4_LA57, %ecx
	cmovnz	PARK_HEADER_CR3_5LEVEL(%rbp), %rax
	mov	%rax, %cr3
.endm

	.balign	64
park_reset_vector:
	endbr64				/* the kernel's IBT may be on */
	cli
	cld
	mov	$DR7_OFF, %eax		/* a debugger's watchpoint is a fault */
	mov	%rax, %db7
	mov	$PARK_VIA_RESET_VECTOR, %r12d
	find_region
	jmp	enter

park_sipi_entry:
	cli
	cld
	mov	$PARK_VIA_SIPI, %r12d
	find_region

/*
 * in: %rbp = region, %r12d = PARK_VIA_*; no stack yet. All that an NMI needs is
 * loaded before CR3 is, on the kernel's map, which has these 2 MiB: so it is taken
 * by the kernel's IDT, if that is still mapped, or by the park's.
 */
enter:
	read_apic_id			/* to %r8d */

	/* %rbx = the slot that bears this APIC ID */
	mov	PARK_HEADER_CPUS(%rbp), %ecx
	lea	PARK_SLOTS_AT(%rbp), %rbx
3:	cmp	%r8d, PARK_SLOT_APIC_ID(%rbx)
	je	4f
	add	$PARK_SLOT_SIZE, %rbx
	dec	%ecx
	jnz	3b
	to_own_map
	jmp	stay			/* nobody knows this CPU */

	/*
	 * CET must be off before CR0.WP is, and before the LRET. Without WP a
	 * map that is read-only will do. All else in CR4 stays while the
	 * kernel may still take an NMI.
	 */
4:	mov	%cr4, %rcx
	btr	$CR4_CET_BIT, %rcx
	btr	$CR4_FRED_BIT, %rcx
	mov	%rcx, %cr4
	mov	$(CR0_LONG_MODE & ~CR0_WP), %eax
	mov	%rax, %cr0

	/*
	 * Own stack, GDT, SS, CS, TSS, IDT. An NMI on the way finds by the
	 * kernel's gate a CS in this GDT, which has it where Linux does, and
	 * a stack in this TSS, whichever IST it names; and returns to an SS
	 * and CS of this GDT. The last stay left the TSS busy.
	 */
	lea	PARK_SLOT_STACK(%rbx), %rsp
	movb	$DESC_TSS_AVAILABLE, PARK_SLOT_GDT + PARK_TSS_SEL + 5(%rbx)
	mov	$PARK_DATA_SEL, %eax
	mov	$PARK_TSS_SEL, %edx
	pushq	$PARK_CODE_SEL
	lea	7f(%rip), %rcx
	pushq	%rcx
	lgdt	PARK_SLOT_GDTR(%rbx)
	mov	%eax, %ss
	lretq
7:	ltr	%dx
	lidt	PARK_HEADER_IDTR(%rbp)

	/*
	 * What is not named here goes off (PCIDE, PGE, SMEP, SMAP, LASS, PKE
	 * ..), and with PGE the last of the kernel's translations: WP waits
	 * for that.
	 */
	to_own_map
	mov	%cr4, %rcx
	and	$CR4_LA57, %ecx
	or	$(CR4_PAE | CR4_MCE), %ecx
	mov	%rcx, %cr4
	mov	$CR0_LONG_MODE, %eax
	mov	%rax, %cr0

	mov	$PARK_DATA_SEL, %eax
	mov	%eax, %ds
	mov	%eax, %es
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	pushq	$2			/* RFLAGS: NT would spoil the IRET */
	popfq

	/* IRET: unblocks NMIs for one that came in by NMI. */
	mov	%rsp, %rax
	pushq	$PARK_DATA_SEL
	pushq	%rax
	pushq	$2			/* RFLAGS: only the bit that is 1 */
	pushq	$PARK_CODE_SEL
	lea	5f(%rip), %rax
	pushq	%rax
	iretq

	/* A CPU that comes by SIPI after purgatory gave up stays right here. */
5:	cmp	$PARK_VIA_SIPI, %r12d
	jne	6f
	cmpl	$0, PARK_HEADER_CLOSED(%rbp)
	jne	stay
6:	mov	%rbp, %rdi
	mov	%rbx, %rsi
	mov	%r12d, %edx
	xor	%ebp, %ebp
	call	park_enter		/* does not return */

stay:	cli
	hlt
	jmp	stay

/*
 * void park_halt(void): sleeps until the next interrupt, returns with IF=0.
 * What the caller checked with IF=0 cannot be missed: STI holds interrupts
 * off until HLT has begun. Only an NMI in between ends that shadow early; an
 * interrupt that is then taken at the HLT steps over it (call_c).
 */
	.globl	park_halt
	.hidden	park_halt
park_halt:
	sti
halt:	hlt
	cli
	ret

/*
 * void park_mwait(uint32_t hint): the same by MWAIT, for who has called
 * monitor(); a store to that line ends it, too.
 */
	.globl	park_mwait
	.hidden	park_mwait
park_mwait:
	mov	%edi, %eax		/* SDM "MWAIT": the state to wait in */
	xor	%ecx, %ecx
	sti
wait:	mwait
	cli
	ret

/*
 * void park_zero_msr(uint32_t msr): 0 to an MSR that may not be there. Then
 * the #GP steps over the WRMSR (on_exception).
 */
	.globl	park_zero_msr
	.hidden	park_zero_msr
park_zero_msr:
	mov	%edi, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
may_fault:
	wrmsr
	ret

/*
 * Interrupts. Each stack is part of its slot's page, so %rsp rounded down is
 * the slot. One that comes between the check and its HLT has brought what that
 * would wait for: it is stepped over (model: NO_STEP_OVER).
 */
.macro slot_in reg
	mov	%rsp, \reg
	and	$-PARK_SLOT_SIZE, \reg
.endm

.macro call_c function
	push	%rax
	lea	halt(%rip), %rax
	cmp	%rax, 8(%rsp)		/* interrupted before the HLT? */
	jne	1f
	incq	8(%rsp)			/* HLT is one byte */
1:	lea	wait(%rip), %rax
	cmp	%rax, 8(%rsp)		/* or the MWAIT? */
	jne	2f
	addq	$3, 8(%rsp)		/* MWAIT is three */
2:	pop	%rax
	.irp	reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	push	%\reg
	.endr
	cld
	slot_in	%rdi
	call	\function
	.irp	reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	pop	%\reg
	.endr
	iretq
.endm

on_kick:
	call_c	park_on_kick
on_stray:
	call_c	park_on_stray
on_spurious:
	call_c	park_on_spurious

on_nmi:	push	%rax
	slot_in	%rax
	lock incl PARK_SLOT_NMI_COUNT(%rax)
	pop	%rax
	iretq

/* Survived if the interrupted code can go on (RIPV), as Linux does offline. */
on_machine_check:
	push	%rax
	push	%rcx
	push	%rdx
	mov	$MSR_MCG_STATUS, %ecx
	rdmsr
	test	$MCG_STATUS_RIPV, %eax
	jz	on_exception
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr				/* a second #MC now would not be fatal */
	slot_in	%rax
	lock incl PARK_SLOT_MC_COUNT(%rax)
	pop	%rdx
	pop	%rcx
	pop	%rax
	iretq

on_exception:				/* on the #MC stack: any may be bad */
	lea	may_fault(%rip), %rax
	cmp	%rax, 8(%rsp)		/* #GP: %rip is above an error code; no
					   other frame has that address there */
	jne	1f
	add	$8, %rsp
	addq	$2, (%rsp)		/* WRMSR is two bytes */
	iretq
1:
	slot_in	%rsi
	cmpl	$PARK_FAULTED, PARK_SLOT_STATE(%rsi)
	je	stay			/* it happened in park_on_fault */
	movl	$PARK_FAULTED, PARK_SLOT_STATE(%rsi)
	find_region
	mov	%rbp, %rdi
	lea	PARK_SLOT_MC_STACK(%rsi), %rsp
	call	park_on_fault
	jmp	stay

	.section .note.GNU-stack, "", @progbits
