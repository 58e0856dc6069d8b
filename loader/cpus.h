/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpus.h - the CPUs that the firmware's MADT enables.
 */
#ifndef KPARK_CPUS_H
#define KPARK_CPUS_H

#include <stdbool.h>
#include <stdint.h>

struct cpus {
	uint32_t *apic_ids;	/* each once, in the MADT's order */
	uint32_t  count;
	uint32_t  madt_size;	/* bytes of the table they came from */
};

/*
 * From /sys/firmware/acpi/tables/APIC. 0; -1 if there is no usable MADT, and
 * *why says so (a constant text; nothing is printed: kpark can do without).
 */
int cpus_read(const char *root, struct cpus *cpus, const char **why);
void cpus_free(struct cpus *cpus);
bool cpus_has(const struct cpus *cpus, uint32_t apic_id);

#endif
