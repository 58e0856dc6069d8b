/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * setup16.S - the real-mode part: boot sector, setup header, E820.
 *
 * "The Linux/x86 Boot Protocol", version 2.15. A loader that starts a kernel
 * in real mode (`qemu -kernel`) puts these SETUP_SIZE bytes below 1 MiB, the
 * rest at 1 MiB, and jumps to +0x200 with DS = the segment of the first byte.
 * Loaders that start at the 64-bit entry read the header only.
 *
 * All addresses are offsets from the first byte. stub.lds puts the two sizes
 * that only the linker knows between the parts, and the parts in order.
 */
#include "bootparams.h"
#include "x86.h"

#define SECTOR		512
#define SETUP_SECTORS	(SETUP_SIZE / SECTOR - 1)
#define PARAMS_AT	0x2000		/* boot_params, behind the setup */
#define STACK_AT	0x7ff0
#define CODE32_AT	0x100000	/* where a LOADED_HIGH kernel goes */

#define BIOS_MEMORY_MAP	0xe820		/* ACPI 6.6 "INT 15H, E820H" */
#define BIOS_A20_ON	0x2401
#define SMAP		0x534d4150

	.section .setup.head, "a"
	.org	0x1f1
	.byte	SETUP_SECTORS			/* setup_sects */
	.word	0				/* root_flags */
	/* 0x1f4 syssize: stub.lds */

	.section .setup.header, "a"
header:	/* 0x1f8 */
	.word	0				/* ram_size */
	.word	0xffff				/* vid_mode: normal */
	.word	0				/* root_dev */
	.word	0xaa55				/* boot_flag */
	.byte	0xeb				/* 0x200: a short jump .. */
	.byte	0x264 - 0x202			/* .. to `start` */
	.ascii	"HdrS"
	.word	0x020f				/* version 2.15 */
	.long	0				/* realmode_swtch */
	.word	0				/* start_sys_seg */
	.word	release - start + 0x264 - 0x200	/* kernel_version */
	.byte	0				/* type_of_loader */
	.byte	LOADED_HIGH			/* loadflags */
	.word	0				/* setup_move_size */
	.long	CODE32_AT			/* code32_start */
	.long	0, 0				/* ramdisk_image, _size */
	.long	0				/* bootsect_kludge */
	.word	0				/* heap_end_ptr */
	.byte	0, 0				/* ext_loader_ver, _type */
	.long	0				/* cmd_line_ptr */
	.long	0x7fffffff			/* initrd_addr_max */
	.long	KERNEL_ALIGN			/* kernel_alignment */
	.byte	1				/* relocatable_kernel */
	.byte	12				/* min_alignment: a page */
	.word	XLF_KERNEL_64 | XLF_ABOVE_4G | XLF_5LEVEL | XLF_5LEVEL_ENABLED
	.long	CMDLINE_MAX - 1			/* cmdline_size */
	.long	0				/* hardware_subarch */
	.quad	0				/* hardware_subarch_data */
	.long	0, 0				/* payload_offset, _length */
	.quad	0				/* setup_data */
	.quad	0x1000000			/* pref_address */
	.if	. - header != 0x260 - 0x1f8
	.error	"setup header: init_size is not at 0x260"
	.endif
	/* 0x260 init_size: stub.lds */

	.section .setup.code, "ax"
	.code16
#define OFFSET(label)	((label) - start + 0x264)
start:	jmp	1f
	.long	0				/* handover_offset, none */
release:
	.asciz	"kernel-stub"

1:	cli
	cld
	mov	%cs, %ax			/* CS:IP = segment + 0x20 : 0 */
	sub	$0x20, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	mov	$STACK_AT, %sp
	pushw	%ax				/* CS = segment, IP = offset */
	pushw	$OFFSET(2f)
	lretw

	/* boot_params: zero, the header copied, the memory map. */
2:	xor	%eax, %eax
	mov	$PARAMS_AT, %di
	mov	$(BOOT_PARAMS_SIZE / 4), %cx
	rep stosl
	mov	$ZP_HEADER, %si
	mov	$(PARAMS_AT + ZP_HEADER), %di
	mov	$(ZP_HEADER_END - ZP_HEADER), %cx
	rep movsb

	mov	$BIOS_A20_ON, %ax
	int	$0x15

	mov	$(PARAMS_AT + ZP_E820), %di
	xor	%ebx, %ebx
3:	mov	$BIOS_MEMORY_MAP, %eax
	mov	$SMAP, %edx
	mov	$E820_ENTRY_SIZE, %ecx
	int	$0x15
	jc	4f
	cmp	$SMAP, %eax
	jne	4f
	incb	PARAMS_AT + ZP_E820_COUNT
	add	$E820_ENTRY_SIZE, %di
	cmpb	$E820_MAX, PARAMS_AT + ZP_E820_COUNT
	jae	4f
	test	%ebx, %ebx
	jnz	3b

	/* Protected mode, flat; %esi = boot_params as the protocol wants it. */
4:	cli
	xor	%ebx, %ebx
	mov	%ds, %bx
	shl	$4, %ebx
	lea	OFFSET(gdt)(%ebx), %eax
	mov	%eax, OFFSET(gdtr) + 2
	lgdtl	OFFSET(gdtr)
	lea	PARAMS_AT(%ebx), %esi
	mov	ZP_CODE32_START, %edi
	mov	$(CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
	mov	%eax, %cr0
	lea	OFFSET(5f)(%ebx), %eax
	mov	%eax, OFFSET(far)
	ljmpl	*OFFSET(far)

	.code32
5:	mov	$BOOT_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%eax, %fs
	mov	%eax, %gs
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	mov	%edi, %eax
	xor	%edi, %edi
	jmp	*%eax

	.balign	4
gdt:	.quad	0, 0
	.quad	DESC_CODE32			/* BOOT_CS */
	.quad	DESC_DATA			/* BOOT_DS */
gdtr:	.word	gdtr - gdt - 1
	.long	0
far:	.long	0
	.word	BOOT_CS
	.org	SETUP_SIZE - 0x264

	.section .note.GNU-stack, "", @progbits
