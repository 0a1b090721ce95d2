# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --swap 60
# not: 6.1
#
# --verify (seed 000): the lockless lookup at the entry of every invalidation against what the
# kernel then did. Never stale, however many tasks are at it; and the counts are the same ones.

. /lib/guest.sh
. /root/lib.sh

pages=3000

# outcomes NAME TREE_EMPTY ABSENT ERASED
outcomes() {
	mark after
	between before after
	is "$1: tree_empty" "$(metric invalidate_tree_empty_total)" "$2"
	is "$1: absent" "$(metric invalidate_absent_total)" "$3"
	is "$1: erased" "$(metric invalidate_erased_total)" "$4"
	is "$1: calls" "$(metric invalidate_calls_total)" $pages
}

zswap_on
swap_on
readahead_off
zswap_set shrinker_enabled Y
observe_start --verify

mark before
workload exact --pages $pages --load 1000 >/dev/null
outcomes "load" 1000 0 2000
is "load: emptied by load" "$(metric tree_emptied_total:load)" 0
is "load: emptied by invalidate" "$(metric tree_emptied_total:invalidate)" 1
mark before
workload exact --pages $pages --load 1000 --free-loaded-first >/dev/null
outcomes "loaded freed first" 0 1000 2000
mark before
work_settled --pages $pages --second-half-to-disk >/dev/null
outcomes "half to disk" 0 1500 1500

# Writeback, loads and frees of many tasks in one tree.
trace_start --verify --events invalidate --results stale
cgroup_new busy 6M 2M
mark before
workload pressure --cgroup busy --size 12 --threads 4 --seconds 10 --incompressible 10 &
pids=$!
for seed in 1 2 3; do
	for _ in 1 2 3 4 5 6; do
		workload exact --pages 1200 --load 500 --seed $seed
	done >/dev/null &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # one word a process
wait $pids
mark after
between before after
trace_stop
observe_stop
between before after
grep -E 'metrics:(invalidate|contexts)|invalidate:missed|entry_free:missed' /tmp/difference
holds "many tasks: calls" "[ $(metric invalidate_calls_total) -gt 20000 ]"
is "many tasks: stale lookups" "$(metric invalidate_stale_lookups_total)" 0
is "many tasks: events of stale lookups" "$(cat /tmp/events)" ""
holds "unclassified ones were missed at their beginning" \
	"[ $(metric invalidate_unclassified_total) -le $(($(missed invalidate) + $(metric contexts_lost_total))) ]" \
	"$(metric invalidate_unclassified_total), missed $(missed invalidate)"
identity "calls = sum of outcomes in every sample"
finish
