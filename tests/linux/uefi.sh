# SPDX-License-Identifier: GPL-2.0-only
# uefi.sh - along $ROUTE on UEFI firmware, and its runtime services work on.
#
# The first kernel is started by the firmware and gives it virtual addresses;
# those after it have to use these. Each hop writes a variable, and finds those
# of the hops before it.
. /lib/steps.sh

vars=/sys/firmware/efi/efivars
guid=6b706172-6b00-4b50-8000-000000000001

# Where everything is, but for "runtime": virtual after the first kernel.
efi_state()
{
	cd /sys/firmware/efi || fail "this kernel knows of no EFI"
	grep . systab fw_vendor config_table fw_platform_size
	grep -r . runtime-map | sort
	cd /
}

# First the attributes: non-volatile, at boot time and at run time.
write_variable() # number
{
	printf '\007\000\000\000hop %s' "$1" >"$vars/Kpark$1-$guid" ||
		fail "EFI does not write variable $1"
}

need_variable() # number
{
	[ "$(tail -c +5 "$vars/Kpark$1-$guid")" = "hop $1" ] ||
		fail "EFI does not read variable $1"
}

need_online "$CPUS"
dmesg | grep -q 'efi: EFI v2' || fail "no line of EFI in the kernel log"
efi_state >/tmp/efi
cat /tmp/efi
grep -q 'runtime-map/0/virt_addr:0x' /tmp/efi || fail "no runtime map"
if [ "$HOP" = 0 ]; then
	cp /tmp/efi /keep/efi
else
	cmp /tmp/efi /keep/efi || fail "EFI is not as on the cold boot"
	case $(uname -r) in
	6.1.*) need_status 0 "by INIT/SIPI: the mailbox was not offered" ;;
	*) need_mailbox ;;
	esac
fi

insmod "/lib/efivarfs-$(uname -r | cut -d. -f1,2).ko" || fail "no efivarfs"
mount -t efivarfs none $vars || fail "efivarfs does not mount"
hop=0
while [ $hop -lt "$HOP" ]; do
	need_variable $hop
	hop=$((hop + 1))
done
write_variable "$HOP"
need_variable "$HOP"
# No plain_first here: kexec-tools loses one of EFI's tables, for all after it.
case $KERNELS, in
, | "$(uname -r | cut -d. -f1,2)",*) need_quiet ;;
esac
next=$(echo "$ROUTE," | cut -d, -f$((HOP + 1)))
[ -z "$next" ] || kpark_hop "$next"
