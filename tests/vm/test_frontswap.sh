# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60
# programs: bpfids hardly
# kernels: 6.1
#
# The zswap of Linux 6.1: frontswap, red-black trees, loads that leave the entry in place. A slot
# is invalidated only if frontswap has it, and always erases. Of xarrays there is nothing to tell.

. /lib/guest.sh
. /root/lib.sh

pages=2048 load=600

debugfs() {
	debugfs_zswap "$1"
}

# frees NAME STORED: freed slots wait in a cache of their CPU until there are 64 of them, so what was
# stored is erased, or still in the pool. To be called with the pool's pages of before in $pool.
frees() {
	is "$1: erased what is not in the pool any more" "$(metric invalidate_erased_total)" \
		$(($2 + pool - $(debugfs stored_pages)))
	holds "$1: few slots wait" "[ $(debugfs stored_pages) -le 128 ]" "$(debugfs stored_pages)"
}

zswap_on
swap_on
readahead_off
attached_before
zswaptop probe >/tmp/probe
is "probe: says that it is not all" $? 1
holds "probe: says why" "grep -q 'red-black trees' /tmp/probe" "$(cat /tmp/probe)"
observe_start

pool=$(debugfs stored_pages)
mark before
workload exact --pages $pages --load $load >/dev/null
mark after
between before after
is "offered" "$(metric store_pages_total)" $pages
is "offered - refused = vmstat zswpout" \
	$(($(metric store_pages_total) - $(metric_sum store_rejected_pages_total | sed 's/null/0/'))) \
	"$(vmstat_change zswpout)"
is "load hits = vmstat zswpin" "$(metric load_hits_total)" "$(vmstat_change zswpin)"
is "load hits" "$(metric load_hits_total)" $load
is "loads are timed" "$(metric_sum load_duration_ns:buckets)" $load
frees "all in zswap" $pages
is "invalidations erase" "$(metric invalidate_calls_total)" "$(metric invalidate_erased_total)"
is "tree events" "$(metric_sum tree_emptied_total)" null
is "grows" "$(metric tree_grows_total)" null

pool=$(debugfs stored_pages)
mark before
work_settled --pages $pages --second-half-to-disk >/dev/null
mark after
between before after
half=$((pages / 2))
is "half to disk: offered" "$(metric store_pages_total)" $pages
is "half to disk: stored" "$(vmstat_change zswpout)" $half
is "half to disk: refused as disabled" "$(metric store_rejected_pages_total:disabled)" $half
frees "half to disk" $half

poor=$(debugfs reject_compress_poor)
mark before
work_settled --pages 640 --incompressible 200 >/dev/null
mark after
between before after
poor=$(($(debugfs reject_compress_poor) - poor))
is "incompressible: stored" "$(vmstat_change zswpout)" 440
is "incompressible: refused" \
	$(($(metric store_pages_total) - $(vmstat_change zswpout))) 200
is "incompressible: compress_poor, as debugfs has it" \
	"$(metric store_rejected_pages_total:compress_poor)" "$poor"

# What the compressor made smaller, the pool may refuse: of that only the kernel's counter tells.
poor=$(debugfs reject_compress_poor)
mark before
hardly 200
mark after
between before after
poor=$(($(debugfs reject_compress_poor) - poor))
holds "hardly compressible: the pool ($(cat "$guest_zswap/zpool")) refuses some" "[ $poor -gt 0 ]"
is "hardly compressible: compress_poor, as debugfs has it" \
	"$(metric store_rejected_pages_total:compress_poor)" "$poor"
is "hardly compressible: nothing else is other" "$(metric store_rejected_pages_total:other)" 0

# By cgroup.
cgroup_new work
mark before
workload exact --pages 512 --load 100 --cgroup work >/dev/null
mark after
between before after
is "by cgroup: stored" "$(cgroup_metric work store_pages_total)" 512
is "by cgroup: hits" "$(cgroup_metric work load_hits_total)" 100
is "by cgroup: erased" "$(cgroup_metric work invalidate_erased_total)" \
	$((512 - $(memstat work zswapped) / 4096))

# Writeback: only the pool asks for it, and only some pools can (not zsmalloc).
written=$(debugfs written_back_pages)
mark before
work_start exact --pages 3000
work_until stored
zswap_set max_pool_percent 0
for _ in $(seq 50); do
	workload exact --pages 1 >/dev/null
done
work_end >/dev/null
zswap_set max_pool_percent 20
mark after
between before after
written=$(($(debugfs written_back_pages) - written))
if [ $written -gt 0 ]; then
	accounts "written back for the pool's limit" "$(metric writeback_pages_total:pool_limit)" \
		writeback $written
	is "written back for nobody else" "$(metric_sum writeback_pages_total | sed 's/null/0/')" \
		"$(metric writeback_pages_total:pool_limit)"
else
	skipped "written back for the pool's limit" \
		"the pool $(cat /sys/module/zswap/parameters/zpool) cannot write back"
fi
observe_stop
is "nothing missed" "$(missed)" 0
identity "calls = sum of outcomes in every sample"
nothing_attached "frontswap"
finish
