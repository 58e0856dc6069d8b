# SPDX-License-Identifier: GPL-2.0-only
# hot-pluggable.sh - CPUs that the firmware lists but did not enable: kpark's MADT
# has none of them, for nobody parks them.
#
# So no kernel can ask for one, whatever it makes of such entries.
. /lib/steps.sh

# ACPI 6.x, "Multiple APIC Description Table (MADT)": the flags of each Processor
# Local APIC (0) and x2APIC (9) entry, one a line. Bit 0 is Enabled.
madt_flags()
{
	od -A n -v -t u1 -j 44 /sys/firmware/acpi/tables/APIC | awk '
		{ for (i = 1; i <= NF; i++) byte[n++] = $i }
		END {
			for (at = 0; byte[at + 1] > 0; at += byte[at + 1])
				if (byte[at] == 0)
					print byte[at + 4]
				else if (byte[at] == 9)
					print byte[at + 8]
		}'
}

need_online "$CPUS"
need_quiet
possible=$(cat /sys/devices/system/cpu/possible)
flags=$(madt_flags)
echo "CPUs $possible are possible, flags in the MADT:" "$flags"
if [ "$HOP" = 0 ]; then
	echo "$flags" | grep -q -x 0 || fail "the firmware enables all CPUs"
else
	need_mailbox
	[ "$possible" = "0-$((CPUS - 1))" ] || fail "CPUs $possible are possible"
	[ "$(echo "$flags" | grep -c -x 1)" = "$CPUS" ] ||
		fail "not $CPUS enabled CPUs in the MADT"
	[ "$(echo "$flags" | wc -l)" = "$CPUS" ] ||
		fail "CPUs in the MADT that are not enabled"
fi
[ "$HOP" = 2 ] || kpark_hop 6.12
