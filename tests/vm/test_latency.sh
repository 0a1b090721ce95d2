# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --swap 60
# not: 6.1
#
# Durations: as many as there were calls, and no longer all together than the work took; and that
# waits for locks are not known where the kernel does not tell of them.

. /lib/guest.sh
. /root/lib.sh

pages=3000 load=1200

# median NAME: upper bound of its bucket, in ns
median() {
	awk -v prefix="metrics:$1:buckets:" '
	index($1, prefix) == 1 { n[substr($1, length(prefix) + 1)] = $2; total += $2 }
	END {
		bound = 256
		for (bucket = 0; bucket < 20; bucket++) {
			seen += n[bucket]
			if (seen * 2 >= total) break
			bound *= 2
		}
		printf "%.0f\n", bound
	}' /tmp/difference
}

# plausible NAME HISTOGRAM COUNT NANOSECONDS: sum within the time of the whole
plausible() {
	is "$1: as many as calls" "$(metric_sum "$2:buckets")" "$3"
	holds "$1: together no longer than the work" "[ $(metric "$2:sum") -le $4 ]" \
		"$(metric "$2:sum") of $4 ns"
	holds "$1: mean times count is the sum, within the buckets" \
		"[ $(($(metric "$2:sum") / $3)) -ge 128 ] && [ $(($(metric "$2:sum") / $3)) -lt 100000000 ]"
	holds "$1: median" "[ $(median "$2") -ge 512 ] && [ $(median "$2") -le 16777216 ]" \
		"$(median "$2") ns"
	holds "$1: longest" "[ $(sed -n "s/^metrics:$2:max //p" /tmp/mark.after) -ge $(($(metric "$2:sum") / $3)) ]"
}

now() {
	awk '{ printf "%.0f\n", $1 * 1e9 }' /proc/uptime
}

zswap_on
swap_on
readahead_off
observe_start
mark before
began=$(now)
workload exact --pages $pages --load $load --second-half-to-disk >/dev/null
took=$(($(now) - began + 10000000))
mark after
between before after
plausible "stores" store_duration_ns $pages $took
plausible "loads" load_duration_ns $load $took
plausible "swap-ins from zswap" swapin_duration_ns:zswap $load $took
is "swap-ins from disk" "$(metric_sum swapin_duration_ns:disk:buckets)" 0
holds "a swap-in contains its load" \
	"[ $(metric swapin_duration_ns:zswap:sum) -ge $(metric load_duration_ns:sum) ]"

# All from disk: each page is looked up, and not found, and not timed as a load. What is written
# stays in the swap cache until somebody asks for memory.
cgroup_new disk
zswap_off
work_start exact --pages 1000 --load 500 --cgroup disk
work_until stored
soon 'echo 8M 2>/dev/null >/sys/fs/cgroup/disk/memory.reclaim
	[ "$(memstat disk swapcached)" = 0 ]'
mark before
began=$(now)
work_until loaded
took=$(($(now) - began + 10000000))
mark after
between before after
# reclaim may have taken a page of the workload's own too
read=$(vmstat_change pswpin)
holds "from disk: all that was touched" "[ $read -ge 500 ]" "$read of 500"
is "from disk: lookups" "$(metric load_lookups_total)" "$read"
is "from disk: hits" "$(metric load_hits_total)" 0
is "from disk: loads" "$(metric_sum load_duration_ns:buckets)" 0
plausible "swap-ins from disk" swapin_duration_ns:disk "$read" $took
work_end >/dev/null
zswap_on
is "nothing missed" "$(missed)" 0

# Many tasks at once. QEMU's emulated CPUs are those of a hypervisor without paravirtual spinlocks, on
# which the kernel does not tell of lock waits: see test_locks.sh.
mark before
pids=
for seed in 1 2 3 4; do
	workload exact --pages 1200 --load 600 --seed $seed >/dev/null &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # one word a process
wait $pids
mark after
between before after
is "lock waits: not known" \
	"$(metric tree_lock_contentions_total) $(metric tree_lock_wait_ns_total)" "null null"
zswaptop probe --json | json flat >/tmp/probes
holds "lock waits: the reason" "grep -q '^probes:tree_lock:reason .*paravirtual' /tmp/probes" \
	"$(grep probes:tree_lock: /tmp/probes)"
accounts "many tasks: loads are timed" "$(metric_sum load_duration_ns:buckets)" load \
	"$(vmstat_change zswpin)"
observe_stop
identity "calls = sum of outcomes in every sample"
finish
