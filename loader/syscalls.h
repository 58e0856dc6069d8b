/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * syscalls.h - what kpark asks of the kernel. 0, or -1 with errno set.
 */
#ifndef KPARK_SYSCALLS_H
#define KPARK_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>

/* struct kexec_segment of <linux/kexec.h>; sizes in bytes */
struct kexec_segment {
	const void *buf;
	size_t      bufsz;
	uint64_t    mem;	/* physical, page-aligned */
	size_t      memsz;	/* whole pages; zeroed behind bufsz */
};
#define KEXEC_SEGMENTS_MAX	16

/* Replaces what was loaded before; count 0 unloads. */
int sys_kexec_load(uint64_t entry, size_t count,
		   const struct kexec_segment *segments);
/* The kernel reads the files itself; initrd is -1 for none. Replaces, too. */
int sys_kexec_file_load(int kernel, int initrd, const char *cmdline);
/* Of what either has loaded, without kexec_load, which may be locked. */
int sys_kexec_file_unload(void);
/* Jumps; returns only on failure. */
int sys_reboot_kexec(void);

#endif
