// SPDX-License-Identifier: GPL-2.0-only
/*
 * attack.c - what the next kernel can do wrong, or suffer: to CPUs that are
 * parked, and with the mailbox. Boot CPU; `early` before its bring-up, `late`
 * (with a result) behind it.
 */
#include "attack.h"

#include <string.h>

#include "atomic.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "digest.h"
#include "faults.h"
#include "ipi.h"
#include "lapic.h"
#include "memory.h"
#include "parkview.h"
#include "tables.h"
#include "traps.h"
#include "wakeup.h"

#define REPEAT		20
#define LATE_WATCH_US	100000	/* for a CPU to go where it should not */

/* SDM "Interrupt Command Register (ICR)" */
#define ICR_ALL_BUT_SELF	0x000c0000

/* SDM "IA32_MCG_STATUS MSR": a machine check is in progress */
#define MCG_MCIP		0x4

/* What purgatory's SIPI page holds at +0x100: 1 = stay where you are. */
#define SIPI_PAGE_CLOSED	0x100

extern const uint8_t kernel_start[], file_end[];

/* What of this kernel's own never changes: stub.lds. */
static void take_digest(uint8_t out[DIGEST_SIZE])
{
	digest(KPRK_VERIFY_XXH3, DIGEST_BY_WORDS, kernel_start,
	       (size_t)(file_end - kernel_start), out);
}

/* Sends the victim where purgatory would have sent it. */
static void arrive(void)
{
	sipi_init(fault_victim());
	delay_us(INIT_TO_SIPI_US);
	lapic_send(fault_victim()->apic_id, ICR_STARTUP | ICR_ASSERT |
		   machine.kprk->low_page_pa >> 12);
	delay_us(LATE_WATCH_US);
}

/*
 * .. with late=MS, when this kernel has had its memory to itself for so long:
 * the victim is to touch none of it, be it free or this image.
 */
static void arrive_late(void)
{
	uint64_t late_ms = cmdline_number("late", 0), bytes, changed;
	uint8_t before[DIGEST_SIZE], after[DIGEST_SIZE];

	if (!late_ms) {
		arrive();
		return;
	}
	bytes = memory_poison(POISON);
	take_digest(before);
	delay_us(1000 * late_ms);
	arrive();
	take_digest(after);
	changed = memory_changed(POISON);
	check(bytes > 1 << 20 && !changed &&
	      !memcmp(before, after, sizeof(before)),
	      "CPU %u came %lu ms late, and touched none of %lu KiB, nor this"
	      " kernel (0x%lx)", fault_victim()->index, late_ms, bytes >> 10,
	      changed);
}

static void check_arrivals(uint32_t state, uint32_t arrivals,
			   const char *where)
{
	const struct cpu *victim = fault_victim();

	check(LOAD(park_slot_of(victim)->state) == state &&
	      park_record_of(victim)->arrivals == arrivals,
	      "CPU %u stays %s (state %u, arrivals %u)", victim->index, where,
	      park_slot_of(victim)->state, park_record_of(victim)->arrivals);
}

static uint32_t *sipi_page_closed(void)
{
	return (uint32_t *)((uint64_t)machine.kprk->low_page_pa +
			    SIPI_PAGE_CLOSED);
}

/* Purgatory closes the SIPI page, if it sent anybody there, and the park. */
static void check_doors(void)
{
	bool sent = machine.kprk->sipis_sent;

	check(LOAD(*sipi_page_closed()) == sent &&
	      LOAD(park_of_boot()->closed) == 1,
	      "purgatory has closed the doors: %u, %u", *sipi_page_closed(),
	      park_of_boot()->closed);
}

/* At the first door: it must hold by itself, so the second is open. */
void attack_arrive_late(void)
{
	check_doors();
	if (LOAD(*sipi_page_closed()))
		STORE(park_of_boot()->closed, 0);
	arrive_late();
	check_arrivals(PARK_EMPTY, 0, "outside");
}

