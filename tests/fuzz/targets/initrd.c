// SPDX-License-Identifier: GPL-2.0-only
/* initrd.c - any bytes as an initrd: unpacked within its bounds, or untouched */
#include "../fuzz.h"

#include "initrd.h"

#define MAX ((size_t)1 << 18)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file file = { malloc(size + 1), size };
	uint8_t *before = file.data;
	const char *why;

	must(file.data);
	if (size)
		memcpy(file.data, data, size);
	file.data[size] = 0;
	why = initrd_unpack(&file, MAX);
	if (why) {
		must(file.data == before && file.size == size);
		must(!size || !memcmp(file.data, data, size));
	} else {
		must(file.size > 0 && file.size <= MAX);
		must(!memcmp(file.data, "07070", 5));
		for (size_t i = file.size; !i || i % FILE_PAGE; i++)
			must(!file.data[i]);
	}
	file_free(&file);
	return 0;
}
