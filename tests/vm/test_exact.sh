# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --swap 60
# not: 6.1
#
# Known work, exact counts: against the workload's own arithmetic, vmstat and memory.stat.
# The swap area is a single tree, so that where the kernel places pages makes no difference.

. /lib/guest.sh
. /root/lib.sh

pages=3000
load=1000

# run NAME ARGUMENT...: the workload, between two marks of the same observation
run() {
	run_name=$1
	shift
	mark before
	work_settled --pages $pages "$@" >/tmp/work || die "the workload failed"
	mark after
	between before after
	is "$run_name: nothing missed" "$(missed)" 0
	is "$run_name: offered - refused = vmstat zswpout" \
		$(($(metric store_pages_total) - $(metric_sum store_rejected_pages_total))) \
		"$(vmstat_change zswpout)"
	is "$run_name: load hits = vmstat zswpin" "$(metric load_hits_total)" "$(vmstat_change zswpin)"
	is "$run_name: writeback = vmstat zswpwb" "$(metric_sum writeback_pages_total)" \
		"$(vmstat_change zswpwb)"
	is "$run_name: invalidations = slots freed" "$(metric invalidate_calls_total)" $pages
	is "$run_name: unclassified" "$(metric invalidate_unclassified_total)" 0
}

# outcomes NAME TREE_EMPTY ABSENT ERASED
outcomes() {
	is "$1: tree_empty" "$(metric invalidate_tree_empty_total)" "$2"
	is "$1: absent" "$(metric invalidate_absent_total)" "$3"
	is "$1: erased" "$(metric invalidate_erased_total)" "$4"
}

zswap_on
swap_on
readahead_off
observe_start

run "store" --load 0
is "store: offered" "$(metric store_pages_total)" $pages
is "store: zswpout is the number of pages" "$(vmstat_change zswpout)" $pages
is "store: no lookups" "$(metric load_lookups_total)" 0
outcomes "store" 0 0 $pages
is "store: sizes in the histogram" "$(metric_sum compressed_page_bytes:buckets)" $pages
is "store: sum of the histogram" "$(metric compressed_page_bytes:sum)" \
	"$(metric store_compressed_bytes_total)"
is "store: by the root cgroup" "$(difference cgroups:/:store_pages_total)" $pages

# The loaded pages' slots are freed with the swap cache, last, when the tree is empty.
run "load" --load $load
is "load: lookups" "$(metric load_lookups_total)" $load
is "load: hits" "$(metric load_hits_total)" $load
is "load: errors" "$(metric load_errors_total)" 0
outcomes "load" $load 0 $((pages - load))

run "loaded freed first" --load $load --free-loaded-first
outcomes "loaded freed first" 0 $load $((pages - load))

run "all loaded" --load $pages
outcomes "all loaded" $pages 0 0
is "all loaded: trees emptied by load" "$(metric tree_emptied_total:load)" 1

run "half to disk" --second-half-to-disk
is "half to disk: refused as disabled" "$(metric store_rejected_pages_total:disabled)" $((pages / 2))
is "half to disk: refused in all" "$(metric_sum store_rejected_pages_total)" $((pages / 2))
outcomes "half to disk" 0 $((pages / 2)) $((pages / 2))

run "half to disk, loaded" --second-half-to-disk --load 500
outcomes "half to disk, loaded" 500 $((pages / 2)) $((pages / 2 - 500))

# What a cgroup has in zswap while it is there.
cgroup_new exact
work_start exact --pages $pages --load $load --cgroup exact
mark before
work_until stored
mark stored
between before stored
bytes=$(metric store_compressed_bytes_total)
holds "memory.stat zswap = compressed bytes" "soon '[ \$(memstat exact zswap) = $bytes ]'" \
	"memory.stat says $(memstat exact zswap)"
is "by cgroup: stored" "$(cgroup_metric exact store_pages_total)" $pages
is "by cgroup: compressed bytes" "$(cgroup_metric exact store_compressed_bytes_total)" "$bytes"
is "by cgroup: pool_bytes" "$(sed -n 's/^cgroups:.exact:pool_bytes //p' /tmp/mark.stored)" \
	"$(cat /sys/fs/cgroup/exact/memory.zswap.current)"
work_until loaded
mark loaded
between stored loaded
is "by cgroup: hits" "$(cgroup_metric exact load_hits_total)" $load
work_end >/tmp/work
mark freed
between loaded freed
is "by cgroup: erased" "$(cgroup_metric exact invalidate_erased_total)" $((pages - load))
observe_stop
is "nothing lost" "$(metric contexts_lost_total)" 0
identity "calls = sum of outcomes in every sample"

# The same sum at 10 Hz while two processes page out, load and free at the same time.
observe_start -i 0.1
pids=
for seed in 1 2; do
	for round in 1 2 3 4; do
		workload exact --pages 1500 --load 700 --seed $seed$round
	done >/tmp/work.$seed &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # one word a process
wait $pids
observe_stop
accounts "two processes: stores" "$(metric store_pages_total)" store "$(vmstat_change zswpout)"
accounts "two processes: loads" "$(metric load_hits_total)" load "$(vmstat_change zswpin)"
accounts "two processes: invalidations" "$(metric invalidate_calls_total)" invalidate $((8 * 1500))
identity "two processes: calls = sum of outcomes in every sample"

finish