/* Past the first door already when it was closed: there is a second. */
void attack_arrive_later(void)
{
	STORE(*sipi_page_closed(), 0);
	arrive_late();
	check_arrivals(PARK_EMPTY, 0, "at the second door");
}

/* Past both, and then it took its time: it parks, and nobody asked for it. */
void attack_arrive_latest(void)
{
	STORE(*sipi_page_closed(), 0);
	STORE(park_of_boot()->closed, 0);
	arrive_late();
	check_arrivals(PARK_PARKED, 1, "in the park");
}

void attack_stop_victim(void)
{
	sipi_init(fault_victim());
	delay_us(INIT_TO_SIPI_US);
}

void attack_lose_victim(void)
{
	attack_stop_victim();
	bringup_unreachable = fault_victim()->index;
}

void attack_stop_warden(void)
{
	sipi_init(fault_warden());
	delay_us(INIT_TO_SIPI_US);
}

static bool is_parked_warden(const struct cpu *cpu)
{
	const struct park_slot *slot = park_slot_of(cpu);

	return LOAD(slot->state) == PARK_PARKED &&
	       LOAD(park_of_boot()->warden) == cpu->apic_id;
}

/* Nobody is left to take the office: the warden answers, and stays. */
void attack_leave_warden_alone(void)
{
	uint64_t start = rdtsc(), ms;
	bool stays;

	FOR_EACH_AP(cpu)
		if (cpu != fault_warden())
			sipi_init(cpu);
	delay_us(INIT_TO_SIPI_US);
	mailbox_send(MAILBOX_WAKEUP, fault_warden()->apic_id);
	mailbox_acknowledged(SLOW_MS);
	stays = WAIT_FOR(is_parked_warden(fault_warden()), SLOW_MS);
	ms = us_of_ticks(rdtsc() - start) / 1000;
	check(!LOAD(machine.mailbox->command) && stays,
	      "without a successor the warden acknowledged, and stays (%lu ms)",
	      ms);
}

static uint32_t count_of(const struct cpu *cpu, uint32_t interrupt)
{
	const struct park_slot *slot = park_slot_of(cpu);

	return interrupt == ICR_NMI ? LOAD(slot->nmi_count)
				    : LOAD(slot->stray_count);
}

static void hit_each(uint32_t interrupt, uint32_t times, const char *what)
{
	uint32_t wrong = 0;

	FOR_EACH_AP(cpu) {
		uint32_t before = count_of(cpu, interrupt);

		for (uint32_t i = 1; i <= times; i++) {
			lapic_send(cpu->apic_id, ICR_ASSERT | interrupt);
			if (!WAIT_FOR(count_of(cpu, interrupt) == before + i,
				      COUNT_MS))
				wrong++;
		}
	}
	check(!wrong, "%u %s at each parked CPU: all counted (%u not)", times,
	      what, wrong);
}

void attack_hit_by_nmi(void)
{
	hit_each(ICR_NMI, 3, "NMIs");
}

void attack_hit_by_vector(void)
{
	hit_each(ICR_FIXED | VECTOR_FIRST_FREE, 2, "stray vectors");
	hit_each(ICR_FIXED | WAKE_VECTOR, 2, "wake-ups of ours");
}

void attack_hit_all_at_once(void)
{
	uint32_t wrong = 0;
	static uint32_t before[CPUS_MAX];

	FOR_EACH_AP(cpu)
		before[cpu->index] = count_of(cpu, ICR_FIXED);
	lapic_send(0, ICR_ALL_BUT_SELF | ICR_ASSERT | ICR_FIXED | WAKE_VECTOR);
	FOR_EACH_AP(cpu)
		wrong += !WAIT_FOR(count_of(cpu, ICR_FIXED) ==
				   before[cpu->index] + 1, COUNT_MS);
	check(!wrong, "a shorthand to all but self: each counted one (%u not)",
	      wrong);
}

