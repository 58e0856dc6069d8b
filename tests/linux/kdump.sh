# SPDX-License-Identifier: GPL-2.0-only
# kdump.sh - a crash kernel of kexec-tools, from a kernel booted cold or by kpark.
#
# $FROM: cold or kpark. $CRASH_CPU: which one crashes. $WANT: CPUs that the
# crash kernel has; from an AP it leaves the real boot CPU alone, and so has
# one less. It is the same from either.
. /lib/steps.sh

crash()
{
	make_initrd || fail "no initrd"
	kexec -p /boot/vmlinuz-6.12 --initrd=/initrd.img \
		--command-line="$(hop_cmdline) crash" || fail "kexec -p: $?"
	rm /initrd.img
	hop_exec taskset -c "$CRASH_CPU" sh -c 'echo c >/proc/sysrq-trigger'
}

if grep -q -w crash /proc/cmdline; then
	[ -e /proc/vmcore ] || fail "no /proc/vmcore"
	need_online "$WANT"
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
