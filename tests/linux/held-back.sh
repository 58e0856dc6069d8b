# SPDX-License-Identifier: GPL-2.0-only
# held-back.sh - CPUs that a kernel does not have up are parked all the same.
#
# The cold kernel takes two: $HELD is on its command line, or is `offline`, and
# then every odd CPU goes there. Hop 1 has all. $NEXT, if set, holds CPUs back in
# hop 2 as well, which gets no mailbox; hop 3 has all again.
# shellcheck disable=SC2046 # a list of CPUs
. /lib/steps.sh

plain_first

# The next kernel is not told so: hop_cmdline begins with this.
VM_CMDLINE=$(echo "$VM_CMDLINE " | sed "s/ $HELD / /")

need_quiet
case $HOP in
0)
	if [ "$HELD" = offline ]; then
		need_online "$CPUS"
		cpus_to 0 $(seq 1 2 $((CPUS - 1)))
		need_online $((CPUS / 2))
	else
		need_online 2
	fi
	kpark_hop 6.12
	;;
1)
	need_online "$CPUS"
	need_mailbox
	[ -n "$NEXT" ] || exit 0
	APPEND=$NEXT
	kpark_hop 6.12
	;;
2)
	need_online 2
	need_status 0 "by INIT/SIPI: the mailbox was not offered"
	kpark_hop 6.12
	;;
3)
	need_online "$CPUS"
	need_mailbox
	;;
esac
