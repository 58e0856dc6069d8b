// SPDX-License-Identifier: GPL-2.0-only
/*
 * quiet.c - err.h's functions in place of the C library's: the message is
 * put together, for the sanitizers to see what it reads, and said to nobody.
 */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>

static void drop(const char *format, va_list args)
{
	static char line[4096];

	vsnprintf(line, sizeof(line), format, args);
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	drop(format, args);
	va_end(args);
}

void warnx(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	drop(format, args);
	va_end(args);
}
