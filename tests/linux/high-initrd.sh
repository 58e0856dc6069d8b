# SPDX-License-Identifier: GPL-2.0-only
# high-initrd.sh - an initrd above 4 GiB, by ext_ramdisk_image.
. /lib/steps.sh

need_online "$CPUS"
need_quiet
if [ "$HOP" = 1 ]; then
	dmesg | grep 'RAMDISK: \[mem 0x[0-9a-f]\{9\}-' ||
		fail "the initrd was not above 4 GiB"
	[ "$(cat /keep/word)" = "from above" ] || fail "the initrd is damaged"
	need_mailbox
	exit 0
fi
echo "from above" >/keep/word
make_initrd || fail "no initrd"
kpark load --dry-run --initrd=/initrd.img /boot/vmlinuz-6.12 >/tmp/plan ||
	fail "kpark load --dry-run: exit code $?"
cat /tmp/plan
grep -q '^segment: 0x[1-9a-f][0-9a-f]\{8\} .* initrd' /tmp/plan ||
	fail "the plan has the initrd below 4 GiB"
kpark_hop 6.12
