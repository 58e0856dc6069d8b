// SPDX-License-Identifier: GPL-2.0-only
/*
 * rsdp.c - is there an ACPI root pointer at this address?
 */
#include "rsdp.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acpi.h"
#include "units.h"

#define PATH_SIZE	256

int rsdp_parse(const char *value, uint64_t *pa)
{
	char *end;

	if (!isxdigit((unsigned char)*value))
		return -1;
	errno = 0;
	*pa = strtoull(value, &end, 16);
	return errno || (*end && !isspace((unsigned char)*end)) || !*pa ? -1 : 0;
}

/* Above 1 MiB, RAM and holes are nothing a firmware keeps a table in. */
static bool is_possible(const struct memmap *e820, uint64_t pa)
{
	const uint64_t size = sizeof(struct acpi_rsdp);

	if (pa > UINT64_MAX - size)
		return false;
	return pa + size <= MIB || memmap_is_firmware(e820, pa, size);
}

/* Linux shows some of the firmware's memory in /dev/mem, and denies the rest. */
static bool can_be_read(const char *root, uint64_t pa, struct acpi_rsdp *rsdp)
{
	char path[PATH_SIZE];
	ssize_t got = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/dev/mem", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && pa <= INT64_MAX)
		got = pread(fd, rsdp, sizeof(*rsdp), (off_t)pa);
	if (fd >= 0)
		close(fd);
	return got >= ACPI_RSDP_V1_LENGTH;
}

const char *rsdp_objection(const char *root, const struct memmap *e820,
			   uint64_t pa)
{
	struct acpi_rsdp rsdp;

	if (!is_possible(e820, pa))
		return "it is no memory of the firmware's";
	if (!can_be_read(root, pa, &rsdp))
		return NULL;
	if (memcmp(rsdp.signature, "RSD PTR ", 8))
		return "there is no \"RSD PTR \"";
	if (acpi_sum(&rsdp, ACPI_RSDP_V1_LENGTH))
		return "the checksum there is wrong";
	return NULL;
}
