# SPDX-License-Identifier: GPL-2.0-only
# idle.sh - parked CPUs wait by $IDLE, and all that they do works.
#
# A live region keeps the way it was built with, so hop 2 has it too.
. /lib/steps.sh

need_online "$CPUS"
[ "$HOP" = 0 ] || need_mailbox
case $HOP in
0) kpark_hop 6.12 --idle="$IDLE" ;;
1)
	bounce_aps
	cpus_to 0 2 3
	kpark_hop 6.12
	;;
2) bounce_aps ;;
esac
