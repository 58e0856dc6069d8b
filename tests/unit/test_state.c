// SPDX-License-Identifier: GPL-2.0-only
/* test_state.c - files in /var/lib/kpark: whole or not, and not trusted */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "replace.h"
#include "state.h"

static void path_of(char *path, const char *name)
{
	sprintf(path, "%s%s%s", machine_root(), STATE_DIR, name);
}

/* /var/lib is there, as on any machine; open, made with its folder. */
static int opened(void)
{
	int dir;

	machine_text("/var/lib/other", "");
	dir = state_open(machine_root(), true);
	assert_true(dir >= 0);
	return dir;
}

static void folder_is_made_once_and_for_root_only(void **state)
{
	char path[128];
	struct stat st;

	(void)state;
	assert_int_equal(state_open(machine_root(), true), -1);
	assert_int_equal(errno, ENOENT);	/* not /var and /var/lib too */
	close(opened());
	path_of(path, "");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	close(opened());
	/* one of an earlier version */
	assert_int_equal(chmod(path, 0755), 0);
	close(opened());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void folders_above_another_one_are_made(void **state)
{
	int dir = state_open_folder(machine_root(), "/var/lib/kpark/history",
				    true);
	struct stat st;
	char path[128];

	(void)state;
	assert_true(dir >= 0);
	assert_int_equal(fstat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	close(dir);
	snprintf(path, sizeof(path), "%s/var/lib", machine_root());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
}

static void missing_folder_is_not_made_to_read(void **state)
{
	(void)state;
	machine_text("/var/lib/other", "");
	assert_int_equal(state_open(machine_root(), false), -1);
	assert_int_equal(errno, ENOENT);
}

static void linked_folder_is_refused(void **state)
{
	char path[128];

	(void)state;
	machine_text("/var/lib/other", "");
	path_of(path, "");
	assert_int_equal(symlink(machine_root(), path), 0);
	assert_int_equal(state_open(machine_root(), true), -1);
	assert_string_equal(state_error(), "a symbolic link, or no folder");
}

static void folder_others_may_write_to_is_refused(void **state)
{
	char path[128];

	(void)state;
	close(opened());
	path_of(path, "");
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(state_open(machine_root(), true), -1);
	assert_string_equal(state_error(), "not root's own");
}

static void folder_of_another_is_refused(void **state)
{
	char path[128];

	(void)state;
	if (geteuid()) {
		print_message("[     SKIP ] chown needs root\n");
		skip();
	}
	close(opened());
	path_of(path, "");
	assert_int_equal(chown(path, 1000, 1000), 0);
	assert_int_equal(state_open(machine_root(), true), -1);
	assert_string_equal(state_error(), "not root's own");
}

static void assert_content(int dir, const char *want)
{
	struct file file;

	assert_int_equal(state_read(dir, "it", &file), 0);
	assert_string_equal((char *)file.data, want);
	file_free(&file);
}

static void written_is_read_replaced_and_removed(void **state)
{
	int dir = opened();
	struct file file;

	(void)state;
	assert_int_equal(state_write(dir, "it", "one\n"), 0);
	assert_content(dir, "one\n");
	assert_int_equal(state_write(dir, "it", "two\n"), 0);
	assert_content(dir, "two\n");
	assert_int_equal(state_remove(dir, "it"), 0);
	assert_int_equal(state_remove(dir, "it"), 0);
	assert_int_equal(state_read(dir, "it", &file), -1);
	close(dir);
}

static void assert_alone(const char *name)
{
	char command[256];

	snprintf(command, sizeof(command), "test \"$(ls -A %s%s)\" = %s",
		 machine_root(), STATE_DIR, name);
	assert_int_equal(system(command), 0);
}

/* Neither the making of the new file nor its rename spoils what was there. */
static void failed_write_leaves_all_as_it_was(void **state)
{
	const char *name = REPLACE_TEMPORARY;
	int dir = opened();

	(void)state;
	assert_int_equal(state_write(dir, "it", "one\n"), 0);
	/* the temporary file cannot be made: a folder has its name */
	assert_int_equal(mkdirat(dir, name, 0700), 0);
	assert_int_equal(state_write(dir, "it", "two\n"), -1);
	assert_content(dir, "one\n");
	assert_int_equal(unlinkat(dir, name, AT_REMOVEDIR), 0);
	/* the name is a folder: rename fails, and nothing is left behind */
	assert_int_equal(state_remove(dir, "it"), 0);
	assert_int_equal(mkdirat(dir, "it", 0700), 0);
	assert_int_equal(state_write(dir, "it", "three\n"), -1);
	assert_alone("it");
	close(dir);
}

static void assert_mode(int dir, mode_t want)
{
	struct stat st;

	assert_int_equal(fstatat(dir, "it", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 0777, want);
}

/* What a killed kpark left is used up; what is no file of ours makes way. */
static void nothing_left_beside_it_is_in_the_way(void **state)
{
	static const char *const others[] = { "it", "/etc/hostname" };
	char path[128];
	int dir = opened();

	(void)state;
	path_of(path, "/" REPLACE_TEMPORARY);
	machine_text(STATE_DIR "/" REPLACE_TEMPORARY, "longer than it will be");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(state_write(dir, "it", "one\n"), 0);
	assert_content(dir, "one\n");
	assert_alone("it");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(symlink(others[i], path), 0);
		assert_int_equal(state_write(dir, "it", "two\n"), 0);
		assert_content(dir, "two\n");
		assert_mode(dir, 0600);
		assert_alone("it");
	}
	assert_int_equal(linkat(dir, "it", dir, REPLACE_TEMPORARY, 0), 0);
	assert_int_equal(state_write(dir, "it", "three\n"), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(state_write(dir, "it", "four\n"), 0);
	assert_content(dir, "four\n");
	machine_text(STATE_DIR "/" REPLACE_TEMPORARY, "");
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(state_write(dir, "it", "five\n"), 0);
	assert_mode(dir, 0600);
	assert_alone("it");
	close(dir);
}

/* Two at a time: each reader sees a whole text of one of them. */
static void writers_do_not_mix(void **state)
{
	static char texts[2][8192];
	int dir = opened(), status;
	pid_t child;

	(void)state;
	memset(texts[0], 'a', sizeof(texts[0]) - 1);
	memset(texts[1], 'b', 100);
	assert_int_equal(state_write(dir, "it", texts[0]), 0);
	child = fork();
	for (int i = 0; i < 100; i++) {
		struct file file;

		if (state_write(dir, "it", texts[!child]) ||
		    state_read(dir, "it", &file) ||
		    (strcmp((char *)file.data, texts[0]) &&
		     strcmp((char *)file.data, texts[1]))) {
			if (!child)
				_exit(1);
			fail();
		}
		file_free(&file);
	}
	if (!child)
		_exit(0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_alone("it");
	close(dir);
}

static void refused_to_read(int dir)
{
	struct file file;

	assert_int_equal(state_read(dir, "it", &file), -1);
	assert_null(file.data);
}

static void what_is_no_text_file_of_ours_is_refused(void **state)
{
	static char big[STATE_SIZE_MAX + 2];
	char path[128];
	int dir = opened();

	(void)state;
	path_of(path, "/it");
	machine_file(STATE_DIR "/it", "a\0b", 3);
	refused_to_read(dir);
	memset(big, 'x', sizeof(big) - 1);
	machine_text(STATE_DIR "/it", big);
	refused_to_read(dir);
	big[STATE_SIZE_MAX] = '\0';
	machine_text(STATE_DIR "/it", big);
	assert_content(dir, big);
	assert_int_equal(chmod(path, 0666), 0);
	refused_to_read(dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	refused_to_read(dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	refused_to_read(dir);
	close(dir);
}

static void values_come_back_as_they_were(void **state)
{
	static const char odd[] = "a=b \"c\nd\"\\ \t\x01\x7f\xc3\xa9=";
	char value[64];
	char *text = state_add(NULL, "first", "1");

	(void)state;
	text = state_add(text, "odd", odd);
	text = state_add(text, "empty", "");
	assert_int_equal(state_value(text, "odd", value, sizeof(value)), 0);
	assert_string_equal(value, odd);
	assert_int_equal(state_value(text, "first", value, 2), 0);
	assert_string_equal(value, "1");
	assert_int_equal(state_value(text, "first", value, 1), -1);
	assert_int_equal(state_value(text, "empty", value, 1), 0);
	assert_string_equal(value, "");
	assert_int_equal(state_value(text, "d\"", value, sizeof(value)), -1);
	assert_int_equal(state_value(text, "firs", value, sizeof(value)), -1);
	free(text);
}

static void damaged_values_are_none(void **state)
{
	static const char *const texts[] = {
		"", "\n\n", "k", "k\n", "kk=1", "k=\\", "k=\\x", "k=\\x1",
		"k=\\x00", "k=\\xZZ", "k=\\n", "k=12345678", "x\nk=\\x1\n",
	};
	char value[8];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *copy = strdup(texts[i]);	/* ASan guards its end */

		assert_int_equal(state_value(copy, "k", value, sizeof(value)),
				 -1);
		free(copy);
	}
	assert_int_equal(state_value("k=1234567", "k", value, 8), 0);
}

static void boot_id_is_a_uuid(void **state)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	char id[STATE_BOOT_ID_SIZE];

	(void)state;
	assert_int_equal(state_boot_id(machine_root(), id), -1);
	machine_text(path, "01234567-89ab-cdef-0123-456789abcdef\n");
	assert_int_equal(state_boot_id(machine_root(), id), 0);
	assert_string_equal(id, "01234567-89ab-cdef-0123-456789abcdef");
	machine_text(path, "01234567\n");
	assert_int_equal(state_boot_id(machine_root(), id), -1);
	machine_text(path, "0123456789012345678901234567890123456789\n");
	assert_int_equal(state_boot_id(machine_root(), id), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(folder_is_made_once_and_for_root_only),
		MACHINE_TEST(folders_above_another_one_are_made),
		MACHINE_TEST(missing_folder_is_not_made_to_read),
		MACHINE_TEST(linked_folder_is_refused),
		MACHINE_TEST(folder_others_may_write_to_is_refused),
		MACHINE_TEST(folder_of_another_is_refused),
		MACHINE_TEST(written_is_read_replaced_and_removed),
		MACHINE_TEST(failed_write_leaves_all_as_it_was),
		MACHINE_TEST(nothing_left_beside_it_is_in_the_way),
		MACHINE_TEST(writers_do_not_mix),
		MACHINE_TEST(what_is_no_text_file_of_ours_is_refused),
		cmocka_unit_test(values_come_back_as_they_were),
		cmocka_unit_test(damaged_values_are_none),
		MACHINE_TEST(boot_id_is_a_uuid),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
