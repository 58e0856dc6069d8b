# SPDX-License-Identifier: GPL-2.0-only
# plain-kexec.sh - the baseline: two hops with kexec-tools alone, no kpark.
#
# tools/vm --cpus 4 --trace-ipi --run tests/linux/plain-kexec.sh
# Hop 1 by kexec_load(2), hop 2 by kexec_file_load(2). The next kernel collects
# its CPUs by INIT and SIPI, and has to find them all.

online=$(nproc)
if [ "$online" != "$CPUS" ]; then
	echo "hop $HOP: $online CPUs online, need $CPUS"
	exit 1
fi

case $HOP in
0) how=-c ;;
1) how=-s ;;
*) exit 0 ;;
esac

make_initrd &&
	kexec $how -l /boot/vmlinuz --initrd=/initrd.img \
		--command-line="$(hop_cmdline)" || exit
hop_exec kexec -e
