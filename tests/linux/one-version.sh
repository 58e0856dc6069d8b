# SPDX-License-Identifier: GPL-2.0-only
# one-version.sh - kparks of one PARK_ABI_VERSION understand each other.
#
# The first one of this version builds the region, today's takes the CPUs out of it
# and parks them there again, then the first one once more, and today's: all in the
# one region, and each reads what the other left.
. /lib/steps.sh

need_online "$CPUS"
need_quiet
if [ "$HOP" != 0 ]; then
	for KPARK in kpark kpark-first; do
		need_mailbox
	done
	[ "$HOP" = 1 ] || [ "$(region_pa)" = "$(cat /keep/region)" ] ||
		fail "another region"
	region_pa >/keep/region
	bounce_aps
fi
case $HOP in
0 | 2) KPARK=kpark-first ;;
*) KPARK=kpark ;;
esac
[ "$HOP" = 4 ] || kpark_hop 6.12
