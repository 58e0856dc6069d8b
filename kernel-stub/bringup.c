// SPDX-License-Identifier: GPL-2.0-only
/*
 * bringup.c - kicks APs, meets them at the synchronization points, falls back.
 *
 * Nothing here waits for one AP while another could go on, but for the two
 * ways that are serial by their nature.
 */
#include "bringup.h"

#include <string.h>

#include "atomic.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "hotplug.h"
#include "ipi.h"
#include "parkview.h"
#include "tables.h"
#include "tscsync.h"
#include "wakeup.h"

#define SECOND_SIPI_MS	20	/* a SIPI may be missed (SDM) */

uint32_t bringup_unreachable;

/*
 * The park does not know that INIT took a CPU out of it: no order is relied on then,
 * and none given (PROTOCOL.md, 4, "INIT beside the mailbox").
 */
static bool init_beside_mailbox;

static const char *const names[WAYS] = {
	[WAY_BROADCAST]     = "broadcast",
	[WAY_MAILBOX]       = "mailbox",
	[WAY_SIPI_SERIAL]   = "sipi-serial",
	[WAY_SIPI_PARALLEL] = "sipi-parallel",
};

const char *way_name(enum way way)
{
	return names[way];
}

static bool mailbox_is_relied_on(void)
{
	return machine.mailbox && !init_beside_mailbox;
}

/* By the park's own word: a TEST is answered for who was PARKED when INIT came, too. */
static uint64_t parked_at(const struct cpu *cpu)
{
	return LOAD(park_record_of(cpu)->parked);
}

enum way way_of_one(void)
{
	return mailbox_is_relied_on() ? WAY_MAILBOX : WAY_SIPI_PARALLEL;
}

/* The firmware may have a mailbox of its own, and none knows WAY_BROADCAST there. */
static bool mailbox_is_the_parks(void)
{
	return machine.mailbox && machine.kprk &&
	       machine.kprk->region_pa + PARK_MAILBOX_AT ==
	       (uint64_t)machine.mailbox;
}

enum way way_chosen(void)
{
	char wish[24];

	cmdline_value("way", wish, sizeof(wish));
	for (enum way way = 0; way < WAYS; way++)
		if (!strcmp(wish, names[way]) &&
		    (mailbox_is_relied_on() || way >= WAY_SIPI_SERIAL))
			return way;
	if (!mailbox_is_relied_on())
		return WAY_SIPI_PARALLEL;
	return mailbox_is_the_parks() ? WAY_BROADCAST : WAY_MAILBOX;
}

/* Wake. The word first: the AP may be there before we look again. */
static void mark_kicked(struct cpu *cpu, bool via_sipi)
{
	cpu->via_sipi = via_sipi;
	__atomic_store_n(&cpu->sync, SYNC_KICKED, __ATOMIC_SEQ_CST);
}

/* Proceed: with a TSC reading that the AP's own must not be below. */
static void let_proceed(struct cpu *cpu)
{
	tscsync_seed();
	STORE(cpu->sync, SYNC_PROCEED);
}

static bool is_settled(const struct cpu *cpu)
{
	uint32_t sync = LOAD(cpu->sync);

	return sync == SYNC_ONLINE || sync == SYNC_FAILED || sync == SYNC_DEAD;
}

/* Looks at every AP that is wanted; true once all of them are settled. */
static bool look_round(void)
{
	bool settled = true;

	FOR_EACH_AP(cpu) {
		if (!cpu->wanted)
			continue;
		if (LOAD(cpu->sync) == SYNC_ALIVE)
			let_proceed(cpu);
		settled &= is_settled(cpu);
	}
	return settled;
}

static bool all_alive(void)
{
	bool alive = true;

	look_round();
	FOR_EACH_AP(cpu)
		alive &= !cpu->wanted || LOAD(cpu->sync) != SYNC_KICKED;
	return alive;
}

static void send_second_sipis(void)
{
	FOR_EACH_AP(cpu)
		if (cpu->wanted && cpu->via_sipi && sipi_may(cpu) &&
		    cpu->index != bringup_unreachable &&
		    LOAD(cpu->sync) == SYNC_KICKED)
			sipi_start(cpu);
}

/* Every AP that gave no sign of life is given up, unless it gives one now. */
static void give_up_silent(void)
{
	FOR_EACH_AP(cpu)
		if (cpu->wanted)
			CAS(&cpu->sync, SYNC_KICKED, SYNC_DEAD);
}

