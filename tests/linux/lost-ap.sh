# SPDX-License-Identifier: GPL-2.0-only
# lost-ap.sh - an AP dies between its last ping and its release.
#
# Hop 2 goes on without it after Linux' own 10 s and names it; plain kexec ($HOW
# is -c or -s) to $TO gets it back, by INIT, and so does kpark.
. /lib/steps.sh

# Hop 2 says that a CPU did not come, hop 3 may be another kernel.
case $HOP in
2 | 3) ;;
*) need_quiet ;;
esac
case $HOP in
0)
	need_online "$CPUS"
	kpark_hop 6.12
	;;
1)
	need_mailbox
	kpark_hop 6.12 --fault=lost:2
	;;
2)
	need_online $((CPUS - 1))
	need_status 8 "lost: " "APIC ID 2 was commanded, and did not go" \
		"do not bring it online"
	kexec_hop "$TO" "$HOW"
	;;
3)
	need_online "$CPUS"
	kpark_hop 6.12
	;;
4)
	need_online "$CPUS"
	need_mailbox
	;;
esac
