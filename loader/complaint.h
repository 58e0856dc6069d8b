/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * complaint.h - what is wrong with an image: one line on stderr, or kept for
 * a caller that has another way to go.
 *
 * A kernel whose ELF is not understood can still be started whole (whole.h),
 * and then the complaint is the reason, not an error of its own.
 */
#ifndef KPARK_COMPLAINT_H
#define KPARK_COMPLAINT_H

#define COMPLAINT_MAX	256	/* bytes, with the NUL; longer is cut */

/* "kpark: load: PATH: " and the text, on stderr unless it is to be kept. */
void complain(const char *path, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * From now on the first text goes to text[COMPLAINT_MAX], "" until then, and
 * nothing to stderr; NULL ends it.
 */
void complaint_keep(char *text);

#endif
