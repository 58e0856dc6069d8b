# SPDX-License-Identifier: GPL-2.0-only
# formats.sh - one kernel in many files (tests/images/repack), hop by hop.
#
# $FILES are names below /boot, in their order; name:word has a word for the
# command line. What kpark starts by its own entry gets the mailbox; what it
# does not understand is loaded whole, which it says in its one line on stderr.
. /lib/steps.sh

name_of() # hop
{
	echo "$FILES," | cut -d, -f"$1" | sed 's/:.*//'
}

load_next() # name
{
	make_initrd || fail "no initrd"
	kpark load --verbose --initrd=/initrd.img \
		--command-line="$(hop_cmdline) $word" "/boot/$1" 2>/tmp/err ||
		fail "kpark load: $(cat /tmp/err)"
	said=$(cat /tmp/err)
	echo "kpark load said: $said"
	case $1 in
	unknown | fixed)
		[ "$(wc -l </tmp/err)" = 1 ] || fail "need one line of warning"
		case $said in
		"kpark: load: /boot/$1: payload of an unknown format (magic "*\
"); loaded as a bzImage that unpacks itself") ;;
		*) fail "wrong warning" ;;
		esac
		;;
	*) [ ! -s /tmp/err ] || fail "need no warning" ;;
	esac
}

# "The Linux/x86 Boot Protocol", loadflags: set by whoever randomised, be it
# kpark or the kernel's decompressor.
need_kaslr_flag() # 0|1
{
	flags=$(od -A n -t u1 -j $((0x211)) -N 1 /sys/kernel/boot_params/data)
	[ $((flags >> 1 & 1)) = "$1" ] || fail "loadflags $flags, need KASLR $1"
}

# With mem=500M: Linux makes the best of a kernel and an initrd that lie above,
# but they are not to.
need_below_500m()
{
	at() { od -A n -t u4 -j $(($1)) -N 4 /sys/kernel/boot_params/data; }
	if [ $(($(at 0xc0))) != 0 ] || [ $(($(at 0x218) >> 20)) -ge 500 ]; then
		fail "the initrd lies at $(at 0xc0):$(at 0x218)"
	fi
	code=$(sed -n 's/^ *\(.*\)-.* : Kernel code/0x\1/p' /proc/iomem)
	[ $((code >> 20)) -lt 500 ] || fail "the kernel lies at $code"
}

need_online "$CPUS"
need_quiet
case " $(cat /proc/cmdline) " in
*" mem=500M "*) need_below_500m ;;
esac
case " $(cat /proc/cmdline) " in
*" nokaslr "*) need_kaslr_flag 0 ;;
*) need_kaslr_flag 1 ;;
esac
case $HOP,$(name_of "$HOP") in
0,*) ;;
*,unknown | *,fixed)
	! grep -q '^100000000-.* : System RAM' /proc/iomem ||
		dmesg | grep 'RAMDISK: \[mem 0x[0-9a-f]\{9\}-' ||
		fail "the initrd was not above 4 GiB"
	need_status 0 "kpark, hop $HOP, from " \
		"by INIT/SIPI: the mailbox was not offered" ;;
*) need_mailbox ;;
esac

next=$(name_of $((HOP + 1)))
[ -n "$next" ] || exit 0
word=$(echo "$FILES," | cut -d, -f$((HOP + 1)) | sed -n 's/.*://p')
# the kernels that were used stay behind
if [ "$HOP" != 0 ]; then
	grep -v -x "boot/$(name_of "$HOP")" /lib/vm.files >/tmp/files
	cat /tmp/files >/lib/vm.files
fi
load_next "$next"
hop_exec kpark exec