/* QEMU's monitor does it, once it reads this line (tests/stub/run). */
static void strike(const struct cpu *cpu, uint32_t mcg_status)
{
	say("monitor: mce %u 0x%x\n", cpu->index, mcg_status);
}

void attack_hit_by_machine_check(void)
{
	struct park_slot *slot = park_slot_of(fault_victim());
	uint32_t before = slot->mc_count;

	strike(fault_victim(), MCG_MCIP | MCG_STATUS_RIPV);
	check(WAIT_FOR(LOAD(slot->mc_count) != before, 10 * COUNT_MS),
	      "a machine check at a parked CPU: counted (%u)",
	      slot->mc_count);
}

void attack_poison_old_kernel(void)
{
	uint64_t bytes = memory_poison(POISON);

	check(bytes > 1 << 20, "%lu KiB poisoned: all RAM but this kernel",
	      bytes >> 10);
}

/* Nobody has it, or it is online already: answered, but not at once. */
static void command_absent(uint32_t apic_id)
{
	uint64_t start = rdtsc(), ms;

	mailbox_send(MAILBOX_WAKEUP, apic_id);
	mailbox_acknowledged(SLOW_MS);
	ms = us_of_ticks(rdtsc() - start) / 1000;
	check(!LOAD(machine.mailbox->command) && ms >= 1000 && ms < SLOW_MS,
	      "WAKEUP for absent APIC %u acknowledged after %lu ms, need"
	      " 1000..%u", apic_id, ms, SLOW_MS);
}

void attack_command_nobody(void)
{
	command_absent(NOBODY);
}

void attack_command_twice(void)
{
	struct cpu *victim = fault_victim();

	if (victim == fault_warden())
		victim--;
	check(bringup_one(victim, WAY_MAILBOX), "CPU %u is up",
	      victim->index);
	command_absent(victim->apic_id);
}

void attack_command_garbage(void)
{
	uint16_t garbage = 0x77;

	mailbox_send(garbage, fault_victim()->apic_id);
	delay_us(50000);
	check(LOAD(machine.mailbox->command) == garbage &&
	      LOAD(park_slot_of(fault_victim())->state) == PARK_PARKED,
	      "command 0x%x is left standing, and nobody woke up", garbage);
}

void attack_test_nobody(void)
{
	mailbox_send(MAILBOX_TEST, NOBODY);
	delay_us(10000);	/* it is pending when WAKEUP comes over it */
}

/* TEST for one, at once overwritten by WAKEUP for another, and again. */
void attack_overwrite_tests(const struct bringup *result)
{
	struct cpu *a = &cpus[1], *b = fault_warden();
	uint32_t wrong = 0;

	(void)result;
	for (int i = 0; i < REPEAT; i++) {
		wrong += !bringdown_one(a) + !bringdown_one(b);
		mailbox_send(MAILBOX_TEST, i & 1 ? a->apic_id : NOBODY);
		wrong += !bringup_one(i & 2 ? a : b, WAY_MAILBOX);
		mailbox_send(MAILBOX_TEST, b->apic_id);
		wrong += !bringup_one(i & 2 ? b : a, WAY_MAILBOX);
	}
	check(!wrong && percpu_online() == cpu_count,
	      "%u times a WAKEUP over a TEST: %u failed", 2 * REPEAT, wrong);
}

static struct cpu *warden_now(void)
{
	uint32_t apic_id = LOAD(park_of_boot()->warden);

	FOR_EACH_AP(cpu)
		if (cpu->apic_id == apic_id)
			return cpu;
	return NULL;
}

/* One that cannot be survived: the CPU stays where it is, and says so. */
static void strike_dead(const struct cpu *cpu)
{
	struct park_slot *slot = park_slot_of(cpu);

	strike(cpu, MCG_MCIP);
	check(WAIT_FOR(LOAD(slot->state) == PARK_FAULTED, 10 * COUNT_MS),
	      "a fatal machine check at CPU %u: it is in state %u, need %u",
	      cpu->index, LOAD(slot->state), PARK_FAULTED);
}

