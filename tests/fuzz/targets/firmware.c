// SPDX-License-Identifier: GPL-2.0-only
/*
 * firmware.c - any bytes as the FPDT, as the FBPT, and any text as what systemctl
 * answers. Includes the file under test.
 */
#include "../fuzz.h"

#include "../../../loader/firmware.c"

#include "rsdp.h"

static void make_sound(uint8_t *table, size_t size)
{
	struct acpi_header *header = (struct acpi_header *)table;

	memcpy(header->signature, "FPDT", 4);
	header->length = (uint32_t)size;
	header->checksum = 0;
	header->checksum = (uint8_t)-acpi_sum(table, size);
}

static void read_tables(uint8_t *table, size_t size)
{
	struct firmware firmware = { 0 };
	const uint8_t *record;

	files_are(table, size);
	find_fbpt("");
	if (size >= sizeof(struct acpi_header)) {
		make_sound(table, size);
		find_fbpt("");
	}
	record = find_record(table, size, FBPT_HEADER, BASIC_BOOT_TYPE,
			     BASIC_BOOT_LENGTH);
	must(!record || lies_in(record, BASIC_BOOT_LENGTH, table, size));
	if (record && use_times(&firmware, get64(record + 16),
				get64(record + 24), get64(record + 40)))
		must(firmware.ns >= 0 && firmware.ns <= HOUR_NS &&
		     firmware.loader_ns >= -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *table = calloc(size ? size : 1, 1);
	char *text = text_of(data, size);
	uint64_t pa;

	must(table);
	if (size)
		memcpy(table, data, size);
	read_tables(table, size);
	must(property(text, "Finish") >= -1);
	must(rsdp_parse(text, &pa) || pa);
	free(text);
	free(table);
	return 0;
}
