# SPDX-License-Identifier: GPL-2.0-only
# secrets.sh - what a kernel that kpark started shows of where it lies.
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

need_online "$CPUS"
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
	for path in /var/lib/kpark /run/kpark; do
		[ ! -e $path ] || [ "$(stat -c %a $path)" = 700 ] ||
			fail "$path: mode $(stat -c %a $path), need 700"
	done
fi
[ "$HOP" = 1 ] || kpark_hop 6.12
