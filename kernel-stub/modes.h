/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modes.h - what the stub does once it is up: `mode=` of the command line.
 * Each runs on the boot CPU, with the APs still where the boot found them, and
 * ends in verdict() or in the next hop.
 */
#ifndef MODES_H
#define MODES_H

_Noreturn void mode_boot(void);		/* all CPUs online, once */
_Noreturn void mode_chain(void);	/* hops=N, way=WAY */
_Noreturn void mode_cycles(void);	/* cycles=N random offline/online */
_Noreturn void mode_rollback(void);	/* each step fails once */
_Noreturn void mode_wakes(void);	/* wake-ups against offlining */
_Noreturn void mode_spaces(void);	/* lazy address spaces, ditto */
_Noreturn void mode_figures(void);	/* all ways, timed */
_Noreturn void mode_fault(void);	/* fault=NAME */
_Noreturn void mode_tables(void);	/* damaged ACPI tables */

#endif
