# SPDX-License-Identifier: GPL-2.0-only
# lockdown.sh - what is loaded is told; locked down, it is loaded unparked.
#
# Secure Boot locks a kernel down: kexec_load(2) is forbidden then, and
# kexec_file_load(2) wants a kernel signed by a key that the firmware has. The
# kernel after it knows why its CPUs were not parked.
. /lib/steps.sh

state=/var/lib/kpark
good=/boot/vmlinuz-6.12

load() # OPTION... KERNEL: stderr in /tmp/err
{
	kpark load --initrd=/initrd.img --command-line="$(hop_cmdline) $APPEND" "$@" \
		2>/tmp/err
}

# refuse EXIT-CODE TEXT OPTION... KERNEL: load says no in one line with TEXT,
# and what was loaded and recorded stays
refuse()
{
	need=$1 text=$2
	shift 2
	before=$(cat /sys/kernel/kexec_loaded "$state/loaded" 2>&1)
	load "$@"
	code=$?
	echo "exit code $code: $(cat /tmp/err)"
	[ $code = "$need" ] || fail "load $*: exit code $code, need $need"
	[ "$(wc -l </tmp/err)" = 1 ] || fail "load $*: need one line on stderr"
	grep -q -F "$text" /tmp/err || fail "load $*: need \"$text\""
	[ "$(cat /sys/kernel/kexec_loaded "$state/loaded" 2>&1)" = "$before" ] ||
		fail "load $*: what was loaded has changed"
}

need_online "$CPUS"
case $HOP in
0)
	make_initrd || fail "no initrd"
	load --file-load $good || fail "no load without /var"
	need_status 0 "loaded:    yes, not by kpark or not recorded" \
		"No such file"
	mkdir -p /var/lib
	load --require-park $good || fail "load: exit code $?"
	[ ! -s /tmp/err ] || fail "load said $(cat /tmp/err)"
	need_status 0 "loaded:    yes, $good (6.12." \
		"next:      parked, mailbox offered if all CPUs answer"
	[ "$(stat -c %a,%u "$state" "$state/loaded" | tr '\n' ' ')" = \
		"700,0 600,0 " ] || fail "modes: $(ls -lan $state)"
	refuse 9 "cannot give its CPUs back" --require-park /boot/vmlinuz-6.1
	kpark unload || fail "unload: exit code $?"
	need_status 0 "loaded:    no"

	# purgatory's page tables would not do where memory is encrypted
	APPEND=mem_encrypt=on
	load $good || fail "load: exit code $?: $(cat /tmp/err)"
	need_status 0 "next:      not parked: mem_encrypt=on on its command line"
	grep -q "^path=kexec_file_load$" $state/loaded ||
		fail "loaded by segments: $(cat $state/loaded)"
	refuse 9 "mem_encrypt=on on its command line" --require-park $good
	APPEND=

	# as Secure Boot with a signed kernel has it: kpark sees a lockdown,
	# and kexec_file_load(2) accepts what it is given
	echo "none [integrity] confidentiality" >/tmp/lockdown
	mount --bind /tmp/lockdown /sys/kernel/security/lockdown ||
		fail "no lockdown file"
	kpark check $good >/tmp/out
	[ $? = 8 ] || fail "check: need exit code 8"
	grep -q "^park: *no: the kernel is locked down" /tmp/out ||
		fail "check said $(cat /tmp/out)"
	load $good || fail "load: exit code $?: $(cat /tmp/err)"
	grep -q "will not be parked: the kernel is locked down" /tmp/err ||
		fail "load said $(cat /tmp/err)"
	need_status 0 "next:      not parked: the kernel is locked down"
	mkdir /keep/state
	cp $state/loaded /keep/state # the disk of this guest
	make_initrd || fail "no initrd"
	load $good || fail "load: exit code $?: $(cat /tmp/err)"

	# the real one: no key that this kernel trusts has signed anything here
	umount /sys/kernel/security/lockdown
	vm-outb 0x92 6 # the mark of hop_exec, while a port may be written to
	echo integrity >/sys/kernel/security/lockdown || fail "no lockdown"
	refuse 4 "does not accept its signature" $good
	umount /sys/kernel/security # locked down, and it cannot be seen
	refuse 9 "kexec_load(2) is not to be had" --require-park $good
	hop_exec kpark exec
	;;
1)
	need_status 0 "boot:      kpark, by kexec_file_load" \
		"no record of why" "No such file"
	! grep -q mem_sleep_default /proc/cmdline ||
		fail "the command line is that of a parked boot"
	mkdir -p /var/lib/kpark
	cp /keep/state/loaded $state
	need_status 0 "; hop 1, from 6.12." "loaded:    no" \
		"by INIT/SIPI: the kernel is locked down (integrity)"
	kpark status --json | grep -q '"by": "kpark, kexec_file_load"' ||
		fail "status --json: $(kpark status --json)"
	APPEND=maxcpus=$CPUS
	kpark_hop 6.12 --reuse-cmdline
	;;
2)
	need_status 0 "kpark, hop 1, from 6.12." \
		"not offered: maxcpus= on its command line"
	! grep -q kpark.loaded_by /proc/cmdline || fail "an old mark is left"
	;;
esac
