// SPDX-License-Identifier: GPL-2.0-only
/* syscalls.c - the system calls, nothing else */
#include "syscalls.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEXEC_ARCH_X86_64	(62UL << 16)	/* <linux/kexec.h> */
#define KEXEC_FILE_UNLOAD	1UL
#define KEXEC_FILE_NO_INITRAMFS	4UL
#define REBOOT_MAGIC1		0xfee1dead	/* reboot(2) */
#define REBOOT_MAGIC2		672274793
#define REBOOT_CMD_KEXEC	0x45584543

int sys_kexec_load(uint64_t entry, size_t count,
		   const struct kexec_segment *segments)
{
	return (int)syscall(SYS_kexec_load, entry, count, segments,
			    KEXEC_ARCH_X86_64);
}

int sys_kexec_file_load(int kernel, int initrd, const char *cmdline)
{
	return (int)syscall(SYS_kexec_file_load, kernel, initrd,
			    strlen(cmdline) + 1, cmdline,
			    initrd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0UL);
}

int sys_kexec_file_unload(void)
{
	return (int)syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL,
			    KEXEC_FILE_UNLOAD);
}

int sys_reboot_kexec(void)
{
	return (int)syscall(SYS_reboot, REBOOT_MAGIC1, REBOOT_MAGIC2,
			    REBOOT_CMD_KEXEC, NULL);
}
