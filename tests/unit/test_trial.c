// SPDX-License-Identifier: GPL-2.0-only
/* test_trial.c - a kernel on trial, and the watchdog that ends it */
#include "machine.h"

#include "capture.h"
#include "trial.h"

#define HERE	"11111111-2222-3333-4444-555555555555"
#define BEFORE	"99999999-2222-3333-4444-555555555555"

static const struct trial begun = {
	.begun = true,
	.boot_id = BEFORE, .release = "6.12.1", .driver = "i6300esb",
	.seconds = 60, .time = 1700000000,
};

static char text[512];

/* A kernel with this command line, boot_id HERE. */
static void boot(const char *cmdline)
{
	machine_text("/proc/cmdline", cmdline);
	machine_text("/proc/sys/kernel/random/boot_id", HERE "\n");
}

static enum trial_state story(void)
{
	return trial_story(machine_root(), text, sizeof(text));
}

static void save(const struct trial *trial)
{
	char dir[600];

	snprintf(dir, sizeof(dir), "%s/var", machine_root());
	mkdir(dir, 0755);
	strcat(dir, "/lib");
	mkdir(dir, 0755);
	assert_int_equal(trial_save(machine_root(), trial), 0);
}

static void what_is_saved_is_read(void **state)
{
	struct trial trial;

	(void)state;
	save(&begun);
	assert_int_equal(trial_read(machine_root(), &trial), 0);
	assert_memory_equal(&trial, &begun, sizeof(trial));
	trial_forget(machine_root());
	assert_int_equal(trial_read(machine_root(), &trial), -1);
}

static void none_is_nothing_to_tell(void **state)
{
	(void)state;
	boot("quiet");
	assert_int_equal(story(), TRIAL_NONE);
	assert_string_equal(text, "");
	assert_false(trial_is_on(machine_root()));
}

static void on_trial_until_committed(void **state)
{
	struct trial trial = begun;

	(void)state;
	boot("quiet kpark.watchdog=i6300esb modprobe.blacklist=i6300esb\n");
	assert_int_equal(story(), TRIAL_ON);	/* on a new disk, too */
	save(&trial);
	assert_int_equal(story(), TRIAL_ON);
	assert_non_null(strstr(text, "the watchdog i6300esb resets"));
	strcpy(trial.committed, BEFORE);	/* that was another boot */
	save(&trial);
	assert_int_equal(story(), TRIAL_ON);
	strcpy(trial.committed, HERE);
	save(&trial);
	assert_int_equal(story(), TRIAL_NONE);
	assert_false(trial_is_on(machine_root()));
}

static void came_back_without_it(void **state)
{
	struct trial trial = begun;

	(void)state;
	boot("quiet");
	save(&trial);
	assert_int_equal(story(), TRIAL_FAILED);
	assert_string_equal(text, "the kernel 6.12.1, started on trial at"
			    " 2023-11-14 22:13:20 UTC, did not commit within"
			    " 60 s: the watchdog i6300esb reset the machine, or"
			    " it was reset before");
	strcpy(trial.committed, BEFORE);
	save(&trial);
	assert_int_equal(story(), TRIAL_NONE);
}

/* exec wrote it, and the jump has yet to come, or never will. */
static void not_gone_yet(void **state)
{
	char driver[WATCHDOG_NAME_SIZE];
	struct trial trial = begun;

	(void)state;
	boot("quiet");
	assert_int_equal(trial_armed(machine_root(), driver), -1);
	strcpy(trial.boot_id, HERE);
	save(&trial);
	assert_int_equal(story(), TRIAL_ARMED);
	assert_non_null(strstr(text, "the watchdog i6300esb may count"));
	assert_int_equal(trial_armed(machine_root(), driver), 0);
	assert_string_equal(driver, "i6300esb");
	trial.begun = false;		/* killed before it could say so */
	save(&trial);
	assert_int_equal(story(), TRIAL_ARMED);
	boot("kpark.watchdog=i6300esb");	/* this kernel is committed */
	assert_int_equal(story(), TRIAL_ARMED);
	assert_int_equal(trial_armed(machine_root(), driver), 0);
	boot("quiet");
	strcpy(trial.committed, HERE);
	save(&trial);
	assert_int_equal(story(), TRIAL_NONE);
}

/* exec was killed before the watchdog counted: nothing has been on trial. */
static void never_begun(void **state)
{
	struct trial trial = begun;

	(void)state;
	boot("quiet");
	trial.begun = false;
	save(&trial);
	assert_int_equal(story(), TRIAL_NONE);
	/* what an earlier version wrote */
	machine_text("/var/lib/kpark/trial", "version=1\nboot_id=" BEFORE
		     "\nrelease=6.12\ndriver=i6300esb\ncommitted=\n"
		     "seconds=60\ntime=1\n");
	assert_int_equal(story(), TRIAL_FAILED);
}

