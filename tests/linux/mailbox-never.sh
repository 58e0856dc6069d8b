# SPDX-License-Identifier: GPL-2.0-only
# mailbox-never.sh - parked, but not offered: the kernel collects them itself.
. /lib/steps.sh

need_online "$CPUS"
need_quiet
case $HOP in
0) kpark_hop 6.12 --mailbox=never ;;
1)
	need_status 0 "by INIT/SIPI: " "--mailbox=never"
	kpark_hop 6.12
	;;
2)
	need_mailbox
	kpark_hop 6.12 --mailbox=never # now they are in a live region
	;;
3) need_status 0 "by INIT/SIPI: " "--mailbox=never" ;;
esac
