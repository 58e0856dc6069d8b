/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tables.h - what the ACPI tables say of this machine's CPUs.
 *
 * ACPI 6.6, section 5.2. Nothing in them is trusted: each thing that is wrong
 * costs one line, and no more CPUs than it must.
 */
#ifndef TABLES_H
#define TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "park_abi.h"
#include "percpu.h"

struct machine {
	uint64_t rsdp_pa;		/* 0: none */
	uint32_t cpus;			/* enabled ones, each once */
	uint32_t apic_ids[CPUS_MAX];	/* in the order of the MADT */
	struct acpi_madt *madt;		/* NULL: none */
	uint32_t madt_size;		/* bytes */
	struct park_mailbox *mailbox;	/* NULL: not offered */
	uint64_t reset_vector_pa;	/* 0: CPUs cannot be handed back */
	struct kprk_table *kprk;	/* NULL: not started by kpark */
	uint32_t complaints;		/* lines printed */
};

/* This machine, as tables_read found it at boot. */
extern struct machine machine;

/* The RSDP of boot_params, else the one in the BIOS area; 0 if none. */
uint64_t tables_find_rsdp(const uint8_t *boot_params);

/* Fills `found` from the tables at rsdp_pa (0: none). */
void tables_read(uint64_t rsdp_pa, struct machine *found);

#endif
