# SPDX-License-Identifier: GPL-2.0-only
# acpi-rsdp.sh - acpi_rsdp= never reaches the next kernel, whoever gave it.
#
# It beats boot_params, and would hide the tables with the mailbox.
. /lib/steps.sh

# As Linux knows it, from the zero page at 0x70.
rsdp()
{
	printf '0x%x' "0x$(dd if=/sys/kernel/boot_params/data bs=8 skip=14 \
		count=1 2>/dev/null | od -A n -t x8 | tr -d ' ')"
}

need_none()
{
	! grep -q acpi_rsdp= /proc/cmdline || fail "acpi_rsdp= has come through"
}

need_said() # text: one line of the last load
{
	cat /tmp/err
	[ "$(wc -l </tmp/err)" = 1 ] || fail "kpark load: need one line"
	grep -q -F "$1" /tmp/err || fail "kpark load did not say \"$1\""
}

refuse() # value text
{
	kpark load --append="acpi_rsdp=$1" /boot/vmlinuz-6.12 2>/tmp/err
	code=$?
	[ $code = 5 ] || fail "acpi_rsdp=$1: exit code $code, need 5"
	need_said "$2"
	[ "$(cat /sys/kernel/kexec_loaded)" = 0 ] || fail "$1 was loaded"
}

load()
{
	make_initrd || fail "no initrd"
	kpark load --initrd=/initrd.img "$@" /boot/vmlinuz-6.12 2>/tmp/err ||
		fail "kpark load: exit code $?: $(cat /tmp/err)"
}

need_online "$CPUS"
case $HOP in
0)
	refuse 0x2000000 "no RSDP: it is no memory of the firmware's"
	refuse 0xfff00 "no RSDP: there is no \"RSD PTR \""
	refuse here "acpi_rsdp=here: need an address in hex"
	load --append="$(hop_cmdline) acpi_rsdp=$(rsdp) last"
	need_said "acpi_rsdp=$(rsdp) is taken for the firmware's"
	hop_exec kpark exec
	;;
1)	# given by the user
	need_none
	grep -q ' last ' /proc/cmdline || fail "what is behind it is gone"
	need_mailbox
	APPEND="acpi_rsdp=$(rsdp)" kexec_hop 6.12 -c
	;;
2)	# given by a loader, and reused
	grep -q acpi_rsdp= /proc/cmdline || fail "kexec-tools lost the word"
	hop_cmdline >/tmp/next
	load --reuse-cmdline --append="$(sed 's/.*vm.hop/vm.hop/' /tmp/next)"
	need_said "the running kernel's acpi_rsdp= is left out"
	hop_exec kpark exec
	;;
3)
	need_none
	need_mailbox
	;;
esac
