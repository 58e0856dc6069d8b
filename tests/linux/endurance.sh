# SPDX-License-Identifier: GPL-2.0-only
# endurance.sh - $HOPS hops by kpark along $ROUTE, over and over: nothing wears out.
#
# On every hop: all CPUs, a random file that went along unchanged, no warning that
# the same kernel does not have without kpark, and the memory map of the first hop.
# On every fifth a storm: each AP goes offline and online, again and again, all at
# the same time, with most of memory full of copies of that file, which must not
# change either.
. /lib/steps.sh

STORM=10	# seconds

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
	sum=$(md5sum </keep/pattern) # quicker than cmp
	for copy in /tmp/full/*; do
		[ "$(md5sum <"$copy")" = "$sum" ] || fail "$copy has changed"
	done
	umount /tmp/full
	rmdir /tmp/full
}

# One AP, until the file is gone.
bounce_while() # file cpu
{
	while [ -e "$1" ]; do
		cpus_to 0 "$2"
		cpus_to 1 "$2"
		echo "$2" >>/tmp/bounces
	done
}

storm()
{
	loops=
	: >/tmp/bounces
	: >/tmp/storm
	for cpu in $(seq 1 $((CPUS - 1))); do
		bounce_while /tmp/storm "$cpu" &
		loops="$loops $!"
	done
	sleep $STORM
	rm /tmp/storm
	for loop in $loops; do
		wait "$loop" || fail "the storm: a CPU was lost"
	done
	[ "$(sort -u /tmp/bounces | wc -l)" = $((CPUS - 1)) ] ||
		fail "the storm: an AP was not in it"
	echo "storm: $(wc -l </tmp/bounces) times offline and online"
	need_online "$CPUS"
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
1) memory_map >/keep/memory-map ;;
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
	storm
	check_memory
	need_quiet
fi

[ "$HOP" -lt "$HOPS" ] || exit 0
versions=$(echo "$ROUTE" | tr , '\n' | wc -l)
kpark_hop "$(echo "$ROUTE" | cut -d, -f$((HOP % versions + 1)))"
