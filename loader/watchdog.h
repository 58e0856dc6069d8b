/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watchdog.h - a hardware watchdog that goes on counting over a kexec, so that
 * a kernel which never gets well ends in a reset through firmware.
 *
 * Linux's drivers get in the way twice: they stop the timer at the reboot
 * (unless watchdog.stop_on_reboot=0), and when they are probed in the next
 * kernel. So the next kernel is told not to load the driver by itself
 * (modprobe.blacklist=), and `kpark commit` loads it when all is well.
 *
 * Functions return 0, or -1 after one line on stderr. `root` is "" but in
 * tests.
 */
#ifndef KPARK_WATCHDOG_H
#define KPARK_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#define WATCHDOG_NAME_SIZE	64

/* The word that tells the next kernel's `kpark commit` which driver it is. */
#define WATCHDOG_WORD		"kpark.watchdog="
/*
 * The word that keeps kpark-commit.service from it, for somebody who asks more
 * of a kernel than systemd does, and commits himself. Of one load: a kernel
 * that reuses the line is not held.
 */
#define WATCHDOG_HOLD		"systemd.mask=kpark-commit.service"

struct watchdog {
	char device[WATCHDOG_NAME_SIZE];	/* watchdog0 */
	char driver[WATCHDOG_NAME_SIZE];	/* its module: i6300esb */
	int  fd;				/* of an armed one */
};

/* The first one that a kexec does not end, by /sys/class/watchdog. */
int watchdog_find(const char *root, struct watchdog *watchdog);
/* Is the driver a module of that kernel? Built in, it would stop the timer. */
int watchdog_check_next(const char *root, const struct watchdog *watchdog,
			const char *release);

/*
 * Starts the timer, and makes sure that a reboot does not stop it: the core
 * module is loaded anew with stop_on_reboot=0 if it has to be. The descriptor
 * stays open, for closing it might stop the timer. -1: it does not count;
 * WATCHDOG_COUNTS: nor is it armed, but it cannot be stopped either.
 */
#define WATCHDOG_COUNTS	(-2)
int watchdog_arm(struct watchdog *watchdog, uint32_t seconds);
/* Stops the timer of an armed one, and closes it; -1 if it counts on. */
int watchdog_disarm(struct watchdog *watchdog);

/* Waits for a device of that driver, 5 s at most, and stops its timer. 0, -1 or
 * WATCHDOG_COUNTS after one line on stderr. */
int watchdog_take_over(const char *driver);

/* modprobe(8) with these words, NULL at the end; its output is not shown. */
int watchdog_modprobe(const char *const *words);

#endif
