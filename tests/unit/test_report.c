// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_report.c - a timeline put together from a made-up machine's files, good
 * and bad, and shown; the history.
 *
 * The machine: TSC at 2 GHz, up for 20 s; kpark jumped when the TSC said 10 s,
 * the kernel's clock began one second later.
 */
#include "machine.h"

#include <time.h>

#include <jansson.h>

#include "bootparams.h"
#include "history.h"
#include "kprk.h"
#include "replace.h"
#include "report.h"

#define KHZ		2000000ULL
#define TICKS(ms)	((uint64_t)(ms) * KHZ)
#define UP_MS		20000
#define ZERO_MS		11000		/* TSC when the kernel's clock began */
#define NOW_MS		(ZERO_MS + UP_MS)
#define EPOCH_NS	1700000000000000000LL	/* wall clock at TSC 0 */
#define BOOT_ID		"11111111-2222-3333-4444-555555555555"
#define OLD_BOOT_ID	"99999999-2222-3333-4444-555555555555"

static const char log_text[] =
	"5,0,0,-;Linux version 6.12.1\n"
	"6,1,0,-;tsc: Detected 2000.000 MHz processor\n"
	"6,2,400000,-;smp: Bringing up secondary CPUs ...\n"
	"6,3,450000,-;smp: Brought up 1 node, 3 CPUs\n"
	"6,4,900000,-;sched_clock: Marking stable (1, 0)->(1, 0)\n"
	"6,5,2000000,-;Run /init as init process\n"
	/* at 19.9 s: the TSC says 30.9 */
	"15,6,19900000,-;kpark: clock: 61800000000 61800000000\n"
	"15,7,19900002,-;kpark: clock: 61800000000 61800002000\n";

static struct {
	struct kprk_table  table;
	struct kprk_record records[3];
} kprk;
static struct clock_sample before, now;
static struct timeline timeline;

static void make_kprk(void)
{
	struct kprk_table *table = &kprk.table;

	memset(&kprk, 0, sizeof(kprk));
	memcpy(table->header.signature, "KPRK", 4);
	table->header.length = sizeof(kprk);
	table->version = PARK_ABI_VERSION;
	table->hop = 2;
	table->outcome = KPRK_PUBLISHED;
	table->aps = table->aps_parked = table->aps_found = 2;
	table->tsc_khz = KHZ;
	table->records = 3;
	table->records_at = sizeof(*table);
	table->record_size = sizeof(struct kprk_record);
	for (uint64_t i = KPRK_T_ENTRY; i < KPRK_T_JUMP; i++)
		table->stamp[i] = TICKS(9990 + i);
	/* in the enum the last, in time between these two */
	table->stamp[KPRK_T_CLEARED] = table->stamp[KPRK_T_VERIFIED] + 1000000;
	table->stamp[KPRK_T_JUMP] = TICKS(10000);
	strcpy(table->previous, "6.12.0");
	for (uint32_t i = 0; i < 3; i++) {
		struct kprk_record *record = &kprk.records[i];

		record->apic_id = 2 * i;
		if (!i)
			continue;
		record->via = PARK_VIA_RESET_VECTOR;
		record->arrivals = 1;
		record->arrived = TICKS(9980 + i);
		record->parked = TICKS(9982 + i);
		record->commanded = TICKS(11405 + 10 * i);
		record->woken = TICKS(11406 + 10 * i);
	}
}

static void install_kprk(size_t size)
{
	kprk.table.header.checksum = 0;
	kprk.table.header.checksum = (uint8_t)-acpi_sum(&kprk, sizeof(kprk));
	machine_file("/sys/firmware/acpi/tables/KPRK", &kprk, size);
}

static void install_hop(uint32_t hop)
{
	machine_text("/sys/kernel/boot_params/setup_data/0/type",
		     "0x4b50524b\n");
	machine_file("/sys/kernel/boot_params/setup_data/0/data", &hop,
		     sizeof(hop));
}

static void install_stamp(const char *path, const char *boot_id, uint64_t ms,
			  uint32_t hop)
{
	struct stamp stamp = {
		.tsc = (int64_t)TICKS(ms), .hop = hop,
		.realtime_ns = EPOCH_NS + (int64_t)ms * 1000000,
		.release = "6.12.0", .cmdline = "root=/dev/old",
	};

	strcpy(stamp.boot_id, boot_id);
	machine_text("/var/lib/other", "");
	machine_text("/run/other", "");
	assert_int_equal(stamp_write(machine_root(), path, &stamp), 0);
}

/* All of it, as it should be. */
static void make_machine(void)
{
	make_kprk();
	install_kprk(sizeof(kprk));
	install_hop(2);
	install_stamp(STAMP_EXEC, OLD_BOOT_ID, 9500, 1);
	install_stamp(STAMP_READY, BOOT_ID, 14000, 2);
	machine_text("/dev/kmsg", log_text);
	machine_text("/proc/sys/kernel/random/boot_id", BOOT_ID "\n");
	machine_text("/proc/sys/kernel/osrelease", "6.12.1\n");
	machine_text("/proc/cmdline", "root=/dev/new\n");
	machine_text("/sys/devices/system/cpu/online", "0-2\n");
	machine_text("/sys/devices/system/cpu/present", "0-2\n");
	machine_text("/proc/cpuinfo",
		     "processor\t: 0\napicid\t\t: 0\ninitial apicid\t: 0\n"
		     "flags\t\t: fpu tsc constant_tsc\n\n"
		     "processor\t: 1\napicid\t\t: 2\ninitial apicid\t: 2\n\n"
		     "processor\t: 2\napicid\t\t: 4\ninitial apicid\t: 4\n\n");
	now = (struct clock_sample){
		.tsc = (int64_t)TICKS(NOW_MS), .half = 100,
		.raw_ns = UP_MS * 1000000LL, .mono_ns = UP_MS * 1000000LL,
		.boot_ns = UP_MS * 1000000LL,
		.real_ns = EPOCH_NS + NOW_MS * 1000000LL, .tick_ns = 1000,
	};
	before = now;
	before.tsc -= (int64_t)TICKS(10);
	before.raw_ns -= 10000000;
}

