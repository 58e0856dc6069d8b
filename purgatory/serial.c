// SPDX-License-Identifier: GPL-2.0-only
/*
 * serial.c - a polled 8250, as the kernels before and after set it up.
 *
 * Off unless asked for: a line costs more than all else in purgatory.
 */
#include "purgatory.h"

#define UART_DATA		0
#define UART_LINE_STATUS	5
#define UART_CAN_SEND		0x20
#define SEND_SPINS		100000	/* then the UART is not there */

static uint16_t port;

void serial_open(const struct purgatory_params *params)
{
	if (params->flags & PURGATORY_SERIAL)
		port = (uint16_t)params->serial_port;
}

static void send(char c)
{
	int spins = SEND_SPINS;

	while (!(inb(port + UART_LINE_STATUS) & UART_CAN_SEND) && --spins)
		pause();
	outb(port + UART_DATA, (uint8_t)c);
}

void serial_say(const char *text)
{
	for (; port && *text; text++) {
		if (*text == '\n')
			send('\r');
		send(*text);
	}
}

/*
 * One letter a stage, all on one line: what the last one says is done. The table
 * is in docs/hardware.md.
 */
void serial_stage(enum kprk_stamp which)
{
	static const char letter[KPRK_STAMPS] = {
		[KPRK_T_FOUND] = 'F',
		[KPRK_T_SENT] = 'S',
		[KPRK_T_VERIFIED] = 'V',
		[KPRK_T_CLEARED] = 'C',
		[KPRK_T_ARRIVED] = 'A',
		[KPRK_T_ANSWERED] = 'R',
		[KPRK_T_JUMP] = 'J',
	};

	if (port && letter[which])
		send(letter[which]);
}

/* The text, the number in decimal, end of line. */
void serial_number(const char *text, uint64_t number)
{
	char digits[22];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	*--at = '\n';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	serial_say(text);
	serial_say(at);
}
