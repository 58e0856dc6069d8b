// SPDX-License-Identifier: GPL-2.0-only
/* bzimage.c - the setup header of any file */
#include "../fuzz.h"

#include "bzimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bzimage bz;

	if (!bzimage_is(data, size) ||
	    bzimage_parse("fuzz", data, size, &bz) < 0)
		return 0;
	must(bz.header_len <= HDR_END_MAX - HDR_START);
	must(lies_in(bz.header, bz.header_len, data, size));
	must(bz.code_len > HDR_ENTRY_64 &&
	     lies_in(bz.code, bz.code_len, data, size));
	must(!bz.payload == !bz.payload_len);
	must(!bz.payload || lies_in(bz.payload, bz.payload_len, data, size));
	if (bz.version)
		must(lies_in((const uint8_t *)bz.version,
			     strlen(bz.version) + 1, data, size));
	return 0;
}
