// SPDX-License-Identifier: GPL-2.0-only
/* test_parkable.c - each reason not to park, and not to offer the mailbox */
#include "machine.h"

#include "acpi.h"
#include "bootparams.h"
#include "park_abi.h"
#include "parkable.h"
#include "permission.h"

#define TSC_KHZ	2000000

/* A MADT with that many CPUs, whole but for `flip` in its checksum. */
static void machine_madt(unsigned int cpus, uint8_t flip)
{
	static uint8_t table[sizeof(struct acpi_madt) +
			     (PARK_CPUS_MAX + 1) * sizeof(struct madt_x2apic)];
	struct acpi_madt *madt = (struct acpi_madt *)table;
	struct madt_x2apic *x2apic = (struct madt_x2apic *)madt->entries;

	memset(table, 0, sizeof(table));
	memcpy(madt->header.signature, "APIC", 4);
	madt->header.length = (uint32_t)(sizeof(*madt) +
					 cpus * sizeof(*x2apic));
	for (unsigned int i = 0; i < cpus; i++)
		x2apic[i] = (struct madt_x2apic){
			.entry = { MADT_X2APIC, sizeof(*x2apic) },
			.apic_id = i,
			.flags = MADT_CPU_ENABLED,
		};
	madt->header.checksum = (uint8_t)-acpi_sum(madt, madt->header.length);
	madt->header.checksum ^= flip;
	machine_file("/sys/firmware/acpi/tables/APIC", table,
		     madt->header.length);
}

static void machine_boot_params(uint8_t tboot)
{
	uint8_t page[BOOTPARAMS_SIZE] = { 0 };

	/* its neighbours are not it */
	page[ZP_TBOOT_ADDR - 1] = page[ZP_TBOOT_ADDR + 8] = 0xff;
	page[ZP_TBOOT_ADDR + 7] = tboot;
	machine_file("/sys/kernel/boot_params/data", page, sizeof(page));
}

/* A machine of four CPUs that can park. */
static int good_machine(void **state)
{
	if (machine_setup(state))
		return -1;
	machine_madt(4, 0);
	machine_boot_params(0);
	return 0;
}

static void assert_machine(const struct parkable_cpu *cpu, uint32_t tsc_khz,
			   const char *want)
{
	char why[REASON_SIZE];
	struct cpus cpus;

	parkable_machine(machine_root(), cpu, tsc_khz, &cpus, why);
	assert_string_equal(why, want);
	if (*want)
		assert_null(cpus.apic_ids);
	else
		assert_int_equal(cpus.count, 4);
	cpus_free(&cpus);
}

static const struct parkable_cpu plain;

static void good_machine_parks(void **state)
{
	(void)state;
	assert_machine(&plain, TSC_KHZ, "");
}

static void confidential_guests_do_not(void **state)
{
	const struct parkable_cpu tdx = { .tdx = true }, sev = { .sev = true };
	const struct parkable_cpu lass = { .lass = true };

	(void)state;
	assert_machine(&tdx, TSC_KHZ,
		       "the machine is a TDX guest (CPUID leaf 0x21)");
	assert_machine(&sev, TSC_KHZ,
		       "the machine is an SEV guest (CPUID leaf 0x8000001f)");
	assert_machine(&lass, TSC_KHZ, "");
}

/* Purgatory's tables say nothing of what is encrypted: only the kernel's own do. */
static void encrypted_memory_is_for_the_kernel_alone(void **state)
{
	const struct parkable_cpu tdx = { .tdx = true }, sev = { .sev = true };

	(void)state;
	assert_null(parkable_encrypted(machine_root(), &plain, "ro"));
	assert_non_null(parkable_encrypted(machine_root(), &tdx, "ro"));
	assert_non_null(parkable_encrypted(machine_root(), &sev, "ro"));
	assert_string_equal(parkable_encrypted(machine_root(), &plain,
					       "ro mem_encrypt=on"),
			    "mem_encrypt=on on its command line");
	assert_null(parkable_encrypted(machine_root(), &plain,
				       "ro mem_encrypt=off"));
	machine_text("/sys/devices/virtual/misc/sev-guest/uevent", "");
	assert_non_null(parkable_encrypted(machine_root(), &plain, "ro"));
}

static void tdx_guest_device(void **state)
{
	(void)state;
	machine_text("/sys/devices/virtual/misc/tdx_guest/uevent", "");
	assert_machine(&plain, TSC_KHZ,
		       "the machine is a TDX guest (it has tdx_guest)");
}

static void sev_guest_device(void **state)
{
	(void)state;
	machine_text("/sys/devices/virtual/misc/sev-guest/uevent", "");
	assert_machine(&plain, TSC_KHZ,
		       "the machine is an SEV guest (it has sev-guest)");
}

/* /dev/sev is a host's that can run such guests; it is none itself. */
static void sev_host_parks(void **state)
{
	(void)state;
	machine_text("/sys/devices/virtual/misc/sev/uevent", "");
	assert_machine(&plain, TSC_KHZ, "");
}

