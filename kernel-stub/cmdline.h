/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdline.h - the stub's command line: words `key=value` between spaces. Of
 * words with the same key the last one counts; unknown words are passed over.
 */
#ifndef CMDLINE_H
#define CMDLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "bootparams.h"

/* Keeps a copy of what boot_params point to. */
void cmdline_read(const uint8_t *boot_params);

const char *cmdline_text(void);

/* The value in `to` (at most `size` bytes with the NUL), "" if not there. */
bool cmdline_value(const char *key, char *to, uint32_t size);

/* Decimal or 0x..; `otherwise` if it is not there or not a number. */
uint64_t cmdline_number(const char *key, uint64_t otherwise);

/*
 * For the next hop: sets a number in a command line of CMDLINE_MAX bytes. A
 * word that would not fit is left out.
 */
void cmdline_set(char *cmdline, const char *key, uint64_t number);

#endif
