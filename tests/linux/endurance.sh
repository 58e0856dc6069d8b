# SPDX-License-Identifier: GPL-2.0-only
# endurance.sh - $HOPS hops by kpark along $ROUTE, over and over: nothing wears out.
#
# On every hop: all CPUs, a random file that went along unchanged, no warning that
# a cold boot does not have, and from the second on the same memory map. Every
# fifth hop all APs go offline and online, and the one in the middle has memtest=.
. /lib/steps.sh

memory_map()
{
	for range in /sys/firmware/memmap/*; do
		echo "$(cat "$range/start") $(cat "$range/end") $(cat "$range/type")"
	done | sort
}

need_online "$CPUS"
need_quiet
case $HOP in
0)
	mkdir -p /keep
	dd if=/dev/urandom of=/keep/pattern bs=1M count=16 2>/dev/null
	sha256sum /keep/pattern >/keep/pattern.sum
	;;
1) ;;
2) memory_map >/keep/memory-map ;;
*)
	now=$(memory_map)
	[ "$now" = "$(cat /keep/memory-map)" ] ||
		fail "another memory map: $now"
	;;
esac
sha256sum -c -s /keep/pattern.sum || fail "/keep/pattern has changed"
if [ "$HOP" = $((HOPS / 2)) ]; then
	dmesg | grep -q early_memtest || fail "no memtest"
	! dmesg | grep -i 'bad mem' || fail "memtest found bad memory"
fi
[ "$HOP" = 0 ] || need_status 0 "kpark, hop $HOP, from "
[ $((HOP % 5)) != 4 ] || bounce_aps

[ "$HOP" -lt "$HOPS" ] || exit 0
APPEND=
[ $((HOP + 1)) != $((HOPS / 2)) ] || APPEND=memtest=1
versions=$(echo "$ROUTE" | tr , '\n' | wc -l)
kpark_hop "$(echo "$ROUTE" | cut -d, -f$((HOP % versions + 1)))"
