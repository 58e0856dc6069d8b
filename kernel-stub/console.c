// SPDX-License-Identifier: GPL-2.0-only
/*
 * console.c - a polled 8250 on COM1, as firmware and kernels leave it.
 */
#include "console.h"

#include <string.h>

#include "atomic.h"
#include "cpu.h"

/* 16550 UART: registers from the base port */
#define COM1			0x3f8
#define UART_DATA		0
#define UART_INTERRUPTS		1
#define UART_FIFO		2
#define UART_LINE		3
#define UART_MODEM		4
#define UART_LINE_STATUS	5
#define UART_8N1		0x03
#define UART_DLAB		0x80
#define UART_DTR_RTS		0x03
#define UART_CAN_SEND		0x20
#define SEND_SPINS		100000	/* then the UART is not there */

/* QEMU's isa-debug-exit: it exits with 2 * value + 1; as tools/vm judges */
#define EXIT_PORT		0xf4
#define EXIT_PASSED		1
#define EXIT_FAILED		2

#define LINE_MAX		512
#define LOCK_SPINS		100000000	/* a CPU died with the lock */

uint32_t checks_passed, checks_failed;
static uint32_t lock;

void console_open(void)
{
	outb(COM1 + UART_INTERRUPTS, 0);
	outb(COM1 + UART_LINE, UART_DLAB | UART_8N1);
	outb(COM1 + UART_DATA, 1);		/* 115200 baud */
	outb(COM1 + UART_INTERRUPTS, 0);
	outb(COM1 + UART_LINE, UART_8N1);
	outb(COM1 + UART_FIFO, 1);
	outb(COM1 + UART_MODEM, UART_DTR_RTS);
}

static void send(char c)
{
	int spins = SEND_SPINS;

	while (!(inb(COM1 + UART_LINE_STATUS) & UART_CAN_SEND) && --spins)
		pause();
	outb(COM1 + UART_DATA, (uint8_t)c);
}

static void send_line(const char *text)
{
	uint32_t spins = LOCK_SPINS;

	while (!CAS(&lock, 0, 1) && --spins)
		pause();
	for (; *text; text++) {
		if (*text == '\n')
			send('\r');
		send(*text);
	}
	STORE(lock, 0);
}

/* A text that is cut, not overrun, when it gets longer than its room. */
struct text {
	char  *to;
	size_t size, length;
};

static void put(struct text *text, char c)
{
	if (text->length + 1 < text->size)
		text->to[text->length++] = c;
}

static void put_string(struct text *text, const char *string, int width)
{
	width -= (int)strlen(string);
	while (*string)
		put(text, *string++);
	while (width-- > 0)
		put(text, ' ');
}

static void put_number(struct text *text, uint64_t number, unsigned int base,
		       int width)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (width-- > n)
		put(text, ' ');
	while (n)
		put(text, digits[--n]);
}

static void put_signed(struct text *text, int number, int width)
{
	if (number < 0) {
		put(text, '-');
		number = -number;
	}
	put_number(text, (uint32_t)number, 10, width);
}

static void put_format(struct text *text, const char *format, va_list args)
{
	for (; *format; format++) {
		bool is_long = false;
		int width = 0;

		if (*format != '%') {
			put(text, *format);
			continue;
		}
		while (*++format == '-')
			;
		for (; *format >= '0' && *format <= '9'; format++)
			width = width * 10 + *format - '0';
		if (*format == 'l') {
			is_long = true;
			format++;
		}
		if (*format == 's')
			put_string(text, va_arg(args, const char *), width);
		else if (*format == 'c')
			put(text, (char)va_arg(args, int));
		else if (*format == 'd')
			put_signed(text, va_arg(args, int), width);
		else if (*format == 'u' || *format == 'x')
			put_number(text,
				   is_long ? va_arg(args, uint64_t)
					   : va_arg(args, uint32_t),
				   *format == 'u' ? 10 : 16, width);
		else
			put(text, *format);
	}
	text->to[text->length] = '\0';
}

void say(const char *format, ...)
{
	char line[LINE_MAX];
	struct text text = { line, sizeof(line), 0 };
	va_list args;

	va_start(args, format);
	put_format(&text, format, args);
	va_end(args);
	send_line(line);
}

size_t format_text(char *to, size_t size, const char *format, ...)
{
	struct text text = { to, size, 0 };
	va_list args;

	va_start(args, format);
	put_format(&text, format, args);
	va_end(args);
	return text.length;
}

bool check(bool ok, const char *format, ...)
{
	char line[LINE_MAX];
	struct text text = { line, sizeof(line), 0 };
	va_list args;

	va_start(args, format);
	put_format(&text, format, args);
	va_end(args);
	if (ok)
		checks_passed++;
	else
		checks_failed++;
	say("%s %u - %s\n", ok ? "ok" : "not ok",
	    checks_passed + checks_failed, line);
	return ok;
}

static _Noreturn void leave(uint8_t status)
{
	outb(EXIT_PORT, status);
	for (;;)			/* no such port: real hardware */
		__asm__ volatile("cli; hlt");
}

_Noreturn void verdict(void)
{
	say("%u passed, %u failed\n", checks_passed, checks_failed);
	leave(checks_failed || !checks_passed ? EXIT_FAILED : EXIT_PASSED);
}

_Noreturn void die(const char *format, ...)
{
	char line[LINE_MAX];
	struct text text = { line, sizeof(line), 0 };
	va_list args;

	va_start(args, format);
	put_format(&text, format, args);
	va_end(args);
	say("kernel-stub: died: %s\n", line);
	checks_failed++;
	verdict();
}
