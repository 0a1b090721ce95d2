# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60
# kernels: 6.12 7.3
#
# A CPU is taken offline and comes back: what was counted on it stays, and what it does later is
# counted, too; also by a zswaptop that was started without it.

. /lib/guest.sh
. /root/lib.sh

cpu1=/sys/devices/system/cpu/cpu1/online

# works MASK: 500 stores, 200 loads, 500 invalidations on this CPU
works() {
	taskset "$1" workload exact --pages 500 --load 200 >/dev/null || die "the workload failed"
	rounds=$((rounds + 1))
}

# counted NAME: all of the rounds since the start, by both of zswaptop
counted() {
	trace_stop
	mark rounds
	between start rounds
	is "$1: nothing missed" "$(missed)" 0
	is "$1: stored" "$(metric store_pages_total)" $((rounds * 500))
	is "$1: stored = vmstat zswpout" $((rounds * 500)) "$(vmstat_change zswpout)"
	is "$1: hits" "$(metric load_hits_total)" $((rounds * 200))
	is "$1: invalidations" "$(metric invalidate_calls_total)" $((rounds * 500))
	is "$1: by cgroup" "$(difference cgroups:/:store_pages_total)" $((rounds * 500))
	is "$1: events" "$(wc -l </tmp/events)" $((rounds * 1200))
	is "$1: events lost" "$(trace_said lost)" 0
	identity "$1: calls = sum of outcomes in every sample"
	rounds=0
}

observe() {
	observe_start
	trace_start --events store,load,invalidate --buffer 16384
}

[ -w $cpu1 ] || skip "this kernel cannot take a CPU offline"
zswap_on
swap_on
readahead_off
cgroup_new load 8M

rounds=0
observe
works 2
echo 0 >$cpu1
is "one CPU is left" "$(grep -c ^processor /proc/cpuinfo)" 1
works 1
echo 1 >$cpu1
is "both are back" "$(grep -c ^processor /proc/cpuinfo)" 2
works 2

counted "offline and back"

# It comes and goes while tasks are at work on it, which go on elsewhere.
workload pressure --cgroup load --size 16 --threads 2 --seconds 0 >/dev/null &
work=$!
for _ in 1 2 3; do
	loaded=$(vmstat zswpin)
	wait_for '[ "$(vmstat zswpin)" -gt $((loaded + 200)) ]' 60
	echo 0 >$cpu1
	loaded=$(vmstat zswpin)
	wait_for '[ "$(vmstat zswpin)" -gt $((loaded + 200)) ]' 60
	echo 1 >$cpu1
done
kill $work
wait $work
is "under load: the tasks" $? 0
echo 0 >$cpu1
observe_stop
between rounds end
accounts "under load: stored" "$(metric store_pages_total)" store "$(vmstat_change zswpout)"
accounts "under load: hits" "$(metric load_hits_total)" load "$(vmstat_change zswpin)"
accounts "under load: by cgroup" "$(cgroup_metric load load_hits_total)" load "$(vmstat_change zswpin)"
identity "under load: calls = sum of outcomes in every sample"

# Started without it.
observe
works 1
echo 1 >$cpu1
works 2
works 1
counted "started without it"
observe_stop
finish
