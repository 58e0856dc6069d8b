# SPDX-License-Identifier: GPL-2.0-only
# initrd.sh - an initrd in two archives, the second packed: unpacked by kpark for
# one kernel, then left as it is for another.
. /lib/steps.sh

# "The Linux/x86 Boot Protocol", ramdisk_size; KiB
loaded()
{
	echo $(($(od -A n -t u4 -j $((0x21c)) -N 4 \
		/sys/kernel/boot_params/data) / 1024))
}

file_size()
{
	cat /keep/file-size
}

make_packed()
{
	make_initrd /tmp/raw || fail "no initrd"
	mkdir -p /early
	echo "early, hop $HOP" >/early/word
	(cd / && find early | cpio -o -H newc --quiet) >/packed
	gzip -c /tmp/raw >>/packed
}

load_and_go() # kernel, what the plan says of the initrd, options
{
	kernel=/boot/vmlinuz-$1 need=$2
	shift 2
	plan=$(kpark load --verbose "$@" --initrd=/packed \
		--command-line="$(hop_cmdline)" "$kernel") ||
		fail "kpark load: exit code $?"
	echo "$plan"
	# shellcheck disable=SC2254 # a pattern
	case $plan in
	*"initrd:  /packed, "$need*) ;;
	*) fail "the plan does not say: $need" ;;
	esac
	hop_exec kpark exec
}

need_online "$CPUS"
plain_first
need_quiet
case $HOP in
0)
	echo "kept" >/keep/word
	make_packed
	echo $(($(stat -c %s /packed) / 1024)) >/keep/file-size
	make_packed	# the size is in it now, and is a digit or two
	load_and_go 6.1 "unpacked from $(file_size)"
	;;
1)
	[ "$(loaded)" -gt "$(file_size)" ] ||
		fail "the initrd has $(loaded) KiB, its file $(file_size)"
	[ "$(cat /keep/word /early/word)" = "kept
early, hop 0" ] || fail "the initrd is damaged"
	make_packed
	echo $(($(stat -c %s /packed) / 1024)) >/keep/file-size
	make_packed
	load_and_go 6.12 "$(file_size) KiB, as it is: --initrd-packed" \
		--initrd-packed
	;;
2)
	[ "$(loaded)" = "$(file_size)" ] ||
		fail "the initrd has $(loaded) KiB, its file $(file_size)"
	[ "$(cat /keep/word /early/word)" = "kept
early, hop 1" ] || fail "the initrd is damaged"
	need_mailbox
	;;
esac
