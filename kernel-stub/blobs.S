/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blobs.S - the park and the purgatory, as the build made them, for chain.c.
 */
	.section .rodata
.macro blob name, file
	.globl	blob_\name, blob_\name\()_end
	.hidden	blob_\name, blob_\name\()_end
	.balign	16
blob_\name:
	.incbin	"\file"
blob_\name\()_end:
.endm

	blob	park, "park.bin"
	blob	purgatory, "purgatory.bin"

	.section .note.GNU-stack, "", @progbits
