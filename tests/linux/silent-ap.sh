# SPDX-License-Identifier: GPL-2.0-only
# silent-ap.sh - an AP that never arrives: a cold boot that says why.
#
# In a new park region (hop 1) and in a live one (hop 3). The hop after each is
# as if nothing had been.
. /lib/steps.sh

need_online "$CPUS"
need_quiet
case $HOP in
0) kpark_hop 6.12 --fault=silent:2 ;;
1)
	need_status 8 "by INIT/SIPI: APIC ID 2 never arrived in the park"
	kpark_hop 6.12
	;;
2)
	need_mailbox
	kpark_hop 6.12 --fault=silent:1
	;;
3)
	need_status 8 "by INIT/SIPI: APIC ID 1 "
	kpark_hop 6.12
	;;
4) need_mailbox ;;
esac
