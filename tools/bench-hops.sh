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

# The vmlinux lies in an ivshmem device: in the initrd it would be part of what
# is measured. Its memory is BAR 2.
fetch_elf()
{
	for dev in /sys/bus/pci/devices/*; do
		[ "$(cat "$dev/device")" = 0x1110 ] || continue
		echo 1 >"$dev/enable"
		vm-bar "$dev/resource2" "$ELF_SIZE" >/vmlinux ||
			fail "cannot copy the vmlinux"
		return
	done
	fail "no device with the vmlinux"
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
	kpark load "$@" --initrd=/initrd.img \
		--command-line="$(hop_cmdline) $APPEND" /boot/vmlinuz-6.12 ||
		fail "kpark load: exit code $?"
	jump="kpark exec"
}

load() # way
{
	image=/boot/vmlinuz-6.12
	case $1 in
	kexec-c) load_kexec -c -l $image ;;
	kexec-s) load_kexec -s -l $image ;;
	kexec-nochecks) load_kexec -c --no-checks -l $image ;;
	kexec-elf)
		fetch_elf
		load_kexec -c --no-checks --args-linux -l /vmlinux
		;;
	kpark-first | kpark) load_kpark ${NAP_US:+--nap-us="$NAP_US"} ;;
	kpark-noverify) load_kpark --verify=none ;;
	kpark-cold) load_kpark --mailbox=never ;;
	# for --parked: the next kernel takes one CPU
	alone-kpark) APPEND=maxcpus=1 && load_kpark ;;
	alone-kexec) APPEND=maxcpus=1 && load_kexec -c --no-checks -l $image ;;
	*) fail "$1: no such way" ;;
	esac
}

case $VM_CMDLINE in
*trace_clock=x86-tsc*) note_stages ;;
esac
now=
[ "$HOP" = 0 ] || now=$(way "$HOP")
case $now in
kpark* | alone-kpark)
	echo "VM: note kprk $(xxd -p -l 320 /sys/firmware/acpi/tables/KPRK |
		tr -d '\n')"
	;;
esac
case $now in
alone-*) need_online 1 ;;
*) need_online "$CPUS" ;;
esac
next=$(way $((HOP + 1)))
[ -n "$next" ] || exit 0
make_initrd || fail "no initrd"
load "$next"
# shellcheck disable=SC2086 # words
hop_exec vm-tsc exec $jump
