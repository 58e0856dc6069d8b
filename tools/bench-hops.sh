# SPDX-License-Identifier: GPL-2.0-only
# bench-hops.sh - one hop by each way that $WAYS names. For tools/bench.
#
# What lies between "VM: exec" and the next kernel's /init is measured: all
# work is done before, and each way does it with the same kernel and initrd.
. /lib/steps.sh

# Under icount the kernel traces its own log by TSC: the log's clock counts
# lost ticks and 4 ms steps until the TSC takes over.
note_stages()
{
	[ -e /sys/kernel/tracing/trace ] || fail "no tracefs"
	sed -n -e 's/.* \([0-9]*\): console: NR_IRQS: .*/VM: note early \1/p' \
	    -e 's/.* \([0-9]*\): console: smp: Bringing up .*/VM: note smp \1/p' \
	    -e 's/.* \([0-9]*\): console: smp: Brought up .*/VM: note online \1/p' \
	    -e 's/.* \([0-9]*\): console: Run .init .*/VM: note init \1/p' \
	    /sys/kernel/tracing/trace
}

way() # number: its name, and nothing behind the last one
{
	echo "$WAYS," | cut -d , -f "$1"
}

# The vmlinux and the packed part of an initrd lie in ivshmem devices: in the
# initrd they would be part of what is measured. Their memory is BAR 2.
fetch() # number of the device, size, file
{
	n=$1
	for dev in /sys/bus/pci/devices/*; do
		[ "$(cat "$dev/device")" = 0x1110 ] || continue
		[ $((n -= 1)) = 0 ] || continue
		echo 1 >"$dev/enable"
		vm-bar "$dev/resource2" "$2" >"$3" || fail "cannot copy $3"
		return
	done
	fail "no device with $3"
}

load_kexec() # options, image
{
	kexec "$@" --initrd=/initrd.img \
		--command-line="$(hop_cmdline) $APPEND" ||
		fail "kexec $*: exit code $?"
	jump="kexec -e"
}

load_kpark() # options
{
	plan=$(kpark load --verbose "$@" --initrd=/initrd.img \
		--command-line="$(hop_cmdline) $APPEND" /boot/vmlinuz-6.12) ||
		fail "kpark load: exit code $?"
	jump="kpark exec"
}

need_plan() # text
{
	case $plan in
	*"$1"*) ;;
	*) fail "kpark load does not say \"$1\": $plan" ;;
	esac
}

# QEMU's CPU does not promise that its TSC never stops. A /proc/cpuinfo that
# does is put over the real one; what else kpark asks for is real: a kernel that
# has taken the TSC for its clock, some 2 s after boot, and CPUs without a warp.
load_tsc()
{
	clock=/sys/devices/system/clocksource/clocksource0
	n=0
	until tr ' ' '\n' <$clock/available_clocksource | grep -q -x tsc; do
		[ $((n += 1)) -lt 100 ] || fail "the TSC is no clock source"
		sleep 0.1
	done
	sed 's/constant_tsc/& nonstop_tsc/' /proc/cpuinfo >/tmp/cpuinfo
	mount -o bind /tmp/cpuinfo /proc/cpuinfo || fail "no promise"
	load_kpark
	need_plan "tsc=reliable added"
}

# The same files as everywhere else, and a packed archive behind them.
load_packed() # what the plan says, options
{
	says=$1
	shift
	fetch 2 "$BALLAST_SIZE" /ballast.zst
	cat /ballast.zst >>/initrd.img
	load_kpark "$@"
	need_plan "$says"
}

load() # way
{
	image=/boot/vmlinuz-6.12
	case $1 in
	kexec-c) load_kexec -c -l $image ;;
	kexec-s) load_kexec -s -l $image ;;
	kexec-nochecks) load_kexec -c --no-checks -l $image ;;
	kexec-elf)
		fetch 1 "$ELF_SIZE" /vmlinux
		load_kexec -c --no-checks --args-linux -l /vmlinux
		;;
	kpark-first | kpark) load_kpark ${NAP_US:+--nap-us="$NAP_US"} ;;
	kpark-noverify) load_kpark --verify=none ;;
	kpark-cold) load_kpark --mailbox=never ;;
	kpark-tsc) load_tsc ;;
	kpark-initrd) load_packed "unpacked from" ;;
	kpark-initrd-packed) load_packed "as it is" --initrd-packed ;;
	# for --parked: the next kernel takes one CPU
	alone-kpark) APPEND=maxcpus=1 && load_kpark ;;
	alone-kexec) APPEND=maxcpus=1 && load_kexec -c --no-checks -l $image ;;
	*) fail "$1: no such way" ;;
	esac
}

# Under icount an INIT costs what is left of the AP's turn: QEMU resets it in the
# middle of that, and forgets how much it had run. A turn ends at the next timer
# of anybody's, 4 ms on the average with Linux. So the clock chip gets to tick
# every 122 us, and nobody to listen: the next kernel's driver ends it, late.
# MC146818: registers A (rate 3) and B (periodic interrupt, 24 hours).
short_turns()
{
	for dev in /sys/bus/pnp/drivers/rtc_cmos/*:*; do
		echo "${dev##*/}" >/sys/bus/pnp/drivers/rtc_cmos/unbind
	done
	{ vm-outb 0x70 0x0a && vm-outb 0x71 0x23 && vm-outb 0x70 0x0b &&
		vm-outb 0x71 0x42; } || fail "no clock chip"
}

case $VM_CMDLINE in
*trace_clock=x86-tsc*) note_stages ;;
esac
now=
[ "$HOP" = 0 ] || now=$(way "$HOP")
case $now in
kpark* | alone-kpark)
	level=$(cut -f 1 /proc/sys/kernel/printk)
	dmesg -n 1	# no line of the kernel's in the middle
	echo "VM: note kprk $(xxd -p -l 320 /sys/firmware/acpi/tables/KPRK |
		tr -d '\n')"
	dmesg -n "$level"
	;;
esac
tsc=$(tr ' ' '\n' </proc/cmdline | grep -c -x tsc=reliable)
case $now in
kpark-tsc) [ "$tsc" = 1 ] || fail "no tsc=reliable" ;;
*) [ "$tsc" = 0 ] || fail "tsc=reliable" ;;
esac
case $now in
kpark-initrd*) [ -s /ballast ] || fail "no /ballast" ;;
esac
case $now in
alone-*) need_online 1 ;;
*) need_online "$CPUS" ;;
esac
next=$(way $((HOP + 1)))
[ -n "$next" ] || exit 0
make_initrd || fail "no initrd"
echo "VM: note initrd $(stat -c %s /initrd.img)"
load "$next"
case $VM_CMDLINE in
*trace_clock=x86-tsc*) short_turns ;;
esac
# shellcheck disable=SC2086 # words
hop_exec vm-tsc exec $jump
