# SPDX-License-Identifier: GPL-2.0-only
# idle.sh - parked CPUs wait by $IDLE, and all that they do works.
#
# A live region keeps the way it was built with, so hop 2 has it too.
. /lib/steps.sh

# A 32-bit field of the region's header (park_abi.h), as it is in memory
need_in_region()
{
	found=$(dd if=/dev/mem bs=4096 skip=$(($(region_pa) / 4096)) count=1 2>/dev/null |
		od -An -tu4 -j"$1" -N4 | tr -d ' ')
	[ "$found" = "$2" ] || fail "the region, at $1: $found, need $2"
}

need_online "$CPUS"
need_quiet
[ "$HOP" = 0 ] || {
	need_mailbox
	need_in_region 100 "$NAP_US"	# nap_us
	need_in_region 104 "$NUMBER"	# idle
}
case $HOP in
0) kpark_hop 6.12 --idle="$IDLE" --nap-us="$NAP_US" ;;
1)
	bounce_aps
	cpus_to 0 2 3
	kpark_hop 6.12
	;;
2) bounce_aps ;;
esac
