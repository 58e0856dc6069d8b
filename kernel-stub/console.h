/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console.h - the serial console, the checks, and the verdict.
 *
 * say() knows %s %c %d %u %x (32 bits), %lu %lx (64 bits), a width and %%;
 * any CPU may call it.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void console_open(void);
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes at most `size` bytes with the NUL to `to`; returns the length. */
size_t format_text(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One line, `ok` or `not ok`, with its number; returns what it was told. */
bool check(bool ok, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* How many so far; carried over from the hops before (`passed=`, `failed=`). */
extern uint32_t checks_passed, checks_failed;

/* `N passed, N failed`, and out through isa-debug-exit. */
_Noreturn void verdict(void);

/* A bug or damaged hardware: one line, then out as failed. Any CPU. */
_Noreturn void die(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif
