// SPDX-License-Identifier: GPL-2.0-only
/*
 * libc_shim.c - what the distribution's static libraries (libzstd, libbz2)
 * ask of glibc and musl does not have. Linked into the kpark command only;
 * nothing in the loader calls it. The linker names whatever is missing here.
 */
#include <stdarg.h>
#include <stdio.h>

int __fprintf_chk(FILE *f, int flag, const char *format, ...);

/* fprintf as _FORTIFY_SOURCE has it; flag asks for checks of %n, not made. */
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
