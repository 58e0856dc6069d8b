// SPDX-License-Identifier: GPL-2.0-only
/*
 * madt.c - any bytes as the firmware's MADT: as they are, and with signature,
 * length and checksum made right, so that the entries are reached.
 */
#include "../fuzz.h"

#include "acpi.h"
#include "cpus.h"

static void read_cpus(const uint8_t *data, size_t size)
{
	struct cpus cpus;
	const char *why = NULL;

	files_are(data, size);
	if (cpus_read("", &cpus, &why) < 0) {
		must(why && !cpus.apic_ids);
		return;
	}
	must(cpus.count > 0 && cpus.madt_size <= size);
	must(cpus.count <= cpus.madt_size / sizeof(struct madt_lapic));
	for (uint32_t i = 1; i < cpus.count; i++)
		must(cpus.apic_ids[i] != cpus.apic_ids[i - 1]);
	cpus_free(&cpus);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acpi_header *header;
	uint8_t *made;

	read_cpus(data, size);
	if (size < sizeof(struct acpi_madt))
		return 0;
	made = malloc(size);
	must(made);
	memcpy(made, data, size);
	header = (struct acpi_header *)made;
	memcpy(header->signature, "APIC", 4);
	header->length = (uint32_t)size;
	header->checksum = 0;
	header->checksum = (uint8_t)-acpi_sum(made, size);
	read_cpus(made, size);
	free(made);
	return 0;
}