static void look(void)
{
	timeline_free(&timeline);
	assert_int_equal(timeline_read(machine_root(), &before, &now,
				       &timeline), 0);
}

static void assert_stage(enum stage_id id, double ms)
{
	const struct duration *took = &timeline.stages[id].took;

	if (!took->known)
		fail_msg("%s: %s", stage_keys[id], took->why_not);
	assert_true(took->ns > (int64_t)(ms * 1e6) - 20000 &&
		    took->ns < (int64_t)(ms * 1e6) + 20000);
	assert_true(took->error_ns >= 0 && took->error_ns < 60000);
}

static void assert_unknown(enum moment_id id, const char *why)
{
	assert_false(timeline.moments[id].known);
	if (!strstr(timeline.moments[id].why_not, why))
		fail_msg("%s: found \"%s\", need \"%s\"", moment_keys[id],
			 timeline.moments[id].why_not, why);
}

static void assert_problem(const char *text)
{
	for (size_t i = 0; i < timeline.problems.count; i++)
		if (strstr(timeline.problems.text[i], text))
			return;
	fail_msg("no problem says \"%s\"", text);
}

static void check_schema(void)
{
	char path[128], command[512];
	char *json = report_json(&timeline);

	assert_non_null(json);
	machine_text("/report.json", json);
	free(json);
	snprintf(path, sizeof(path), "%s/report.json", machine_root());
	/* the interpreter has no need of our sanitizers */
	snprintf(command, sizeof(command), "/usr/bin/python3 -c '"
		 "import json, jsonschema, sys;"
		 "jsonschema.Draft7Validator(json.load(open(sys.argv[2])))"
		 ".validate(json.load(open(sys.argv[1])))'"
		 " %s docs/report.schema.json", path);
	assert_int_equal(system(command), 0);
}

static void every_stage_is_known_and_they_add_up(void **state)
{
	int64_t sum = 0;

	(void)state;
	make_machine();
	look();
	assert_int_equal(timeline.how, HOW_KPARK);
	assert_int_equal(timeline.problems.count, 0);
	assert_int_equal(timeline.degraded.count, 0);
	assert_stage(STAGE_SHUTDOWN, 490);
	assert_stage(STAGE_FIND, 1);
	assert_stage(STAGE_PUBLISH, 5);
	assert_stage(STAGE_CLEAR, 0.5);
	assert_stage(STAGE_ARRIVE, 0.5);
	assert_stage(STAGE_EARLY, 1400);
	assert_stage(STAGE_BRINGUP, 50);
	assert_stage(STAGE_LATE, 1550);
	assert_stage(STAGE_USERSPACE, 1000);
	for (int i = 0; i < STAGES; i++)
		sum += timeline.stages[i].took.ns;
	assert_true(timeline.total.known);
	assert_int_equal(sum, timeline.total.ns);
	assert_int_equal(timeline.whole.ns, timeline.total.ns);
	assert_string_equal(timeline.previous_cmdline, "root=/dev/old");
	assert_int_equal(timeline.released[RELEASED_MAILBOX], 2);
	assert_int_equal(timeline.released[RELEASED_BOOT_CPU], 1);
	check_schema();
}

/* Each one alone makes purgatory's stamps useless, and nothing else. */
static void impossible_stamps_are_not_shown(void **state)
{
	static const struct {
		enum kprk_stamp which;
		uint64_t value;
		const char *why;
	} cases[] = {
		{ KPRK_T_ENTRY, 0, "beginning or its end" },
		{ KPRK_T_JUMP, 0, "beginning or its end" },
		{ KPRK_T_SENT, UINT64_MAX - 5, "negative" },
		{ KPRK_T_VERIFIED, 5, "out of order" },
		{ KPRK_T_CLEARED, TICKS(9999), "out of order" },
		{ KPRK_T_JUMP, TICKS(9991), "out of order" },
		{ KPRK_T_JUMP, TICKS(NOW_MS) + 1, "future" },
		/* the kernel has run for 20 s */
		{ KPRK_T_JUMP, TICKS(NOW_MS - 15000), "for longer" },
	};

	(void)state;
	make_machine();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_kprk();
		kprk.table.stamp[cases[i].which] = cases[i].value;
		install_kprk(sizeof(kprk));
		look();
		assert_problem(cases[i].why);
		for (int m = M_ENTRY; m <= M_JUMP; m++)
			assert_unknown(m, "impossible");
		for (int s = STAGE_SHUTDOWN; s <= STAGE_EARLY; s++)
			assert_false(timeline.stages[s].took.known);
		for (size_t c = 0; c < timeline.count; c++)
			assert_int_equal(timeline.cpus[c].woken, 0);
		assert_stage(STAGE_BRINGUP, 50);
		assert_true(timeline.total.known);
		check_schema();
	}
	make_kprk();
	kprk.table.tsc_khz = 3 * KHZ;
	install_kprk(sizeof(kprk));
	look();
	assert_problem("another rate");
}

static void stamps_from_long_ago_are_of_another_machine(void **state)
{
	(void)state;
	make_machine();
	now.tsc += (int64_t)TICKS(400000);
	before.tsc += (int64_t)TICKS(400000);
	look();
	assert_problem("older than this boot");
}

