/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * traps.S - 256 ways into trap() in traps.c, TRAP_STUB_SIZE bytes each.
 *
 * Exceptions without an error code (SDM "Exception and Interrupt Reference")
 * push a zero in its place. No stack of their own: the stub has no user mode.
 */
#define TRAP_STUB_SIZE	16

	.text
	.code64
	.globl	trap_stubs
	.hidden	trap_stubs
	.balign	TRAP_STUB_SIZE
trap_stubs:
	.set	vector, 0
.rept	256
	.balign	TRAP_STUB_SIZE
	.if	vector != 8 && (vector < 10 || vector > 14) && vector != 17 && \
		vector != 21 && vector != 29 && vector != 30
	pushq	$0
	.endif
	pushq	$vector
	jmp	trap_common
	.set	vector, vector + 1
.endr

trap_common:
	.irp	reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, \
		     r12, r13, r14, r15
	push	%\reg
	.endr
	cld
	mov	%rsp, %rdi
	call	trap
	.irp	reg, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, \
		     rcx, rbx, rax
	pop	%\reg
	.endr
	add	$16, %rsp			/* vector, error */
	iretq

	.section .note.GNU-stack, "", @progbits
