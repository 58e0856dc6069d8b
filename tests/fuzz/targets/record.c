// SPDX-License-Identifier: GPL-2.0-only
/*
 * record.c - any text as /var/lib/kpark/loaded, and as the note in setup_data:
 * what is read is whole, and what is written is read back. Includes the file
 * under test.
 */
#include "../fuzz.h"

#include "../../../loader/record.c"

#include "note.h"

static void there_and_back(const char *value)
{
	char *text = state_add(NULL, "key", value);
	char *again = malloc(strlen(value) + 1);

	must(text && again);
	must(!state_value(text, "key", again, strlen(value) + 1));
	must(!strcmp(again, value));
	must(!*value || state_value(text, "key", again, strlen(value)));
	free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record record;
	static struct note note;
	char *text = text_of(data, size);

	if (!from_text(text, &record)) {
		must(memchr(record.kernel, 0, sizeof(record.kernel)));
		must(memchr(record.boot_id, 0, sizeof(record.boot_id)));
		must(memchr(record.path, 0, sizeof(record.path)));
	}
	note_read(text, &note);
	must(memchr(note.from, 0, sizeof(note.from)));
	there_and_back(text);
	free(text);
	return 0;
}
