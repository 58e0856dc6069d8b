// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpus.c - the CPUs that the firmware's MADT enables.
 */
#include "cpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acpi.h"
#include "file.h"

bool cpus_has(const struct cpus *cpus, uint32_t apic_id)
{
	for (uint32_t i = 0; i < cpus->count; i++)
		if (cpus->apic_ids[i] == apic_id)
			return true;
	return false;
}

static bool is_madt(const struct file *file)
{
	const struct acpi_madt *madt = (const struct acpi_madt *)file->data;

	return file->size >= sizeof(*madt) &&
	       !memcmp(madt->header.signature, "APIC", 4) &&
	       madt->header.length >= sizeof(*madt) &&
	       madt->header.length <= file->size &&
	       !acpi_sum(madt, madt->header.length);
}

static int list(struct acpi_madt *madt, struct cpus *cpus, const char **why)
{
	struct madt_entry *entry = NULL;
	uint32_t apic_id;
	int damaged = 0;

	/* No entry of a CPU is shorter than this. */
	cpus->apic_ids = calloc(madt->header.length / sizeof(struct madt_lapic),
				sizeof(*cpus->apic_ids));
	if (!cpus->apic_ids) {
		*why = "no memory";
		return -1;
	}
	cpus->madt_size = madt->header.length;
	while ((entry = madt_next(madt, entry, &damaged)))
		if (madt_cpu(entry, &apic_id) && !cpus_has(cpus, apic_id))
			cpus->apic_ids[cpus->count++] = apic_id;
	if (damaged)
		*why = "the firmware's MADT is damaged";
	else if (!cpus->count)
		*why = "the firmware's MADT enables no CPU";
	else
		return 0;
	cpus_free(cpus);
	return -1;
}

int cpus_read(const char *root, struct cpus *cpus, const char **why)
{
	char path[256];
	struct file file;
	int ret;

	memset(cpus, 0, sizeof(*cpus));
	snprintf(path, sizeof(path), "%s/sys/firmware/acpi/tables/APIC", root);
	if (file_read(path, &file)) {
		*why = "the firmware has no MADT";
		return -1;
	}
	if (is_madt(&file)) {
		ret = list((struct acpi_madt *)file.data, cpus, why);
	} else {
		*why = "the firmware's MADT is damaged";
		ret = -1;
	}
	file_free(&file);
	return ret;
}

void cpus_free(struct cpus *cpus)
{
	if (!cpus)
		return;
	free(cpus->apic_ids);
	memset(cpus, 0, sizeof(*cpus));
}
