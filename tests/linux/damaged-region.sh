# SPDX-License-Identifier: GPL-2.0-only
# damaged-region.sh - a park that the running kernel has written to is not trusted.
#
# Hop 1 changes the byte at $AT of the region's header, before the load or, hop 4,
# behind it. Purgatory has nothing to leave a message in then: the boot is a cold
# one that says so, and the one after it has another park.
. /lib/steps.sh

damage()
{
	printf '\377' | dd of=/dev/mem bs=1 conv=notrunc 2>/dev/null \
		seek=$(($(region_pa) + AT)) || fail "/dev/mem is not written to"
}

need_online "$CPUS"
need_quiet
case $HOP in
1 | 3 | 4 | 6) need_mailbox ;;
2 | 5)
	need_status 8 "found no park or no ACPI tables that it can trust"
	bounce_aps
	;;
esac
case $HOP in
4)
	kpark_load 6.12
	damage
	hop_exec kpark exec
	;;
6) ;;
*)
	[ "$HOP" != 1 ] || damage
	kpark_hop 6.12
	;;
esac
