/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * forge.h - ACPI tables of our own at a jump. faults.c has the story of each,
 * forge.c how it is made.
 */
#ifndef FORGE_H
#define FORGE_H

#include "chain.h"

void forge_odd_madt(struct chain *chain);
void forge_wild_tables(struct chain *chain);

void forge_find_odd_madt(void);

#endif
