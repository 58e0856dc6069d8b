/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * whole.h - a bzImage that is loaded whole, and started at its 64-bit entry:
 * a program in that shape that is no kernel, or a kernel that has to unpack
 * itself because kpark does not understand what is inside.
 */
#ifndef KPARK_WHOLE_H
#define KPARK_WHOLE_H

#include "bzimage.h"
#include "image.h"

/*
 * Fills img in: it has the header already, and in why_whole the reason if
 * this is a kernel. Returns 0, or -1 after one line on stderr if it cannot be
 * started this way either.
 */
int whole_take(struct image *img, const struct bzimage *bz);

#endif
