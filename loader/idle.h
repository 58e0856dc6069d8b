/* SPDX-License-Identifier: GPL-2.0-only */
/* idle.h - how parked CPUs are to wait on this machine */
#ifndef KPARK_IDLE_H
#define KPARK_IDLE_H

#include <stdbool.h>
#include <stdint.h>

struct idle_facts {
	bool        hypervisor;
	bool        monitor;	/* MONITOR and MWAIT are there */
	bool        intel;
	bool        nonstop_tsc;	/* it counts in any C-state */
	bool        threads;	/* some cores have several, perhaps switched off */
	const char *bugs;	/* line `bugs` of /proc/cpuinfo; NULL: none */
};

/* PARK_IDLE_*, by what the CPU is and runs under. */
uint32_t idle_decide(const struct idle_facts *facts);
uint32_t idle_choose(void);		/* .. on this machine */

/* May a core have several threads? `root` is "" but in tests. */
bool idle_threads(const char *root);

/* MWAIT's hint for the deepest state to rest in (SDM "MWAIT", EAX), by CPUID leaf 5,
   EDX: how many sub-states each C-state has, 4 bits each. */
uint32_t idle_deepest(bool intel, uint32_t states);
uint32_t idle_mwait_hint(void);		/* .. on this machine */

#endif
