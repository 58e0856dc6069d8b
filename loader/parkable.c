// SPDX-License-Identifier: GPL-2.0-only
/*
 * parkable.c - may the APs be parked, and may the next kernel have them by the
 * mailbox? All that decides it is here.
 *
 * Only what can be seen before the jump: whether all APs came and answered is
 * purgatory's to say, and in KPRK then.
 */
#include "parkable.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bootparams.h"
#include "bytes.h"
#include "cmdline.h"
#include "cpuid.h"
#include "file.h"
#include "park_abi.h"
#include "topology.h"
#include "x86.h"

#define PATH_SIZE	256

#define TEXT_OF(macro)	TEXT(macro)
#define TEXT(word)	#word

/*
 * The leaf with the module's name is there in TDX guests only: Intel, "Guest-
 * Hypervisor Communication Interface", "CPUID". AMD APM, "Memory Encryption
 * Features": the SEV bit alone is a bare host's too, and it is the hypervisor
 * bit that tells. KVM shows it to encrypted guests only; a guest that is told
 * of SEV to run such guests itself is taken for one: it boots cold.
 */
#define CPUID_TDX		0x21
#define CPUID_ENCRYPTION	0x8000001f
#define CPUID_ENCRYPTION_SEV	(1u << 1)	/* EAX */

static bool is_tdx(void)
{
	struct cpuid r = cpuid(CPUID_TDX, 0);
	const uint32_t name[3] = { r.b, r.d, r.c };

	return !memcmp(name, "IntelTDX    ", sizeof(name));
}

void parkable_read_cpu(struct parkable_cpu *cpu)
{
	bool guest = cpuid(CPUID_VERSION, 0).c & CPUID_VERSION_HYPERVISOR;

	cpu->tdx = is_tdx();
	cpu->sev = guest && (cpuid(CPUID_ENCRYPTION, 0).a &
			     CPUID_ENCRYPTION_SEV);
	cpu->lass = cpuid(CPUID_FEATURES, 1).a & CPUID_FEATURES1_LASS;
}

static void because(char *why, const char *text)
{
	snprintf(why, REASON_SIZE, "%s", text);
}

static bool exists(const char *root, const char *name)
{
	char path[PATH_SIZE];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", root, name);
	return !lstat(path, &st);
}

static bool file_starts(const char *root, const char *name, const char *text)
{
	char path[PATH_SIZE];
	struct file file;
	bool starts;

	snprintf(path, sizeof(path), "%s%s", root, name);
	if (file_read(path, &file))
		return false;
	starts = !strncmp((char *)file.data, text, strlen(text));
	file_free(&file);
	return starts;
}

/* The host of such a guest starts its CPUs: no INIT of ours gets to them. */
static const char *confidential(const char *root,
				const struct parkable_cpu *cpu)
{
	if (cpu->tdx)
		return "the machine is a TDX guest (CPUID leaf 0x21)";
	if (exists(root, "/sys/devices/virtual/misc/tdx_guest"))
		return "the machine is a TDX guest (it has tdx_guest)";
	if (cpu->sev)
		return "the machine is an SEV guest (CPUID leaf 0x8000001f)";
	if (exists(root, "/sys/devices/virtual/misc/sev-guest"))
		return "the machine is an SEV guest (it has sev-guest)";
	return NULL;
}

/* Dom0's APs are the hypervisor's; in a guest of its own kind, too. */
static const char *xen(const char *root)
{
	if (file_starts(root, "/sys/hypervisor/type", "xen"))
		return "the kernel runs under Xen (/sys/hypervisor/type)";
	if (exists(root, "/proc/xen"))
		return "the kernel runs under Xen (/proc/xen)";
	return NULL;
}

/* tboot holds the APs in a wait of its own, which INIT does not end. */
static const char *tboot(const char *root)
{
	const char *why = NULL;
	char path[PATH_SIZE];
	struct file file;

	snprintf(path, sizeof(path), "%s/sys/kernel/boot_params/data", root);
	if (file_read(path, &file))
		return NULL;
	if (file.size >= ZP_TBOOT_ADDR + 8 &&
	    get64(file.data + ZP_TBOOT_ADDR))
		why = "tboot started the machine, and has its APs";
	file_free(&file);
	return why;
}

