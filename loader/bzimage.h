/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bzimage.h - the setup header of a bzImage: its layout by name, and the
 * part of it a loader that starts the ELF inside has to know.
 *
 * Spec: Documentation/arch/x86/boot.rst, "The Linux/x86 Boot Protocol".
 * Offsets count from the start of the file. struct boot_params has the same
 * header at the same offsets (arch/x86/zero-page.rst), so the names serve
 * both; bytes of the header are little-endian and not all aligned.
 */
#ifndef KPARK_BZIMAGE_H
#define KPARK_BZIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "Details of Header Fields", each name as there, in order of offset. */
#define HDR_SETUP_SECTS			0x1f1	/* u8, 0 means 4 */
#define HDR_ROOT_FLAGS			0x1f2	/* u16 */
#define HDR_SYSSIZE			0x1f4	/* u32, units of 16 bytes */
#define HDR_RAM_SIZE			0x1f8	/* u16, obsolete */
#define HDR_VID_MODE			0x1fa	/* u16 */
#define HDR_ROOT_DEV			0x1fc	/* u16 */
#define HDR_BOOT_FLAG			0x1fe	/* u16 */
#define HDR_JUMP			0x200	/* u16, a short jump */
#define HDR_HEADER			0x202	/* u32 */
#define HDR_VERSION			0x206	/* u16, major.minor */
#define HDR_REALMODE_SWTCH		0x208	/* u32 */
#define HDR_START_SYS_SEG		0x20c	/* u16, obsolete */
#define HDR_KERNEL_VERSION		0x20e	/* u16, from 0x200 on */
#define HDR_TYPE_OF_LOADER		0x210	/* u8 */
#define HDR_LOADFLAGS			0x211	/* u8 */
#define HDR_SETUP_MOVE_SIZE		0x212	/* u16 */
#define HDR_CODE32_START		0x214	/* u32 */
#define HDR_RAMDISK_IMAGE		0x218	/* u32 */
#define HDR_RAMDISK_SIZE		0x21c	/* u32 */
#define HDR_BOOTSECT_KLUDGE		0x220	/* u32, obsolete */
#define HDR_HEAP_END_PTR		0x224	/* u16 */
#define HDR_EXT_LOADER_VER		0x226	/* u8 */
#define HDR_EXT_LOADER_TYPE		0x227	/* u8 */
#define HDR_CMD_LINE_PTR		0x228	/* u32 */
#define HDR_INITRD_ADDR_MAX		0x22c	/* u32, last legal address */
#define HDR_KERNEL_ALIGNMENT		0x230	/* u32 */
#define HDR_RELOCATABLE_KERNEL		0x234	/* u8 */
#define HDR_MIN_ALIGNMENT		0x235	/* u8, power of two */
#define HDR_XLOADFLAGS			0x236	/* u16 */
#define HDR_CMDLINE_SIZE		0x238	/* u32, without the NUL */
#define HDR_HARDWARE_SUBARCH		0x23c	/* u32 */
#define HDR_HARDWARE_SUBARCH_DATA	0x240	/* u64 */
#define HDR_PAYLOAD_OFFSET		0x248	/* u32, from the 32-bit code */
#define HDR_PAYLOAD_LENGTH		0x24c	/* u32 */
#define HDR_SETUP_DATA			0x250	/* u64 */
#define HDR_PREF_ADDRESS		0x258	/* u64 */
#define HDR_INIT_SIZE			0x260	/* u32 */
#define HDR_HANDOVER_OFFSET		0x264	/* u32 */
#define HDR_KERNEL_INFO_OFFSET		0x268	/* u32 */

#define HDR_START			HDR_SETUP_SECTS
/* zero-page.rst: the next field after the header, so its latest end. */
#define HDR_END_MAX			0x290
/* A header ends here, plus the byte at HDR_JUMP + 1 (the jump's distance). */
#define HDR_END_BASE			0x202

#define HDR_BOOT_FLAG_MAGIC		0xaa55
#define HDR_HEADER_MAGIC		0x53726448	/* "HdrS" */
#define HDR_VERSION_XLOADFLAGS		0x020c	/* 2.12 has xloadflags */

/* loadflags */
#define HDR_LOADED_HIGH			0x01
#define HDR_KASLR_FLAG			0x02
#define HDR_QUIET_FLAG			0x20
#define HDR_KEEP_SEGMENTS		0x40
#define HDR_CAN_USE_HEAP		0x80

/* xloadflags; the last two are named in uapi/asm/bootparam.h only */
#define XLF_KERNEL_64			0x01
#define XLF_CAN_BE_LOADED_ABOVE_4G	0x02
#define XLF_EFI_HANDOVER_32		0x04
#define XLF_EFI_HANDOVER_64		0x08
#define XLF_EFI_KEXEC			0x10
#define XLF_5LEVEL			0x20	/* entry survives LA57 */
#define XLF_5LEVEL_ENABLED		0x40	/* kernel itself runs in it */

struct bzimage {
	const uint8_t *header;		/* from HDR_START on, in the file */
	size_t header_len;		/* bytes, at most HDR_END_MAX - start */
	const uint8_t *payload;		/* in the file, as it was compressed */
	size_t payload_len;		/* with the size at its end; 0: none */
	const uint8_t *code;		/* all behind the setup sectors */
	size_t code_len;		/* bytes, to the file's end */
	const char *version;		/* in the file; NULL if none */
};

/* Has the file the boot sector signature? It is then for bzimage_parse. */
bool bzimage_is(const uint8_t *file, size_t len);

/* The 64-bit entry, from the start of the 32-bit code. */
#define HDR_ENTRY_64			0x200

/*
 * Finds the parts of a bzImage with a 64-bit entry (protocol 2.12 or later).
 * All pointers in bz point into file, which stays the caller's. Returns 0,
 * or -1 after one line on stderr that names path.
 */
int bzimage_parse(const char *path, const uint8_t *file, size_t len,
		  struct bzimage *bz);

#endif
