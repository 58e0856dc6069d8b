/* SPDX-License-Identifier: GPL-2.0-only */
/* blobs.S - the two programs that run without an operating system */
	.section .rodata
	.globl	blob_park, blob_park_end
	.globl	blob_purgatory, blob_purgatory_end

	.balign	16
blob_park:
	.incbin	"park.bin"
blob_park_end:

	.balign	16
blob_purgatory:
	.incbin	"purgatory.bin"
blob_purgatory_end:

	.section .note.GNU-stack, "", @progbits
