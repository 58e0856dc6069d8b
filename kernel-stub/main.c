// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the boot CPU's way from boot.S to a mode.
 */
#include <string.h>

#include "apic.h"
#include "arrival.h"
#include "bringup.h"
#include "chain.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "lapic.h"
#include "memory.h"
#include "modes.h"
#include "percpu.h"
#include "stacks.h"
#include "tables.h"
#include "traps.h"
#include "wakeup.h"
#include "x86.h"

static const struct {
	const char *name;
	void (*run)(void);
} modes[] = {
	{ "boot",     mode_boot },	/* also what no mode means */
	{ "chain",    mode_chain },
	{ "cycles",   mode_cycles },
	{ "rollback", mode_rollback },
	{ "wakes",    mode_wakes },
	{ "spaces",   mode_spaces },
	{ "figures",  mode_figures },
	{ "fault",    mode_fault },
	{ "tables",   mode_tables },
};

static void introduce(void)
{
	uint64_t cr4;

	__asm__("mov %%cr4, %0" : "=r"(cr4));
	say("kernel-stub: hop %u, %u CPUs, %s%s%s%s%s\n", hop, cpu_count,
	    machine.mailbox ? "mailbox" : "no mailbox",
	    machine.reset_vector_pa ? " and reset vector" : "",
	    machine.kprk ? ", KPRK" : "",
	    cr4 & CR4_LA57 ? ", 5-level paging" : "",
	    lapic_is_x2(rdmsr(MSR_APIC_BASE)) ? ", x2APIC" : "");
}

static _Noreturn void run_mode(void)
{
	char wish[16];

	cmdline_value("mode", wish, sizeof(wish));
	for (uint32_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (!strcmp(wish, modes[i].name) || !*wish) {
			modes[i].run();
			break;
		}
	die("mode=%s: no such mode", wish);
}

_Noreturn void kernel_main(const uint8_t *boot_params)
{
	traps_build();			/* the first fault is reported */
	percpu_load(&cpus[0]);
	traps_load();
	console_open();
	cmdline_read(boot_params);
	patience = (uint32_t)cmdline_number("patience", 1);
	checks_passed = (uint32_t)cmdline_number("passed", 0);
	checks_failed = (uint32_t)cmdline_number("failed", 0);
	chain_init(boot_params);
	memory_init(boot_params);
	memory_map();
	if (hop)
		check(chain_was_cleared() && chain_was_forgotten(),
		      "hop %u: zero pages are cleared, and no other; purgatory"
		      " has wiped what it knew", hop);
	if (hop && cmdline_number("la57", 0))
		check(chain_has_depth(), "hop %u: pages have the wanted depth",
		      hop);
	tables_read(tables_find_rsdp(boot_params), &machine);
	clock_init((uint32_t)cmdline_number("tsc_khz", machine.kprk ?
					    machine.kprk->tsc_khz : 0));
	percpu_init();
	arrival_note_mode();
	if (cmdline_number("params", 0))
		check(chain_has_lvt(), "hop %u: LVT entries are as they were,"
		      " the timer masked", hop);
	apic_silence_pic();
	apic_init();
	apic_open(&cpus[0]);
	__asm__ volatile("sti" : : : "memory");
	stacks_init();
	wakeup_init();
	introduce();
	run_mode();
}
