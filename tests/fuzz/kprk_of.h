/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kprk_of.h - an input as a KPRK table, with the fields right that bar the way
 * to the rest: signature, length, version, size of a record, and the sum.
 */
#ifndef FUZZ_KPRK_OF_H
#define FUZZ_KPRK_OF_H

#include "acpi.h"
#include "fuzz.h"
#include "park_abi.h"

/* To be freed; NULL if the input is too short to be one. */
static inline uint8_t *kprk_of(const uint8_t *data, size_t size)
{
	struct kprk_table *table;

	if (size < sizeof(*table))
		return NULL;
	table = malloc(size);
	must(table);
	memcpy(table, data, size);
	memcpy(table->header.signature, "KPRK", 4);
	table->header.length = (uint32_t)size;
	table->version = PARK_ABI_VERSION;
	table->record_size = sizeof(struct kprk_record);
	table->header.checksum = 0;
	table->header.checksum = (uint8_t)-acpi_sum(table, size);
	return (uint8_t *)table;
}

#endif
