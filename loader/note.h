/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * note.h - what kpark tells the next kernel's `kpark status` in setup_data,
 * behind the hop: lines of key=value as in state.h. With kexec_load(2) only.
 */
#ifndef KPARK_NOTE_H
#define KPARK_NOTE_H

#include "parkable.h"

struct note {
	char from[IMAGE_RELEASE_MAX];	/* release of the kernel before */
	struct parkable verdict;
};

/* A text to be freed; NULL without memory. */
char *note_make(const char *from, const struct parkable *verdict);
/* What is missing or damaged is "". `text` may be NULL. */
void note_read(const char *text, struct note *note);

#endif
