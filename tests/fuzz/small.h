/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * small.h - included before each file that `make fuzz` builds: limits of some
 * KiB in place of some MiB. An execution with a kernel of 2 MiB would spend
 * its time on zeroes. The replay among the unit tests has the real limits.
 */
#include "elf.h"
#include "payload.h"

#undef ELF_SIZE_MAX
#define ELF_SIZE_MAX	((uint64_t)1 << 18)
#undef ELF_ALIGN
#define ELF_ALIGN	((uint64_t)1 << 12)
#undef PAYLOAD_MAX
#define PAYLOAD_MAX	((size_t)1 << 18)
