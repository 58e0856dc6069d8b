/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootparams.h - what a loader tells a kernel: names for C and assembly.
 *
 * "The Linux/x86 Boot Protocol" and "Linux/x86 zero page": offsets in
 * boot_params, which the loader owns and the stub reads; chain.c writes one
 * for the next kernel.
 */
#ifndef BOOTPARAMS_H
#define BOOTPARAMS_H

#define SETUP_SIZE		0x1000	/* real-mode part of the file, bytes */
#define KERNEL_ALIGN		0x200000
#define CMDLINE_MAX		2048	/* with the NUL */

#define BOOT_PARAMS_SIZE	0x1000
#define ZP_ACPI_RSDP		0x070	/* u64, 0 = search for it */
#define ZP_EXT_CMDLINE		0x0c8	/* u32, upper half of its address */
#define ZP_SCRATCH		0x1e4	/* u32, the kernel's to use */
#define ZP_E820_COUNT		0x1e8	/* u8 */
#define ZP_HEADER		0x1f1
#define ZP_CODE32_START		0x214	/* u32 */
#define ZP_CMDLINE		0x228	/* u32 */
#define ZP_SETUP_DATA		0x250	/* u64 */
#define ZP_HEADER_END		0x268
#define ZP_E820			0x2d0
#define E820_ENTRY_SIZE		20
#define E820_MAX		128
#define E820_RAM		1
#define E820_RESERVED		2

/* hdr.loadflags, hdr.xloadflags */
#define LOADED_HIGH		0x01
#define XLF_KERNEL_64		0x01
#define XLF_ABOVE_4G		0x02
#define XLF_5LEVEL		0x20
#define XLF_5LEVEL_ENABLED	0x40

#ifndef __ASSEMBLER__

#include <stdint.h>
#include <string.h>

static inline uint64_t zp_u64(const uint8_t *zero_page, uint32_t at)
{
	uint64_t value;

	memcpy(&value, zero_page + at, sizeof(value));
	return value;
}

static inline uint32_t zp_u32(const uint8_t *zero_page, uint32_t at)
{
	uint32_t value;

	memcpy(&value, zero_page + at, sizeof(value));
	return value;
}

static inline void zp_set_u64(uint8_t *zero_page, uint32_t at, uint64_t value)
{
	memcpy(zero_page + at, &value, sizeof(value));
}

static inline void zp_set_u32(uint8_t *zero_page, uint32_t at, uint32_t value)
{
	memcpy(zero_page + at, &value, sizeof(value));
}

#endif /* __ASSEMBLER__ */
#endif
