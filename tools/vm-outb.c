// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm-outb - write one byte to an I/O port: vm-outb PORT VALUE
 *
 * Runs in the guest, called by the functions in tools/vm-init. It exists
 * because Debian's cloud kernels have no /dev/port.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/io.h>
#include <termios.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned long port;

	if (argc != 3)
		errx(2, "usage: vm-outb PORT VALUE");
	port = strtoul(argv[1], NULL, 0);
	if (ioperm(port, 1, 1))
		err(1, "port %#lx", port);
	tcdrain(STDOUT_FILENO);	/* what was said so far is out */
	outb(strtoul(argv[2], NULL, 0), port);
	return 0;
}
