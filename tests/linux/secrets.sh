# SPDX-License-Identifier: GPL-2.0-only
# secrets.sh - what a kernel that kpark started shows of where it lies, to whom, and
# what of a kernel is in the region once its CPUs have been there and back.
. /lib/steps.sh

table=/sys/firmware/acpi/tables/KPRK
nodes=/sys/kernel/boot_params/setup_data

# The words of a file, and those among them from FIRST to LAST; 16 digits each.
words() { od -An -v -tx8 "$1" | tr -s ' ' '\n' | grep .; }
between() { awk -v first="$1" -v last="$2" '$1 "" >= first && $1 "" <= last'; }

# Of physical memory, the kernel's own: "  01000000-01ffffff : Kernel code"
kernel_pa()
{
	sed -n "s/^ *\([0-9a-f]*\)-\([0-9a-f]*\) : Kernel $1\$/\\$2/p" /proc/iomem |
		sed 's/.*/0000000000000000&/; s/.*\(.\{16\}\)$/\1/'
}

# Linux drops the seed once it has used it; the node has no length any more.
need_no_seed()
{
	for node in "$nodes"/*; do
		[ "$(cat "$node/type" 2>/dev/null)" = 0x9 ] || continue
		seen=1
		[ -z "$(tr -d '\0' <"$node/data" 2>/dev/null)" ] ||
			fail "$node/data: the seed is there still"
	done
	[ -n "$seen" ] || fail "no seed was passed on"
}

# Not to who is no root. That his hands are not tied in general is seen, too.
need_root_only()
{
	mkdir -p /etc
	echo 'nobody:x:65534:65534::/:/bin/sh' >>/etc/passwd
	su nobody -s /bin/sh -c 'cat /proc/cmdline' >/dev/null ||
		fail "an ordinary user reads nothing at all"
	for path in "$table" /dev/mem; do
		! su nobody -s /bin/sh -c "head -c 1 $path" >/tmp/read 2>&1 ||
			fail "$path: an ordinary user reads it"
	done
}

page() { dd if="$1" bs=4096 skip="$2" count="$3" 2>/dev/null; }

# Of the region as it is now, CPUs having left it, come back and left again.
need_clean_region()
{
	pa=$(region_pa)
	size=$(region_size)
	bounce_aps
	dd if=/dev/mem bs=4096 skip=$((pa / 4096)) count=$((size / 4096)) \
		of=/tmp/region 2>/dev/null || fail "the region: not read"
	[ "$(head -c 8 /tmp/region)" = KPKRREGN ] || fail "that is no region"
	{	# but for the code: each instruction is as good as an address
		dd if=/tmp/region bs=4096 count=1 2>/dev/null
		dd if=/tmp/region bs=4096 skip=5 2>/dev/null
	} >/tmp/data
	words /tmp/data >/tmp/words
	[ "$(wc -l </tmp/words)" = $((size / 8 - 4 * 512)) ] ||
		fail "not all words of the region were looked at"
	found=$(between ffff800000000000 ffffffffffefffff </tmp/words)
	[ -z "$found" ] || fail "the region: $found is an address of a kernel's"
	# Nor a physical one; but for what maps 2 MiB in the park's own tables, and
	# stacks, where the difference of two times may look like one.
	{	page /tmp/data 0 10
		for slot in $(seq 10 $((9 + CPUS))); do
			page /tmp/data "$slot" 1 | head -c 232
		done
		page /tmp/data $((10 + CPUS)) 9999
	} >/tmp/still
	found=$(words /tmp/still | grep -v '[02468ace]00...$' |
		between "$first" "$last")
	[ -z "$found" ] || fail "the region: $found lies in the kernel"
	! grep -q -F -e "Linux version" -e BOOT_IMAGE -e console= /tmp/region ||
		fail "the region has text of a kernel's"
}

need_online "$CPUS"
need_quiet
if [ "$HOP" = 1 ]; then
	need_mailbox
	mode=$(stat -c %a $table)
	[ "$mode" = 400 ] || fail "$table: mode $mode, need 400"
	words $table >/tmp/words
	first=$(kernel_pa code 1) last=$(kernel_pa bss 2)
	[ -n "$first" ] || fail "no kernel in /proc/iomem"
	[ -n "$last" ] || fail "no end of the kernel in /proc/iomem"
	found=$(between "$first" "$last" </tmp/words)
	[ -z "$found" ] || fail "$table: $found lies in the kernel"
	found=$(between ffff800000000000 ffffffffffefffff </tmp/words)
	[ -z "$found" ] || fail "$table: $found is an address of a kernel's"
	need_no_seed
	need_root_only
	need_clean_region
	for path in /var/lib/kpark /run/kpark; do
		[ ! -e $path ] || [ "$(stat -c %a $path)" = 700 ] ||
			fail "$path: mode $(stat -c %a $path), need 700"
	done
fi
[ "$HOP" = 1 ] || kpark_hop 6.12
