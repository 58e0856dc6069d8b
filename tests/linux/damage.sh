# SPDX-License-Identifier: GPL-2.0-only
# damage.sh - a bit flips between load and jump: what is damaged never runs.
#
# It flips in number $SEGMENT of what is checked, which has to be $WHAT, at byte
# $AT or in the middle; $ON_MISMATCH is what is to happen, $VERIFY the digest.
. /lib/steps.sh

[ "$HOP" = 0 ] || fail "damaged memory was booted"
need_checked "$SEGMENT" "$WHAT"
kpark_hop 6.12 --serial --fault="flip:$SEGMENT${AT:+:$AT}" \
	--on-mismatch="${ON_MISMATCH:-reset}" --verify="${VERIFY:-xxh3}"
