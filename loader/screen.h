/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * screen.h - screen_info of the zero page: what a boot loader said of the
 * screen, and whether that can still be true.
 */
#ifndef KPARK_SCREEN_H
#define KPARK_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#define SCREEN_EXT_MEM_K	0x02	/* u16, above 1 MiB, in KiB */
#define SCREEN_EXT_MEM_K_MAX	0xfc00
#define SCREEN_VIDEO_TYPE	0x0f	/* u8 */
#define SCREEN_TYPE_VESA	0x23
#define SCREEN_TYPE_EFI		0x70
#define SCREEN_LFB_BASE		0x18	/* u32 */
#define SCREEN_LFB_SIZE		0x1c	/* u32; with VESA in units of 64 KiB */
#define SCREEN_CAPABILITIES	0x36	/* u32 */
#define SCREEN_64BIT_BASE	0x02
#define SCREEN_EXT_LFB_BASE	0x3a	/* u32 */

/*
 * May the next kernel believe the running one's screen_info? A text mode or no
 * screen: yes, whatever a driver made of it since; the next kernel's will know.
 * A frame buffer: not if a PCI device that is no display lies there now (Linux
 * may move BARs, and keeps what it was told of the screen in the zero page as
 * it was): its registers would be painted on.
 */
bool screen_is_valid(const char *root, const uint8_t *screen_info);

#endif
