// SPDX-License-Identifier: GPL-2.0-only
/* complaint.c - what is wrong with an image: said, or kept. */
#include "complaint.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>

static char *kept;

void complain(const char *path, const char *format, ...)
{
	char text[COMPLAINT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!kept)
		warnx("load: %s: %s", path, text);
	else if (!*kept)
		snprintf(kept, COMPLAINT_MAX, "%s", text);
}

void complaint_keep(char *text)
{
	if (text)
		*text = '\0';
	kept = text;
}