static void xen_by_type(void **state)
{
	(void)state;
	machine_text("/sys/hypervisor/type", "none\n");
	assert_machine(&plain, TSC_KHZ, "");
	machine_text("/sys/hypervisor/type", "xen\n");
	assert_machine(&plain, TSC_KHZ,
		       "the kernel runs under Xen (/sys/hypervisor/type)");
}

static void xen_by_proc(void **state)
{
	(void)state;
	machine_text("/proc/xen/capabilities", "control_d\n");
	assert_machine(&plain, TSC_KHZ,
		       "the kernel runs under Xen (/proc/xen)");
}

static void tboot(void **state)
{
	(void)state;
	machine_boot_params(1);
	assert_machine(&plain, TSC_KHZ,
		       "tboot started the machine, and has its APs");
	/* too short to say: it is load's to complain */
	machine_file("/sys/kernel/boot_params/data", "", 0);
	assert_machine(&plain, TSC_KHZ, "");
}

/* good_machine's CPUs have the APIC IDs 0 to 3. */
static void newcomers_are_not_left_behind(void **state)
{
	(void)state;
	machine_text("/proc/cpuinfo", "processor\t: 0\napicid\t\t: 3\n\n"
		     "processor\t: 1\napicid\t\t: 0\n");
	assert_machine(&plain, TSC_KHZ, "");
	machine_text("/proc/cpuinfo", "processor\t: 0\napicid\t\t: 0\n\n"
		     "processor\t: 1\napicid\t\t: 4\n");
	assert_machine(&plain, TSC_KHZ, "a CPU is online that the firmware's"
		       " MADT does not enable (added since the boot?)");
}

static void tsc_that_stands_still(void **state)
{
	(void)state;
	assert_machine(&plain, 0, "the TSC does not count");
}

static void madt_missing_damaged_or_of_one_cpu(void **state)
{
	char path[128];

	(void)state;
	machine_madt(1, 0);
	assert_machine(&plain, TSC_KHZ, "the machine has one CPU");
	machine_madt(0, 0);
	assert_machine(&plain, TSC_KHZ, "the firmware's MADT enables no CPU");
	machine_madt(PARK_CPUS_MAX + 1, 0);
	assert_machine(&plain, TSC_KHZ, "the machine has more CPUs than the"
		       " park has room for, which are 498");
	machine_madt(4, 1);
	assert_machine(&plain, TSC_KHZ, "the firmware's MADT is damaged");
	snprintf(path, sizeof(path), "%s/sys/firmware/acpi/tables/APIC",
		 machine_root());
	assert_int_equal(unlink(path), 0);
	assert_machine(&plain, TSC_KHZ, "the firmware has no MADT");
}

/* The mailbox. A kernel that can be given it, in each field it needs. */
static struct image image;
static struct parkable_cpu cpu;

static int good_kernel(void **state)
{
	(void)state;
	cpu = (struct parkable_cpu){ .lass = true };
	image = (struct image){ .mailbox_v1 = true };
	strcpy(image.release, "6.12.1");
	return 0;
}

static void assert_kernel(enum mailbox wish, const char *cmdline,
			  const char *want)
{
	char why[REASON_SIZE];

	parkable_kernel(&cpu, wish, &image, cmdline, why);
	if (strstr(why, want) != why || !*want != !*why)
		fail_msg("found \"%s\", need \"%s\"", why, want);
}

static void good_kernel_gets_the_mailbox(void **state)
{
	(void)state;
	assert_kernel(MAILBOX_AUTO, "ro quiet", "");
	assert_kernel(MAILBOX_ALWAYS, "ro quiet", "");
	assert_kernel(MAILBOX_NEVER, "ro quiet", "--mailbox=never");
}

static void kernel_without_reset_vector(void **state)
{
	(void)state;
	image.mailbox_v1 = false;
	assert_kernel(MAILBOX_AUTO, "", "the kernel cannot give its CPUs back");
	assert_kernel(MAILBOX_ALWAYS, "", "");
	image.whole = true;
	assert_kernel(MAILBOX_AUTO, "", "loaded as a file that unpacks itself");
	assert_kernel(MAILBOX_ALWAYS, "", "");
	assert_kernel(MAILBOX_NEVER, "", "--mailbox=never");
}

static void words_that_keep_cpus_back(void **state)
{
	(void)state;
	assert_kernel(MAILBOX_AUTO, "a maxcpus=1", "maxcpus= on its");
	assert_kernel(MAILBOX_ALWAYS, "nr_cpus=2 b", "nr_cpus= on its");
	assert_kernel(MAILBOX_AUTO, "possible_cpus=1", "possible_cpus=1 on its");
	assert_kernel(MAILBOX_AUTO, "possible_cpus=3", "");
	assert_kernel(MAILBOX_AUTO, "nosmp", "nosmp on its");
	assert_kernel(MAILBOX_AUTO, "nolapic", "nolapic on its");
	assert_kernel(MAILBOX_AUTO, "acpi=off", "acpi=off on its");
	assert_kernel(MAILBOX_AUTO, "acpi=rsdt", "acpi=rsdt on its");
	assert_kernel(MAILBOX_AUTO, "acpi=force xmaxcpus=1 -- nosmp", "");
}

