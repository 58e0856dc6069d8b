// SPDX-License-Identifier: GPL-2.0-only
/*
 * libc_shim.c - what the distribution's static libraries (libzstd, libbz2,
 * libjansson) ask of glibc and musl does not have. Linked into the kpark
 * command only; nothing in the loader calls it. The linker names whatever is
 * missing here.
 *
 * As _FORTIFY_SOURCE has them. `flag` asks for checks of %n, not made; a room
 * smaller than what is to be written ends the program, as there.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int __fprintf_chk(FILE *f, int flag, const char *format, ...);
int __vsnprintf_chk(char *to, size_t size, int flag, size_t room,
		    const char *format, va_list args);
int __snprintf_chk(char *to, size_t size, int flag, size_t room,
		   const char *format, ...);
char *__strncpy_chk(char *to, const char *from, size_t size, size_t room);

int __fprintf_chk(FILE *f, int flag, const char *format, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, format);
	n = vfprintf(f, format, args);
	va_end(args);
	return n;
}

int __vsnprintf_chk(char *to, size_t size, int flag, size_t room,
		    const char *format, va_list args)
{
	(void)flag;
	if (size > room)
		abort();
	return vsnprintf(to, size, format, args);
}

int __snprintf_chk(char *to, size_t size, int flag, size_t room,
		   const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = __vsnprintf_chk(to, size, flag, room, format, args);
	va_end(args);
	return n;
}

char *__strncpy_chk(char *to, const char *from, size_t size, size_t room)
{
	if (size > room)
		abort();
	return strncpy(to, from, size);
}
