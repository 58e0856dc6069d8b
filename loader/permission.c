// SPDX-License-Identifier: GPL-2.0-only
/*
 * permission.c - does the running kernel let us load another, and how?
 *
 * kexec_load(2), "ERRORS"; kernel.kexec_load_* in the kernel's documentation of
 * /proc/sys/kernel. Secure Boot locks Debian's kernels down by itself.
 */
#include "permission.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define PATH_SIZE	256

static bool sysctl_is(const char *root, const char *name, uint64_t value)
{
	char path[PATH_SIZE];
	uint64_t found;

	snprintf(path, sizeof(path), "%s/proc/sys/kernel/%s", root, name);
	return !file_number(path, 10, &found) && found == value;
}

/* "none [integrity] confidentiality": what holds is in brackets. */
static void read_lockdown(const char *root, char *word, size_t room)
{
	char path[PATH_SIZE], *start, *end;
	struct file file;

	snprintf(path, sizeof(path), "%s/sys/kernel/security/lockdown", root);
	if (file_read(path, &file))
		return;
	start = strchr((char *)file.data, '[');
	end = start ? strchr(start, ']') : NULL;
	if (end && (size_t)(end - start) <= room)
		snprintf(word, room, "%.*s", (int)(end - start - 1),
			 start + 1);
	file_free(&file);
}

static bool is_xen_pv(const char *root)
{
	char type[8], guest[8];

	file_line(root, "/sys/hypervisor/type", type, sizeof(type));
	file_line(root, "/sys/hypervisor/guest_type", guest, sizeof(guest));
	return !strcmp(type, "xen") && !strcmp(guest, "PV");
}

void permission_read(const char *root, struct permission *permission)
{
	char path[PATH_SIZE];

	memset(permission, 0, sizeof(*permission));
	permission->root = !geteuid();
	snprintf(path, sizeof(path), "%s/sys/kernel/kexec_loaded", root);
	permission->built_in = !access(path, F_OK);
	permission->switched_off = sysctl_is(root, "kexec_load_disabled", 1);
	permission->used_up = sysctl_is(root, "kexec_load_limit_reboot", 0);
	read_lockdown(root, permission->lockdown,
		      sizeof(permission->lockdown));
	permission->xen_pv = is_xen_pv(root);
}

const char *permission_why_not(const struct permission *permission)
{
	if (permission->switched_off)
		return "kexec is switched off (found"
		       " kernel.kexec_load_disabled = 1, need 0: only a reboot"
		       " through firmware resets it)";
	if (permission->used_up)
		return "kexec is used up (found kernel.kexec_load_limit_reboot"
		       " = 0: only a reboot through firmware resets it)";
	/* Linux, xen_machine_ops: to shut the machine down for it is a power-off */
	if (permission->xen_pv)
		return "a kexec of the kernel's own powers off (found PV in"
		       " /sys/hypervisor/guest_type, need HVM or PVH: here it is"
		       " Xen's, see kexec(8))";
	return NULL;
}

bool permission_locked(const struct permission *permission)
{
	return *permission->lockdown && strcmp(permission->lockdown, "none");
}
