# SPDX-License-Identifier: GPL-2.0-only
# endurance.sh - $HOPS hops by kpark along $ROUTE, over and over: nothing wears out.
#
# On every hop: all CPUs, a random file that went along unchanged, no warning that
# a cold boot does not have, and from the second on the same memory map. Every
# fifth hop all APs go offline and online, with most of memory full of copies of
# that file, which must not change either. (memtest= is not in Debian's kernels.)
. /lib/steps.sh

fill_memory()
{
	copies=$(awk '/MemAvailable/ { print int($2 / 1024 * 3 / 4 / 16) }' \
		/proc/meminfo)
	mkdir /tmp/full
	mount -t tmpfs -o size=100% none /tmp/full || fail "no tmpfs"
	for copy in $(seq "$copies"); do
		cp /keep/pattern "/tmp/full/$copy" || fail "no room for a copy"
	done
}

check_memory()
{
	for copy in /tmp/full/*; do
		cmp -s /keep/pattern "$copy" || fail "$copy has changed"
	done
	umount /tmp/full
	rmdir /tmp/full
}

memory_map()
{
	for range in /sys/firmware/memmap/*; do
		echo "$(cat "$range/start") $(cat "$range/end") $(cat "$range/type")"
	done | sort
}

need_online "$CPUS"
plain_first
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
[ "$HOP" = 0 ] || need_status 0 "kpark, hop $HOP, from "
if [ $((HOP % 5)) = 4 ]; then
	fill_memory
	bounce_aps
	check_memory
fi

[ "$HOP" -lt "$HOPS" ] || exit 0
versions=$(echo "$ROUTE" | tr , '\n' | wc -l)
kpark_hop "$(echo "$ROUTE" | cut -d, -f$((HOP % versions + 1)))"
