# SPDX-License-Identifier: GPL-2.0-only
# paging-depth.sh - pairings of 4 and 5 levels, old kernel to next.
#
# The cold boot has 5 levels. $ROUTE is a list of kernels with words for their
# command lines (6.12:no5lvl+possible_cpus=3): no5lvl takes a level away from one,
# its absence gives it back, and 4level is a 6.12 whose header denies it
# (tests/images/repack). Purgatory switches, and the parked CPUs come along as
# they were.
. /lib/steps.sh

plain_first

# step HOP: that part of the route, in $next and $words
step()
{
	part=$(echo "$ROUTE," | cut -d, -f"$1")
	next=${part%%:*}
	words=$(echo "$part" | sed -n 's/^[^:]*://p' | tr + ' ')
}

online=$CPUS
levels=5
if [ "$HOP" != 0 ]; then
	step "$HOP"
	case $words in
	*possible_cpus=*)
		online=${words##*possible_cpus=}
		echo "CPU topo: CPU limit of N reached. Ignoring further CPUs" \
			>>"/keep/warnings-$(uname -r)"
		;;
	esac
	case $part in
	*no5lvl* | 4level*) levels=4 ;;
	esac
	case $next in
	6.1) need_status 0 "by INIT/SIPI: the mailbox was not offered" ;;
	*) need_status 0 "$((online - 1)) of $((CPUS - 1)) APs released by" ;;
	esac
fi
[ "$next" = 6.1 ] || need_quiet
need_online "$online"
found=4
! grep -q -w la57 /proc/cpuinfo || found=5
[ $found = $levels ] || fail "$found-level paging, need $levels"
[ "$online" != "$CPUS" ] || bounce_aps

step $((HOP + 1))
APPEND=$words
[ -z "$next" ] || kpark_hop "$next"
