# SPDX-License-Identifier: GPL-2.0-only
# report.sh - kpark report on a cold boot, after a hop, and after a traced one.
#
# What it says as JSON is compared with the host's clock and with this kernel's
# log by check-report, on the host. Here: what else it can do, and its files.
. /lib/steps.sh

# The kernel's own lines would fall into the middle of the JSON.
dmesg -n 1
need_quiet

said() # text command...
{
	text=$1
	shift
	"$@" >/tmp/said 2>&1 || fail "$*: exit code $?: $(cat /tmp/said)"
	grep -q -e "$text" /tmp/said ||
		fail "$* does not say \"$text\": $(cat /tmp/said)"
}

log_time() # text
{
	dmesg | sed -n "s/^\[ *\([0-9.]*\)\] $1.*/\1/p" | tail -n 1
}

echo "before ready" >/dev/kmsg
kpark report --mark=ready || fail "--mark=ready: exit code $?"
echo "after ready" >/dev/kmsg
sleep 1
kpark report --mark=ready || fail "--mark=ready again: exit code $?"

echo "REPORT hop $HOP"
kpark report --json --save || fail "--json: exit code $?"
echo "LOG hop $HOP before $(log_time 'before ready') after $(log_time 'after ready')"
[ "$(dmesg | grep -c 'kpark: clock: ')" = 5 ] || fail "marks in the log"
echo "METRICS hop $HOP"
kpark report --prometheus --save
echo "METRICS end"
kpark report --prometheus=/tmp/kpark.prom || fail "--prometheus: $?"
said "^kpark_hop $HOP\$" cat /tmp/kpark.prom
[ "$(ls /tmp/kpark.prom*)" = /tmp/kpark.prom ] || fail "left: $(ls /tmp)"
kept=$(find /var/lib/kpark/history -name '*.json')
[ "$(echo "$kept" | wc -l)" = $((HOP + 1)) ] || fail "history: $kept"

kpark report
case $HOP in
0)
	said "started by firmware" kpark report
	said "firmware started this kernel" kpark report
	kpark_hop 6.12
	;;
1)
	need_mailbox		# and where the SIPI page is, for the counts
	said "started by kpark, hop 1, from " kpark report
	said "narrows this\|clock: TSC at [0-9.]* MHz" kpark report
	grep -q trace_event= /proc/cmdline && fail "traced unasked"
	kpark_hop 6.12 --trace
	;;
2)
	kpark report --list
	said "^  3 ........  .* firmware " kpark report --list
	said '"boots": \[' kpark report --list --json
	said "^exec to ready .*\(slower\|faster\|same\)" kpark report --compare 2 now
	said '"slower_by_ns": ' kpark report --json --compare 3 1
	echo "PAGE hop $HOP"
	kpark report --html || fail "--html: exit code $?"
	echo "PAGE end"
	kpark report --html=/tmp/page || fail "--html=FILE: exit code $?"
	said '^<!DOCTYPE html>' head -n 1 /tmp/page
	said '^</html>' tail -n 1 /tmp/page
	kpark report --html --list 2>/dev/null
	[ $? = 2 ] || fail "--html --list: exit code is not 2"
	# A stamp of another reboot is not used, nor is a damaged one.
	sed -i 's/^hop .*/hop 7/' /var/lib/kpark/exec
	said "exec to ready: not measured: its stamp is of another" kpark report
	echo kpark-stamp 1 >/var/lib/kpark/exec
	said "exec to ready: not measured: .*is damaged" kpark report
	rm /var/lib/kpark/exec
	said "exec to ready: not measured: no stamp" kpark report
	# The report that knew more stays.
	kpark report --save >/dev/null || fail "--save: exit code $?"
	said "  1 ........ .*kpark .*[0-9][.][0-9][0-9][0-9]  *[0-9.]*  $(uname -r)" \
		kpark report --list
	;;
esac
