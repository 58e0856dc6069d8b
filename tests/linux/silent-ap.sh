# SPDX-License-Identifier: GPL-2.0-only
# silent-ap.sh - an AP that never arrives: a cold boot that says why.
#
# In a new park region (hop 1) and in a live one (hop 3). The hop after each is
# as if nothing had been. $FAULT is silent, or dies: it arrives, and is dead then.
# $TO, if set, is the kernel that does without.
. /lib/steps.sh

plain_first

victim=2 # the warden is another one, if there are two
[ "$CPUS" -gt 2 ] || victim=1

need_online "$CPUS"
need_quiet
case $HOP in
0) kpark_hop "${TO:-6.12}" --fault="$FAULT:$victim" ;;
1)
	case $FAULT in
	silent) text="never arrived in the park" ;;
	dies) text="arrived, but did not answer" ;;
	esac
	need_status 8 "by INIT/SIPI: APIC ID $victim $text"
	kpark_hop 6.12
	;;
2)
	need_mailbox
	[ "$FAULT" = silent ] || exit 0 # in a live region: lost-ap.sh
	kpark_hop "${TO:-6.12}" --fault=silent:1
	;;
3)
	need_status 8 "by INIT/SIPI: APIC ID 1 "
	kpark_hop 6.12
	;;
4) need_mailbox ;;
esac
