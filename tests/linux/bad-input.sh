# SPDX-License-Identifier: GPL-2.0-only
# bad-input.sh - what cannot be loaded is refused, and leaves all as it was.
#
# One line on stderr, the exit code of the help text, and the kernel that was
# loaded before, if there was one, stays loaded. At the end that one is booted.
. /lib/steps.sh

need_online "$CPUS"
if [ "$HOP" = 1 ]; then
	need_mailbox
	exit 0
fi
good=/boot/vmlinuz-6.12
mkdir /etc
echo 'user:x:1000:1000::/:/bin/sh' >/etc/passwd

loaded() { cat /sys/kernel/kexec_loaded; }

# refuse EXIT-CODE TEXT COMMAND...: kpark COMMAND fails with TEXT in its line
refuse()
{
	need=$1 text=$2
	shift 2
	before=$(loaded)
	"$@" >/tmp/out 2>/tmp/err
	code=$?
	line=$(cat /tmp/err)
	echo "exit code $code, loaded $before: $line"
	[ $code = "$need" ] || fail "$*: exit code $code, need $need"
	[ "$(wc -l </tmp/err)" = 1 ] || fail "$*: need one line on stderr"
	case $line in
	"kpark: load: "*"$text"* | "kpark: exec: "*"$text"*) ;;
	*) fail "$*: said \"$line\", need \"$text\"" ;;
	esac
	[ ! -s /tmp/out ] || fail "$*: wrote to stdout: $(cat /tmp/out)"
	[ "$(loaded)" = "$before" ] || fail "$*: loaded was $before, is $(loaded)"
}

as_user() { su user -c "$*"; }

refuse_all()
{
	refuse 4 "is empty" kpark load /tmp/empty
	refuse 4 "not a bzImage or ELF" kpark load /tmp/text
	refuse 4 "" kpark load /bin/busybox # an ELF, but no kernel
	refuse 4 "" kpark load /tmp/truncated
	refuse 4 "" kpark load /tmp/header-only
	refuse 4 "No such file" kpark load /no/kernel
	refuse 4 "not a regular file" kpark load /tmp
	refuse 5 "No such file" kpark load --initrd=/no/initrd $good
	refuse 5 "is empty" kpark load --initrd=/tmp/empty $good
	refuse 5 "too long" kpark load --append="$(cat /tmp/long)" $good
	refuse 2 "need 1" kpark load
	refuse 2 "need 1" kpark load $good $good
	refuse 2 "need auto, always or never" kpark load --mailbox=maybe $good
	refuse 2 "need a number" kpark load --nap-us=soon $good
	refuse 3 "need root" as_user kpark load $good
	refuse 3 "need root" as_user kpark exec
}

: >/tmp/empty
echo "just some text, longer than a page: $(seq 2000)" >/tmp/text
head -c 6000000 $good >/tmp/truncated
head -c 600 $good >/tmp/header-only
tr '\0' x </dev/zero | head -c 2048 >/tmp/long

refuse_all
refuse 7 "no kernel is loaded" kpark exec

make_initrd || fail "no initrd"
kpark load --initrd=/initrd.img --command-line="$(hop_cmdline)" $good ||
	fail "kpark load: exit code $?"
[ "$(loaded)" = 1 ] || fail "a good kernel was not loaded"
refuse_all

echo 1 >/proc/sys/kernel/kexec_load_disabled
refuse 3 "kexec is switched off" kpark load $good
hop_exec kpark exec # what was loaded before still is, and is whole
