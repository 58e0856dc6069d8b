# SPDX-License-Identifier: GPL-2.0-only
# upgrade.sh - a kpark with a later park takes the CPUs over into its own.
#
# Hop 1 by the old one, all others by the new one. The old region is reserved
# still in hop 2, and memory again in hop 3; or, with $FAULT at the take-over, one
# hop later, for a CPU that never came may be in it. With $DOWN the old one goes on from
# there: of a later park it knows nothing, and collects the CPUs by INIT/SIPI.
. /lib/steps.sh

region()
{
	"$1" status | sed -n 's/^region: *0x\([0-9a-f]*\),.*/\1/p'
}

# need_memory TYPE ADDRESS: what the firmware's map says of that address
need_memory()
{
	for entry in /sys/firmware/memmap/*; do
		[ $(($(cat "$entry/start"))) -le $((0x$2)) ] || continue
		[ $(($(cat "$entry/end"))) -ge $((0x$2)) ] || continue
		grep -q "$1" "$entry/type" && return
		fail "0x$2 is $(cat "$entry/type"), need $1"
	done
	fail "0x$2 is in no entry of the memory map"
}

kpark_next_hop() { KPARK=kpark-next kpark_hop 6.12 "$@"; } # options

need_next_status() # text
{
	kpark-next status >/tmp/status
	grep -q "$1" /tmp/status || fail "no \"$1\": $(cat /tmp/status)"
}

need_online "$CPUS"
need_quiet
all=$((CPUS - 1))
last=3
[ -z "$FAULT" ] || last=4
if [ "$HOP" -gt $last ]; then
	need_mailbox
	need_memory Reserved "$(region kpark)"
	exit 0
fi
case $HOP,$FAULT in
0,*) kpark_hop 6.12 ;;
1,*)
	need_mailbox
	region kpark >/keep/old
	kpark_next_hop ${FAULT:+"--fault=$FAULT"}
	;;
2,?*) need_next_status "APIC ID .* never arrived in the park" ;;
*) need_next_status "$all of $all APs released by the mailbox" ;;
esac

[ "$(region kpark-next)" != "$(cat /keep/old)" ] || fail "same region"
bounce_aps
if [ "$HOP" != $last ]; then
	need_memory Reserved "$(cat /keep/old)"
	kpark_next_hop
fi
need_memory "System RAM" "$(cat /keep/old)"
need_memory Reserved "$(region kpark-next)"
[ -z "$DOWN" ] || kpark_hop 6.12
