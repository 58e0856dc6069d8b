// SPDX-License-Identifier: GPL-2.0-only
/*
 * history.c - any text as the kept report of an earlier boot, and what kexec has
 * saved against it.
 */
#include "../fuzz.h"

#include "history.h"

static void check(const struct past *past)
{
	static struct timeline now;

	must(boot_id_is_sound(past->boot_id));
	must(past->how < HOWS && past->started_ns >= 0);
	must(past->firmware_ns >= 0 && past->ready_uptime.ns >= 0);
	for (int i = 0; i < STAGES; i++)
		must(past->stages[i].ns >= 0 && past->stages[i].error_ns >= 0);
	memset(&now, 0, sizeof(now));
	now.how = HOW_KPARK;
	now.started_ns = INT64_MAX;
	now.total.known = now.ready_uptime.known = true;
	now.total.ns = 5000000000;
	now.firmware.known = true;
	history_add_saved(past, 1, &now);
	must(now.saved.known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct past past;

	if (history_parse((const char *)data, size, &past))
		check(&past);
	return 0;
}
