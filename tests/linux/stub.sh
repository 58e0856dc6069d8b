# SPDX-License-Identifier: GPL-2.0-only
# stub.sh - kernel-stub as the next kernel, by $HOW; its verdict is the test's.
#
# It hops on by itself, through its own purgatory and park.
. /lib/steps.sh

need_online "$CPUS"
make_initrd
case $HOW in
kpark)
	kpark load --command-line="mode=chain hops=3" /boot/stub.bin ||
		fail "kpark load: exit code $?"
	hop_exec kpark exec
	;;
kexec)
	kexec -c -l --type=bzImage --command-line="mode=chain hops=3" \
		/boot/stub.bin || fail "kexec -l: exit code $?"
	hop_exec kexec -e
	;;
esac
