// SPDX-License-Identifier: GPL-2.0-only
/* payload.c - any bytes as a packed kernel, in any of the formats */
#include "../fuzz.h"

#include "bytes.h"
#include "payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *out = NULL;
	size_t len = 0;

	if (payload_unpack("fuzz", data, size, &out, &len) < 0) {
		must(!out);
		return 0;
	}
	must(len > 0 && len <= PAYLOAD_MAX);
	must(len == get32(data + size - 4));
	must(memchr(out, out[len - 1], len));	/* all of it can be read */
	free(out);
	return 0;
}
