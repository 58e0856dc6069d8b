/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spoil.h - what an old kernel does wrong before it jumps. faults.c has the
 * story of each, spoil.c how it is made.
 */
#ifndef SPOIL_H
#define SPOIL_H

#include "chain.h"

void spoil_all_leave_dirty(struct chain *chain);
void spoil_all_leave_by_read_only_map(struct chain *chain);
void spoil_all_stay(struct chain *chain);
void spoil_ap_dies(struct chain *chain);
void spoil_ap_silent(struct chain *chain);
void spoil_break_stack(struct chain *chain);
void spoil_lead_astray(struct chain *chain);
void spoil_crash_by_nmi(struct chain *chain);
void spoil_damage_header(struct chain *chain);
void spoil_damage_slot(struct chain *chain);
void spoil_flip(struct chain *chain);
void spoil_jump_elsewhere(struct chain *chain);
void spoil_mailbox_unwanted(struct chain *chain);
void spoil_one_sabotages(struct chain *chain);
void spoil_one_stays(struct chain *chain);
void spoil_region_elsewhere(struct chain *chain);
void spoil_region_signature(struct chain *chain);
void spoil_region_version(struct chain *chain);

#endif
