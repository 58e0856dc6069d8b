/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * efi.h - the EFI firmware below the running kernel: what a kernel that comes
 * by kexec has to be told to go on using its runtime services.
 */
#ifndef KPARK_EFI_H
#define KPARK_EFI_H

#include <stddef.h>
#include <stdint.h>

#include "memmap.h"

/* UEFI Specification, "EFI_BOOT_SERVICES.GetMemoryMap()", descriptor */
struct efi_memory {
	uint32_t type;
	uint32_t reserved;
	uint64_t pa;
	uint64_t va;		/* fixed once, by the first kernel */
	uint64_t pages;		/* of 4 KiB */
	uint64_t attribute;
};
_Static_assert(sizeof(struct efi_memory) == 40, "an EFI memory descriptor");

#define EFI_MEMORY_VERSION	1

/* struct efi_setup_data of Linux, the node SETUP_EFI; addresses physical */
struct efi_setup {
	uint64_t fw_vendor_pa;
	uint64_t runtime_pa;
	uint64_t config_table_pa;
	uint64_t smbios_pa;
	uint64_t reserved[8];
};

/* struct efi_info of Linux, in the zero page */
struct efi_info {
	uint32_t signature;
	uint32_t systab;
	uint32_t memdesc_size;
	uint32_t memdesc_version;
	uint32_t memmap;
	uint32_t memmap_size;
	uint32_t systab_hi;
	uint32_t memmap_hi;
};
_Static_assert(sizeof(struct efi_info) == 32, "efi_info");

#define EFI_SIGNATURE_64	0x34364c45	/* "EL64" */
#define EFI_SIGNATURE_32	0x32334c45	/* "EL32" */

/* Starts zeroed; efi_free accepts that. */
struct efi {
	uint64_t rsdp_pa;		/* 0: the firmware names none */
	uint64_t systab_pa;
	struct efi_setup   setup;
	struct efi_memory *map;		/* NULL: no runtime services */
	size_t             count;
	const char        *why_not;	/* NULL: there are, or no EFI at all */
};

/*
 * `running` is the running kernel's zero page. An EFI that cannot be handed
 * on is none, and why_not says so. 0, or -1 after one line on stderr.
 */
int efi_read(const char *root, const uint8_t *running, struct efi *efi);

/*
 * Takes what the map holds out of `free`: some of it is RAM that kernels keep
 * for the firmware without saying so elsewhere. 0, or -1 without memory.
 */
int efi_keep(const struct efi *efi, struct memmap *free);

/*
 * Why the runtime services cannot go on to an image with these xloadflags;
 * NULL: they can, or there are none.
 */
const char *efi_objection(const struct efi *efi, uint16_t xloadflags);

/* The zero page's part, for a map (count entries) that lies at map_pa. */
void efi_describe(const struct efi *efi, uint64_t map_pa,
		  struct efi_info *info);
void efi_free(struct efi *efi);

#endif
