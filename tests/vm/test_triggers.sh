# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512
# not: 6.1
#
# Who asks for writeback: each of them alone, in turn, against vmstat and memory.stat.

. /lib/guest.sh
. /root/lib.sh

# only NAME TRIGGER: between before and after, pages written back for it and for nobody else
only() {
	pages=$(metric "writeback_pages_total:$2")
	holds "$1: pages for $2" "[ $pages -gt 0 ]"
	accounts "$1: pages for $2 = vmstat zswpwb" "$pages" writeback "$(vmstat_change zswpwb)"
	is "$1: for nobody else" "$(metric_sum writeback_pages_total)" "$pages"
	is "$1: by the cgroup" "$(cgroup_metric work writeback_pages_total)" "$pages"
	events=$((events + pages))
}

events=0
zswap_on
swap_on
readahead_off
cgroup_new work
observe_start
trace_start --events writeback --results written,rotated --buffer 8192

# The cgroup's limit: a store finds it reached, and makes room by itself.
echo 1000000 >/sys/fs/cgroup/work/memory.zswap.max
mark before
workload exact --pages 2000 --cgroup work >/tmp/work
mark after
between before after
only "cgroup limit" cgroup_limit
echo max >/sys/fs/cgroup/work/memory.zswap.max

# The dynamic shrinker: all is in zswap already, and yet memory is asked for.
zswap_set shrinker_enabled Y
mark before
work_start exact --pages 4000 --cgroup work
work_until stored
for _ in 1 2 3 4 5 6 7 8 9 10; do
	echo 10M >/sys/fs/cgroup/work/memory.reclaim
	[ "$(memstat work zswapped)" -gt 4000000 ] || break
done 2>/dev/null
mark after
between before after
only "shrinker" shrinker
work_end >/dev/null
zswap_set shrinker_enabled N

# The pool's limit: a store finds it reached and is refused, a worker makes room later. It
# gives up after some second chances (up to 7.2: sixteen), and has to be asked again.
mark before
work_start exact --pages 500 --cgroup work
work_until stored
zswap_set max_pool_percent 0
for _ in $(seq 100); do
	workload exact --pages 1 --cgroup work >/dev/null
	[ "$(debugfs_zswap stored_pages)" -gt 0 ] || break
done
mark after
between before after
only "pool limit" pool_limit
# an empty pool may take one more
holds "pool limit: all" "[ $pages -ge 500 ]" "$pages of 500"
work_end >/dev/null

trace_stop
observe_stop
json get event result trigger cgroup </tmp/events >/tmp/written
if [ "$(missed)" = 0 ] && [ "$(trace_said missed)" = 0 ]; then
	is "events: written" "$(grep -c '	written	' /tmp/written)" "$events"
	is "events: rotated" "$(grep -c '	rotated	' /tmp/written)" "$(metric writeback_rotated_total)"
	for trigger in shrinker pool_limit cgroup_limit; do
		is "events: written for $trigger" "$(grep -c "written	$trigger" /tmp/written)" \
			"$(metric writeback_pages_total:$trigger)"
	done
else
	skipped "events: as many as were counted" "$(missed), $(trace_said missed) runs missed"
fi
is "events: all of the cgroup" "$(grep -vc '	/work$' /tmp/written)" 0
is "events lost" "$(trace_said lost)" 0
finish
