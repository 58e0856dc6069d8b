// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm-bar - a PCI device's memory to standard output: vm-bar RESOURCE BYTES
 *
 * Runs in the guest, for tools/bench: a file that lies in an ivshmem device is
 * not part of the initrd. RESOURCE is the device's resource2 in sysfs, which
 * can be mapped but not read.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	size_t size, done = 0;
	ssize_t n;
	char *memory;
	int fd;

	if (argc != 3)
		errx(2, "usage: vm-bar RESOURCE BYTES");
	size = strtoul(argv[2], NULL, 0);
	fd = open(argv[1], O_RDWR);
	if (fd < 0)
		err(1, "%s", argv[1]);
	memory = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		err(1, "%s: mmap", argv[1]);
	for (; done < size; done += n) {
		n = write(STDOUT_FILENO, memory + done, size - done);
		if (n <= 0)
			err(1, "write");
	}
	return 0;
}