static void a_table_that_is_none_is_named(void **state)
{
	(void)state;
	make_machine();
	install_kprk(sizeof(kprk) - 1);
	look();
	assert_problem("cut off");
	assert_unknown(M_ENTRY, "cut off");
	assert_false(timeline.has_purgatory);
	install_kprk(30);
	look();
	assert_problem("cut off");
	kprk.table.version++;
	install_kprk(sizeof(kprk));
	look();
	assert_problem("another version (found ");
	assert_unknown(M_JUMP, "another version");
	assert_int_equal(timeline.count, 3);
	assert_int_equal(timeline.degraded.count, 1);
	check_schema();
}

static void stages_around_a_missing_stamp_are_one(void **state)
{
	(void)state;
	make_machine();
	kprk.table.stamp[KPRK_T_VERIFIED] = 0;
	kprk.table.stamp[KPRK_T_CLEARED] = 0;
	kprk.table.stamp[KPRK_T_ARRIVED] = 0;
	install_kprk(sizeof(kprk));
	look();
	assert_false(timeline.stages[STAGE_VERIFY].took.known);
	assert_false(timeline.stages[STAGE_ARRIVE].took.known);
	assert_stage(STAGE_ANSWER, 3);
	assert_int_equal(timeline.stages[STAGE_ANSWER].from, M_SENT);
}

/* One that started this kernel without a park left no table, but its number. */
static void a_stamp_knows_a_hop_without_a_park(void **state)
{
	struct stamp stamp;

	(void)state;
	make_machine();
	stamp_take(machine_root(), &stamp);
	assert_int_equal(stamp.hop, 2);
	install_hop(5);
	stamp_take(machine_root(), &stamp);
	assert_int_equal(stamp.hop, 5);
	machine_remove("/sys/firmware/acpi/tables/KPRK");
	stamp_take(machine_root(), &stamp);
	assert_int_equal(stamp.hop, 5);
}

static void hyperthreads_that_are_off_are_no_degradation(void **state)
{
	(void)state;
	make_machine();
	machine_text("/sys/devices/system/cpu/online", "0-1\n");
	look();
	assert_int_equal(timeline.degraded.count, 1);
	machine_text("/sys/devices/system/cpu/smt/control", "off\n");
	look();
	assert_int_equal(timeline.degraded.count, 0);
	machine_text("/sys/devices/system/cpu/online", "0\n");
	look();
	assert_int_equal(timeline.degraded.count, 1);
	machine_text("/sys/devices/system/cpu/online", "0-1\n");
	machine_text("/sys/devices/system/cpu/smt/control", "on\n");
	look();
	assert_int_equal(timeline.degraded.count, 1);
}

static void stamps_of_other_reboots_are_not_exec(void **state)
{
	(void)state;
	make_machine();
	install_stamp(STAMP_EXEC, BOOT_ID, 9500, 1);
	look();
	assert_unknown(M_EXEC, "this kernel's own");
	install_stamp(STAMP_EXEC, OLD_BOOT_ID, 9500, 4);
	look();
	assert_unknown(M_EXEC, "another reboot (hop)");
	install_stamp(STAMP_EXEC, OLD_BOOT_ID, 9995, 1);
	look();
	assert_unknown(M_EXEC, "later than what followed");
	now.real_ns += 3600000000000;
	install_stamp(STAMP_EXEC, OLD_BOOT_ID, 9500, 1);
	look();
	assert_unknown(M_EXEC, "another reboot (time)");
	assert_false(timeline.total.known);
	assert_string_equal(timeline.previous_cmdline, "");
	assert_string_equal(timeline.previous, "6.12.0");
	now.real_ns -= 3600000000000;
	strcpy(kprk.table.previous, "6.1.0");
	install_kprk(sizeof(kprk));
	look();
	assert_unknown(M_EXEC, "another reboot (kernel)");
	check_schema();
}

/* A sound stamp, and something behind it. */
static void add_a_nul(const char *path)
{
	char full[128];
	FILE *file;

	install_stamp(path, OLD_BOOT_ID, 9500, 1);
	snprintf(full, sizeof(full), "%s%s", machine_root(), path);
	file = fopen(full, "a");
	assert_non_null(file);
	assert_int_equal(fwrite("\0tsc 7\n", 1, 7, file), 7);
	assert_int_equal(fclose(file), 0);
}

static void damaged_stamps_are_named(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "is not a stamp" },
		{ "hello\n", "is not a stamp" },
		{ "kpark-stamp 2\n", "another version" },
		{ "kpark-stamp 1\n", "damaged" },
		{ "kpark-stamp 1\ntsc 5", "cut off" },
		{ "kpark-stamp 1\ntsc -5\n", "damaged" },
		{ "kpark-stamp 1\ntsc 99999999999999999999\n", "damaged" },
		{ "kpark-stamp 1\nboot_id short\n", "damaged" },
		{ "kpark-stamp 1\nword\n", "damaged" },
		{ "kpark-stamp 1\nboot_id " OLD_BOOT_ID "\ntsc 0\n"
		  "realtime_ns 1\n", "damaged" },
	};

	(void)state;
	make_machine();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		machine_text(STAMP_EXEC, cases[i].text);
		look();
		assert_unknown(M_EXEC, cases[i].why);
	}
	add_a_nul(STAMP_EXEC);
	look();
	assert_unknown(M_EXEC, "damaged");
	install_stamp(STAMP_READY, OLD_BOOT_ID, 14000, 2);
	look();
	assert_unknown(M_READY, "another boot");
	install_stamp(STAMP_READY, BOOT_ID, NOW_MS + 1, 2);
	look();
	assert_unknown(M_READY, "future");
}

