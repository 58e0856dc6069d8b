// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults.c - every failure, and what must come of it. Neither park nor
 * purgatory knows of them, but for the PURGATORY_FAULT_* that only it can make.
 */
#include "faults.h"

#include "attack.h"
#include "spoil.h"

struct cpu *fault_victim(void)
{
	return &cpus[cpu_count / 2];
}

struct cpu *fault_warden(void)
{
	return &cpus[cpu_count - 1];
}

const struct fault faults[] = {
	{ .name = "none", .story = "nothing is wrong",
	  .live = true, .rounds = 2, .outcome = KPRK_PUBLISHED },
	{ .name = "none-fresh", .story = "nothing is wrong, a new park",
	  .rounds = 1, .outcome = KPRK_PUBLISHED, .inits = ALL_APS },
	{ .name = "idle-spin", .story = "parked CPUs spin instead of HLT",
	  .rounds = 1, .chain_flags = CHAIN_SPIN,
	  .outcome = KPRK_PUBLISHED, .inits = ALL_APS },
	{ .name = "idle-mwait", .story = ".. or MWAIT",
	  .rounds = 1, .chain_flags = CHAIN_MWAIT,
	  .outcome = KPRK_PUBLISHED, .inits = ALL_APS },

	/* purgatory gives up */
	{ .name = "ap-silent", .story = "an AP does not answer its SIPI",
	  .spoil = spoil_ap_silent, .rounds = 1, .outcome = KPRK_AP_MISSING,
	  .names_victim = true, .inits = ANY },
	{ .name = "ap-silent-live", .story = "a parked AP does not answer",
	  .live = true, .spoil = spoil_ap_silent, .rounds = 1,
	  .outcome = KPRK_AP_MISSING, .names_victim = true, .inits = 0 },
	{ .name = "ap-late", .story = "an AP comes after purgatory gave up",
	  .spoil = spoil_ap_silent, .early = attack_arrive_late, .rounds = 1,
	  .outcome = KPRK_AP_MISSING, .names_victim = true, .inits = ANY },
	{ .name = "ap-later", .story = ".. and is past the first door",
	  .spoil = spoil_ap_silent, .early = attack_arrive_later, .rounds = 1,
	  .outcome = KPRK_AP_MISSING, .names_victim = true, .inits = ANY },
#ifdef PURGATORY_FAULT_DIES
	{ .name = "ap-dies", .story = "an AP dies between check-in and ping",
	  .spoil = spoil_ap_dies, .rounds = 1, .outcome = KPRK_AP_SILENT,
	  .names_victim = true, .inits = ALL_APS },
	{ .name = "ap-dies-live", .story = ".. or, parked already, after its ping",
	  .live = true, .spoil = spoil_ap_dies, .rounds = 1,
	  .outcome = KPRK_AP_SILENT, .names_victim = true, .inits = 0 },
#endif
	{ .name = "ap-broken", .story = "a parked AP's stack is overwritten",
	  .live = true, .spoil_parked = spoil_break_stack,
	  .needs_three = true, .rounds = 1,
	  .outcome = KPRK_PUBLISHED, .inits = 1 },
	{ .name = "ap-astray", .story = "a parked AP jumps to what is no code",
	  .live = true, .spoil_parked = spoil_lead_astray,
	  .needs_three = true, .rounds = 2,
	  .outcome = KPRK_PUBLISHED, .inits = 1 },
	{ .name = "flip", .story = "a bit of what is loaded flips",
	  .spoil = spoil_flip, .resets = true, .rounds = 1 },
	{ .name = "mailbox-unwanted", .story = "the kernel is not to have it",
	  .spoil = spoil_mailbox_unwanted, .rounds = 1,
	  .outcome = KPRK_NOT_WANTED, .inits = ALL_APS },
	{ .name = "no-acpi-room", .story = "the ACPI copies do not fit",
	  .rounds = 1, .chain_flags = CHAIN_NO_ACPI_ROOM, .outcome = 0 },
	{ .name = "wild-tables", .story = "ACPI tables that lie nowhere",
	  .spoil = spoil_wild_tables, .rounds = 1,
	  .outcome = KPRK_PUBLISHED, .inits = ALL_APS },
	{ .name = "slot-damaged", .story = "a slot bears a wrong APIC ID",
	  .live = true, .spoil_parked = spoil_damage_slot, .rounds = 1,
	  .outcome = KPRK_UNKNOWN_CPU, .names_victim = true, .inits = ANY },
	{ .name = "region-damaged", .story = "the park's header is damaged",
	  .live = true, .spoil_parked = spoil_damage_header, .rounds = 1,
	  .outcome = 0 },

	/* old kernels */
	{ .name = "one-stays", .story = "an AP does not go home",
	  .live = true, .spoil = spoil_one_stays, .rounds = 2,
	  .outcome = KPRK_PUBLISHED, .inits = 1 },
	{ .name = "all-stay", .story = "no AP goes home",
	  .live = true, .spoil = spoil_all_stay, .rounds = 2,
	  .outcome = KPRK_PUBLISHED, .inits = ALL_APS },
	{ .name = "saboteur", .story = "an AP stays and fires NMIs at others",
	  .live = true, .spoil = spoil_one_sabotages,
	  .late = attack_count_sabotage,
	  .needs_three = true, .rounds = 2, .outcome = KPRK_PUBLISHED,
	  .inits = ANY },
	{ .name = "dirty-return", .story = "APs come home in a dirty state",
	  .live = true, .spoil = spoil_all_leave_dirty, .rounds = 2,
	  .outcome = KPRK_PUBLISHED },
	{ .name = "nmi-return", .story = "APs come home from inside an NMI",
	  .live = true, .spoil = spoil_crash_by_nmi, .early = attack_hit_by_nmi,
	  .rounds = 2, .outcome = KPRK_PUBLISHED },
	{ .name = "plain-kexec", .story = "a jump with no purgatory",
	  .live = true, .plain = true, .rounds = 1,
	  .outcome = KPRK_PUBLISHED, .inits = ANY },
	{ .name = "plain-crash", .story = ".. with all APs left behind",
	  .live = true, .plain = true, .spoil = spoil_all_stay, .rounds = 1,
	  .outcome = KPRK_PUBLISHED, .inits = ANY },
	{ .name = "other-cpu", .story = "the jump is not on the boot CPU",
	  .live = true, .spoil = spoil_jump_elsewhere, .rounds = 1,
	  .outcome = KPRK_NOT_ON_BSP, .left_out = 1, .max_ms = SLOW_MS },

	/* parked CPUs */
	{ .name = "poison", .story = "the old kernel's memory is overwritten",
	  .live = true, .early = attack_poison_old_kernel, .rounds = 2,
	  .outcome = KPRK_PUBLISHED, .max_ms = SLOW_MS },
	{ .name = "nmi", .story = "NMIs at parked CPUs",
	  .live = true, .early = attack_hit_by_nmi, .rounds = 2,
	  .outcome = KPRK_PUBLISHED },
	{ .name = "stray", .story = "stray vectors at parked CPUs",
	  .live = true, .early = attack_hit_by_vector, .rounds = 2,
	  .outcome = KPRK_PUBLISHED },
	{ .name = "shorthand", .story = "an all-but-self interrupt",
	  .live = true, .early = attack_hit_all_at_once, .rounds = 2,
	  .outcome = KPRK_PUBLISHED },
	{ .name = "machine-check", .story = "a machine check while parked",
	  .live = true, .early = attack_hit_by_machine_check, .rounds = 1,
	  .outcome = KPRK_PUBLISHED, .max_ms = SLOW_MS },

	/* release */
	{ .name = "dead-on-wake", .story = "a parked AP does not wake up",
	  .live = true, .early = attack_stop_victim, .needs_three = true,
	  .rounds = 2, .outcome = KPRK_PUBLISHED, .fell_back = 1,
	  .min_ms = 1000, .max_ms = SLOW_MS },
	{ .name = "lost", .story = ".. nor does it take INIT/SIPI",
	  .live = true, .early = attack_lose_victim, .needs_three = true,
	  .rounds = 1, .outcome = KPRK_PUBLISHED, .left_out = 1,
	  .min_ms = 1000, .max_ms = SLOW_MS },
	{ .name = "warden-dead", .story = "nobody looks at the mailbox",
	  .live = true, .early = attack_stop_warden, .rounds = 2,
	  .outcome = KPRK_PUBLISHED, .fell_back = ALL_APS, .min_ms = 1000,
	  .max_ms = SLOW_MS },
	{ .name = "warden-alone", .story = "no successor for the warden",
	  .live = true, .early = attack_leave_warden_alone, .needs_three = true,
	  .rounds = 1, .outcome = KPRK_PUBLISHED, .fell_back = ANY,
	  .max_ms = SLOW_MS },
	{ .name = "warden-first", .story = "the warden is woken first",
	  .live = true, .early = attack_wake_warden_first, .needs_three = true,
	  .rounds = 2, .outcome = KPRK_PUBLISHED },
	{ .name = "wrong-id", .story = "WAKEUP for an APIC ID of nobody",
	  .live = true, .early = attack_command_nobody, .rounds = 2,
	  .outcome = KPRK_PUBLISHED, .max_ms = SLOW_MS },
	{ .name = "absent", .story = "WAKEUP for a CPU that is online",
	  .live = true, .early = attack_command_twice, .needs_three = true,
	  .rounds = 1, .outcome = KPRK_PUBLISHED, .max_ms = SLOW_MS },
	{ .name = "garbage", .story = "a command that there is not",
	  .live = true, .early = attack_command_garbage, .rounds = 2,
	  .outcome = KPRK_PUBLISHED },
	{ .name = "test-overwritten", .story = "WAKEUP over a pending TEST",
	  .live = true, .early = attack_test_nobody,
	  .late = attack_overwrite_tests,
	  .needs_three = true, .rounds = 2, .outcome = KPRK_PUBLISHED },
	{ .name = "hand-over", .story = "the warden leaves as one arrives",
	  .live = true, .late = attack_hand_over_to_arrival,
	  .needs_three = true,
	  .rounds = 2, .outcome = KPRK_PUBLISHED },
	{ .name = "broadcast-some", .story = "a broadcast to some CPUs only",
	  .live = true, .late = attack_broadcast_to_some, .rounds = 1,
	  .outcome = KPRK_PUBLISHED },
};
const uint32_t fault_count = sizeof(faults) / sizeof(*faults);
