/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blobs.S - the two programs that run without an operating system, and the page
 * of `kpark report --html` around its data.
 */
	.section .rodata
	.globl	blob_park, blob_park_end
	.globl	blob_purgatory, blob_purgatory_end
	.globl	blob_page, blob_page_data, blob_page_end

	.balign	16
blob_park:
	.incbin	"park.bin"
blob_park_end:

	.balign	16
blob_purgatory:
	.incbin	"purgatory.bin"
blob_purgatory_end:

blob_page:
	.incbin	"loader/page/head.html"
	.incbin	"loader/page/style.css"
	.incbin	"loader/page/body.html"
blob_page_data:
	.ascii	"\n</script>\n<script>\n"
	.incbin	"loader/page/script.js"
	.ascii	"</script>\n</body>\n</html>\n"
blob_page_end:

	.section .note.GNU-stack, "", @progbits
