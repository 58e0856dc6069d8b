# SPDX-License-Identifier: GPL-2.0-only
# offline-online.sh - CPUs go to the park and come back, and do so at a jump.
#
# No kernel after hop 0 sends INIT or SIPI, whatever was offline when it began.
# shellcheck disable=SC2086 # $aps is meant to be split
. /lib/steps.sh

need_online "$CPUS"
need_quiet
aps=$(seq 1 $((CPUS - 1)))
[ "$HOP" = 0 ] || need_mailbox

case $HOP in
0) kpark_hop 6.12 ;;
1)
	for round in 1 2 3; do # one by one, then all at once
		for ap in $aps; do
			cpus_to 0 "$ap"
			need_online $((CPUS - 1))
			cpus_to 1 "$ap"
		done
		cpus_to 0 $aps
		need_online 1
		cpus_to 1 $aps
		need_online "$CPUS"
		echo "round $round"
	done
	kpark_hop 6.12
	;;
2)
	cpus_to 0 1 $((CPUS - 1)) # the last one was the warden
	kpark_hop 6.12
	;;
3)
	cpus_to 0 $aps
	kpark_hop 6.12
	;;
4)
	cpus_to 0 $aps
	cpus_to 1 $aps
	need_online "$CPUS"
	;;
esac
need_quiet