/* Waits for all that were kicked: sign of life, then online. */
static void meet(void)
{
	if (!WAIT_FOR(all_alive(), SECOND_SIPI_MS))
		send_second_sipis();
	if (!WAIT_FOR(all_alive(), ALIVE_MS))
		give_up_silent();
	WAIT_FOR(look_round(), ONLINE_MS);
}

static void kick_by_sipi(struct cpu *cpu)
{
	if (!sipi_may(cpu) || cpu->index == bringup_unreachable)
		return;
	init_beside_mailbox = machine.mailbox;
	sipi_init(cpu);
	delay_us(INIT_TO_SIPI_US);
	mark_kicked(cpu, true);
	sipi_start(cpu);
}

static bool kick_by_mailbox(struct cpu *cpu)
{
	mark_kicked(cpu, false);
	mailbox_send(MAILBOX_WAKEUP, cpu->apic_id);
	return mailbox_acknowledged(ACK_MS);
}

static void release_broadcast(struct bringup *result)
{
	FOR_EACH_AP(cpu)
		if (cpu->wanted)
			mark_kicked(cpu, false);
	mailbox_send(MAILBOX_WAKEUP, MAILBOX_BROADCAST);
	meet();
	result->mailbox_dead = !mailbox_acknowledged(TEST_MS);
}

/* A mailbox that fails once is not waited for again. */
static void release_mailbox(struct bringup *result)
{
	FOR_EACH_AP(cpu) {
		if (!cpu->wanted || result->mailbox_dead)
			continue;
		result->mailbox_dead = !kick_by_mailbox(cpu);
		look_round();		/* those that are there already */
	}
	meet();
}

static void release_sipi_serial(void)
{
	FOR_EACH_AP(cpu) {
		if (!cpu->wanted)
			continue;
		kick_by_sipi(cpu);
		meet();
	}
}

static void release_sipi_parallel(void)
{
	FOR_EACH_AP(cpu)
		if (cpu->wanted)
			kick_by_sipi(cpu);
	meet();
}

static void release(enum way way, struct bringup *result)
{
	if (way == WAY_BROADCAST)
		release_broadcast(result);
	else if (way == WAY_MAILBOX)
		release_mailbox(result);
	else if (way == WAY_SIPI_SERIAL)
		release_sipi_serial();
	else
		release_sipi_parallel();
}

static bool is_up(const struct cpu *cpu)
{
	return LOAD(cpu->sync) == SYNC_ONLINE;
}

/* One that failed a step said so and is at home: no second try for it. */
static uint32_t want_silent_only(void)
{
	uint32_t count = 0;

	FOR_EACH_AP(cpu) {
		cpu->wanted = cpu->wanted && !is_up(cpu) &&
			      LOAD(cpu->sync) != SYNC_FAILED;
		count += cpu->wanted;
	}
	return count;
}

/*
 * It hangs between two steps, or is slower than anybody may be: INIT stops it
 * wherever it is, and its steps are undone from outside.
 */
static void stop_by_force(struct cpu *cpu)
{
	if (sipi_may(cpu))
		sipi_init(cpu);
	delay_us(INIT_TO_SIPI_US);
	cpu->online = false;
	cpu->gate = 0;
	cpu->mm = NULL;
	cpu->step = STEP_AP;
}

static void leave_out(struct cpu *cpu, struct bringup *result)
{
	result->left_out++;
	if (LOAD(cpu->sync) > SYNC_KICKED && LOAD(cpu->sync) < SYNC_ONLINE)
		stop_by_force(cpu);
	if (LOAD(cpu->sync) == SYNC_FAILED)
		say("CPU %u (APIC %u): left out: step %s failed\n", cpu->index,
		    cpu->apic_id, hotplug_name(cpu->failed_step));
	else
		say("CPU %u (APIC %u): left out: no sign of life (sync %u)\n",
		    cpu->index, cpu->apic_id, cpu->sync);
	STORE(cpu->sync, SYNC_DEAD);
	hotplug_down(cpu, STEP_OFFLINE);
}

/* `before` marks those that were to be brought up. */
static void count(const bool *before, uint64_t released,
		  struct bringup *result)
{
	uint64_t last = released;

	FOR_EACH_AP(cpu) {
		if (!before[cpu->index])
			continue;
		if (!is_up(cpu)) {
			leave_out(cpu, result);
			continue;
		}
		result->online++;
		if (cpu->online_at > last)
			last = cpu->online_at;
	}
	result->ticks = last - released;
}

