# SPDX-License-Identifier: GPL-2.0-only
# paging-depth.sh - every pairing of 4 and 5 levels, old kernel to next.
#
# The cold boot has 5 levels; no5lvl takes them away from the next kernel, and
# its absence gives them back: purgatory switches, and the parked CPUs come
# along as they were.
. /lib/steps.sh

has_5_levels()
{
	grep -q -w la57 /proc/cpuinfo
}

need_online "$CPUS"
case $HOP in
0 | 1 | 4) has_5_levels || fail "no 5-level paging" ;;
*) has_5_levels && fail "5-level paging" ;;
esac
[ "$HOP" = 0 ] || need_mailbox
bounce_aps
case $HOP in
0 | 3) kpark_hop 6.12 ;;
1 | 2)
	APPEND=no5lvl
	kpark_hop 6.12
	;;
esac
