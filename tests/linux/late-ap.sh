# SPDX-License-Identifier: GPL-2.0-only
# late-ap.sh - Linux calls a CPU stopped before it has left; it may leave much later.
#
# On hops 1 and 2 the host holds an AP at the last of Linux' instructions (hold-ap). It
# still needs that text, and the page tables which that boot made right below its
# initrd, in the place of a larger one; and gets to the park behind the jump, or by INIT.
. /lib/steps.sh

last=asm_acpi_mp_play_dead
need_online "$CPUS"
need_quiet
[ "$HOP" = 0 ] || need_mailbox
[ "$HOP" != 3 ] || exit 0
if [ "$HOP" != 0 ]; then
	echo "HOLD $(awk -v name=$last '$3 == name { print $1 }' /proc/kallsyms)"
	sleep 5 # until the host is ready to
fi
head -c $(((HOP + 1) * 2097152)) /dev/urandom >/keep/larger
if [ "$HOP" = 2 ]; then # pages that hold what is loaded look like those
	kpark_load 6.12
	! kpark load --dry-run --initrd=/initrd.img /boot/vmlinuz-6.12 |
		grep "held up" || fail "there is other room"
fi
kpark_hop 6.12
