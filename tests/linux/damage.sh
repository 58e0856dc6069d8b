# SPDX-License-Identifier: GPL-2.0-only
# damage.sh - a bit flips between load and jump: what is damaged never runs.
#
# $SEGMENT is the one it flips in, $ON_MISMATCH what is to happen.
. /lib/steps.sh

[ "$HOP" = 0 ] || fail "damaged memory was booted"
kpark_hop 6.12 --serial --fault=flip:"$SEGMENT" --on-mismatch="$ON_MISMATCH"
