# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512
# programs: huge
# not: 6.1
#
# Every cause for which a store is refused that can be provoked, in known numbers, against the
# kernel's own counters where it has one; and always: offered = stored + refused.

. /lib/guest.sh
. /root/lib.sh

all_causes="disabled cgroup_limit pool_full no_pool compress_fail compress_poor alloc_fail other"

# only NAME CAUSE PAGES: between before and after, this many by this cause, none by another
only() {
	is "$1: $2" "$(metric "store_rejected_pages_total:$2")" "$3"
	for only_cause in $all_causes; do
		only_pages=$(metric "store_rejected_pages_total:$only_cause")
		[ "$only_cause" = "$2" ] || [ "$only_pages" = 0 ] || [ "$only_pages" = null ] ||
			not_ok "$1: only $2" "$only_cause $only_pages"
	done
	is "$1: offered - refused = vmstat zswpout" \
		$(($(metric store_pages_total) - $(metric_sum store_rejected_pages_total))) \
		"$(vmstat_change zswpout)"
	is "$1: by the cgroup" "$(cgroup_metric "$cgroup" "store_rejected_pages_total:$2")" "$3"
}

# debugfs NAME: the change between before and after
debugfs() {
	echo $(($(cat "/tmp/after.$1") - $(cat "/tmp/before.$1")))
}

remember_debugfs() {
	for file in pool_limit_hit reject_compress_fail reject_compress_poor reject_alloc_fail \
		reject_kmemcache_fail; do
		debugfs_zswap $file >"/tmp/$1.$file"
	done
}

before() {
	mark before
	remember_debugfs before
}

after() {
	mark after
	remember_debugfs after
	between before after
}

cgroup=refused
zswap_on
# a swap device that counts as rotating gives no room to huge pages
echo 0 >/sys/block/vda/queue/rotational
swap_on
readahead_off
# off by itself on a machine as small as this
echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
cgroup_new $cgroup
observe_start

# Disabled, after it was enabled once.
before
zswap_off
workload exact --pages 500 --cgroup $cgroup >/dev/null
zswap_on
after
only "disabled" disabled 500

# memory.zswap.max: nothing may be kept, and nothing is there to be written back.
echo 0 >/sys/fs/cgroup/$cgroup/memory.zswap.max
before
workload exact --pages 500 --cgroup $cgroup >/dev/null
after
only "limit of nothing" cgroup_limit 500

# Some may be kept; without writeback there is no way to make room.
echo 200000 >/sys/fs/cgroup/$cgroup/memory.zswap.max
echo 0 >/sys/fs/cgroup/$cgroup/memory.zswap.writeback
before
work_start exact --pages 500 --cgroup $cgroup
work_until stored
after
stored=$(vmstat_change zswpout)
holds "small limit: some were kept" "[ $stored -gt 0 ] && [ $stored -lt 500 ]" "$stored of 500"
only "small limit" cgroup_limit $((500 - stored))
work_end >/dev/null
echo max >/sys/fs/cgroup/$cgroup/memory.zswap.max

# Pages that do not compress, which since 6.18 are kept as they are if they may be written back.
before
workload exact --pages 600 --incompressible 200 --cgroup $cgroup >/dev/null
after
fail=$(debugfs reject_compress_fail) poor=$(debugfs reject_compress_poor)
is "incompressible, no writeback: refused by the kernel's count" $((fail + poor)) 200
# since 6.18 the one is not told from the other
if kernel_at_least 6.18; then
	fail=null poor=200
fi
is "incompressible, no writeback: compress_fail" \
	"$(metric store_rejected_pages_total:compress_fail)" "$fail"
is "incompressible, no writeback: compress_poor" \
	"$(metric store_rejected_pages_total:compress_poor)" "$poor"
is "incompressible, no writeback: refused in all" "$(metric_sum store_rejected_pages_total)" 200
echo 1 >/sys/fs/cgroup/$cgroup/memory.zswap.writeback
before
work_start exact --pages 600 --incompressible 200 --cgroup $cgroup
work_until stored
after
if kernel_at_least 6.18; then
	is "incompressible, writeback: refused" "$(metric_sum store_rejected_pages_total)" 0
	is "incompressible, writeback: kept as they are" \
		"$(sed -n 's/^metrics:stored_incompressible_bytes //p' /tmp/mark.after)" \
		$((200 * 4096))
	is "incompressible, writeback: largest size" \
		"$(sed -n 's/^metrics:compressed_page_bytes:max //p' /tmp/mark.after)" 4096
