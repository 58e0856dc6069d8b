/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attack.h - what the next kernel does wrong before and behind its bring-up.
 * faults.c has the story of each, attack.c how it is made.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "bringup.h"

void attack_ahead_of_mwait(const struct bringup *result); /* arrivals.c */
void attack_arrive_late(void);
void attack_arrive_later(void);
void attack_arrive_latest(void);
void attack_broadcast_to_some(const struct bringup *result);
void attack_command_garbage(void);
void attack_command_nobody(void);
void attack_command_twice(void);
void attack_count_sabotage(const struct bringup *result);
void attack_each_arrival(const struct bringup *result);	/* arrivals.c */
void attack_go_on_by_init(const struct bringup *result);
void attack_hand_over_to_arrival(const struct bringup *result);
void attack_hit_all_at_once(void);
void attack_hit_by_machine_check(void);
void attack_hit_by_nmi(void);
void attack_hit_by_vector(void);
void attack_leave_warden_alone(void);
void attack_lose_victim(void);
void attack_overwrite_tests(const struct bringup *result);
void attack_poison_old_kernel(void);
void attack_stop_victim(void);
void attack_stop_warden(void);
void attack_strike_victim_dead(void);
void attack_strike_warden_dead(void);
void attack_test_nobody(void);
void attack_wake_warden_first(void);

#endif
