# SPDX-License-Identifier: GPL-2.0-only
# not-on-bsp.sh - a jump on another CPU than the boot CPU sends no INIT.
#
# INIT would restart the machine. What Linux makes of such a start is its own
# affair: as after a crash, it leaves the real boot CPU alone.
. /lib/steps.sh

case $HOP in
0)
	need_online "$CPUS"
	echo 2 >/sys/kernel/reboot/cpu || fail "no /sys/kernel/reboot/cpu"
	kpark_hop 6.12
	;;
1)
	need_status 8 "INIT sent to 0" "APIC ID 2, which is not the boot CPU"
	need_online $((CPUS - 1))
	;;
esac
