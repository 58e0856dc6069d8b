/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * capture.h - what a test's subject says on stderr. Include cmocka.h before,
 * and define _GNU_SOURCE (memfd_create).
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define LOG_MAX 1024

/* What was written to stderr between begin and end, NUL ended. */
struct capture {
	int file;
	int saved;
	char text[LOG_MAX];
};

static inline void capture_begin(struct capture *c)
{
	fflush(stderr);
	c->file = memfd_create("stderr", 0);
	c->saved = dup(2);
	assert_true(c->file >= 0 && c->saved >= 0);
	dup2(c->file, 2);
}

static inline void capture_end(struct capture *c)
{
	ssize_t n;

	fflush(stderr);
	dup2(c->saved, 2);
	n = pread(c->file, c->text, LOG_MAX - 1, 0);
	assert_true(n >= 0);
	c->text[n] = '\0';
	close(c->saved);
	close(c->file);
}

#endif
