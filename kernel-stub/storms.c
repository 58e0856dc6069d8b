// SPDX-License-Identifier: GPL-2.0-only
/*
 * storms.c - the modes in which all APs work while CPUs go and come: wake-ups
 * (mode=wakes, ipi.c) and address spaces (mode=spaces, mm.c).
 */
#include "modes.h"

#include "atomic.h"
#include "bringup.h"
#include "chain.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "ipi.h"
#include "lapic.h"
#include "mm.h"
#include "parkview.h"
#include "tables.h"
#include "traps.h"

#define PAUSES		20	/* between two tokens of one CPU */
#define SETTLE_MS	2000

static void prepare(void)
{
	struct bringup result;

	if (!hop && !cmdline_number("hops", 0))
		chain_go();
	bringup_all(way_chosen(), &result);
	check(percpu_online() == cpu_count, "%u of %u CPUs by %s",
	      percpu_online(), cpu_count, way_name(way_chosen()));
}

/* A random AP goes and comes back; returns 1 if it did not. */
static uint32_t cycle_one(void)
{
	struct cpu *cpu = &cpus[1 + percpu_random(&cpus[0], cpu_count - 1)];

	return !bringdown_one(cpu) || !bringup_one(cpu, way_of_one());
}

/* Vectors that reached a CPU after it had left, as its slot has counted. */
static uint32_t park_strays(void)
{
	uint32_t strays = 0;

	FOR_EACH_AP(cpu)
		strays += machine.kprk ? park_slot_of(cpu)->stray_count : 0;
	return strays;
}

/* -- wake-ups --------------------------------------------------------------*/

/* One token to anybody; every few, sleep until somebody sends one. */
static void send_tokens(struct cpu *self)
{
	struct cpu *target = &cpus[1 + percpu_random(self, cpu_count - 1)];

	if (ipi_wake(target, WAKE_TOKEN))
		self->tokens_sent++;
	else
		self->tokens_refused++;
	for (int i = 0; i < PAUSES; i++)
		pause();
}

static void count_tokens(uint64_t *sent, uint64_t *taken, uint64_t *refused)
{
	*sent = *taken = *refused = 0;
	for (uint32_t i = 0; i < cpu_count; i++) {
		*sent += cpus[i].tokens_sent;
		*taken += cpus[i].tokens_taken;
		*refused += cpus[i].tokens_refused;
	}
}

static bool tokens_settled(void)
{
	uint64_t sent, taken, refused;

	count_tokens(&sent, &taken, &refused);
	return sent == taken;
}

/*
 * The counter that is to stay 0 does count: this CPU closes its gate, is refused
 * to a sender that asks, and one that does not ask is a stray.
 */
static void check_deaf(struct cpu *self)
{
	uint32_t before = self->strays;
	bool refused;

	ipi_close(self);
	refused = !ipi_wake(self, WAKE_LOOK);
	lapic_send(self->apic_id, ICR_FIXED | ICR_ASSERT | WAKE_VECTOR);
	WAIT_FOR(LOAD(self->strays) != before, SETTLE_MS);
	ipi_open(self);
	check(refused && self->strays == before + 1, "at a closed gate a"
	      " wake-up is %s, an interrupt counts as %u strays",
	      refused ? "refused" : "sent", self->strays - before);
}

_Noreturn void mode_wakes(void)
{
	uint64_t cycles = cmdline_number("cycles", 1000), done = 0;
	uint64_t sent, taken, refused;
	uint32_t failed = 0, strays = 0;

	prepare();
	ipi_start_work(send_tokens);
	for (; cpu_count > 1 && done < cycles && failed < 10; done++)
		failed += cycle_one();
	ipi_start_work(NULL);
	WAIT_FOR(tokens_settled(), SETTLE_MS);
	count_tokens(&sent, &taken, &refused);
	for (uint32_t i = 0; i < cpu_count; i++)
		strays += cpus[i].strays;
	check(!failed && percpu_online() == cpu_count,
	      "%lu CPUs gone and back under wake-ups, %u failed", done,
	      failed);
	check(sent == taken && sent, "%lu wake-ups sent, %lu taken (%lu more"
	      " refused by CPUs that were away)", sent, taken, refused);
	check(!park_strays() && !strays, "none reached a CPU that was gone:"
	      " strays %u in the park, %u here", park_strays(), strays);
	check_deaf(&cpus[0]);
	verdict();
}

/* -- address spaces --------------------------------------------------------*/

static void use_spaces(struct cpu *self)
{
	mm_use(self, percpu_random(self, MM_SLOTS));
	for (int i = 0; i < PAUSES; i++)
		pause();
}

/* The boot CPU alone makes and frees them; the APs use what they find. */
static void replace_spaces(uint32_t count)
{
	while (count--) {
		uint32_t slot = percpu_random(&cpus[0], MM_SLOTS);

		mm_free(slot);
		mm_create(slot);
	}
}

static uint64_t count_uses(void)
{
	uint64_t uses = 0;

	FOR_EACH_AP(cpu)
		uses += cpu->mm_uses;
	return uses;
}

/* Frees while one is on its way down, in the park, and on its way up. */
static uint32_t cycle_one_freeing(void)
{
	struct cpu *cpu = &cpus[1 + percpu_random(&cpus[0], cpu_count - 1)];

	ipi_wake(cpu, WAKE_STOP);
	replace_spaces(4);
	if (!bringdown_one(cpu))
		return 1;
	replace_spaces(4);
	return !bringup_one(cpu, way_of_one());
}

_Noreturn void mode_spaces(void)
{
	uint64_t cycles = cmdline_number("cycles", 500), done = 0;
	uint32_t failed = 0;

	if (!mm_init())
		die("no memory for address spaces");
	prepare();
	replace_spaces(4 * MM_SLOTS);
	ipi_start_work(use_spaces);
	for (; cpu_count > 1 && done < cycles && failed < 10; done++)
		failed += cycle_one_freeing();
	ipi_start_work(NULL);
	check(!failed && percpu_online() == cpu_count,
	      "%lu CPUs gone and back while address spaces were freed, %u"
	      " failed", done, failed);
	check(!mm_wrong_reads && count_uses(), "%lu uses, %lu of a page that"
	      " was no longer theirs", count_uses(), mm_wrong_reads);
	check(mm_asked && !mm_waited_for_offline, "%lu freed and poisoned at"
	      " once: %lu CPUs asked to let go, %lu waits for one that was"
	      " away", mm_freed, mm_asked, mm_waited_for_offline);
	bringdown_all();
	FOR_EACH_AP(cpu)
		failed += !!cpu->mm;
	check(!failed, "no CPU in the park holds an address space (%u do)",
	      failed);
	verdict();
}
