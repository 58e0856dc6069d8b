/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * acpi.h - the ACPI tables kpark reads and builds.
 *
 * ACPI 6.6, section 5.2 "ACPI System Description Tables". The fields of the
 * tables are not naturally aligned, hence the packed structs.
 */
#ifndef ACPI_H
#define ACPI_H

#include <stddef.h>
#include <stdint.h>

#define ACPI_AT(type, member, offset) \
	_Static_assert(offsetof(type, member) == (offset), \
		       #type "." #member " is not at " #offset)

/* "Root System Description Pointer (RSDP)" */
struct acpi_rsdp {
	char     signature[8];		/*  0  "RSD PTR " */
	uint8_t  checksum;		/*  8  of the first 20 bytes */
	char     oem_id[6];		/*  9 */
	uint8_t  revision;		/* 15  2: the fields below exist */
	uint32_t rsdt_pa;		/* 16 */
	uint32_t length;		/* 20  of the whole structure */
	uint64_t xsdt_pa;		/* 24 */
	uint8_t  extended_checksum;	/* 32  of all bytes */
	uint8_t  reserved[3];
} __attribute__((packed));
#define ACPI_RSDP_V1_LENGTH	20
ACPI_AT(struct acpi_rsdp, xsdt_pa, 24);
_Static_assert(sizeof(struct acpi_rsdp) == 36, "RSDP is 36 bytes");

/* "System Description Table Header" */
struct acpi_header {
	char     signature[4];		/*  0 */
	uint32_t length;		/*  4  of the table with this header */
	uint8_t  revision;		/*  8 */
	uint8_t  checksum;		/*  9  makes all bytes sum to 0 */
	char     oem_id[6];		/* 10 */
	char     oem_table_id[8];	/* 16 */
	uint32_t oem_revision;		/* 24 */
	char     creator_id[4];		/* 28 */
	uint32_t creator_revision;	/* 32 */
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_header) == 36, "table header is 36 bytes");

/* "Multiple APIC Description Table (MADT)" */
struct acpi_madt {
	struct acpi_header header;
	uint32_t lapic_pa;		/* 36 */
	uint32_t flags;			/* 40 */
	uint8_t  entries[];		/* 44 */
} __attribute__((packed));
ACPI_AT(struct acpi_madt, entries, 44);

struct madt_entry {
	uint8_t type;
	uint8_t length;			/* with these two bytes */
} __attribute__((packed));

#define MADT_LAPIC		0x00
#define MADT_X2APIC		0x09
#define MADT_WAKEUP		0x10
#define MADT_CPU_ENABLED	0x00000001

/* "Processor Local APIC Structure" */
struct madt_lapic {
	struct madt_entry entry;	/* 0 */
	uint8_t  processor_uid;		/* 2 */
	uint8_t  apic_id;		/* 3 */
	uint32_t flags;			/* 4 */
} __attribute__((packed));
_Static_assert(sizeof(struct madt_lapic) == 8, "LAPIC entry is 8 bytes");

/* "Processor Local x2APIC Structure" */
struct madt_x2apic {
	struct madt_entry entry;	/*  0 */
	uint16_t reserved;		/*  2 */
	uint32_t apic_id;		/*  4 */
	uint32_t flags;			/*  8 */
	uint32_t processor_uid;		/* 12 */
} __attribute__((packed));
_Static_assert(sizeof(struct madt_x2apic) == 16, "x2APIC entry is 16 bytes");

/* "Multiprocessor Wakeup Structure"; version 1 adds the reset vector */
struct madt_wakeup {
	struct madt_entry entry;	/*  0 */
	uint16_t version;		/*  2 */
	uint32_t reserved;		/*  4 */
	uint64_t mailbox_pa;		/*  8 */
	uint64_t reset_vector_pa;	/* 16 */
} __attribute__((packed));
ACPI_AT(struct madt_wakeup, reset_vector_pa, 16);
_Static_assert(sizeof(struct madt_wakeup) == 24, "wakeup entry is 24 bytes");

/* "Fixed ACPI Description Table (FADT)": only how to reset the machine */
struct acpi_fadt {
	struct acpi_header header;
	uint8_t  skipped[76];
	uint32_t flags;			/* 112 */
	uint8_t  reset_space;		/* 116  "Generic Address Structure" */
	uint8_t  reset_bits[3];
	uint64_t reset_address;		/* 120 */
	uint8_t  reset_value;		/* 128 */
} __attribute__((packed));
#define FADT_RESET_SUPPORTED	0x00000400
#define ACPI_SPACE_MEMORY	0
#define ACPI_SPACE_IO		1
ACPI_AT(struct acpi_fadt, flags, 112);
ACPI_AT(struct acpi_fadt, reset_value, 128);

/*
 * The entries of a MADT one by one: the first for entry == NULL, NULL behind
 * the last. An entry that is shorter than its own header or reaches past the
 * table ends the walk, and `*damaged` (if not NULL) says so.
 */
static inline struct madt_entry *madt_next(struct acpi_madt *madt,
					   struct madt_entry *entry,
					   int *damaged)
{
	uint8_t *end = (uint8_t *)madt + madt->header.length;
	uint8_t *next = entry ? (uint8_t *)entry + entry->length
			      : madt->entries;
	struct madt_entry *found = (struct madt_entry *)next;

	if (next >= end)
		return NULL;
	if ((size_t)(end - next) < sizeof(*found) ||
	    found->length < sizeof(*found) || found->length > end - next) {
		if (damaged)
			*damaged = 1;
		return NULL;
	}
	return found;
}

/* Is this a CPU that the firmware enabled? Then *apic_id is its APIC ID. */
static inline int madt_cpu(const struct madt_entry *entry, uint32_t *apic_id)
{
	const struct madt_lapic *lapic = (const struct madt_lapic *)entry;
	const struct madt_x2apic *x2apic = (const struct madt_x2apic *)entry;

	if (entry->type == MADT_LAPIC && entry->length >= sizeof(*lapic)) {
		*apic_id = lapic->apic_id;
		return lapic->apic_id != 0xff &&
		       (lapic->flags & MADT_CPU_ENABLED);
	}
	if (entry->type == MADT_X2APIC && entry->length >= sizeof(*x2apic)) {
		*apic_id = x2apic->apic_id;
		return x2apic->apic_id != 0xffffffff &&
		       (x2apic->flags & MADT_CPU_ENABLED);
	}
	return 0;
}

/* The sum of a table's bytes modulo 256: 0 for an intact table. */
static inline uint8_t acpi_sum(const void *table, size_t length)
{
	const uint8_t *byte = table;
	uint8_t sum = 0;

	while (length--)
		sum = (uint8_t)(sum + *byte++);
	return sum;
}

#endif