void attack_strike_victim_dead(void)
{
	strike_dead(fault_victim());
	check(warden_now() == fault_warden(), "the warden stays (APIC %u)",
	      park_of_boot()->warden);
}

/* It vacates its office first, and calls the others. */
void attack_strike_warden_dead(void)
{
	strike_dead(fault_warden());
	check(WAIT_FOR(warden_now() && warden_now() != fault_warden(),
		       COUNT_MS), "another has the office (APIC %u)",
	      park_of_boot()->warden);
}

/* The warden is called away while another CPU is on its way home. */
void attack_hand_over_to_arrival(const struct bringup *result)
{
	struct cpu *a = &cpus[1], *b = fault_warden();
	uint32_t wrong = 0;

	(void)result;
	for (int i = 0; i < REPEAT; i++) {
		struct cpu *first = i & 1 ? a : b;
		struct cpu *second = i & 1 ? b : a;

		wrong += !bringdown_one(first);
		wrong += warden_now() != first;
		ipi_wake(second, WAKE_STOP);	/* and not waited for */
		wrong += !bringup_one(first, WAY_MAILBOX);
		wrong += !bringdown_one(second);
		wrong += warden_now() != second;
		wrong += !bringup_one(second, WAY_MAILBOX);
	}
	check(!wrong && percpu_online() == cpu_count,
	      "%u times the warden left while another arrived: %u failed",
	      REPEAT, wrong);
}

void attack_wake_warden_first(void)
{
	check(bringup_one(fault_warden(), WAY_MAILBOX),
	      "the warden was the first target, and came");
	check(warden_now() != fault_warden(),
	      "another has the office (APIC %u)",
	      park_of_boot()->warden);
}

/* Some are there, some are not: a broadcast means those that are. */
void attack_broadcast_to_some(const struct bringup *result)
{
	struct bringup again;
	uint32_t wrong = 0;

	(void)result;
	for (int i = 0; i < REPEAT; i++) {
		uint32_t away = 0;

		FOR_EACH_AP(cpu)
			if (percpu_random(&cpus[0], 2) || !away) {
				wrong += !bringdown_one(cpu);
				away++;
			}
		bringup_all(WAY_BROADCAST, &again);
		wrong += again.online != away || again.fell_back;
	}
	check(!wrong && percpu_online() == cpu_count,
	      "%u broadcasts to some of the CPUs: %u failed", REPEAT, wrong);
}

static bool comes_without_an_order(struct cpu *cpu)
{
	uint64_t before = park_record_of(cpu)->commanded;

	return bringdown_one(cpu) && bringup_one(cpu, way_of_one()) &&
	       LOAD(park_record_of(cpu)->commanded) == before;
}

/*
 * A hand-over would kick whom INIT took, for its slot is still COMMANDED; and if that
 * was the warden, nobody answers.
 */
void attack_go_on_by_init(const struct bringup *result)
{
	bool first = comes_without_an_order(&cpus[1]);
	bool last = comes_without_an_order(&cpus[cpu_count - 1]);

	(void)result;
	check(first && last && !percpu_strays(), "behind an INIT no order is given:"
	      " the first AP %s, the last %s, %u strays", first ? "is back" :
	      "is missing", last ? "is back" : "is missing", percpu_strays());
}

void attack_count_sabotage(const struct bringup *result)
{
	uint32_t hit = 0, unhurt = 0;

	(void)result;
	FOR_EACH_AP(cpu) {
		if (cpu == fault_victim())
			continue;
		if (count_of(cpu, ICR_NMI) && count_of(cpu, ICR_FIXED))
			hit++;
		else
			unhurt++;
	}
	check(hit, "NMIs and strays hit %u parked CPUs, %u went without", hit,
	      unhurt);
}
