# SPDX-License-Identifier: GPL-2.0-only
# bench-hops.sh - $HOPS hops, by kpark and by kexec-tools in turns. For tools/bench.
. /lib/steps.sh

need_online "$CPUS"
[ "$HOP" -lt "$HOPS" ] || exit 0
if [ $((HOP % 2)) = 0 ]; then
	kpark_hop 6.12
else
	kexec_hop 6.12 -c
fi