static void a_firmware_boot_says_so(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	(void)state;
	make_machine();
	remove(strcat(strcpy((char[128]){ 0 }, machine_root()),
		      "/sys/firmware/acpi/tables/KPRK"));
	install_hop(0);
	machine_text("/sys/firmware/acpi/fpdt/boot/bootloader_load_ns",
		     "7000000000\n");
	machine_text("/sys/firmware/acpi/fpdt/boot/bootloader_launch_ns",
		     "7500000000\n");
	machine_text("/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns",
		     "9000000000\n");
	look();
	assert_int_equal(timeline.how, HOW_FIRMWARE);
	assert_unknown(M_EXEC, "firmware");
	assert_unknown(M_JUMP, "firmware");
	assert_stage(STAGE_BRINGUP, 50);
	assert_int_equal(timeline.released[RELEASED_INIT], 2);
	assert_true(timeline.firmware.known);
	assert_int_equal(timeline.firmware.ns, 7500000000);
	assert_int_equal(timeline.firmware.loader_ns, 1500000000);
	check_schema();
	out = open_memstream(&text, &size);
	assert_non_null(out);
	report_text(&timeline, &(struct report_style){ .width = 80 }, out);
	fclose(out);
	assert_non_null(strstr(text, "started by firmware"));
	assert_non_null(strstr(text, "firmware: 7.5 s, boot loader: 1.5 s"));
	free(text);
}

static void fpdt_is_followed_into_memory_or_not_at_all(void **state)
{
	uint8_t fpdt[52] = "FPDT", fbpt[56] = "FBPT";
	const uint64_t pa = 8192, load = 5000000000, exit = 6000000000;
	uint8_t memory[8192 + 56] = { 0 };

	(void)state;
	make_machine();
	fpdt[4] = sizeof(fpdt);
	fpdt[38] = 16;			/* type 0, length 16 */
	memcpy(fpdt + 44, &pa, 8);
	fpdt[9] = (uint8_t)-acpi_sum(fpdt, sizeof(fpdt));
	machine_file("/sys/firmware/acpi/tables/FPDT", fpdt, sizeof(fpdt));
	fbpt[4] = sizeof(fbpt);
	fbpt[8] = 2;			/* basic boot record */
	fbpt[10] = 48;
	memcpy(fbpt + 8 + 16, &load, 8);
	memcpy(fbpt + 8 + 40, &exit, 8);
	memcpy(memory + pa, fbpt, sizeof(fbpt));
	machine_file("/dev/mem", memory, sizeof(memory));
	look();				/* no memory map: who knows */
	assert_false(timeline.firmware.known);
	machine_memmap(0, 0, 8191, "System RAM");
	machine_memmap(1, 8192, 8192 + 54, "Reserved");
	look();				/* not all of it the firmware's */
	assert_false(timeline.firmware.known);
	machine_memmap(1, 8192, 8192 + 55, "Reserved");
	look();
	assert_true(timeline.firmware.known);
	assert_int_equal(timeline.firmware.ns, 5000000000);
	assert_int_equal(timeline.firmware.loader_ns, 1000000000);
	machine_file("/dev/mem", memory, sizeof(memory) - 1);	/* cut off */
	look();
	assert_false(timeline.firmware.known);
	memory[pa + 10] = 0;				/* length 0 */
	machine_file("/dev/mem", memory, sizeof(memory));
	look();
	assert_false(timeline.firmware.known);
	memory[pa + 10] = 200;				/* behind the end */
	machine_file("/dev/mem", memory, sizeof(memory));
	look();
	assert_false(timeline.firmware.known);
	memory[pa + 10] = 48;
	machine_file("/dev/mem", memory, sizeof(memory));
	look();
	assert_true(timeline.firmware.known);
	fpdt[10]++;					/* bad checksum */
	machine_file("/sys/firmware/acpi/tables/FPDT", fpdt, sizeof(fpdt));
	look();
	assert_false(timeline.firmware.known);
}

static void an_inherited_table_is_not_this_boots(void **state)
{
	(void)state;
	make_machine();
	install_hop(0);
	look();
	assert_int_equal(timeline.how, HOW_KEXEC);
	assert_unknown(M_JUMP, "did not start this kernel");
	assert_unknown(M_EXEC, "an earlier reboot");
	/* a mark of systemctl kexec's, after that table was made */
	install_stamp(STAMP_EXEC, OLD_BOOT_ID, 10500, 2);
	look();
	assert_true(timeline.moments[M_EXEC].known);
	assert_true(timeline.total.known);
	assert_false(timeline.stages[STAGE_SHUTDOWN].took.known);
	assert_stage(STAGE_BRINGUP, 50);
}

static void lines_that_are_gone_are_not_zero(void **state)
{
	(void)state;
	make_machine();
	machine_text("/dev/kmsg", strstr(log_text, "6,4,"));
	look();
	assert_unknown(M_BRINGUP, "no longer has");
	assert_unknown(M_ONLINE, "no longer has");
	assert_true(timeline.moments[M_INIT].known);
	assert_false(timeline.stages[STAGE_BRINGUP].took.known);
	/* the rate is measured now, and so more uncertain */
	assert_true(timeline.stages[STAGE_USERSPACE].took.known);
	assert_in_range(timeline.stages[STAGE_USERSPACE].took.error_ns, 60000,
			1000000);
	assert_true(timeline.total.known);
	check_schema();
	remove(strcat(strcpy((char[128]){ 0 }, machine_root()), "/dev/kmsg"));
	look();
	assert_unknown(M_INIT, "cannot be read");
}

