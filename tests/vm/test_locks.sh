# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --swap 60 --cpus 4 --cpu max,-hypervisor
# programs: pager
# not: 6.1
#
# Waits for a tree's lock, against the kernel's own trace of the same tracepoints, filtered by the
# tree's address. A queued spinlock tells of a wait only from the third CPU on, and not at all where
# a hypervisor is seen: hence the machine.

. /lib/guest.sh
. /root/lib.sh

# trace_locks NAME FILTER: the kernel's tracing of contended locks, in an instance of its own
trace_locks() {
	instance=/sys/kernel/tracing/instances/$1
	mkdir "$instance"
	echo mono >"$instance/trace_clock"
	echo 16384 >"$instance/buffer_size_kb"
	for side in begin end; do
		echo "$2" >"$instance/events/lock/contention_$side/filter"
		echo 1 >"$instance/events/lock/contention_$side/enable"
	done
}

# traced NAME: waits begun, waits ended, and the nanoseconds between; /tmp/waits
traced() {
	instance=/sys/kernel/tracing/instances/$1
	is "$1: none of the kernel's events lost" \
		"$(awk '/overrun|dropped/ { n += $NF } END { print n }' "$instance"/per_cpu/cpu*/stats)" 0
	awk '
	/ contention_/ { match($0, /[0-9]+\.[0-9]+:/); at = substr($0, RSTART, RLENGTH - 1) }
	/ contention_begin:/ { begun++; began[$2] = at }
	/ contention_end:/ { ended++; waited += at - began[$2] }
	END { printf "%d %d %.0f\n", begun, ended, waited * 1e9 }' "$instance/trace" >/tmp/waits
	read -r begun ended waited </tmp/waits
}

zswap_on
swap_on
readahead_off
pager_start
pager_do where
first=$(answer first) end=$(answer end)
pager_end
observe_start
trace_locks tree "lock_addr >= $first && lock_addr < $end"
trace_locks others "lock_addr < $first || lock_addr >= $end"

mark before
pids=
for cpu in 0 1 2 3; do
	for round in 1 2 3; do
		taskset -c $cpu workload exact --pages 1500 --load 500 --seed $cpu$round
	done >/tmp/work.$cpu &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || die "the workload failed"
done
mark after
between before after

traced others
holds "other locks are waited for, too" "[ $begun -gt 0 ]"
traced tree
echo "the tree's lock: $begun waits, $ended ended, $waited ns"
holds "the tree's lock is waited for" "[ $begun -gt 0 ]"
is "every wait ends" "$ended" "$begun"
is "nothing missed" "$(missed tree_lock)" 0
is "waits" "$(metric tree_lock_contentions_total)" "$begun"
counted=$(metric tree_lock_wait_ns_total)
holds "time waited, within 5%" \
	"[ $((counted * 20)) -ge $((waited * 19)) ] && [ $((counted * 20)) -le $((waited * 21)) ]" \
	"counted $counted, really $waited"
observe_stop

observe_start --without-probe tree_lock
observe_stop
is "without the tracepoints: not known" \
	"$(metric tree_lock_contentions_total) $(metric tree_lock_wait_ns_total)" "null null"
finish
