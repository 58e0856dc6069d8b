# SPDX-License-Identifier: GPL-2.0-only
# noefi.sh - a kernel with noefi has no map of EFI to hand on: kpark says so,
# and finds the ACPI tables all the same.
. /lib/steps.sh

need_online "$CPUS"
ls /sys/firmware/efi
if [ "$HOP" = 1 ]; then
	need_mailbox
	! dmesg | grep 'efi: EFI v' || fail "there is EFI, half of it"
	exit 0
fi
[ ! -e /sys/firmware/efi/runtime-map ] || fail "noefi is without effect"
make_initrd || fail "no initrd"
kpark load --initrd=/initrd.img \
	--command-line="$(hop_cmdline | sed 's/noefi//')" \
	/boot/vmlinuz-6.12 2>/tmp/err || fail "kpark load: exit code $?"
cat /tmp/err
grep -q -x "kpark: load: EFI runtime services are not passed on: the running\
 kernel does not use them" /tmp/err || fail "kpark load does not say it"
hop_exec kpark exec
