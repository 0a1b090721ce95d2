# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60,60
# kernels: 6.12 7.3
#
# What an administrator changes while zswaptop is at it: swap areas, zswap's settings, the clock.

. /lib/guest.sh
. /root/lib.sh

pages=1000
load=300

# counts NAME STORED REFUSED LOADED FREED: between the marks before and after, and the kernel's own
counts() {
	mark after
	between before after
	is "$1: nothing missed" "$(missed)" 0
	is "$1: stored" $(($(metric store_pages_total) - $(metric_sum store_rejected_pages_total))) "$2"
	is "$1: stored = vmstat zswpout" "$2" "$(vmstat_change zswpout)"
	is "$1: refused" "$(metric_sum store_rejected_pages_total)" "$3"
	is "$1: hits" "$(metric load_hits_total)" "$4"
	is "$1: hits = vmstat zswpin" "$4" "$(vmstat_change zswpin)"
	is "$1: slots freed" "$(metric invalidate_calls_total)" "$5"
	cp /tmp/mark.after /tmp/mark.before
	cp /tmp/vmstat.after /tmp/vmstat.before
}

exact() {
	workload exact --pages $pages --load $load --cgroup work >/dev/null ||
		die "the workload failed"
}

# now PATH: of the sample at the mark after
now() {
	sed -n "s/^$1 //p" /tmp/mark.after
}

# mark_still NAME: as mark, once zswap's worker writes nothing back any more
mark_still() {
	mark_still_before=
	until
		mark "$1"
		mark_still_now=$(sed -n 's/^zswpwb //p' "/tmp/vmstat.$1")
		[ "$mark_still_now" = "$mark_still_before" ]
	do
		mark_still_before=$mark_still_now
	done
}

areas() {
	sed -n 's/^swaps:\([0-9]*\):device //p' /tmp/mark.after | tr '\n' ' '
}

zswap_on
swap_on
readahead_off
cgroup_new work
observe_start
trace_start --events store,load --buffer 8192
mark before

# --- swap areas -----------------------------------------------------------------

# All that is in the area comes back, and its slots are freed.
work_start exact --pages $pages --load $load --cgroup work
work_until loaded
swapoff /dev/vda
work_end >/dev/null
counts "swapoff of an area in use" $pages 0 $pages $pages
is "swapoff of an area in use: none is left" "$(areas)" ""
swap_on
exact
counts "swapon" $pages 0 $load $pages
is "swapon: the area" "$(areas)" "/dev/vda "

# The second area has the number 1, also when it is the only one.
swap_on /dev/vdb
exact
counts "two areas" $pages 0 $load $pages
is "two areas: both" "$(areas)" "/dev/vda /dev/vdb "
swapoff /dev/vda
work_start exact --pages $pages --load $load --cgroup work
work_until stored
mark stored
is "the second area alone: its number" "$(sed -n 's/^swaps:1:device //p' /tmp/mark.stored)" /dev/vdb
is "the second area alone: its tree" "$(sed -n 's/^swaps:1:trees_empty //p' /tmp/mark.stored)" 0
is "the second area alone: no other" "$(grep -c '^swaps:.*:device ' /tmp/mark.stored)" 1
work_end >/dev/null
counts "the second area alone" $pages 0 $load $pages
is "the second area alone: its tree is empty" "$(now swaps:1:trees_empty)" 1
swap_on
exact
counts "the first one back" $pages 0 $load $pages
is "the first one back: both" "$(areas)" "/dev/vda /dev/vdb "
swapoff /dev/vdb

# --- zswap's settings -------------------------------------------------------------

work_start exact --pages $pages --load $load --cgroup work
work_until stored
zswap_off
work_end >/dev/null
work_settled --pages 200 --cgroup work >/dev/null
counts "zswap off" $pages 200 $load $((pages + 200))
is "zswap off: as disabled" "$(metric store_rejected_pages_total:disabled)" 200
is "zswap off: told" "$(now metrics:enabled)" 0
zswap_on
exact
counts "zswap on again" $pages 0 $load $pages
is "zswap on again: told" "$(now metrics:enabled)" 1