/* The log lost 50 ms early on: the park's stamps know better. */
static void a_lossy_log_is_narrowed_by_the_park(void **state)
{
	const struct moment *start = &timeline.moments[M_BRINGUP];
	const struct moment *end = &timeline.moments[M_ONLINE];
	char log[sizeof(log_text) + 64], *at;

	(void)state;
	make_machine();
	strcpy(log, log_text);
	at = strstr(log, "->(1, 0)");
	memmove(at + 16, at + 8, strlen(at + 8) + 1);
	memcpy(at, "->(1, -50000000)", 16);
	machine_text("/dev/kmsg", log);
	kprk.records[1].commanded = kprk.records[1].woken = TICKS(11380);
	kprk.records[2].woken = TICKS(11430);
	install_kprk(sizeof(kprk));
	look();
	assert_int_equal(timeline.problems.count, 0);
	assert_in_range(start->at.early, TICKS(11349), TICKS(11351));
	assert_int_equal(start->at.late, TICKS(11380));
	assert_int_equal(end->at.early, TICKS(11430));
	assert_in_range(end->at.late, TICKS(11449), TICKS(11451));
}

static void a_contradiction_is_said(void **state)
{
	(void)state;
	make_machine();
	kprk.records[2].commanded = kprk.records[2].woken = TICKS(12000);
	install_kprk(sizeof(kprk));	/* long after "Brought up" */
	look();
	assert_problem("\"online\" contradicts");
	assert_unknown(M_ONLINE, "contradicts");
	assert_stage(STAGE_USERSPACE, 1000);
}

static void an_unsteady_tsc_gives_no_purgatory(void **state)
{
	(void)state;
	make_machine();
	machine_text("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu tsc\n");
	look();
	assert_problem("constant rate");
	assert_unknown(M_ENTRY, "constant rate");
	assert_unknown(M_EXEC, "constant rate");
	assert_unknown(M_READY, "constant rate");
	assert_stage(STAGE_BRINGUP, 50);	/* by the log's own clock */
	check_schema();
	machine_text("/sys/devices/system/clocksource/clocksource0/"
		     "current_clocksource", "kvm-clock\n");
	look();
	assert_true(timeline.moments[M_ENTRY].known);
}

static const struct timeline_cpu *row(int64_t apic_id)
{
	for (size_t i = 0; i < timeline.count; i++)
		if (timeline.cpus[i].apic_id == apic_id)
			return &timeline.cpus[i];
	fail_msg("no row of APIC ID %d", (int)apic_id);
	return NULL;
}

static void each_cpu_says_how_it_came(void **state)
{
	(void)state;
	make_machine();
	kprk.table.outcome = KPRK_AP_MISSING;
	kprk.table.outcome_apic_id = 4;
	kprk.records[1].commanded = kprk.records[1].woken = 0;
	kprk.records[2].woken = 0;	/* commanded, and did not go */
	kprk.records[2].nmi_count = 7;
	install_kprk(sizeof(kprk));
	machine_text("/proc/cpuinfo", "processor\t: 0\napicid\t\t: 0\n"
		     "flags\t\t: constant_tsc\n\n"
		     "processor\t: 1\napicid\t\t: 2\n\n"
		     "processor\t: 2\napicid\t\t: 9\n");
	machine_text("/sys/devices/system/cpu/present", "0-3\n");
	look();
	assert_int_equal(timeline.count, 4);
	assert_int_equal(row(0)->released, RELEASED_BOOT_CPU);
	assert_int_equal(row(2)->released, RELEASED_INIT);
	assert_int_equal(row(4)->released, RELEASED_LOST);
	assert_int_equal(row(4)->number, -1);
	assert_int_equal(row(4)->nmi, 7);
	assert_int_equal(row(9)->released, RELEASED_INIT);
	assert_int_equal(timeline.degraded.count, 3);
	check_schema();
}

static void records_that_cannot_be_true_are_not_shown(void **state)
{
	(void)state;
	make_machine();
	kprk.records[1].woken = TICKS(NOW_MS) + 1;
	kprk.records[2].parked = kprk.records[2].arrived - 1;
	install_kprk(sizeof(kprk));
	look();
	assert_problem("APIC ID 2 are impossible");
	assert_problem("APIC ID 4 are impossible");
	assert_int_equal(row(2)->woken, 0);
	assert_int_equal(row(4)->commanded, 0);
	assert_false(row(4)->took.known);
	/* offline and online again: the stamps are not of the boot */
	make_kprk();
	kprk.records[1].arrivals = 2;
	kprk.records[1].arrived = TICKS(NOW_MS - 500);
	kprk.records[1].parked = TICKS(NOW_MS - 499);
	kprk.records[1].commanded = TICKS(NOW_MS - 400);
	kprk.records[1].woken = TICKS(NOW_MS - 399);
	/* an arrival of a hop long ago */
	kprk.records[2].arrived = 1;
	kprk.records[2].parked = 2;
	install_kprk(sizeof(kprk));
	look();
	assert_int_equal(timeline.problems.count, 0);
	assert_int_equal(row(2)->woken, 0);
	assert_string_equal(row(2)->why_no_stamps, "back in the park since");
	assert_int_equal(row(2)->released, RELEASED_MAILBOX);
	assert_int_equal(row(4)->arrived, 0);
	assert_true(row(4)->woken > 0);
	assert_stage(STAGE_BRINGUP, 50);
}

