# SPDX-License-Identifier: GPL-2.0-only
# leave-and-return.sh - plain kexec from a kernel that came from the park.
#
# kexec-tools ($HOW is -c or -s) starts hops 2 and 4, kpark the others. Hop 2
# is left with all CPUs released, hop 4 with some returned to the park. What
# kexec-tools starts collects its CPUs itself, and kpark can start from there.
. /lib/steps.sh

need_online "$CPUS"
need_quiet
case $HOP in
0) kpark_hop 6.12 ;;
1)
	need_mailbox
	kexec_hop 6.12 "$HOW"
	;;
2)
	need_status 0 "not started by kpark"
	kpark_hop 6.12
	;;
3)
	need_mailbox
	cpus_to 0 1 $((CPUS - 1))
	kexec_hop 6.12 "$HOW"
	;;
4)
	need_status 0 "not started by kpark"
	kpark_hop 6.12
	;;
5) need_mailbox ;;
esac
