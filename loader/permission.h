/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * permission.h - does the running kernel let us load another, and how?
 */
#ifndef KPARK_PERMISSION_H
#define KPARK_PERMISSION_H

#include <stdbool.h>

struct permission {
	bool root;
	bool built_in;		/* this kernel has kexec at all */
	bool switched_off;	/* kernel.kexec_load_disabled */
	bool used_up;		/* kernel.kexec_load_limit_reboot is 0 */
	bool xen_pv;		/* a PV guest of Xen, dom0 among them */
	char lockdown[32];	/* "none", "integrity", ..; "" if not known */
};

/* `root` is "" but in tests. */
void permission_read(const char *root, struct permission *permission);
/* Why nothing can be loaded at all, NULL if it can. A constant text. */
const char *permission_why_not(const struct permission *permission);
/* Lockdown leaves kexec_file_load(2) only. */
bool permission_locked(const struct permission *permission);

#endif
