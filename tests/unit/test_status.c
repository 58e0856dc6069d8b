// SPDX-License-Identifier: GPL-2.0-only
/* test_status.c - what is told of a load, before the jump and after it */
#include "machine.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "bootparams.h"
#include "cmdline.h"
#include "kpark.h"
#include "status.h"

#define ID_OLD	"11111111-1111-1111-1111-111111111111"
#define ID_NOW	"22222222-2222-2222-2222-222222222222"
#define TABLE	"/sys/firmware/acpi/tables/KPRK"

static struct record record;
static struct status status;

/* A machine of four CPUs, nothing loaded; a record, to be saved. */
static int setup(void **state)
{
	struct utsname uts;

	if (machine_setup(state) || uname(&uts))
		return -1;
	machine_text("/proc/sys/kernel/random/boot_id", ID_NOW "\n");
	machine_text("/proc/cmdline", "ro quiet\n");
	machine_text("/sys/kernel/kexec_loaded", "0\n");
	machine_text("/sys/devices/system/cpu/online", "0-2\n");
	machine_text("/sys/devices/system/cpu/present", "0-1,3,5-6\n");
	machine_text("/var/lib/other", "");
	memset(&record, 0, sizeof(record));
	strcpy(record.boot_id, ID_NOW);
	strcpy(record.from, "6.1.0-old");
	strcpy(record.kernel, "/boot/odd \"name\"\n");
	strcpy(record.release, uts.release);
	strcpy(record.cmdline, "ro dyndbg=\"a\nb\"");
	strcpy(record.path, RECORD_BY_FILE);
	record.hop = 7;
	record.time = 1700000000;
	strcpy(record.verdict.not_parked, "because");
	strcpy(record.verdict.no_mailbox, "of that");
	return 0;
}

static int teardown(void **state)
{
	status_free(&status);
	return machine_teardown(state);
}

static void save(void)
{
	assert_int_equal(record_save(machine_root(), &record), 0);
}

static void read_it(void)
{
	status_free(&status);
	status_read(machine_root(), &status);
}

static void machine_node(uint32_t hop, const char *note)
{
	static const char path[] = "/sys/kernel/boot_params/setup_data/1/";
	char full[128], type[16];
	uint8_t data[512];

	memcpy(data, &hop, 4);
	memcpy(data + 4, note, strlen(note));
	snprintf(type, sizeof(type), "0x%x\n", SETUP_KPARK);
	machine_text("/sys/kernel/boot_params/setup_data/0/type", "0x9\n");
	snprintf(full, sizeof(full), "%stype", path);
	machine_text(full, type);
	snprintf(full, sizeof(full), "%sdata", path);
	machine_file(full, data, 4 + strlen(note));
}

static struct {
	struct kprk_table table;
	struct kprk_record records[3];
} all;

static void put_table(void)
{
	all.table.header.checksum = 0;
	all.table.header.checksum = (uint8_t)-acpi_sum(&all, sizeof(all));
	machine_file(TABLE, &all, sizeof(all));
}

/* A KPRK table of `hop` with two APs, the second one lost or not. */
static void machine_table(uint32_t hop, uint32_t outcome, int lost)
{
	memset(&all, 0, sizeof(all));
	memcpy(all.table.header.signature, "KPRK", 4);
	all.table.header.length = sizeof(all);
	all.table.version = PARK_ABI_VERSION;
	all.table.hop = hop;
	all.table.outcome = outcome;
	all.table.records = 3;
	all.table.records_at = sizeof(all.table);
	all.table.record_size = sizeof(struct kprk_record);
	memset(all.table.previous, 'p', sizeof(all.table.previous));
	for (int i = 1; i < 3; i++) {
		all.records[i].commanded = 10;
		all.records[i].woken = i == 2 && lost ? 0 : 20;
	}
	put_table();
}

static void record_comes_back_as_it_was(void **state)
{
	struct record back;

	(void)state;
	save();
	assert_int_equal(record_read(machine_root(), &back), 0);
	assert_memory_equal(&back, &record, sizeof(back));
	record_forget(machine_root());
	assert_int_equal(record_read(machine_root(), &back), -1);
}

