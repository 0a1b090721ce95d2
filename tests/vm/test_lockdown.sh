# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --append lockdown=confidentiality
# kernels: 6.12 7.3
# programs: bpfids
#
# Lockdown in confidentiality mode: reading kernel memory is forbidden to root, too.

. /lib/guest.sh
. /root/lib.sh

zswap_on
mount -t securityfs security /sys/kernel/security
grep -q '\[confidentiality\]' /sys/kernel/security/lockdown ||
	skip "this kernel cannot be locked down: $(cat /sys/kernel/security/lockdown 2>&1)"
attached_before
refused "lockdown: trace" 1 'lockdown is in confidentiality mode' zswaptop trace
refused "lockdown: probe" 1 'lockdown' zswaptop probe
refused "lockdown: top" 1 'lockdown' zswaptop --json -n 1
holds "lockdown: what the files of the kernel say" \
	"[ \"\$(json get metrics:store_pages_total metrics:enabled </tmp/refused.out)\" = 'null	1' ]" \
	"$(head -c 200 /tmp/refused.out)"
nothing_attached "lockdown"
finish