/*
 * Purgatory's page tables have no bit that says what is encrypted or shared, and a
 * kernel of ours begins behind the decompressor, which sets that up, or, on a host, is
 * who reads mem_encrypt= (Linux, XLF_MEM_ENCRYPTION).
 */
const char *parkable_encrypted(const char *root, const struct parkable_cpu *cpu,
			       const char *cmdline)
{
	const char *why = confidential(root, cpu);

	if (!why && cmdline_has(cmdline, "mem_encrypt=on"))
		why = "mem_encrypt=on on its command line";
	return why;
}

/* One that was added since it booted: the firmware's MADT does not know of it. */
static const char *newcomers(const char *root, const struct cpus *cpus)
{
	const char *why = NULL;
	struct topology now;

	topology_read(root, &now);
	for (size_t i = 0; i < now.count; i++)
		if (!cpus_has(cpus, now.cpus[i].apic_id))
			why = "a CPU is online that the firmware's MADT does not"
			      " enable (added since the boot?)";
	topology_free(&now);
	return why;
}

void parkable_machine(const char *root, const struct parkable_cpu *cpu,
		      uint32_t tsc_khz, struct cpus *cpus, char *why)
{
	const char *reason = confidential(root, cpu);

	memset(cpus, 0, sizeof(*cpus));
	*why = '\0';
	if (!reason)
		reason = xen(root);
	if (!reason)
		reason = tboot(root);
	if (!reason && !tsc_khz)
		reason = "the TSC does not count";
	if (!reason)
		cpus_read(root, cpus, &reason);
	if (!reason && cpus->count == 1)
		reason = "the machine has one CPU";
	if (!reason && cpus->count > PARK_CPUS_MAX)
		reason = "the machine has more CPUs than the park has room"
			 " for, which are " TEXT_OF(PARK_CPUS_MAX);
	if (!reason)
		reason = newcomers(root, cpus);
	if (!reason)
		return;
	because(why, reason);
	cpus_free(cpus);
}

/*
 * A kernel that does not read our MADT, or does not take all its CPUs, would
 * leave a mailbox behind that looks live to the kernel after it.
 */
static const char *word_against_mailbox(const char *cmdline)
{
	static const char *const words[] = {
		"acpi=off", "acpi=rsdt", "nosmp", "nolapic", "disableapic", "maxcpus=",
		"nr_cpus=", "possible_cpus=1",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (cmdline_has(cmdline, words[i]))
			return words[i];
	return NULL;
}

/*
 * Linux from 6.19 on turns LASS on where the CPU has it, and does not turn it
 * off before it jumps to the reset vector: that jump faults. The image says
 * whether it knows LASS; of a later one that says nothing, we believe it does.
 */
static bool has_lass(const struct image *image)
{
	unsigned int major, minor;

	return image->lass ||
	       sscanf(image->release, "%u.%u", &major, &minor) != 2 ||
	       major > 6 || (major == 6 && minor >= 19);
}

void parkable_kernel(const struct parkable_cpu *cpu, enum mailbox wish,
		     const struct image *image, const char *cmdline,
		     char *why)
{
	const char *word = word_against_mailbox(cmdline);

	*why = '\0';
	if (wish == MAILBOX_NEVER)
		because(why, "--mailbox=never");
	else if (word)
		snprintf(why, REASON_SIZE, "%s on its command line", word);
	else if (wish != MAILBOX_ALWAYS && image->whole && !image->mailbox_v1)
		because(why, "loaded as a file that unpacks itself, it does"
			     " not show whether it can give its CPUs back");
	else if (wish != MAILBOX_ALWAYS && !image->mailbox_v1)
		because(why, "the kernel cannot give its CPUs back (no reset"
			     " vector support in the image; Linux has it from"
			     " 6.11 on)");
	else if (cpu->lass && has_lass(image) &&
		 !cmdline_has(cmdline, "clearcpuid=lass"))
		because(why, "the kernel turns LASS on, which stops a CPU on"
			     " its way back (clearcpuid=lass prevents it)");
}
