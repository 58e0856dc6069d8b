// SPDX-License-Identifier: GPL-2.0-only
/* note.c - what kpark tells the next kernel's `kpark status` */
#include "note.h"

#include <string.h>

#include "state.h"

char *note_make(const char *from, const struct parkable *verdict)
{
	char *text = state_add(NULL, "from", from);

	if (text)
		text = state_add(text, "reason", verdict->not_parked);
	if (text)
		text = state_add(text, "mailbox_reason", verdict->no_mailbox);
	return text;
}

static void take(const char *text, const char *key, char *value, size_t room)
{
	if (state_value(text, key, value, room))
		*value = '\0';
}

void note_read(const char *text, struct note *note)
{
	struct parkable *verdict = &note->verdict;

	memset(note, 0, sizeof(*note));
	if (!text)
		return;
	take(text, "from", note->from, sizeof(note->from));
	take(text, "reason", verdict->not_parked, REASON_SIZE);
	take(text, "mailbox_reason", verdict->no_mailbox, REASON_SIZE);
}
