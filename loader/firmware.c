// SPDX-License-Identifier: GPL-2.0-only
/*
 * firmware.c - what the last boot through firmware cost, and systemd's times.
 *
 * ACPI 6.6, "Firmware Performance Data Table (FPDT)": its pointer record says
 * where in memory the Firmware Basic Boot Performance Table (FBPT) is. Linux
 * shows that below /sys/firmware/acpi/fpdt if it was built so; Debian's is
 * not, and /dev/mem gives it.
 */
#include "firmware.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "acpi.h"
#include "bytes.h"
#include "file.h"
#include "memmap.h"

#define PATH_SIZE	256
#define ANSWER_SIZE	1024
#define SYSTEMCTL_MS	5000
#define HOUR_NS		3600000000000LL

/* FPDT: records behind the header; FBPT: records behind 8 bytes */
#define FBPT_HEADER		8
#define RECORD_HEADER		4	/* type, length, revision */
#define POINTER_TYPE		0	/* the same number in both tables */
#define POINTER_LENGTH		16
#define BASIC_BOOT_TYPE		2
#define BASIC_BOOT_LENGTH	48
#define FBPT_MAX		4096

/* The first record of this type and at least this length, or NULL. */
static const uint8_t *find_record(const uint8_t *data, size_t size, size_t at,
				  uint16_t type, size_t length)
{
	while (at <= size && size - at >= RECORD_HEADER) {
		size_t found = data[at + 2];

		if (found < RECORD_HEADER || found > size - at)
			return NULL;
		if (get16(data + at) == type && found >= length)
			return data + at;
		at += found;
	}
	return NULL;
}

static uint64_t find_fbpt(const char *root)
{
	const struct acpi_header *header;
	const uint8_t *record = NULL;
	char path[PATH_SIZE];
	struct file file;
	uint64_t pa = 0;

	snprintf(path, sizeof(path), "%s/sys/firmware/acpi/tables/FPDT", root);
	if (file_read(path, &file))
		return 0;
	header = (const struct acpi_header *)file.data;
	if (file.size >= sizeof(*header) &&
	    !memcmp(header->signature, "FPDT", 4) &&
	    header->length >= sizeof(*header) && header->length <= file.size &&
	    !acpi_sum(header, header->length))
		record = find_record(file.data, header->length,
				     sizeof(*header), POINTER_TYPE,
				     POINTER_LENGTH);
	if (record)
		pa = get64(record + 8);
	file_free(&file);
	return pa;
}

/* Nanoseconds since reset: loader loaded, loader started, firmware left */
static bool use_times(struct firmware *firmware, uint64_t load,
		      uint64_t launch, uint64_t exit)
{
	uint64_t loader = launch ? launch : load;

	if (!exit)
		exit = loader;
	if (!exit || exit > HOUR_NS || loader > exit)
		return false;
	firmware->known = true;
	firmware->ns = (int64_t)(loader ? loader : exit);
	firmware->loader_ns = loader ? (int64_t)(exit - loader) : -1;
	firmware->source = "ACPI FPDT";
	return true;
}

/* What a table names may be a device's, and to read it does something there. */
static bool may_be_read(const char *root, uint64_t pa, size_t size)
{
	struct memmap map;
	bool may = !memmap_find_firmware(root, &map) &&
		   memmap_is_firmware(&map, pa, size);

	memmap_free(&map);
	return may;
}