/* A load that was killed left one aside; that of the next comes to nothing. */
static void record_aside_is_of_the_last_load(void **state)
{
	struct record back;

	(void)state;
	save();
	record_put_aside(machine_root());
	record_put_aside(machine_root());
	record_put_back(machine_root());
	assert_int_equal(record_read(machine_root(), &back), -1);
	save();
	record_put_aside(machine_root());
	assert_int_equal(record_read(machine_root(), &back), -1);
	record_put_back(machine_root());
	assert_int_equal(record_read(machine_root(), &back), 0);
}

/* Each line missing, each line cut short: no record, and no crash. */
static void damaged_record_is_none(void **state)
{
	static const char path[] = STATE_DIR "/loaded";
	char full[128], *text, *line;
	struct record back;
	struct file file;

	(void)state;
	save();
	snprintf(full, sizeof(full), "%s%s", machine_root(), path);
	assert_int_equal(file_read(full, &file), 0);
	for (size_t size = 0; size + 1 < file.size; size++) {
		char *cut = strndup((char *)file.data, size);

		machine_text(path, cut);
		if (size < file.size - strlen("of that\n") &&
		    !record_read(machine_root(), &back))
			fail_msg("%zu bytes are a record: %s", size, cut);
		free(cut);
	}
	text = strdup((char *)file.data);
	for (line = text; *line; line = strchr(line, '\n') + 1) {
		char saved = *line;
		int optional = !strncmp(line, "parked=", 7) ||
			       !strncmp(line, "mailbox=", 8);

		*line = '#';
		machine_text(path, text);
		assert_int_equal(record_read(machine_root(), &back),
				 optional ? 0 : -1);
		*line = saved;
	}
	text[strlen("version=")]++;
	machine_text(path, text);
	free(text);
	file_free(&file);
	assert_int_equal(record_read(machine_root(), &back), -1);
	assert_string_equal(state_error(), "damaged");
}

static void nothing_loaded(void **state)
{
	(void)state;
	save();		/* unloaded by somebody else */
	read_it();
	assert_int_equal(status.loaded, LOADED_NO);
	assert_null(status.record);
	assert_int_equal(status.online, 3);
	assert_int_equal(status.present, 5);
	assert_int_equal(status.boot, BOOT_OTHER);
	assert_int_equal(status_code(&status), EXIT_OK);
}

static void loaded_and_recorded(void **state)
{
	(void)state;
	machine_text("/sys/kernel/kexec_loaded", "1\n");
	save();
	read_it();
	assert_int_equal(status.loaded, LOADED_YES);
	assert_non_null(status.record);
	assert_string_equal(status.record->kernel, record.kernel);
}

static void loaded_and_not_recorded(void **state)
{
	(void)state;
	machine_text("/sys/kernel/kexec_loaded", "1\n");
	read_it();
	assert_int_equal(status.loaded, LOADED_YES);
	assert_null(status.record);
	assert_string_equal(status.no_record,
			    STATE_DIR "/loaded: No such file or directory");
	strcpy(record.boot_id, ID_OLD);
	save();
	read_it();
	assert_null(status.record);
	assert_string_equal(status.no_record,
			    STATE_DIR "/loaded: of another boot");
}

static void mark_and_record_tell_of_a_load_as_file(void **state)
{
	(void)state;
	machine_text("/proc/cmdline", "ro " CMDLINE_MARK ID_OLD " quiet\n");
	strcpy(record.boot_id, ID_OLD);
	save();
	read_it();
	assert_int_equal(status.boot, BOOT_FILE);
	assert_int_equal(status.hop, 7);
	assert_string_equal(status.from, "6.1.0-old");
	assert_string_equal(status.why, "because");
	assert_int_equal(status_code(&status), EXIT_OK);
}

static void assert_mark_alone(void)
{
	static const char want[] = "not parked; there is no record of why: ";

	save();
	read_it();
	assert_int_equal(status.boot, BOOT_FILE);
	assert_int_equal(status.hop, 0);
	assert_memory_equal(status.why, want, strlen(want));
}

