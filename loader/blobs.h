/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blobs.h - the two programs that run without an operating system, and the page
 * of `kpark report --html` around its data.
 */
#ifndef KPARK_BLOBS_H
#define KPARK_BLOBS_H

#include <stdint.h>

extern const uint8_t blob_park[], blob_park_end[];
extern const uint8_t blob_purgatory[], blob_purgatory_end[];
/* Data go in at blob_page_data. */
extern const char blob_page[], blob_page_data[], blob_page_end[];

#endif