static void damage_is_no_story(void **state)
{
	(void)state;
	boot("quiet");
	save(&begun);
	machine_text("/var/lib/kpark/trial", "version=1\nboot_id=x\n");
	assert_int_equal(story(), TRIAL_NONE);
	machine_text("/var/lib/kpark/trial", "version=2\n");
	assert_int_equal(story(), TRIAL_NONE);
}

static void add_device(const char *name, const char *driver)
{
	char path[128], target[128], link[512];

	snprintf(path, sizeof(path), "/sys/class/watchdog/%s/device/driver/x",
		 name);
	machine_text(path, "");
	if (!driver)
		return;
	snprintf(target, sizeof(target), "../../../../module/%s", driver);
	snprintf(link, sizeof(link),
		 "%s/sys/class/watchdog/%s/device/driver/module",
		 machine_root(), name);
	assert_int_equal(symlink(target, link), 0);
}

static void the_first_with_a_module_is_found(void **state)
{
	struct watchdog watchdog;

	(void)state;
	add_device("watchdog2", "iTCO_wdt");
	add_device("watchdog1", "i6300esb");
	add_device("watchdog0", NULL);		/* built in */
	assert_int_equal(watchdog_find(machine_root(), &watchdog), 0);
	assert_string_equal(watchdog.device, "watchdog1");
	assert_string_equal(watchdog.driver, "i6300esb");
}

/* i6300esb names no parent, and neither does softdog */
static void one_without_a_parent_is_known_by_the_core_s_holder(void **state)
{
	struct watchdog watchdog;

	(void)state;
	machine_text("/sys/class/watchdog/watchdog0/identity",
		     "Software Watchdog\n");
	machine_text("/sys/class/watchdog/watchdog1/identity",
		     "i6300ESB timer\n");
	machine_text("/sys/module/watchdog/holders/softdog", "");
	machine_text("/sys/module/watchdog/holders/i6300esb", "");
	assert_int_equal(watchdog_find(machine_root(), &watchdog), 0);
	assert_string_equal(watchdog.device, "watchdog1");
	assert_string_equal(watchdog.driver, "i6300esb");
	machine_text("/sys/module/watchdog/holders/wdt_pci", "");
	assert_int_equal(watchdog_find(machine_root(), &watchdog), -1);
}

static void no_watchdog_is_said(void **state)
{
	struct watchdog watchdog;
	struct capture said;
	int ret;

	(void)state;
	capture_begin(&said);
	ret = watchdog_find(machine_root(), &watchdog);
	capture_end(&said);
	assert_int_equal(ret, -1);
	assert_non_null(strstr(said.text, "no hardware watchdog"));
}

static void the_next_kernel_needs_the_module(void **state)
{
	const struct watchdog watchdog = { "watchdog0", "i6300esb", -1 };
	struct capture said;
	int ret;

	(void)state;
	machine_text("/lib/modules/6.12.1/modules.dep",
		     "kernel/drivers/watchdog/i6300esb.ko.xz: a b\n");
	machine_text("/lib/modules/6.1.0/modules.dep",
		     "kernel/drivers/watchdog/i6300esbx.ko: a b\n");
	assert_int_equal(watchdog_check_next(machine_root(), &watchdog,
					     "6.12.1"), 0);
	capture_begin(&said);
	ret = watchdog_check_next(machine_root(), &watchdog, "6.1.0");
	capture_end(&said);
	assert_int_equal(ret, -1);
	assert_non_null(strstr(said.text, "i6300esb is no module there"));
}

/* The kernel's name of a module, and that of its file */
static void a_dash_is_an_underscore(void **state)
{
	const struct watchdog watchdog = { "watchdog0", "made_up_wdt", -1 };

	(void)state;
	machine_text("/lib/modules/6.12.1/modules.dep",
		     "kernel/drivers/watchdog/made-up_wdt.ko.xz: a-b\n");
	assert_int_equal(watchdog_check_next(machine_root(), &watchdog,
					     "6.12.1"), 0);
}

#define TEST(test) \
	cmocka_unit_test_setup_teardown(test, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_saved_is_read),
		TEST(none_is_nothing_to_tell),
		TEST(on_trial_until_committed),
		TEST(came_back_without_it),
		TEST(not_gone_yet),
		TEST(never_begun),
		TEST(damage_is_no_story),
		TEST(the_first_with_a_module_is_found),
		TEST(one_without_a_parent_is_known_by_the_core_s_holder),
		TEST(no_watchdog_is_said),
		TEST(the_next_kernel_needs_the_module),
		TEST(a_dash_is_an_underscore),
	};

	return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
