// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdline.c - any two texts as the running kernel's command line and the
 * user's; the first NUL parts them.
 */
#include "../fuzz.h"

#include "cmdline.h"

static void check(const char *made)
{
	char *again = cmdline_make(made, NULL);
	char *longer;

	must(again && !strcmp(again, made));
	must(!cmdline_has(made, "BOOT_IMAGE=") || strchr(made, '"'));
	longer = cmdline_add(again, "nohibernate");
	must(longer && strlen(longer) <= strlen(made) + 12);
	must(cmdline_has(longer, "nohibernate") || strchr(made, '"'));
	free(longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	const char *given = NULL;
	char *made;
	size_t first;

	must(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	first = strlen(text);
	if (first < size)
		given = text + first + 1;
	made = cmdline_make(text, given);
	must(made && strlen(made) <= size + 1);
	check(made);
	free(made);
	free(text);
	return 0;
}