# What the old compressor stored is still to be found.
compressor=$(cat /sys/module/zswap/parameters/compressor)
work_start exact --pages $pages --load $pages --cgroup work
work_until stored
zswap_on zstd
exact
work_end >/dev/null
counts "compressor changed" $((2 * pages)) 0 $((pages + load)) $((2 * pages))
is "compressor changed: told" "$(now kernel:compressor)" zstd
zswap_on "$compressor"
exact
counts "compressor as before" $pages 0 $load $pages
is "compressor as before: told" "$(now kernel:compressor)" "$compressor"

# A pool that may have nothing refuses; it is emptied, and takes pages again.
limit=$(cat /sys/module/zswap/parameters/max_pool_percent)
work_start exact --pages $pages --load $load --cgroup work
work_until stored
zswap_set max_pool_percent 0
workload exact --pages 200 --cgroup work >/dev/null
mark_still full
between before full
refused=$(metric_sum store_rejected_pages_total)
holds "pool limit 0: refused" "[ $refused -gt 190 ]" "$refused of 200"
is "pool limit 0: as full" "$(metric store_rejected_pages_total:pool_full)" "$refused"
is "pool limit 0: told" "$(sed -n 's/^metrics:pool_limit_bytes //p' /tmp/mark.full)" 0
accounts "pool limit 0: written back = vmstat zswpwb" "$(metric_sum writeback_pages_total)" writeback \
	"$(vmstat_change zswpwb)"
zswap_set max_pool_percent "$limit"
work_end >/dev/null
wait_for '[ "$(vmstat nr_writeback)" = 0 ]'
mark before
exact
counts "pool limit as before" $pages 0 $load $pages
holds "pool limit as before: told" "[ $(now metrics:pool_limit_bytes) -gt 0 ]"

# --- the clock ----------------------------------------------------------------------

# Rates, durations and the order of samples are those of the monotonic clock.
zswaptop record -o /tmp/clock.gz -i 0.2 -- sh -c "
	date -s @\$((\$(date +%s) + 7200)) >&2
	workload exact --pages $pages --load $load --cgroup work
	date -s @\$((\$(date +%s) - 86400)) >&2
	sleep 1" >/tmp/record.out 2>/tmp/record.err
is "clock stepped: recorded" $? 0
counts "clock stepped" $pages 0 $load $pages
trace_stop
observe_stop
identity "calls = sum of outcomes in every sample"
accounts "all in all: stored" $(($(metric store_pages_total) - $(metric_sum store_rejected_pages_total))) \
	store "$(vmstat_change zswpout)"

# steady FILE: samples have a time later than the one before, by the interval that they tell
steady() {
	json get monotonic_ns interval_s <"$1" | awk '
	NR > 1 && !($2 > 0 && $2 < 30 && $1 > before &&
		    $1 - before - $2 * 1e9 < 1e6 && $1 - before - $2 * 1e9 > -1e6) { bad++ }
	{ before = $1 }
	END { print (NR > 4), bad + 0 }'
}
is "clock stepped: samples of top" "$(steady /tmp/samples)" "1 0"
zswaptop replay --json /tmp/clock.gz >/tmp/replayed
is "clock stepped: samples of the recording" "$(steady /tmp/replayed)" "1 0"
steps=$(json get time </tmp/replayed | cut -c 1-10 | uniq | wc -l)
is "clock stepped: it was" "$steps" 2
zswaptop report --json /tmp/clock.gz | json get duration_s complete counters:store_pages_total \
	>/tmp/report
holds "clock stepped: duration of the report" \
	"awk '{ exit !(\$1 > 1 && \$1 < 60 && \$2 == \"true\" && \$3 == $pages) }' /tmp/report" \
	"$(cat /tmp/report)"
is "clock stepped: times of events go up" \
	"$(json get time_ns </tmp/events | awk '$1 < before - 1e9 { n++ } { before = $1 } END { print n + 0 }')" 0
is "events: of the areas' numbers" "$(json get swap </tmp/events | sort -u | tr '\n' ' ')" "0 1 "
is "events lost" "$(trace_said lost)" 0
finish
