// SPDX-License-Identifier: GPL-2.0-only
/* stamp.c - any text as a stamp. Includes the file under test. */
#include "../fuzz.h"

#include "../../../loader/stamps.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stamp stamp = { 0 };
	char *text = text_of(data, size);

	if (!parse(&stamp, text)) {
		must(stamp.tsc >= 0 && stamp.realtime_ns >= 0);
		must(!*stamp.boot_id || boot_id_is_sound(stamp.boot_id));
		must(memchr(stamp.release, 0, sizeof(stamp.release)));
		must(memchr(stamp.cmdline, 0, sizeof(stamp.cmdline)));
	}
	free(text);
	return 0;
}
