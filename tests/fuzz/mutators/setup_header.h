/* SPDX-License-Identifier: GPL-2.0-only */
/* setup_header.h - the fields of a setup header that the loader reads */
#ifndef KPARK_FUZZ_SETUP_HEADER_H
#define KPARK_FUZZ_SETUP_HEADER_H

#include "bzimage.h"
#include "fields.h"

static const struct field setup_header[] = {
	{ HDR_SETUP_SECTS, 1 }, { HDR_BOOT_FLAG, 2 }, { HDR_JUMP + 1, 1 },
	{ HDR_HEADER, 4 }, { HDR_VERSION, 2 }, { HDR_KERNEL_VERSION, 2 },
	{ HDR_LOADFLAGS, 1 }, { HDR_INITRD_ADDR_MAX, 4 },
	{ HDR_KERNEL_ALIGNMENT, 4 }, { HDR_RELOCATABLE_KERNEL, 1 },
	{ HDR_XLOADFLAGS, 2 }, { HDR_CMDLINE_SIZE, 4 },
	{ HDR_PAYLOAD_OFFSET, 4 }, { HDR_PAYLOAD_LENGTH, 4 },
	{ HDR_PREF_ADDRESS, 8 }, { HDR_INIT_SIZE, 4 },
};
#define SETUP_HEADER_FIELDS \
	(sizeof(setup_header) / sizeof(setup_header[0]))

#endif
