// SPDX-License-Identifier: GPL-2.0-only
/*
 * figures.c - how long each way takes, side by side in one boot: ticks from
 * the first release to the last CPU online. A table, then one line of JSON.
 */
#include "modes.h"

#include "bringup.h"
#include "chain.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "tables.h"

#define ROUNDS_MAX	32

struct figure {
	uint64_t ticks[ROUNDS_MAX];	/* in rising order */
	uint32_t rounds;
	uint32_t fell_back;
};

static void keep(struct figure *figure, uint64_t ticks)
{
	uint32_t i = figure->rounds++;

	for (; i && figure->ticks[i - 1] > ticks; i--)
		figure->ticks[i] = figure->ticks[i - 1];
	figure->ticks[i] = ticks;
}

/*
 * A consumer is to give no orders any more behind an INIT (PROTOCOL.md, 4); here all
 * are home by their records before the next way's turn.
 *
 * The last CPU goes home first: it has the mailbox then, as after a jump, and
 * is woken last. All are there before the next way starts.
 */
static bool send_home(void)
{
	return bringdown_one(&cpus[cpu_count - 1]) && !bringdown_all() &&
	       bringdown_confirm();
}

static bool measure(enum way way, struct figure *figure)
{
	struct bringup result;

	bringup_all(way, &result);
	figure->fell_back += result.fell_back;
	keep(figure, result.ticks);
	return percpu_online() == cpu_count && send_home();
}

static void print_table(const struct figure *figures)
{
	say("%u APs, %u rounds, TSC ticks at %u kHz\n", cpu_count - 1,
	    figures[0].rounds, tsc_khz);
	say("%-14s %12s %12s %12s\n", "way", "best", "median", "us (median)");
	for (enum way way = 0; way < WAYS; way++) {
		const struct figure *figure = &figures[way];
		uint64_t median = figure->ticks[figure->rounds / 2];

		say("%-14s %12lu %12lu %12lu\n", way_name(way),
		    figure->ticks[0], median, us_of_ticks(median));
	}
}

static void print_json(const struct figure *figures)
{
	say("{\"aps\": %u, \"rounds\": %u, \"tsc_khz\": %u", cpu_count - 1,
	    figures[0].rounds, tsc_khz);
	for (enum way way = 0; way < WAYS; way++) {
		const struct figure *figure = &figures[way];

		say(", \"%s\": {\"best\": %lu, \"median\": %lu, "
		    "\"worst\": %lu}", way_name(way), figure->ticks[0],
		    figure->ticks[figure->rounds / 2],
		    figure->ticks[figure->rounds - 1]);
	}
	say("}\n");
}

/* The ways take turns, so that a slow moment of the host hits them alike. */
_Noreturn void mode_figures(void)
{
	static struct figure figures[WAYS];
	uint32_t rounds = (uint32_t)cmdline_number("rounds", 5);
	uint32_t fell_back = 0;
	bool ok = cpu_count > 1;

	if (!hop)
		chain_go();
	if (!check(machine.mailbox, "there is a mailbox"))
		verdict();
	if (rounds > ROUNDS_MAX)
		rounds = ROUNDS_MAX;
	for (uint32_t round = 0; ok && round < rounds; round++)
		for (enum way way = 0; ok && way < WAYS; way++)
			ok = measure(way, &figures[way]);
	for (enum way way = 0; way < WAYS; way++)
		fell_back += figures[way].fell_back;
	if (check(ok && !fell_back, "%u CPUs up and down %u times by each way,"
		  " %u fell back", cpu_count, rounds, fell_back)) {
		print_table(figures);
		print_json(figures);
	}
	verdict();
}
