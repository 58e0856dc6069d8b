# SPDX-License-Identifier: GPL-2.0-only
# carry.sh - tsc=reliable for the next kernel: only on evidence, and then it is.
#
# QEMU's CPU does not promise that its TSC never stops, so all starts with a no (and
# newer kernels than 6.12 believe of no new CPU that it is constant unless it says so).
# A /proc/cpuinfo that promises it is put over the real one; the rest is real.
. /lib/steps.sh

kernel=/boot/vmlinuz-6.12

# need_tsc TEXT [OPTION...]: what `kpark load --dry-run` says of the TSC
need_tsc()
{
	need=$1
	shift
	said=$(kpark load --dry-run "$@" $kernel) || fail "kpark load: $?"
	echo "$said" | grep '^tsc: '
	case $said in
	*"$need"*) ;;
	*) fail "kpark load $*: does not say \"$need\"" ;;
	esac
}

# How often tsc= stands on the command line that was said last.
words()
{
	echo "$said" | sed -n 's/^command: //p' | tr ' ' '\n' | grep -c '^tsc='
}

# Some 2 s after boot, for it is measured first.
await_tsc()
{
	n=0
	until tr ' ' '\n' <$clock/available_clocksource | grep -q -x tsc; do
		n=$((n + 1))
		[ $n -lt 100 ] || fail "the TSC is no clock source"
		sleep 0.1
	done
}

promise()
{
	sed 's/^flags.*/& constant_tsc nonstop_tsc/' /proc/cpuinfo >/tmp/cpuinfo
	mount -o bind /tmp/cpuinfo /proc/cpuinfo || fail "no promise"
}

clock=/sys/devices/system/clocksource/clocksource0
need_online "$CPUS"
need_quiet
await_tsc
case $HOP in
0)
	missing=constant_tsc
	! grep -q -w $missing /proc/cpuinfo || missing=nonstop_tsc
	need_tsc "no tsc=reliable: the CPU has no $missing"
	promise
	need_tsc "on $CPUS CPUs: tsc=reliable added"
	need_tsc "no tsc=reliable: --carry=none" --carry=none
	need_tsc "has its own tsc=" --append=tsc=nowatchdog
	cpus_to 0 1
	need_tsc "a CPU is offline"
	cpus_to 1 1
	kpark_hop 6.12
	;;
1)
	need_mailbox
	grep -q -w tsc=reliable /proc/cmdline || fail "not carried"
	promise
	# ours does not outlive its evidence, nor comes twice
	need_tsc "on $CPUS CPUs: tsc=reliable added" --reuse-cmdline
	[ "$(words)" = 1 ] || fail "$(words) times tsc="
	need_tsc "no tsc=reliable: --carry=none" --reuse-cmdline --carry=none
	[ "$(words)" = 0 ] || fail "--carry=none: $(words) times tsc="
	echo "tsc: Marking TSC unstable due to a test" >/dev/kmsg
	need_tsc "the running kernel found the TSC unstable"
	;;
esac
