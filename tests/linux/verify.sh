# SPDX-License-Identifier: GPL-2.0-only
# verify.sh - each digest, and none at all, which status tells.
#
# Unchecked, a damaged byte (the last of boot_params' pages, which means
# nothing) goes unnoticed: so it was the check that found it elsewhere.
. /lib/steps.sh

need_online "$CPUS"
need_quiet
case $HOP in
0) kpark_hop 6.12 --verify=sha256 ;;
1)
	need_mailbox
	need_status 0 "memory:    checked by sha256 in "
	need_checked 17 boot_params
	kpark_hop 6.12 --verify=none --fault=flip:17:last
	;;
2)
	need_mailbox
	need_status 0 "memory:    not checked (--verify=none)"
	kpark_hop 6.12
	;;
3)
	need_mailbox
	need_status 0 "memory:    checked by xxh3 in "
	;;
esac
