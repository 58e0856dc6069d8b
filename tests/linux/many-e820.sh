# SPDX-License-Identifier: GPL-2.0-only
# many-e820.sh - a memory map of more entries than the zero page has room for.
#
# No firmware of QEMU's has one. So the cold boot's kernel shows a map with
# holes in the RAM below 16 MiB, where nothing is loaded; the next kernel gets
# that as its own, and hands it on as it is.
. /lib/steps.sh

holes=100
map=/sys/firmware/memmap

entry() # number start end type
{
	mkdir "$map/$1" || fail "no folder for entry $1"
	echo "$2" >"$map/$1/start"
	echo "$3" >"$map/$1/end"
	echo "$4" >"$map/$1/type"
}

entries()
{
	find $map -mindepth 1 -maxdepth 1 | wc -l
}

# As there, and then holes of a page in the RAM from 1 MiB on. What comes
# later counts: entries of the firmware's may overlap, too.
make_holes()
{
	cp -r $map /tmp/memmap
	mount -t tmpfs none $map || fail "no tmpfs over $map"
	cp -r /tmp/memmap/* $map
	count=$(entries)
	hole=0
	while [ $hole -lt $holes ]; do
		start=$((0x200000 + hole * 0x20000))
		entry $((count + hole)) "$(printf 0x%x $start)" \
			"$(printf 0x%x $((start + 0xfff)))" \
			"ACPI Non-volatile Storage"
		hole=$((hole + 1))
	done
}

# The map as the kernel has it, in the form of its log.
need_holes()
{
	hole=0
	while [ $hole -lt $holes ]; do
		start=$((0x200000 + hole * 0x20000))
		printf '%s: [mem 0x%016x-0x%016x] ACPI NVS\n' extended \
			$start $((start + 0xfff))
		hole=$((hole + 1))
	done >/tmp/need
	dmesg | sed -n 's/.*\(extended: \[mem .*\)/\1/p' >/tmp/found
	[ "$(grep -c -x -F -f /tmp/need /tmp/found)" = $holes ] ||
		fail "the kernel log does not list all $holes holes"
	given=$(entries)
	[ "$given" -gt 200 ] || fail "$given entries, need more than 200"
	[ "$(wc -l </tmp/found)" = "$given" ] ||
		fail "$(wc -l </tmp/found) lines, need $given"
	[ "$(dmesg | grep -c 'BIOS-e820: \[mem')" = 128 ] ||
		fail "the zero page is not full"
}

need_online "$CPUS"
need_quiet
if [ "$HOP" = 0 ]; then
	make_holes
else
	need_mailbox
	need_holes
	grep -h . $map/*/start $map/*/end $map/*/type | sort >/keep/now
	[ "$HOP" = 1 ] || cmp /keep/now /keep/before ||
		fail "the map has changed on the way"
	mv /keep/now /keep/before
	[ "$HOP" = 1 ] || exit 0
fi
kpark_hop 6.12
