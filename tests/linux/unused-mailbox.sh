# SPDX-License-Identifier: GPL-2.0-only
# unused-mailbox.sh - a kernel that leaves its CPUs parked leaves no mailbox.
#
# Hop 1 is told maxcpus=1 and takes no AP. 6.1, started from there by plain
# kexec, would come up by the mailbox and hang when a CPU goes off and on.
. /lib/steps.sh

[ "$HOP" = 2 ] || need_quiet	# which is 6.1, of which no plain boot is known
case $HOP in
0)
	APPEND=maxcpus=1
	kpark_hop 6.12
	;;
1)
	need_online 1
	all=$((CPUS - 1))
	need_status 0 "the mailbox was not offered" "$all of $all APs parked"
	kexec_hop 6.1 -c
	;;
2)
	need_online "$CPUS"
	bounce_aps
	kpark_hop 6.12
	;;
3)
	need_online "$CPUS"
	need_status 0 "kpark, hop 2, from 6.1"
	need_mailbox
	;;
esac