/* Another load's, another way of loading, another kernel. */
static void record_that_did_not_lead_here_is_not_believed(void **state)
{
	(void)state;
	machine_text("/proc/cmdline", CMDLINE_MARK ID_OLD);
	assert_mark_alone();
	strcpy(record.boot_id, ID_OLD);
	strcpy(record.path, RECORD_BY_SEGMENTS);
	assert_mark_alone();
	strcpy(record.path, RECORD_BY_FILE);
	strcpy(record.release, "0.0.1");
	assert_mark_alone();
}

static void node_without_table_is_a_boot_without_parking(void **state)
{
	(void)state;
	machine_node(4, "from=6.12.1\nreason=one \\x28CPU\\x29\n"
			"mailbox_reason=x\n");
	machine_table(3, KPRK_PUBLISHED, 0);	/* of an earlier jump */
	read_it();
	assert_int_equal(status.boot, BOOT_UNPARKED);
	assert_int_equal(status.hop, 4);
	assert_string_equal(status.from, "6.12.1");
	assert_string_equal(status.why, "one (CPU)");
	assert_int_equal(status_code(&status), EXIT_OK);
}

static void table_of_another_version(void **state)
{
	(void)state;
	machine_node(4, "from=6.12.1\nreason=\nmailbox_reason=\n");
	machine_table(4, KPRK_PUBLISHED, 0);
	all.table.version = PARK_ABI_VERSION + 1;
	put_table();
	read_it();
	assert_int_equal(status.boot, BOOT_OTHER_VERSION);
	assert_string_equal(status.why, "");
	assert_int_equal(status_code(&status), EXIT_OK);
}

/* What was to be parked and left no table: purgatory did not trust the park. */
static void park_that_was_not_trusted(void **state)
{
	(void)state;
	machine_node(4, "from=6.12.1\nreason=\nmailbox_reason=\n");
	read_it();
	assert_int_equal(status.boot, BOOT_UNPARKED);
	assert_string_equal(status.why, "this kernel shows no ACPI tables");
	assert_int_equal(status_code(&status), EXIT_OK);
	machine_text("/sys/firmware/acpi/tables/APIC", "x");
	read_it();
	assert_int_equal(status.boot, BOOT_UNPARKED);
	assert_string_equal(status.why, "purgatory found no park or no ACPI"
			    " tables that it can trust");
	assert_int_equal(status_code(&status), EXIT_DEGRADED);
}

static void inherited_table(void **state)
{
	(void)state;
	machine_table(3, KPRK_PUBLISHED, 1);
	read_it();
	assert_int_equal(status.boot, BOOT_INHERITED);
	assert_int_equal(status_code(&status), EXIT_OK);
}

static void parked_boot(void **state)
{
	char whole[IMAGE_RELEASE_MAX];

	(void)state;
	memset(whole, 'p', sizeof(whole));
	whole[KPRK_RELEASE_SIZE] = '\0';
	machine_node(3, "");		/* by a kpark without notes */
	machine_table(3, KPRK_PUBLISHED, 0);
	read_it();
	assert_int_equal(status.boot, BOOT_PARKED);
	assert_string_equal(status.from, whole);
	assert_string_equal(status.why, "");
	assert_int_equal(status.released, 2);
	assert_int_equal(status_code(&status), EXIT_OK);
	all.records[1].arrived = 5;	/* its TSC is behind the warden's */
	all.records[1].woken = 8;
	put_table();
	read_it();
	assert_int_equal(status.lost, 0);
	assert_int_equal(status.released, 2);
	machine_table(3, KPRK_PUBLISHED, 1);
	read_it();
	assert_int_equal(status.released, 1);
	assert_int_equal(status.lost, 1);
	assert_int_equal(status_code(&status), EXIT_DEGRADED);
}

static void mailbox_not_offered_says_why(void **state)
{
	(void)state;
	machine_node(3, "from=x\nreason=\nmailbox_reason=--mailbox=never\n");
	machine_table(3, KPRK_NOT_WANTED, 0);
	read_it();
	assert_string_equal(status.why,
			    "the mailbox was not offered: --mailbox=never");
	assert_int_equal(status_code(&status), EXIT_OK);
	/* purgatory's word is later, and weighs more */
	machine_table(3, KPRK_AP_MISSING, 0);
	read_it();
	assert_string_equal(status.why, "APIC ID 0 never arrived in the park");
	assert_int_equal(status_code(&status), EXIT_DEGRADED);
}