/* cpu->wanted says which. */
static void bring_up_wanted(enum way way, struct bringup *result)
{
	static bool before[CPUS_MAX];
	uint64_t released;

	memset(result, 0, sizeof(*result));
	FOR_EACH_AP(cpu) {
		if (cpu->wanted && hotplug_up(cpu, STEP_READY)) {
			say("CPU %u: left out: step %s failed\n", cpu->index,
			    hotplug_name(cpu->failed_step));
			result->left_out++;
			cpu->wanted = false;
		}
		before[cpu->index] = cpu->wanted;
		if (cpu->wanted && mailbox_is_the_parks())
			cpu->parked_before = parked_at(cpu);
	}
	released = rdtsc();
	release(way, result);
	if (result->mailbox_dead)
		mailbox_withdraw();
	if (want_silent_only() && way < WAY_SIPI_SERIAL) {
		FOR_EACH_AP(cpu)
			if (cpu->wanted)
				say("CPU %u (APIC %u): not by %s, by"
				    " INIT/SIPI\n", cpu->index, cpu->apic_id,
				    way_name(way));
		release_sipi_parallel();
		FOR_EACH_AP(cpu)
			result->fell_back += cpu->wanted && is_up(cpu);
	}
	count(before, released, result);
	FOR_EACH_AP(cpu)
		cpu->wanted = false;
}

void bringup_all(enum way way, struct bringup *result)
{
	FOR_EACH_AP(cpu)
		cpu->wanted = !cpu->online;
	bring_up_wanted(way, result);
}

bool bringup_one(struct cpu *cpu, enum way way)
{
	struct bringup result;

	cpu->wanted = true;
	bring_up_wanted(way, &result);
	return result.online == 1;
}

/* For who has to find out why: what the park says, now and after a while. */
static void explain_park(const struct cpu *cpu)
{
	uint64_t start = rdtsc();
	bool acknowledged;

	if (!machine.kprk)
		return;
	say("park: warden 0x%x, slot %u is in state %u\n",
	    LOAD(park_of_boot()->warden),
	    cpu->index, LOAD(park_slot_of(cpu)->state));
	acknowledged = mailbox_acknowledged(ACK_MS);
	say("park: TEST %s acknowledged after %lu ms more, warden 0x%x\n",
	    acknowledged ? "was" : "is not",
	    us_of_ticks(rdtsc() - start) / 1000, LOAD(park_of_boot()->warden));
}

/* And if its warden may be one that INIT took, nobody may be there to ask. */
static bool is_home(const struct cpu *cpu)
{
	if (mailbox_is_the_parks() &&
	    !WAIT_FOR(parked_at(cpu) != cpu->parked_before, TEST_MS))
		return false;
	return init_beside_mailbox || mailbox_has(cpu);
}

static bool is_gone(struct cpu *cpu)
{
	if (LOAD(cpu->sync) != SYNC_DEAD)
		return false;
	hotplug_down(cpu, STEP_OFFLINE);
	return true;
}

/*
 * Without a mailbox its word is all there is: it halts. With one, the park
 * must say that it has the CPU before anybody may call it away again. The
 * words are Linux's: by them `kpark load` knows a kernel that gives CPUs back.
 */
bool bringdown_one(struct cpu *cpu)
{
	ipi_wake(cpu, WAKE_STOP);
	if (!WAIT_FOR(is_gone(cpu), DEAD_MS)) {
		say("CPU %u: does not go offline (sync %u)\n", cpu->index,
		    cpu->sync);
		return false;
	}
	if (machine.reset_vector_pa && !is_home(cpu)) {
		say("Failed to hand over CPU %d to BIOS\n", cpu->index);
		explain_park(cpu);
		return false;
	}
	return true;
}

uint32_t bringdown_all(void)
{
	uint32_t left = 0;

	FOR_EACH_AP(cpu)
		if (cpu->online)
			ipi_wake(cpu, WAKE_STOP);
	FOR_EACH_AP(cpu)
		if (cpu->sync != SYNC_DEAD &&
		    !WAIT_FOR(is_gone(cpu), DEAD_MS)) {
			say("CPU %u: does not go offline (sync %u)\n",
			    cpu->index, cpu->sync);
			left++;
		}
	return left;
}

/* "Gone" is said before the jump; a broadcast reaches only who is there. */
bool bringdown_confirm(void)
{
	bool there = true;

	FOR_EACH_AP(cpu)
		if (cpu->sync == SYNC_DEAD)
			there &= is_home(cpu);
	return there;
}
