# SPDX-License-Identifier: GPL-2.0-only
# one-cpu.sh - nothing to park: loaded all the same, unless told otherwise.
. /lib/steps.sh

need_online 1
need_quiet
case $HOP in
0)
	kpark load --require-park /boot/vmlinuz-6.12 2>/tmp/err
	code=$?
	cat /tmp/err
	[ $code = 9 ] || fail "--require-park: exit code $code, need 9"
	grep -q "cannot be parked: the machine has one CPU" /tmp/err ||
		fail "--require-park: said $(cat /tmp/err)"
	[ "$(cat /sys/kernel/kexec_loaded)" = 0 ] || fail "it was loaded"
	kpark_hop 6.12
	;;
1)
	need_status 0 "kpark, hop 1, from 6.12." \
		"by INIT/SIPI: the machine has one CPU"
	kpark_hop 6.12
	;;
2)
	need_status 0 "kpark, hop 2, from 6.12." \
		"by INIT/SIPI: the machine has one CPU"
	;;
esac