/* One read each of the pipe at `path`: the table changes from one to the next. */
static _Noreturn void play(const char *path, struct file *table,
			   unsigned int wrong)
{
	uint8_t *count = table->data + sizeof(struct kprk_table);
	int notes = inotify_init1(IN_CLOEXEC), fd, code = 0;
	struct inotify_event event;

	alarm(20);
	inotify_add_watch(notes, path, IN_CLOSE_NOWRITE);
	*count += 1;
	for (unsigned int i = 0; i <= wrong; i++) {
		*count -= i == wrong;
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (write(fd, table->data, table->size) !=
		    (ssize_t)table->size)
			code = 1;
		close(fd);
		/* .. and the reader has closed it, too */
		if (read(notes, &event, sizeof(event)) != sizeof(event))
			code = 1;
	}
	_exit(code);
}

/* A CPU is about to change its record: the first reads find the sum wrong. */
static void table_that_changes_is_read_again(void **state)
{
	char path[128];
	struct file table;
	int code;
	pid_t child;

	(void)state;
	machine_node(3, "");
	machine_table(3, KPRK_PUBLISHED, 0);
	snprintf(path, sizeof(path), "%s%s", machine_root(), TABLE);
	assert_int_equal(file_read(path, &table), 0);
	machine_remove(TABLE);
	assert_int_equal(mkfifo(path, 0600), 0);
	child = fork();
	if (!child)
		play(path, &table, 3);
	assert_true(child > 0);
	alarm(20);
	read_it();
	alarm(0);
	assert_int_equal(waitpid(child, &code, 0), child);
	assert_int_equal(code, 0);
	assert_int_equal(status.boot, BOOT_PARKED);
	assert_int_equal(status.released, 2);
	file_free(&table);
}

/* A table that is damaged for good: the sum stays wrong, and the reading ends. */
static void table_with_a_wrong_sum_is_none(void **state)
{
	struct file table;
	char path[128];

	(void)state;
	machine_node(3, "");
	machine_table(3, KPRK_PUBLISHED, 0);
	snprintf(path, sizeof(path), "%s%s", machine_root(), TABLE);
	assert_int_equal(file_read(path, &table), 0);
	table.data[sizeof(struct kprk_table)]++;
	machine_file(TABLE, table.data, table.size);
	file_free(&table);
	read_it();
	assert_null(status.kprk.table);
	assert_string_equal(status.kprk.why_not,
			    "wrong checksum (found 1, need 0)");
}

static void note_is_what_it_was_made_of(void **state)
{
	struct parkable verdict = { "a\n=b", "c\\" };
	char *text = note_make("6.12.1", &verdict);
	struct note note;

	(void)state;
	assert_non_null(text);
	note_read(text, &note);
	assert_string_equal(note.from, "6.12.1");
	assert_memory_equal(&note.verdict, &verdict, sizeof(verdict));
	free(text);
	note_read("from=\\x\nreason=1\n", &note);
	assert_string_equal(note.from, "");
	assert_string_equal(note.verdict.not_parked, "1");
	note_read(NULL, &note);
	assert_string_equal(note.verdict.not_parked, "");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(record_comes_back_as_it_was),
		TEST(record_aside_is_of_the_last_load),
		TEST(damaged_record_is_none),
		TEST(nothing_loaded),
		TEST(loaded_and_recorded),
		TEST(loaded_and_not_recorded),
		TEST(mark_and_record_tell_of_a_load_as_file),
		TEST(record_that_did_not_lead_here_is_not_believed),
		TEST(node_without_table_is_a_boot_without_parking),
		TEST(park_that_was_not_trusted),
		TEST(table_of_another_version),
		TEST(inherited_table),
		TEST(parked_boot),
		TEST(mailbox_not_offered_says_why),
		TEST(table_that_changes_is_read_again),
		TEST(table_with_a_wrong_sum_is_none),
		TEST(note_is_what_it_was_made_of),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
