/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * firmware.h - what the last boot through firmware cost, and systemd's times.
 */
#ifndef KPARK_FIRMWARE_H
#define KPARK_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

struct firmware {
	bool        known;
	int64_t     ns;			/* from reset until the boot loader, .. */
	int64_t     loader_ns;		/* .. from there to the kernel; -1: not
					   known apart from what `ns` has */
	const char *source;		/* or why it is not known */
};

/* Microseconds of CLOCK_MONOTONIC as systemd says them; -1: it does not. */
struct systemd_times {
	bool    runs;
	int64_t finish_us;		/* startup is finished; 0: not yet */
	int64_t firmware_us, loader_us;	/* before the kernel; as systemd counts */
};

/* Asks systemctl, if systemd runs; five seconds at most. */
void systemd_read(const char *root, struct systemd_times *times);

/*
 * From the ACPI Firmware Basic Boot Performance Table, which outlives kexec.
 * Else, if this kernel was `cold` started, from systemd, which has it from the
 * boot loader's EFI variables.
 */
void firmware_read(const char *root, bool cold,
		   const struct systemd_times *times,
		   struct firmware *firmware);

#endif
