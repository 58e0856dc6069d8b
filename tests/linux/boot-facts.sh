# SPDX-License-Identifier: GPL-2.0-only
# boot-facts.sh - what only the firmware or a boot loader could tell is still
# known after two hops: EDD, the screen, keyboard state, ROMs of PCI devices.
#
# $NEED is what the cold boot must have of it: edd, rom.
. /lib/steps.sh

field() # name offset size
{
	echo "$1 $(dd if=/sys/kernel/boot_params/data bs=1 skip="$(($2))" \
		count="$(($3))" 2>/dev/null | md5sum)"
}

# "Zero Page" in the kernel's documentation; screen_info without ext_mem_k
facts()
{
	field screen_info 0x004 0x3c
	field edid_info 0x140 0x80
	field eddbuf_entries 0x1e9 1
	field edd_mbr_sig_buf_entries 0x1ea 1
	field kbd_status 0x1eb 1
	field secure_boot 0x1ec 1
	field edd_mbr_sig_buffer 0x290 0x40
	field eddbuf 0xd00 0x1ec
	for node in /sys/kernel/boot_params/setup_data/*; do
		[ "$(cat "$node/type" 2>/dev/null)" != 0x3 ] ||
			echo "rom $(md5sum <"$node/data")"
	done | sort
	dmesg | sed -n 's/^\[[^]]*\] //; /Console: colour\|^efifb: mode/p'
}

need_online "$CPUS"
facts >/tmp/facts
cat /tmp/facts
case $NEED in
edd) none=$(head -c 1 /dev/zero | md5sum)
	! grep -q -F "eddbuf_entries $none" /tmp/facts ||
		fail "the firmware told of no disk" ;;
rom) grep -q '^rom ' /tmp/facts || fail "the firmware told of no ROM" ;;
esac
if [ "$HOP" = 0 ]; then
	cp /tmp/facts /keep/facts
else
	need_mailbox
	diff /keep/facts /tmp/facts || fail "not as on the cold boot"
fi
need_quiet
[ "$HOP" = 2 ] || kpark_hop 6.12