static void a_trace_gives_each_cpu_its_times(void **state)
{
	(void)state;
	make_machine();
	machine_text("/sys/kernel/tracing/trace_clock",
		     "local global [x86-tsc]\n");
	machine_text("/sys/kernel/tracing/trace", "# tracer: nop\n#\n"
		"  swapper/0-1  [000] .....  22798000000: cpuhp_enter: cpu: 0000"
		" target: 236 step:  62 (x)\n"
		"  swapper/0-1  [000] .....  22804000000: cpuhp_enter: cpu: 0001"
		" target:  85 step:   1 (x)\n"
		"    cpuhp/1-9  [001] .....  22850000000: cpuhp_enter: cpu: 0001"
		" target: 236 step: 150 (x)\n"
		"    cpuhp/1-9  [001] .....  22890000000: cpuhp_exit:  cpu: 0001"
		"  state: 235 step: 235 ret: 0\n"
		"  swapper/0-1  [000] .....  22910000000: cpuhp_enter: cpu: 0000"
		" target: 236 step: 197 (x)\n"
		"    cpuhp/1-9  [001] .....  50000000000: cpuhp_exit:  cpu: 0001"
		"  state: 235 step: 235 ret: 0\n"
		"garbage [ 12: cpuhp\n[001] ..... 5: cpuhp_exit: cpu: 9999999\n");
	look();
	assert_int_equal(timeline.problems.count, 0);
	assert_null(timeline.trace_why_not);
	assert_int_equal(row(2)->prepared, 22804000000);
	assert_int_equal(row(2)->alive, 22850000000);
	assert_int_equal(row(2)->up, 22890000000);
	assert_int_equal(row(4)->up, 0);
	assert_int_equal(row(2)->took.ns, (22890000000 -
			 (int64_t)TICKS(11415)) / 2);
	check_schema();
	machine_text("/sys/kernel/tracing/trace_clock", "[local] x86-tsc\n");
	look();
	assert_non_null(timeline.trace_why_not);
	assert_int_equal(row(2)->up, 0);
}

static void systemd_is_asked_but_not_waited_for(void **state)
{
	char path[128];
	struct systemd_times times;
	time_t start = time(NULL);

	(void)state;
	make_machine();
	machine_text("/run/systemd/system/x", "");
	machine_text("/usr/bin/systemctl", "#!/bin/sh\n"
		     "echo FinishTimestampMonotonic=5000000\n"
		     "echo FirmwareTimestampMonotonic=9000000\n"
		     "echo LoaderTimestampMonotonic=2000000\n");
	snprintf(path, sizeof(path), "%s/usr/bin/systemctl", machine_root());
	assert_int_equal(chmod(path, 0755), 0);
	look();
	assert_stage(STAGE_USERSPACE, 3000);
	assert_false(timeline.firmware.known);	/* stale after a kexec */
	firmware_read(machine_root(), true, &(struct systemd_times){
			true, 5000000, 9000000, 2000000 },
		      &timeline.firmware);
	assert_true(timeline.firmware.known);
	assert_int_equal(timeline.firmware.ns, 7000000000);
	machine_text("/usr/bin/systemctl", "#!/bin/sh\nexec sleep 60\n");
	systemd_read(machine_root(), &times);
	assert_int_equal(times.finish_us, -1);
	assert_true(time(NULL) - start < 20);
	look();
	assert_unknown(M_READY, "did not answer");
	machine_text("/usr/bin/systemctl", "#!/bin/sh\n"
		     "echo FinishTimestampMonotonic=0\n");
	look();
	assert_unknown(M_READY, "has not finished");
}

/* -- shown ----------------------------------------------------------------- */

static void plain_text_is_plain(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct report_style style;

	(void)state;
	make_machine();
	look();
	assert_non_null(out);
	report_style_choose(out, &style);	/* no terminal */
	assert_false(style.colour || style.unicode);
	report_text(&timeline, &style, out);
	fclose(out);
	for (char *c = text; *c; c++)
		assert_true(*c == '\n' || (*c >= ' ' && *c < 0x7f));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strchr(line, '%'))
			assert_true(strlen(line) <= 80);
	free(text);
}

static void metrics_leave_out_what_was_not_measured(void **state)
{
	char *text;

	(void)state;
	make_machine();
	machine_text("/proc/sys/kernel/osrelease", "6.12 \"odd\\one\"\n");
	machine_text(STAMP_EXEC, "damaged");
	look();
	text = report_prometheus(&timeline);
	assert_non_null(text);
	assert_null(strstr(text, "kpark_total_seconds"));
	assert_null(strstr(text, "kpark_stage_seconds{stage=\"shutdown\"}"));
	assert_non_null(strstr(text, "kpark_stage_measured{stage=\"shutdown\"}"
			       " 0\n"));
	assert_non_null(strstr(text, "kpark_stage_seconds{stage=\"bringup\"}"
			       " 0.05"));
	assert_non_null(strstr(text, "release=\"6.12 \\\"odd\\\\one\\\"\""));
	free(text);
}

/* The JSON of a page, as its browser finds it; to be freed. */
static char *document_of(const char *page)
{
	const char *begin = strstr(page, "<script type=\"application/json\"");
	const char *end;

	assert_non_null(begin);
	begin = strchr(begin, '>') + 1;
	end = strstr(begin, "</script");
	assert_non_null(end);
	return strndup(begin, (size_t)(end - begin));
}