static void lass_is_by_the_image(void **state)
{
	(void)state;
	image.lass = true;		/* a backport, say */
	assert_kernel(MAILBOX_AUTO, "", "the kernel turns LASS on");
	assert_kernel(MAILBOX_ALWAYS, "", "the kernel turns LASS on");
	assert_kernel(MAILBOX_AUTO, "clearcpuid=lass", "");
	cpu.lass = false;
	assert_kernel(MAILBOX_AUTO, "", "");
}

static void lass_is_believed_of_later_and_unknown_releases(void **state)
{
	static const char *const with[] = { "6.19.0", "6.20", "7.0.1", "",
					    "stub" };
	static const char *const without[] = { "6.18.99", "6.12.1", "5.20" };

	(void)state;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
		strcpy(image.release, with[i]);
		assert_kernel(MAILBOX_AUTO, "", "the kernel turns LASS on");
	}
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		strcpy(image.release, without[i]);
		assert_kernel(MAILBOX_AUTO, "", "");
	}
}

/* permission.c */
static void read_permission(struct permission *permission)
{
	permission_read(machine_root(), permission);
}

static void kexec_is_permitted(void **state)
{
	struct permission p;

	(void)state;
	machine_text("/sys/kernel/kexec_loaded", "0\n");
	machine_text("/proc/sys/kernel/kexec_load_disabled", "0\n");
	machine_text("/proc/sys/kernel/kexec_load_limit_reboot", "-1\n");
	machine_text("/sys/kernel/security/lockdown",
		     "[none] integrity confidentiality\n");
	read_permission(&p);
	assert_true(p.built_in);
	assert_null(permission_why_not(&p));
	assert_string_equal(p.lockdown, "none");
	assert_false(permission_locked(&p));
}

static void kexec_is_switched_off_or_used_up(void **state)
{
	struct permission p;

	(void)state;
	machine_text("/proc/sys/kernel/kexec_load_limit_reboot", "0\n");
	read_permission(&p);
	assert_false(p.built_in);
	assert_non_null(strstr(permission_why_not(&p), "used up"));
	machine_text("/proc/sys/kernel/kexec_load_disabled", "1\n");
	read_permission(&p);
	assert_non_null(strstr(permission_why_not(&p), "switched off"));
}

static void kexec_under_xen_is_xens(void **state)
{
	struct permission p;

	(void)state;
	machine_text("/sys/hypervisor/type", "xen\n");
	machine_text("/sys/hypervisor/guest_type", "HVM\n");
	read_permission(&p);
	assert_null(permission_why_not(&p));
	machine_text("/sys/hypervisor/guest_type", "PV\n");
	read_permission(&p);
	assert_non_null(strstr(permission_why_not(&p), "powers off"));
}

static void lockdown_is_what_stands_in_brackets(void **state)
{
	static const char path[] = "/sys/kernel/security/lockdown";
	static const char *const damaged[] = {
		"", "none", "[none", "none]", "][", "[]",
		"[a word that is longer than any there is]",
	};
	struct permission p;

	(void)state;
	read_permission(&p);
	assert_false(permission_locked(&p));
	machine_text(path, "none [integrity] confidentiality\n");
	read_permission(&p);
	assert_string_equal(p.lockdown, "integrity");
	assert_true(permission_locked(&p));
	machine_text(path, "none integrity [confidentiality]\n");
	read_permission(&p);
	assert_true(permission_locked(&p));
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		machine_text(path, damaged[i]);
		read_permission(&p);
		assert_string_equal(p.lockdown, "");
		assert_false(permission_locked(&p));
	}
}

#define PARK_TEST(test) \
	cmocka_unit_test_setup_teardown(test, good_machine, machine_teardown)
#define KERNEL_TEST(test) cmocka_unit_test_setup(test, good_kernel)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PARK_TEST(good_machine_parks),
		PARK_TEST(confidential_guests_do_not),
		PARK_TEST(encrypted_memory_is_for_the_kernel_alone),
		PARK_TEST(tdx_guest_device),
		PARK_TEST(sev_guest_device),
		PARK_TEST(sev_host_parks),
		PARK_TEST(xen_by_type),
		PARK_TEST(xen_by_proc),
		PARK_TEST(tboot),
		PARK_TEST(newcomers_are_not_left_behind),
		PARK_TEST(tsc_that_stands_still),
		PARK_TEST(madt_missing_damaged_or_of_one_cpu),
		KERNEL_TEST(good_kernel_gets_the_mailbox),
		KERNEL_TEST(kernel_without_reset_vector),
		KERNEL_TEST(words_that_keep_cpus_back),
		KERNEL_TEST(lass_is_by_the_image),
		KERNEL_TEST(lass_is_believed_of_later_and_unknown_releases),
		MACHINE_TEST(kexec_is_permitted),
		MACHINE_TEST(kexec_is_switched_off_or_used_up),
		MACHINE_TEST(kexec_under_xen_is_xens),
		MACHINE_TEST(lockdown_is_what_stands_in_brackets),
	};

	return cmocka_run_group_tests_name("parkable", tests, NULL, NULL);
}
