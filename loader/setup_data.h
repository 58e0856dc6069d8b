/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * setup_data.h - the chain of setup_data nodes: its types, and those that the
 * next kernel gets from the running one's.
 */
#ifndef KPARK_SETUP_DATA_H
#define KPARK_SETUP_DATA_H

#include <stddef.h>
#include <stdint.h>

/*
 * "The Linux/x86 Boot Protocol", field setup_data; uapi/asm/setup_data.h.
 * What becomes of the running kernel's: "copied" goes on as it is, for it
 * describes hardware, holds all it says, and only a boot loader could have
 * said it. "new" is built afresh. "dropped" points to memory of a loader or a
 * kernel that is gone. So is what is not named here, or is empty (a kernel
 * gives some nodes back once it has read them).
 */
#define SETUP_E820_EXT		1	/* new: bootparams.c */
#define SETUP_DTB		2	/* copied */
#define SETUP_PCI		3	/* copied: a PCI device's ROM */
#define SETUP_EFI		4	/* new: efi.c */
#define SETUP_APPLE_PROPERTIES	5	/* copied */
#define SETUP_JAILHOUSE		6	/* copied */
#define SETUP_CC_BLOB		7	/* dropped */
#define SETUP_IMA		8	/* dropped: the last kexec's own log */
#define SETUP_RNG_SEED		9	/* new */
#define SETUP_KEXEC_KHO		10	/* dropped */
#define SETUP_INDIRECT		0x80000000	/* dropped */
/*
 * Ours: a uint32_t, the hop number, and a note, lines of key=value as in
 * state.h. Linux shows it in /sys/kernel/boot_params/setup_data and no other
 * loader passes it on, so it tells a kernel that kpark started from one that
 * only inherited the tables.
 */
#define SETUP_KPARK		0x4b50524b	/* new: "KPRK" */

/* One node, less the link. */
struct setup_node {
	uint32_t    type;
	size_t      size;
	const void *data;
};

/* Starts zeroed; setup_data_free accepts that. */
struct setup_data_list {
	struct setup_node *nodes;	/* their data is ours too */
	size_t             count;
};

/*
 * The running kernel's nodes that are copied. One that makes no sense is left
 * out, with one line on stderr. 0, or -1 after one line on stderr.
 */
int setup_data_read(const char *root, struct setup_data_list *list);
void setup_data_free(struct setup_data_list *list);

#endif