/* It is what --json says, and nothing in it ends its element. */
static void check_page(void)
{
	char *page = report_html(&timeline), *json = report_json(&timeline);
	json_t *shown, *said = json_loads(json, 0, NULL);
	char *document;

	assert_non_null(page);
	assert_non_null(said);
	document = document_of(page);
	assert_null(strchr(document, '<'));
	shown = json_loads(document, 0, NULL);
	assert_non_null(shown);
	assert_true(json_equal(shown, said));
	assert_int_equal(strncmp(page, "<!DOCTYPE html>\n", 16), 0);
	assert_string_equal(page + strlen(page) - 8, "</html>\n");
	/* nothing stands outside it that is not in every page */
	assert_null(strstr(strstr(page, document) + strlen(document),
			   "onerror"));
	assert_true(strlen(page) - strlen(document) < 40000);
	json_decref(shown);
	json_decref(said);
	free(document);
	free(page);
	free(json);
}

static void a_page_has_the_document_and_cannot_be_broken_out_of(void **state)
{
	static const char *const hostile[] = {
		"</script><img src=x onerror=alert(1)>",
		"<!--<script>", "]]></SCRIPT >", "\"'\\&amp;", "\\u003c",
		"\xff\xfe\x80 no UTF-8", "\xe2\x80\xa8\x01\x7f\n",
		"\xc3\xa4\xf0\x9f\x98\x80", "",
	};

	(void)state;
	make_machine();
	look();
	check_page();
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		snprintf(timeline.previous, sizeof(timeline.previous), "%s",
			 hostile[i]);
		snprintf(timeline.previous_cmdline,
			 sizeof(timeline.previous_cmdline), "a %s b",
			 hostile[i]);
		snprintf(timeline.release, sizeof(timeline.release), "%s",
			 hostile[i]);
		note_add(&timeline.degraded, "%s", hostile[i]);
		check_page();
	}
}

/* -- kept ------------------------------------------------------------------ */

static size_t count_history(size_t *damaged)
{
	struct past *past;
	size_t count;

	assert_int_equal(history_read(machine_root(), &past, &count, damaged),
			 0);
	free(past);
	return count;
}

static void save(void)
{
	char *json = report_json(&timeline);

	assert_int_equal(history_save(machine_root(), &timeline, json), 0);
	free(json);
}

static void a_boot_is_kept_once_and_as_it_knew_most(void **state)
{
	struct past *past;
	size_t count, damaged;

	(void)state;
	make_machine();
	look();
	save();
	save();
	assert_int_equal(count_history(&damaged), 1);
	remove(strcat(strcpy((char[128]){ 0 }, machine_root()), "/dev/kmsg"));
	look();
	save();
	assert_int_equal(history_read(machine_root(), &past, &count, &damaged),
			 0);
	assert_int_equal(count, 1);
	assert_string_equal(past->boot_id, BOOT_ID);
	assert_int_equal(past->measured, MOMENTS);
	assert_int_equal(past->stages[STAGE_SHUTDOWN].ns, 490000000);
	assert_true(past->total.known);
	assert_int_equal(past->hop, 2);
	free(past);
}

static void the_history_is_bounded(void **state)
{
	struct past *past;
	size_t count, damaged;

	(void)state;
	make_machine();
	look();
	for (unsigned int i = 0; i < HISTORY_MAX + 5; i++) {
		sprintf(timeline.boot_id, "%08x-2222-3333-4444-555555555555",
			i);
		timeline.started_ns += 1000000000;
		save();
	}
	assert_int_equal(history_read(machine_root(), &past, &count, &damaged),
			 0);
	assert_int_equal(count, HISTORY_MAX);
	assert_int_equal(damaged, 0);
	assert_int_equal(strncmp(past[0].boot_id, "00000036", 8), 0);
	assert_int_equal(strncmp(past[count - 1].boot_id, "00000005", 8), 0);
	free(past);
}

#define HISTORY_FILE(n)	"/var/lib/kpark/history/0000000" n \
			"-2222-3333-4444-555555555555.json"

static void damaged_reports_are_counted_and_passed_over(void **state)
{
	size_t damaged;
	char *json, *at;

	(void)state;
	make_machine();
	look();
	save();
	json = report_json(&timeline);
	machine_text(HISTORY_FILE("1"), "");
	machine_text(HISTORY_FILE("2"), "[1, 2]");
	machine_text(HISTORY_FILE("3"), "{\"schema\": 1}");
	machine_file(HISTORY_FILE("4"), json, strlen(json) / 2);
	machine_text(HISTORY_FILE("5"), json);	/* not its boot_id */
	memcpy(strstr(json, BOOT_ID), "00000006", 8);
	at = strstr(json, "\"ns\": ");
	memcpy(at, "\"ns\":-", 6);		/* negative */
	machine_text(HISTORY_FILE("6"), json);
	machine_text("/var/lib/kpark/history/README", "not ours");
	assert_int_equal(count_history(&damaged), 1);
	assert_int_equal(damaged, 6);
	free(json);
}

/* It was cut, and then dropped from `report --list --json` without a word. */
static void a_text_that_is_too_long_is_damage(void **state)
{
	static const char key[] = "\"release\": \"";
	char *json, *at, *all;
	size_t damaged, size;
	FILE *out;

	(void)state;
	make_machine();
	look();
	json = report_json(&timeline);
	at = strstr(json, key);
	assert_non_null(at);
	at += strlen(key);
	out = open_memstream(&all, &size);
	assert_non_null(out);
	fwrite(json, 1, (size_t)(at - json), out);
	for (int i = 0; i < STAMP_RELEASE; i++)
		fputs("\u00e9", out);
	fputs(strchr(at, '"'), out);
	fclose(out);
	machine_text("/var/lib/kpark/history/" BOOT_ID ".json", all);
	assert_int_equal(count_history(&damaged), 0);
	assert_int_equal(damaged, 1);
	free(all);
	free(json);
}

