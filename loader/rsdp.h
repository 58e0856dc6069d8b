/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rsdp.h - the ACPI root pointer, where a user says it is.
 */
#ifndef KPARK_RSDP_H
#define KPARK_RSDP_H

#include "memmap.h"

/* Reads the value of acpi_rsdp= as Linux does, in hex. 0, or -1 if it is none. */
int rsdp_parse(const char *value, uint64_t *pa);

/*
 * Why there can be no RSDP of the firmware's at pa; NULL: there can. What may
 * not be looked at for the kernel's sake, by memory type only.
 */
const char *rsdp_objection(const char *root, const struct memmap *e820,
			   uint64_t pa);

#endif
