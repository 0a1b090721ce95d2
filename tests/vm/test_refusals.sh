# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512
# kernels: 6.12 7.3
# programs: restrict bpfids
#
# Wrong usage and surroundings in which it cannot work: a message that says what and why, the
# right exit status, nothing left attached.

. /lib/guest.sh
. /root/lib.sh

zswap_on
swap_on
cgroup_new there
attached_before

# Wrong usage.
for value in 0 -1 1e99 1e400 nan inf abc 1x 1,5 '' ' '; do
	refused "interval '$value'" 2 '--interval' zswaptop -i "$value" -n 1
done
for value in 0 -1 1.5 99999999999999999999 abc 1x ''; do
	refused "count '$value'" 2 '--count' zswaptop -n "$value"
done
refused "unknown option" 2 'unrecognized option' zswaptop --nonsense
refused "option of another command" 2 'takes no --interval' zswaptop probe -i 1
refused "option without its value" 2 'requires an argument' zswaptop -i
refused "unknown command" 2 'unknown command' zswaptop tpo
refused "surplus argument" 2 'unexpected argument' zswaptop top there
refused "unknown event" 2 "unknown event 'sotre'" zswaptop trace --events sotre
refused "unknown event: known ones are listed" 2 'known events: .*store.*load.*invalidate' \
	zswaptop trace --events load,sotre
refused "unknown result" 2 "unknown result 'busy'" zswaptop trace --results busy
refused "unknown result: known ones are listed" 2 'known results of writeback: .*in_swapcache' \
	zswaptop trace --results busy
refused "result of another event" 2 'none of them' zswaptop trace --events load --results stored
refused "unknown probe" 2 "unknown probe 'nothing'" zswaptop probe --without-probe nothing
refused "unknown probe: known ones are listed" 2 'known probes: .*invalidate' \
	zswaptop probe --without-probe nothing
refused "buffer no power of two" 2 'power of two' zswaptop trace --buffer 1000
refused "buffer too small" 2 'out of range' zswaptop trace --buffer 1
refused "negative latency" 2 'min-latency' zswaptop trace --min-latency -1
refused "unknown format" 2 'unknown format' zswaptop export -o /tmp/x --format xml
refused "bad expression" 2 'cgroup-match' zswaptop export -o /tmp/x --by-cgroup --cgroup-match '('
refused "export without a file" 2 'export needs -o' zswaptop export
refused "export to a directory" 1 'file name' zswaptop export -o /tmp/
refused "export to no name" 2 'empty file name' zswaptop export -o ''
nothing_attached "wrong usage"

# Cgroups.
refused "no such cgroup" 1 'no such cgroup' zswaptop -c /nowhere
refused "no such cgroup: trace" 1 'no such cgroup' zswaptop trace -c nowhere
refused "cgroup: a file" 1 'no directory' zswaptop -c /there/memory.max
refused "cgroup: not on cgroup2" 1 'not on cgroup2' zswaptop -c /tmp
refused "cgroup: empty" 2 'empty' zswaptop -c ''
refused "cgroup: a link out of it" 1 'no such cgroup|not on cgroup2|not below' \
	zswaptop -c ../../../tmp
mkdir -p /tmp/half
umount /sys/fs/cgroup
refused "no cgroup2 mounted" 1 'cgroup2 is not mounted' zswaptop -c /there
mount -t cgroup2 cgroup /sys/fs/cgroup

# Output.
refused "no such directory" 1 'No such file' zswaptop export -n 1 -o /nowhere/file
refused "file is a directory" 1 'directory' zswaptop export -n 1 -o /tmp/half
mount -t tmpfs -o size=4k,ro tmp /tmp/half
refused "read-only file system" 1 'Read-only' zswaptop export -n 1 -o /tmp/half/file
umount /tmp/half
nothing_attached "files and cgroups"
mount -t tmpfs -o size=4k tmp /tmp/half
head -c 4096 /dev/zero >/tmp/half/filler 2>/dev/null
refused "full file system" 1 'No space left' zswaptop export -n 1 -o /tmp/half/file
is "full file system: no half a file" "$(ls -A /tmp/half)" filler
umount /tmp/half
refused "full standard output" 1 'cannot write to standard output' \
	sh -c 'exec zswaptop --json -n 1 >/dev/full'

# Not permitted.
refused "no privilege: trace" 1 'not permitted.*user|run as root' restrict user zswaptop trace
refused "no privilege: top" 1 'run as root' restrict user zswaptop --json -n 1
holds "no privilege: what the files of the kernel say" \
	"[ \"\$(json get metrics:store_pages_total metrics:enabled </tmp/refused.out)\" = 'null	1' ]" \
	"$(head -c 200 /tmp/refused.out)"
refused "bpf() refused to root: trace" 1 'although this is root' restrict nobpf zswaptop trace
holds "bpf() refused to root: remedy" "grep -q 'container' /tmp/refused.err"
refused "bpf() refused to root: top" 1 'although this is root' restrict nobpf zswaptop -n 1 --json

# What the kernel lacks, by hiding it.
mount --bind /dev/null /sys/kernel/btf/vmlinux
refused "no BTF: trace" 1 'no BTF' zswaptop trace
refused "no BTF: top" 1 'no BTF' zswaptop --json -n 1
umount /sys/kernel/btf/vmlinux
mount -t tmpfs -o mode=755 tmp /sys/module
refused "no zswap: trace" 1 'no zswap' zswaptop trace
refused "no zswap: top" 1 'no zswap' zswaptop --json -n 1
umount /sys/module
nothing_attached "refused"
finish
