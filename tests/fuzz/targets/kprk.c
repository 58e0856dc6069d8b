// SPDX-License-Identifier: GPL-2.0-only
/*
 * kprk.c - any bytes as the KPRK table, and all of it read as `kpark status`
 * does. As they are, and with the fields right that bar the way to the rest.
 */
#include "../fuzz.h"
#include "../kprk_of.h"

#include "kprk.h"

static void read_table(const uint8_t *data, size_t size)
{
	struct kprk kprk;
	uint64_t sum = 0;

	files_are(data, size);
	kprk_read("", &kprk);
	if (!kprk.table) {
		must(!kprk.records);
		kprk_free(&kprk);	/* of what was said of it */
		return;
	}
	must(strlen(kprk_outcome_text(kprk.table)) > 0);
	for (uint32_t i = 0; i < kprk.table->records; i++)
		sum += kprk.records[i].woken + kprk.records[i].answered;
	must(kprk.table->records <= size / sizeof(struct kprk_record));
	(void)*(volatile uint64_t *)&sum;
	kprk_free(&kprk);
	must(!kprk.table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *table = kprk_of(data, size);

	read_table(data, size);
	if (table)
		read_table(table, size);
	free(table);
	return 0;
}