static bool read_memory(const char *root, uint64_t pa, uint8_t *data,
			size_t size)
{
	char path[PATH_SIZE];
	ssize_t got;
	int fd;

	if (!may_be_read(root, pa, size))
		return false;
	snprintf(path, sizeof(path), "%s/dev/mem", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = pread(fd, data, size, (off_t)pa);
	close(fd);
	return got == (ssize_t)size;
}

static bool read_fbpt(const char *root, struct firmware *firmware)
{
	uint64_t pa = find_fbpt(root);
	const uint8_t *record;
	uint8_t data[FBPT_MAX];
	uint32_t size;

	if (!pa || pa > INT64_MAX - FBPT_MAX ||
	    !read_memory(root, pa, data, FBPT_HEADER) ||
	    memcmp(data, "FBPT", 4))
		return false;
	size = get32(data + 4);
	if (size < FBPT_HEADER || size > sizeof(data) ||
	    !read_memory(root, pa, data, size))
		return false;
	record = find_record(data, size, FBPT_HEADER, BASIC_BOOT_TYPE,
			     BASIC_BOOT_LENGTH);
	return record && use_times(firmware, get64(record + 16),
				   get64(record + 24), get64(record + 40));
}

static uint64_t fpdt_number(const char *root, const char *name)
{
	char path[PATH_SIZE];
	uint64_t number;

	snprintf(path, sizeof(path), "%s/sys/firmware/acpi/fpdt/boot/%s", root,
		 name);
	return file_number(path, 10, &number) ? 0 : number;
}

static bool read_sysfs(const char *root, struct firmware *firmware)
{
	return use_times(firmware,
			 fpdt_number(root, "bootloader_load_ns"),
			 fpdt_number(root, "bootloader_launch_ns"),
			 fpdt_number(root, "exitbootservice_end_ns"));
}

void firmware_read(const char *root, bool cold,
		   const struct systemd_times *times,
		   struct firmware *firmware)
{
	memset(firmware, 0, sizeof(*firmware));
	firmware->source = "the firmware does not say";
	if (read_sysfs(root, firmware) || read_fbpt(root, firmware))
		return;
	if (!cold || times->loader_us < 0 ||
	    times->firmware_us <= times->loader_us ||
	    times->firmware_us > HOUR_NS / 1000)
		return;
	firmware->known = true;
	firmware->ns = (times->firmware_us - times->loader_us) * 1000;
	firmware->loader_ns = times->loader_us * 1000;
	firmware->source = "systemd";
}

/* -- systemd --------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void read_answer(int fd, char answer[ANSWER_SIZE])
{
	int64_t end = now_ms() + SYSTEMCTL_MS;
	size_t size = 0;

	while (size < ANSWER_SIZE - 1) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int64_t left = end - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&wait, 1, (int)left) <= 0)
			break;
		got = read(fd, answer + size, ANSWER_SIZE - 1 - size);
		if (got <= 0)
			break;
		size += (size_t)got;
	}
	answer[size] = '\0';
}

static pid_t start_systemctl(const char *path, int out)
{
	char *const argv[] = {
		"systemctl", "show", "--property=FinishTimestampMonotonic,"
		"FirmwareTimestampMonotonic,LoaderTimestampMonotonic", NULL
	};
	char *const envp[] = { "LC_ALL=C", "PATH=/usr/bin:/bin", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int ret;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	ret = posix_spawn(&pid, path, &actions, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&actions);
	return ret ? -1 : pid;
}

/* A systemctl that has not answered by now will not be waited for. */
static void ask(const char *path, char answer[ANSWER_SIZE])
{
	int ends[2];
	pid_t pid;

	*answer = '\0';
	if (pipe2(ends, O_CLOEXEC))
		return;
	pid = start_systemctl(path, ends[1]);
	close(ends[1]);
	if (pid > 0) {
		read_answer(ends[0], answer);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(ends[0]);
}

static int64_t property(const char *answer, const char *name)
{
	const char *found = strstr(answer, name);
	int64_t value;

	if (!found || sscanf(found + strlen(name), "=%" SCNd64, &value) != 1 ||
	    value < 0)
		return -1;
	return value;
}

void systemd_read(const char *root, struct systemd_times *times)
{
	char path[PATH_SIZE], answer[ANSWER_SIZE];

	memset(times, 0, sizeof(*times));
	snprintf(path, sizeof(path), "%s/run/systemd/system", root);
	times->runs = !access(path, F_OK);
	if (!times->runs)
		return;
	snprintf(path, sizeof(path), "%s/usr/bin/systemctl", root);
	ask(path, answer);
	times->finish_us = property(answer, "FinishTimestampMonotonic");
	times->firmware_us = property(answer, "FirmwareTimestampMonotonic");
	times->loader_us = property(answer, "LoaderTimestampMonotonic");
}