static mode_t mode_of(const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", machine_root(), name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void what_is_kept_is_for_root_only(void **state)
{
	(void)state;
	make_machine();
	look();
	save();
	assert_int_equal(mode_of("/var/lib/kpark"), 0700);
	assert_int_equal(mode_of("/var/lib/kpark/history"), 0700);
	assert_int_equal(mode_of("/var/lib/kpark/history/" BOOT_ID ".json"),
			 0600);
	assert_int_equal(mode_of(STAMP_EXEC), 0600);
	assert_int_equal(mode_of("/run/kpark"), 0700);
	assert_int_equal(mode_of(STAMP_READY), 0600);
}

/* A stamp and a report that others may write to, or behind a link. */
static void what_others_made_is_not_believed(void **state)
{
	char path[128], elsewhere[128], why[WHY_SIZE];
	struct stamp stamp;
	size_t damaged;

	(void)state;
	make_machine();
	look();
	save();
	snprintf(path, sizeof(path), "%s" STAMP_EXEC, machine_root());
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", machine_root());
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(stamp_read(machine_root(), STAMP_EXEC, &stamp, why),
			 -1);
	assert_non_null(strstr(why, "not root's own"));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, path), 0);
	assert_int_equal(stamp_read(machine_root(), STAMP_EXEC, &stamp, why),
			 -1);
	snprintf(path, sizeof(path), "%s/var/lib/kpark/history", machine_root());
	assert_int_equal(count_history(&damaged), 1);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(count_history(&damaged), 0);
}

static void what_was_saved_needs_both_figures(void **state)
{
	struct past cold = {
		.how = HOW_FIRMWARE, .started_ns = 1,
		.firmware_known = true, .firmware_ns = 30000000000,
		.ready_uptime = { .known = true, .ns = 5000000000 },
	};

	(void)state;
	make_machine();
	look();
	history_add_saved(NULL, 0, &timeline);
	assert_false(timeline.saved.known);
	assert_non_null(strstr(timeline.saved.why_not, "not known"));
	history_add_saved(&cold, 1, &timeline);
	assert_true(timeline.saved.known);
	/* 30 s + 5 s, less exec to ready: 4.5 s */
	assert_int_equal((timeline.saved.ns + 500000) / 1000000, 30500);
	cold.firmware_known = false;
	history_add_saved(&cold, 1, &timeline);
	assert_false(timeline.saved.known);
	/* ACPI has firmware's time; this kernel took 3 s until ready */
	timeline.firmware = (struct firmware){
		.known = true, .ns = 20000000000, .loader_ns = -1, .source = ""
	};
	history_add_saved(NULL, 0, &timeline);
	assert_int_equal((timeline.saved.ns + 500000) / 1000000, 18500);
	timeline.total.known = false;
	history_add_saved(NULL, 0, &timeline);
	assert_false(timeline.saved.known);
}

static void a_file_is_replaced_as_a_whole_or_not(void **state)
{
	char path[128];
	struct stat st;

	(void)state;
	snprintf(path, sizeof(path), "%s/a/b/file", machine_root());
	assert_int_equal(replace_file(path, "one", 3), 0);
	assert_int_equal(replace_file(path, "seven", 5), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_mode & 0777, 0644);
	snprintf(path, sizeof(path), "%s/a/b", machine_root());
	assert_int_equal(replace_file(path, "x", 1), -1);	/* a folder */
	snprintf(path, sizeof(path), "[ \"$(ls %s/a)\" = b ]", machine_root());
	assert_int_equal(system(path), 0);	/* nothing left beside it */
	snprintf(path, sizeof(path), "%s/a/b/file/c", machine_root());
	assert_int_equal(replace_file(path, "x", 1), -1);
}

static int teardown(void **state)
{
	timeline_free(&timeline);
	return machine_teardown(state);
}

#define TEST(test) \
	cmocka_unit_test_setup_teardown(test, machine_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_stage_is_known_and_they_add_up),
		TEST(impossible_stamps_are_not_shown),
		TEST(stamps_from_long_ago_are_of_another_machine),
		TEST(a_table_that_is_none_is_named),
		TEST(stages_around_a_missing_stamp_are_one),
		TEST(a_stamp_knows_a_hop_without_a_park),
		TEST(hyperthreads_that_are_off_are_no_degradation),
		TEST(stamps_of_other_reboots_are_not_exec),
		TEST(damaged_stamps_are_named),
		TEST(a_firmware_boot_says_so),
		TEST(fpdt_is_followed_into_memory_or_not_at_all),
		TEST(an_inherited_table_is_not_this_boots),
		TEST(lines_that_are_gone_are_not_zero),
		TEST(a_lossy_log_is_narrowed_by_the_park),
		TEST(a_contradiction_is_said),
		TEST(an_unsteady_tsc_gives_no_purgatory),
		TEST(each_cpu_says_how_it_came),
		TEST(records_that_cannot_be_true_are_not_shown),
		TEST(a_trace_gives_each_cpu_its_times),
		TEST(systemd_is_asked_but_not_waited_for),
		TEST(plain_text_is_plain),
		TEST(metrics_leave_out_what_was_not_measured),
		TEST(a_page_has_the_document_and_cannot_be_broken_out_of),
		TEST(a_boot_is_kept_once_and_as_it_knew_most),
		TEST(the_history_is_bounded),
		TEST(damaged_reports_are_counted_and_passed_over),
		TEST(a_text_that_is_too_long_is_damage),
		TEST(what_is_kept_is_for_root_only),
		TEST(what_others_made_is_not_believed),
		TEST(what_was_saved_needs_both_figures),
		TEST(a_file_is_replaced_as_a_whole_or_not),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
