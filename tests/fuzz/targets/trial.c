// SPDX-License-Identifier: GPL-2.0-only
/*
 * trial.c - any text as /var/lib/kpark/trial, and told of. Includes the file
 * under test.
 */
#include "../fuzz.h"

#include "../../../loader/trial.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trial trial = { 0 };
	char *text = text_of(data, size);
	char story[240];

	if (!from_text(text, &trial)) {
		tell_failed(&trial, story, sizeof(story));
		must(strlen(story) < sizeof(story));
	}
	free(text);
	return 0;
}
