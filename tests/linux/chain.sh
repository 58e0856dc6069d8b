# SPDX-License-Identifier: GPL-2.0-only
# chain.sh - from kernel to kernel by kpark, along $ROUTE (6.12,6.1,...).
#
# Every kernel has all CPUs, by the mailbox if it can give them back, and warns
# of nothing that a cold boot does not. $FLAG, if set, is one of /proc/cpuinfo.
. /lib/steps.sh

need_online "$CPUS"
plain_first
need_quiet
[ -z "$FLAG" ] || grep -q -w "$FLAG" /proc/cpuinfo || fail "no flag $FLAG"

if [ "$HOP" = 0 ]; then
	need_status 0 "not started by kpark"
else
	want=$(echo "$ROUTE" | cut -d, -f"$HOP")
	case $(uname -r) in
	"${want%-amd64}".*) ;; # 6.12-amd64 is a flavour of 6.12
	*) fail "this is kernel $(uname -r), need $want" ;;
	esac
	need_status 0 "kpark, hop $HOP, from "
	if [ "$CPUS" = 1 ]; then
		need_status 0 "by INIT/SIPI: the machine has one CPU"
	elif [ "$want" = 6.1 ]; then
		need_status 0 "by INIT/SIPI: the mailbox was not offered"
	else
		need_mailbox
	fi
fi

next=$(echo "$ROUTE," | cut -d, -f$((HOP + 1)))
[ -n "$next" ] || exit 0
kpark_hop "$next"