else
	fail=$(debugfs reject_compress_fail) poor=$(debugfs reject_compress_poor)
	is "incompressible, writeback: refused by the kernel's count" $((fail + poor)) 200
	is "incompressible, writeback: compress_fail" \
		"$(metric store_rejected_pages_total:compress_fail)" "$fail"
	is "incompressible, writeback: compress_poor" \
		"$(metric store_rejected_pages_total:compress_poor)" "$poor"
fi
work_end >/dev/null

# A full pool, of 1 % of memory, with writeback off so that it stays full; once full it takes
# nothing until it is below the accept threshold, and of that no counter of the kernel's tells.
echo 0 >/sys/fs/cgroup/$cgroup/memory.zswap.writeback
zswap_set max_pool_percent 1
zswap_set accept_threshold_percent 50
before
# a quarter more than it takes: a page is compressed to 950 bytes or so
pages=$(($(sed -n 's/^metrics:pool_limit_bytes //p' /tmp/mark.before) / 760))
work_start exact --pages $pages --load $((pages / 4)) --free-loaded-first --cgroup $cgroup
work_until stored
after
stored=$(vmstat_change zswpout)
is "full pool: gauge" "$(sed -n 's/^metrics:pool_full //p' /tmp/mark.after)" 1
holds "full pool: some were kept" "[ $stored -gt 1000 ] && [ $stored -lt $pages ]" \
	"$stored of $pages"
only "full pool" pool_full $((pages - stored))
holds "full pool: the kernel noticed" "[ $(debugfs pool_limit_hit) -gt 0 ]"

# Between limit and threshold: refused, but the kernel's pool_limit_hit does not move.
work_until loaded
before
bytes=$(sed -n 's/^metrics:pool_bytes //p' /tmp/mark.before)
limit=$(sed -n 's/^metrics:pool_limit_bytes //p' /tmp/mark.before)
accept=$(sed -n 's/^metrics:pool_accept_bytes //p' /tmp/mark.before)
holds "hysteresis: pool between threshold and limit" \
	"[ $bytes -lt $limit ] && [ $bytes -gt $accept ]" "$accept < $bytes < $limit"
workload exact --pages 300 --cgroup $cgroup >/dev/null
after
only "hysteresis" pool_full 300
is "hysteresis: the kernel's pool_limit_hit" "$(debugfs pool_limit_hit)" 0
is "hysteresis: gauge" "$(sed -n 's/^metrics:pool_full //p' /tmp/mark.after)" 1

# Below the threshold it takes pages again.
work_end >/dev/null
before
workload exact --pages 300 --cgroup $cgroup >/dev/null
after
only "below the threshold" pool_full 0
is "below the threshold: gauge" "$(sed -n 's/^metrics:pool_full //p' /tmp/mark.after)" 0
zswap_set max_pool_percent 20

# Huge pages: refused as a whole before 6.13, stored page by page since.
before
echo | cgroup_run $cgroup huge 2 >/tmp/work
after
if [ "$(value huge)" = 2 ] && [ "$(value swapped)" = 1024 ]; then
	is "huge pages: offered" "$(metric store_pages_total)" 1024
	if kernel_at_least 6.13; then
		only "huge pages" other 0
		is "huge pages: sizes" "$(metric_sum compressed_page_bytes:buckets)" 1024
	else
		only "huge pages" other 1024
	fi
	holds "huge pages: offered as a whole" "[ $(metric_sum store_duration_ns:buckets) -lt 1024 ]" \
		"$(metric_sum store_duration_ns:buckets) calls"
	is "huge pages: erased" "$(metric invalidate_erased_total)" "$(vmstat_change zswpout)"
else
	skipped "huge pages" "the kernel gave $(value huge) of 2, swapped $(value swapped)"
fi

observe_stop
identity "calls = sum of outcomes in every sample"
finish
