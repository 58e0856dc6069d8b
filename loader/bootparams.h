/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootparams.h - the zero page and what hangs on it: command line, e820,
 * the EFI memory map, setup_data.
 */
#ifndef KPARK_BOOTPARAMS_H
#define KPARK_BOOTPARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "efi.h"
#include "image.h"
#include "memmap.h"
#include "setup_data.h"

/* What goes in. Addresses physical, sizes in bytes; all stays the caller's. */
struct bootparams_wish {
	const struct image  *image;
	const struct memmap *e820;	/* the next kernel's */
	const char *cmdline;
	uint64_t initrd_pa;		/* 0: none */
	uint64_t initrd_size;
	uint64_t rsdp_pa;		/* the firmware's; 0: none */
	const uint8_t *running;		/* the running kernel's zero page */
	const struct efi *efi;		/* NULL: not to be handed on */
	const struct setup_data_list *setup_data;	/* copied; may be NULL */
	bool screen;			/* its screen_info holds */
	bool kaslr;			/* tell the kernel to randomise */
	uint32_t hop;
	const char *note;		/* for `kpark status` there; or NULL */
};

/* Bytes of the whole block, whole pages. */
size_t bootparams_size(const struct bootparams_wish *wish);

/*
 * Writes the block (bootparams_size bytes) that will lie at pa, a page, the
 * zero page first. 0, or -1 after one line on stderr.
 */
int bootparams_build(const struct bootparams_wish *wish, uint8_t *block,
		     uint64_t pa);

#define BOOTPARAMS_SIZE		4096
/* The zero page's own fields; "Zero Page" in the kernel's x86 documentation */
#define ZP_SCREEN_INFO		0x000
#define ZP_SCREEN_INFO_SIZE	0x040
#define ZP_TBOOT_ADDR		0x058
#define ZP_ACPI_RSDP_ADDR	0x070
#define ZP_EXT_RAMDISK_IMAGE	0x0c0
#define ZP_EXT_RAMDISK_SIZE	0x0c4
#define ZP_EXT_CMD_LINE_PTR	0x0c8
#define ZP_EDID_INFO		0x140
#define ZP_EDID_INFO_SIZE	0x080
#define ZP_EFI_INFO		0x1c0
#define ZP_ALT_MEM_K		0x1e0
#define ZP_E820_ENTRIES		0x1e8
#define ZP_EDDBUF_ENTRIES	0x1e9
#define ZP_EDD_MBR_SIG_ENTRIES	0x1ea
#define ZP_KBD_STATUS		0x1eb
#define ZP_SECURE_BOOT		0x1ec
#define ZP_SENTINEL		0x1ef
#define ZP_EDD_MBR_SIG		0x290
#define ZP_EDD_MBR_SIG_SIZE	0x040
#define ZP_E820_TABLE		0x2d0
#define ZP_E820_MAX		128
#define ZP_EDDBUF		0xd00
#define ZP_EDDBUF_SIZE		0x1ec

#endif
