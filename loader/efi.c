// SPDX-License-Identifier: GPL-2.0-only
/*
 * efi.c - the EFI firmware below the running kernel, from its zero page and
 * /sys/firmware/efi.
 *
 * The firmware can be given virtual addresses only once, by the first kernel.
 * Later ones map its runtime services where that one did: so they get the map
 * of the running kernel, and not the firmware's. The pointers in the system
 * table are virtual from then on, hence the physical ones in SETUP_EFI.
 */
#include "efi.h"

#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bootparams.h"
#include "file.h"

#define PATH_SIZE	256
#define PAGE_SHIFT	12
#define PAGE_MASK	0xfffULL
#define MAP_MAX		4096		/* entries; machines have some ten */
#define PA_MAX		(1ULL << 52)	/* what x86 has of physical memory */

static int number(const char *root, const char *name, uint64_t *value)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/sys/firmware/efi/%s", root, name);
	return file_number(path, 0, value);
}

/* "NAME=0x..." on a line of its own in systab; 0 if it is not there. */
static uint64_t systab_entry(const char *systab, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = systab; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && line[length] == '=')
			return strtoull(line + length + 1, NULL, 16);
	}
	return 0;
}

static void read_systab(const char *root, struct efi *efi)
{
	char path[PATH_SIZE];
	struct file systab;

	snprintf(path, sizeof(path), "%s/sys/firmware/efi/systab", root);
	if (file_read(path, &systab))
		return;
	efi->rsdp_pa = systab_entry((char *)systab.data, "ACPI20");
	if (!efi->rsdp_pa)
		efi->rsdp_pa = systab_entry((char *)systab.data, "ACPI");
	efi->setup.smbios_pa = systab_entry((char *)systab.data, "SMBIOS");
	file_free(&systab);
}

/*
 * In a kernel that came by kexec `runtime` is virtual: then it is left out.
 * Only old kernels read it, and those find their way without.
 */
static bool read_setup(const char *root, struct efi_setup *setup)
{
	if (number(root, "fw_vendor", &setup->fw_vendor_pa) ||
	    number(root, "config_table", &setup->config_table_pa))
		return false;
	if (number(root, "runtime", &setup->runtime_pa) ||
	    setup->runtime_pa >= PA_MAX)
		setup->runtime_pa = 0;
	return setup->fw_vendor_pa < PA_MAX &&
	       setup->config_table_pa < PA_MAX && setup->config_table_pa &&
	       setup->smbios_pa < PA_MAX;
}

static bool is_sound(const struct efi_memory *memory)
{
	uint64_t size = memory->pages << PAGE_SHIFT;

	return memory->pages && memory->pages < PA_MAX >> PAGE_SHIFT &&
	       !(memory->pa & PAGE_MASK) && !(memory->va & PAGE_MASK) &&
	       memory->pa < PA_MAX && size <= PA_MAX - memory->pa &&
	       memory->va <= UINT64_MAX - (size - 1);
}

/* 1: there is such an entry; 0: no; -1: it makes no sense. */
static int read_entry(const char *root, unsigned int i,
		      struct efi_memory *memory)
{
	static const char *const names[] = {
		"type", "phys_addr", "virt_addr", "num_pages", "attribute",
	};
	uint64_t values[sizeof(names) / sizeof(names[0])];
	char name[64];

	for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++) {
		snprintf(name, sizeof(name), "runtime-map/%u/%s", i, names[j]);
		if (number(root, name, &values[j]))
			return j ? -1 : 0;
	}
	*memory = (struct efi_memory){
		.type = (uint32_t)values[0], .pa = values[1],
		.va = values[2], .pages = values[3], .attribute = values[4],
	};
	return values[0] <= UINT32_MAX && is_sound(memory) ? 1 : -1;
}

static int read_map(const char *root, struct efi *efi)
{
	int found;

	efi->map = calloc(MAP_MAX, sizeof(*efi->map));
	if (!efi->map) {
		warn("load: the EFI memory map");
		return -1;
	}
	while ((found = efi->count < MAP_MAX ?
		read_entry(root, (unsigned int)efi->count,
			   &efi->map[efi->count]) : -1) > 0)
		efi->count++;
	if (found < 0)
		efi->why_not = "/sys/firmware/efi/runtime-map makes no sense";
	else if (!efi->count)
		efi->why_not = "the running kernel does not use them";
	return 0;
}

int efi_read(const char *root, const uint8_t *running, struct efi *efi)
{
	struct efi_info info;

	memset(efi, 0, sizeof(*efi));
	memcpy(&info, running + ZP_EFI_INFO, sizeof(info));
	if (info.signature != EFI_SIGNATURE_64 &&
	    info.signature != EFI_SIGNATURE_32)
		return 0;
	read_systab(root, efi);
	efi->systab_pa = info.systab | (uint64_t)info.systab_hi << 32;
	if (info.signature == EFI_SIGNATURE_32)
		efi->why_not = "the firmware is 32-bit";
	else if (read_map(root, efi))
		return -1;
	if (!efi->why_not && !read_setup(root, &efi->setup))
		efi->why_not = "/sys/firmware/efi is not as expected";
	if (efi->why_not) {
		free(efi->map);
		efi->map = NULL;
		efi->count = 0;
	}
	return 0;
}

int efi_keep(const struct efi *efi, struct memmap *free)
{
	for (size_t i = 0; i < efi->count; i++) {
		uint64_t pa = efi->map[i].pa;

		if (memmap_set(free, pa, pa + (efi->map[i].pages << PAGE_SHIFT),
			       E820_RESERVED))
			return -1;
	}
	return 0;
}

const char *efi_objection(const struct efi *efi, uint16_t xloadflags)
{
	if (efi->why_not || !efi->map || (xloadflags & XLF_EFI_KEXEC))
		return efi->why_not;
	return "the kernel does not say that it can take them over";
}

void efi_describe(const struct efi *efi, uint64_t map_pa,
		  struct efi_info *info)
{
	*info = (struct efi_info){
		.signature = EFI_SIGNATURE_64,
		.systab = (uint32_t)efi->systab_pa,
		.systab_hi = (uint32_t)(efi->systab_pa >> 32),
		.memdesc_size = sizeof(struct efi_memory),
		.memdesc_version = EFI_MEMORY_VERSION,
		.memmap = (uint32_t)map_pa,
		.memmap_hi = (uint32_t)(map_pa >> 32),
		.memmap_size = (uint32_t)(efi->count *
					  sizeof(struct efi_memory)),
	};
}

void efi_free(struct efi *efi)
{
	if (!efi)
		return;
	free(efi->map);
	memset(efi, 0, sizeof(*efi));
}
