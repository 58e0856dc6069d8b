# SPDX-License-Identifier: GPL-2.0-only
# kdump.sh - a crash kernel of kexec-tools, from a kernel booted cold or by kpark.
#
# $FROM: cold or kpark. $CRASH_CPU: which one crashes. $OFFLINE: those that are
# offline then (1,3), in the park if it was kpark. The crash kernel has all CPUs,
# but from an AP it leaves the real boot CPU alone. It is the same from either.
# shellcheck disable=SC2046 # a list of CPUs
. /lib/steps.sh

# What a crash kernel may warn of: that it starts on another CPU than the boot
# CPU, and that those offline left no registers.
crash_warnings()
{
	[ "$CRASH_CPU" = 0 ] || echo "CPU topo: Boot CPU APIC ID not the first\
 enumerated APIC ID: N != N
CPU topo: Crash kernel detected. Disabling real BSP to prevent machine INIT"
	[ -z "$OFFLINE" ] || echo "Warning: Zero PT_NOTE entries found"
}

crash()
{
	crash_warnings >>"/keep/warnings-$(uname -r)"
	cpus_to 0 $(echo "$OFFLINE" | tr , ' ')
	echo kexec-tools >/keep/hop-by
	make_initrd || fail "no initrd"
	kexec -p /boot/vmlinuz-6.12 --initrd=/initrd.img \
		--command-line="$(hop_cmdline) crash" || fail "kexec -p: $?"
	rm /initrd.img
	hop_exec taskset -c "$CRASH_CPU" sh -c 'echo c >/proc/sysrq-trigger'
}

# An ELF file, and in its notes what the crashed kernel said of itself
need_vmcore()
{
	[ "$(head -c 4 /proc/vmcore | tail -c 3)" = ELF ] ||
		fail "/proc/vmcore is no ELF file"
	head -c 1048576 /proc/vmcore | tr '\0' '\n' |
		grep -q -x "OSRELEASE=$(uname -r)" ||
		fail "/proc/vmcore does not say of which kernel it is"
}

# The crash sent each AP but the one that crashed into the park, by its NMI
# (park_abi.h, arrivals): the first time was when purgatory called it.
need_arrivals() # number
{
	at=$(kprk 0x68 4)
	end=$((at + $(kprk 0x64 4) * $(kprk 0x6c 4)))
	found=0
	while [ "$at" -lt "$end" ]; do
		[ "$(kprk $((at + 6)) 2)" != 2 ] || found=$((found + 1))
		at=$((at + $(kprk 0x6c 4)))
	done
	[ "$found" = "$1" ] || fail "$found CPUs came to the park twice, need $1"
}

need_quiet
if grep -q -w crash /proc/cmdline; then
	need_vmcore
	aps=$((CPUS - 1))
	if [ "$CRASH_CPU" = 0 ]; then
		need_online "$CPUS"
	else
		need_online "$aps"
		aps=$((aps - 1))
	fi
	[ "$FROM" = cold ] || need_arrivals "$aps"
	exit 0
fi
need_online "$CPUS"
case $FROM$HOP in
kpark0) kpark_hop 6.12 ;;
kpark1)
	need_mailbox
	crash
	;;
cold0) crash ;;
esac
