# SPDX-License-Identifier: GPL-2.0-only
# program.sh - a program in the shape of a bzImage, $FILE, as the next kernel.
#
# What it says on the serial port is the verdict (tools/vm --until).
. /lib/steps.sh

need_online "$CPUS"
kpark load --verbose --command-line="$LINE" "/boot/$FILE" ||
	fail "kpark load: exit code $?"
hop_exec kpark exec
