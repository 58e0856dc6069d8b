# SPDX-License-Identifier: GPL-2.0-only
# nosmt.sh - hop 1 takes the siblings and gives them back at once; hop 2 has
# all of them again.
. /lib/steps.sh

need_quiet
case $HOP in
0)
	need_online "$CPUS"
	APPEND=nosmt
	kpark_hop 6.12
	;;
1)
	need_online $((CPUS / 2))
	need_mailbox
	kpark_hop 6.12
	;;
2)
	need_online "$CPUS"
	need_mailbox
	;;
esac
