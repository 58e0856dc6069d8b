# SPDX-License-Identifier: GPL-2.0-only
# leave-and-return.sh - plain kexec from kernels that came from the park.
#
# kexec-tools ($HOW is -c or -s) starts kernel $TO on the even hops up to 8, or to
# $LAST: from a kernel with all CPUs released, some returned, all returned, and one
# that was never taken. It collects its CPUs itself, and kpark can start from there.
. /lib/steps.sh

aps=$(seq 1 $((CPUS - 1)))
plain_first
[ "$HOP" = 7 ] || need_quiet # there it says that CPUs are kept back
[ "$HOP" != "$LAST" ] || {
	need_online "$CPUS"
	exit 0
}
case $HOP in
0 | 2 | 4)
	need_online "$CPUS"
	need_status 0 "not started by kpark"
	kpark_hop 6.12
	;;
6)
	need_online "$CPUS"
	APPEND=possible_cpus=$((CPUS - 1))
	kpark_hop 6.12
	;;
8)
	need_online "$CPUS"
	kpark_hop 6.12
	;;
1)
	need_mailbox
	kexec_hop "$TO" "$HOW"
	;;
3)
	need_mailbox
	cpus_to 0 1 $((CPUS - 1))
	kexec_hop "$TO" "$HOW"
	;;
5)
	need_mailbox
	# shellcheck disable=SC2086 # words
	cpus_to 0 $aps
	kexec_hop "$TO" "$HOW"
	;;
7)
	! dmesg | grep -v "$low_vectors" | grep "Stale IRR" || fail "kpark passes a stray vector on"
	need_online $((CPUS - 1))
	need_status 0 "$((CPUS - 2)) of $((CPUS - 1)) APs released"
	kexec_hop "$TO" "$HOW"
	;;
9) need_mailbox ;;
esac
