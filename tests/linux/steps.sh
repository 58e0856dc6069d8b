# SPDX-License-Identifier: GPL-2.0-only
# steps.sh - what the guest scripts here share, in the guest as /lib/steps.sh.

fail()
{
	echo "FAIL at hop $HOP: $*"
	exit 1
}

need_online() # number
{
	[ "$(nproc)" = "$1" ] || fail "$(nproc) CPUs online, need $1"
}

# need_status EXIT-CODE TEXT...: each text in what `kpark status` prints; here and
# below $KPARK, if set, is the one to ask
need_status()
{
	need=$1
	shift
	said=$("${KPARK:-kpark}" status)
	code=$?
	echo "$said"
	[ $code = "$need" ] || fail "kpark status: exit code $code, need $need"
	for text; do
		case $said in
		*"$text"*) ;;
		*) fail "kpark status does not say \"$text\"" ;;
		esac
	done
}

# Every CPU but the boot CPU goes offline and comes back.
bounce_aps()
{
	cpu=1
	while [ $cpu -lt "$CPUS" ]; do
		cpus_to 0 "$cpu"
		cpus_to 1 "$cpu"
		cpu=$((cpu + 1))
	done
}

# A number in KPRK (park_abi.h, struct kprk_table), and where the region of this boot
# lies and how long it is
kprk() # offset bytes
{
	od -An -tu"$2" -j$(($1)) -N"$2" /sys/firmware/acpi/tables/KPRK | tr -d ' '
}
region_pa() { kprk 0x28 8; }
region_size() { kprk 0x30 4; }

need_mailbox()
{
	all=$((CPUS - 1))
	need_status 0 "$all of $all APs released by the mailbox"
}

# Warnings and worse in this kernel's log, without what differs every time and
# what only says that the host had other things to do, or that QEMU's APIC has taken
# a vector below 16 (tools/qemu_fault.py). A kernel whose calibration
# of the TSC failed for that does not wait long enough for the RTC either. A list of
# CPUs that another message cut in two ends as a warning.
low_vectors='Stale IRR: \(0\{8\},\)\{7\}0000[0-9a-f]\{4\} ISR: \(0\{8\},\)\{7\}0\{8\}$'

warnings()
{
	dmesg -r | grep -v "$low_vectors" | sed -n 's/^<[0-4]>\[[^]]*\] //p' | sed 's/[0-9][0-9.]*/N/g' |
		grep -v -e '^tsc: Unable to calibrate against PIT' \
			-e '^tsc: PIT calibration deviates from' \
			-e '^Unable to read current time from RTC' \
			-e '^APIC calibration not consistent with PM-Timer' \
			-e '^hrtimer: interrupt took N ns' \
			-e '^hpet: Lost N RTC interrupts' \
			-e '^perf: interrupt took too long' \
			-e '^sched: DL replenish lagged too much' \
			-e '^workqueue: .* hogged CPU for >N' \
			-e '^clocksource: Long readout interval' \
			-e '^clocksource: timekeeping watchdog on CPUN: .* retried' \
			-e '^clocksource: .*-wd.* excessive read-back delay' \
			-e '^\( *#N\)*$'
}

# The tick that the last kernel left pending on the boot CPU: plain kexec passes
# it on, kpark's purgatory must not.
no_tick() { grep -v -e '^Spurious LAPIC timer interrupt on cpu N' -e '^APIC: Stale IRR'; }

without_stale_tick()
{
	if [ "$(cat /keep/hop-by)" = kpark ]; then
		cat
	else
		no_tick
	fi
}

# What this kernel warns of without kpark, for need_quiet.
note_plain()
{
	warnings | no_tick >>"/keep/warnings-$(uname -r)"
}

# A kernel that is not booted cold: before all else, and within hop 0, kexec-tools
# goes there and back. $KERNELS is the case's, the cold one first; one kernel twice is
# for the log that it has behind a plain kexec.
plain_first()
{
	other=${KERNELS#*,}
	if [ "$HOP" != 0 ] || [ "$other" = "$KERNELS" ] || [ -e /keep/plain ]; then
		return
	fi
	note_plain
	case $(uname -r) in
	"$other".*)
		touch /keep/plain
		other=${KERNELS%,*}
		;;
	esac
	HOP=-1
	kexec_hop "$other"
}

# What the same kernel did not warn of either, cold or by plain kexec.
need_quiet()
{
	plain=/keep/warnings-$(uname -r)
	if [ "$HOP" = 0 ]; then
		note_plain
		return
	fi
	[ -e "$plain" ] || fail "no log of a plain boot of $(uname -r)"
	new=$(warnings | grep -v -x -F -f "$plain" | without_stale_tick)
	[ -z "$new" ] || fail "new in the kernel log: $new"
}

# need_checked NUMBER WHAT: --dry-run shows that as what --fault=flip damages
need_checked()
{
	make_initrd || fail "no initrd"
	kpark load --dry-run --initrd=/initrd.img /boot/vmlinuz-6.12 |
		grep -q "^checked: *$1 .*  $2, by" ||
		fail "segment $1 is not $2"
}

cpus_to() # 0|1 cpu...
{
	to=$1
	shift
	for cpu; do
		echo "$to" >"/sys/devices/system/cpu/cpu$cpu/online" ||
			fail "cpu $cpu does not go to state $to"
	done
}

# The next hop by kpark, or by kexec-tools: kernel version, then options.
# $APPEND: more for its command line, and for its only.
kpark_load()
{
	kernel=$1
	shift
	echo kpark >/keep/hop-by # which the initrd takes along
	make_initrd || fail "no initrd"
	"${KPARK:-kpark}" load "$@" --initrd=/initrd.img \
		--command-line="$(hop_cmdline) $APPEND" \
		"/boot/vmlinuz-$kernel" ||
		fail "${KPARK:-kpark} load: exit code $?"
}

kpark_hop()
{
	kpark_load "$@"
	hop_exec "${KPARK:-kpark}" exec
}

kexec_hop()
{
	kernel=$1
	shift
	echo kexec-tools >/keep/hop-by
	make_initrd || fail "no initrd"
	kexec "$@" -l "/boot/vmlinuz-$kernel" --initrd=/initrd.img \
		--command-line="$(hop_cmdline) $APPEND" ||
		fail "kexec -l: exit code $?"
	hop_exec kexec -e
}
