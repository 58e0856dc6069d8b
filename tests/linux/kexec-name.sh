# SPDX-License-Identifier: GPL-2.0-only
# kexec-name.sh - kpark under the name of kexec, with the habits of kexec(8).
#
# The real one is /sbin/kexec. What kpark does not do goes there, and both say
# the same of what is loaded. Two hops: -l and -e, then -f.
. /lib/steps.sh

mkdir /tmp/bin
ln -s /sbin/kpark /tmp/bin/kexec
export PATH="/tmp/bin:$PATH"
kernel=/boot/vmlinuz-6.12

# need_loaded NORMAL CRASH: by exit code, ours and the real one's
need_loaded()
{
	for kexec in /tmp/bin/kexec /sbin/kexec; do
		$kexec -S -l
		[ $? = "$1" ] || fail "$kexec -S -l: need exit code $1"
		$kexec -S
		[ $? = "$2" ] || fail "$kexec -S: need exit code $2"
	done
}

# nobody TEXT: no kexec but ourselves, and one line with TEXT says so
nobody()
{
	kexec -p $kernel >/tmp/out 2>&1
	code=$?
	cat /tmp/out
	[ $code = 2 ] || fail "kexec -p, $1: exit code $code, need 2"
	[ "$(wc -l </tmp/out)" = 1 ] || fail "kexec -p, $1: need one line"
	grep -q "^kexec: --load-panic: .*found no kexec" /tmp/out ||
		fail "kexec -p, $1: does not say so"
}

# A bare kernel is loaded, and the way down begun: by systemd where it runs.
bare()
{
	mkdir -p /usr/sbin	# kpark takes commands from there, not from PATH
	for command in shutdown systemctl; do
		# shellcheck disable=SC2016 # for the shell that runs it
		printf '#!/bin/sh\necho "$0 $*" >/tmp/down\n' \
			>/usr/sbin/$command
		chmod +x /usr/sbin/$command
	done
	kexec $kernel --append=x || fail "kexec KERNEL: $?"
	grep -q -x "/usr/sbin/shutdown -r now" /tmp/down || fail "no shutdown"
	mkdir -p /run/systemd/system
	kexec $kernel --append=x || fail "kexec KERNEL: $?"
	grep -q -x "/usr/sbin/systemctl kexec" /tmp/down || fail "no systemctl"
	need_loaded 1 0
	rm /tmp/down
	kexec /no/kernel && fail "kexec /no/kernel: no error"
	[ ! -e /tmp/down ] || fail "shut down with nothing loaded"
	kexec -u || fail "kexec -u: $?"
}

all_but_jump()
{
	need_loaded 0 0
	kexec -p $kernel --initrd=/initrd.img --command-line=x ||
		fail "kexec -p: $?"
	need_loaded 0 1
	kexec -l $kernel --reuse-cmdline --type=bzImage64 || fail "kexec -l: $?"
	need_loaded 1 1
	kexec -p -u || fail "kexec -p -u: $?"
	kexec -lt elf-x86_64 $kernel && fail "kexec -l: a bzImage as ELF"
	need_loaded 1 0
	kexec -u || fail "kexec -u: $?"
	need_loaded 0 0
	kexec -e && fail "kexec -e with nothing loaded: no error"

	mv /sbin/kexec /tmp/real
	nobody "without kexec-tools"
	cp /sbin/kpark /sbin/kexec
	nobody "with a copy of kpark instead"
	mv /tmp/real /sbin/kexec
}

need_online "$CPUS"
[ "$HOP" = 0 ] || need_mailbox
make_initrd || fail "no initrd"
more="$APPEND vm.hop=$((HOP + 1))"
case $HOP in
0)
	all_but_jump
	bare
	kexec -l $kernel --initrd=/initrd.img --reuse-cmdline \
		--append="$more" || fail "kexec -l: $?"
	hop_exec kexec -e
	;;
1) hop_exec kexec --force $kernel --reuse-cmdline --append "$more" \
	--ramdisk /initrd.img -dy ;;
esac
