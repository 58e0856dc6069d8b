/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootparams.h - the zero page and what hangs on it: command line, e820,
 * setup_data.
 */
#ifndef KPARK_BOOTPARAMS_H
#define KPARK_BOOTPARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"
#include "memmap.h"

/* setup_data types; "The Linux/x86 Boot Protocol", uapi/asm/setup_data.h */
#define SETUP_RNG_SEED		9
/*
 * Ours: a uint32_t, the hop number. Linux shows it in
 * /sys/kernel/boot_params/setup_data and no other loader passes it on, so it
 * tells a kernel that kpark started from one that only inherited the tables.
 */
#define SETUP_KPARK		0x4b50524b	/* "KPRK" */

/* What goes in. Addresses physical, sizes in bytes; all stays the caller's. */
struct bootparams_wish {
	const struct image  *image;
	const struct memmap *e820;	/* the next kernel's */
	const char *cmdline;
	uint64_t initrd_pa;		/* 0: none */
	uint64_t initrd_size;
	uint64_t rsdp_pa;		/* the firmware's; 0: none */
	const uint8_t *running;		/* the running kernel's zero page */
	uint32_t hop;
	int kaslr;			/* tell the kernel to randomise */
};

/* Bytes of the whole block, whole pages. */
size_t bootparams_size(const struct bootparams_wish *wish);

/*
 * Writes the block (bootparams_size bytes) that will lie at pa, the zero page
 * first. 0, or -1 after one line on stderr.
 */
int bootparams_build(const struct bootparams_wish *wish, uint8_t *block,
		     uint64_t pa);

#define BOOTPARAMS_SIZE		4096
/* The zero page's own fields; "Zero Page" in the kernel's x86 documentation */
#define ZP_SCREEN_INFO		0x000
#define ZP_SCREEN_INFO_SIZE	0x040
#define ZP_ACPI_RSDP_ADDR	0x070
#define ZP_EXT_RAMDISK_IMAGE	0x0c0
#define ZP_EXT_RAMDISK_SIZE	0x0c4
#define ZP_EXT_CMD_LINE_PTR	0x0c8
#define ZP_EFI_INFO		0x1c0
#define ZP_ALT_MEM_K		0x1e0
#define ZP_E820_ENTRIES		0x1e8
#define ZP_SENTINEL		0x1ef
#define ZP_E820_TABLE		0x2d0
#define ZP_E820_MAX		128

#endif
