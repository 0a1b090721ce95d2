# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# not: 6.1
#
# Writeback meets swap-in (seed 004): what is written back and what is skipped, against vmstat and
# zswap's own counters, and every skip that is counted against the events of another zswaptop.

. /lib/guest.sh
. /root/lib.sh

reasons="in_swapcache own_fault entry_gone no_memory io_error other"

# load MEMORY.MAX MEMORY.ZSWAP.MAX ARGUMENT...: until one of them is killed, or for six seconds
load() {
	echo "$1" >/sys/fs/cgroup/load/memory.max
	echo "$2" >/sys/fs/cgroup/load/memory.zswap.max
	shift 2
	workload pressure --cgroup load --seconds 6 --seed $round "$@"
}

# Asks for memory back without end, so that the shrinker has work on every kernel.
reclaim_start() {
	while :; do
		echo 20M >/sys/fs/cgroup/load/memory.reclaim
	done 2>/dev/null &
	reclaim_pid=$!
}

reclaim_stop() {
	kill "$reclaim_pid"
	wait "$reclaim_pid" 2>/dev/null
}

skips() {
	latest metrics:writeback_skipped_total:in_swapcache \
		metrics:writeback_skipped_total:own_fault \
		metrics:writeback_skipped_total:entry_gone
}

own_faults() {
	latest metrics:writeback_skipped_total:own_fault
}

zswap_on
swap_on
zswap_set shrinker_enabled Y
cgroup_new load
failed_before=$(debugfs_zswap reject_reclaim_fail)
observe_start -i 0.5
trace_start --events writeback --results "$(echo "$reasons" | tr ' ' ,)"

round=0
load 24M 8M --size 48 --threads 4 --incompressible 12
readahead_off
reclaim_start
for round in 1 2 3 4 5 6 7 8; do
	load 8M 3M --size 16 --threads 4
	[ "$(skips)" -lt 3 ] || break
done
reclaim_stop

# A fault charges its page, the cgroup is at its limit, the shrinker runs, and comes to the very
# entry. Until 6.19 reclaim comes to shrinkers only when it finds little else, later at once.
for round in 1 2 3 4 5 6 7 8 9 10; do
	if kernel_at_least 7.0; then
		load 4M max --size 7 --threads 4
	else
		load 2M max --size 32 --threads 8
	fi
	[ "$(own_faults)" = 0 ] || break
	# 7.0 and 7.1 charge before they claim the slot: nothing to be met
	kernel_at_least 7.0 && ! kernel_at_least 7.2 && break
done
trace_stop
observe_stop
failed=$(($(debugfs_zswap reject_reclaim_fail) - failed_before))

grep -E '^metrics:writeback|missed_runs' /tmp/difference | grep -vE ' 0$|duration'
pages=$(metric_sum writeback_pages_total)
skipped=$(metric_sum writeback_skipped_total)
holds "something was written back" "[ $pages -gt 0 ]"
accounts "written back + missed = vmstat zswpwb" "$pages" writeback "$(vmstat_change zswpwb)"
holds "something was skipped" "[ $skipped -gt 0 ]"
# the kernel's counter is not atomic: it may lack some, by its own races
holds "skips + missed reach the kernel's reject_reclaim_fail" \
	"[ $((skipped + $(missed writeback))) -ge $failed ]" "skipped $skipped, kernel $failed"
holds "skips are no more than the kernel's reject_reclaim_fail" \
	"[ $skipped -le $((failed + failed / 50 + 1)) ]" "skipped $skipped, kernel $failed"
is "skips because of errors" "$(metric writeback_skipped_total:io_error)" 0
# what the missed run of a probe in between leaves unexplained
holds "skips for other reasons" \
	"[ $(metric writeback_skipped_total:other) -le $(($(missed swap_cache) + $(missed swap_cache_busy))) ]" \
	"$(metric writeback_skipped_total:other), missed runs $(missed swap_cache)"
holds "second chances" "[ $(metric writeback_rotated_total) -gt 0 ]"
stopped=$(metric writeback_stopped_total)
holds "runs ended early are no more than skips" "[ $stopped -le $skipped ]"
if ! kernel_at_least 7.2 || [ "$stopped" -gt 0 ]; then
	holds "shrinker runs ended early by a busy entry" "[ $stopped -ge 0 ]"
else
	skipped "shrinker runs ended early by a busy entry" "none in this run"
fi
if [ "$(metric writeback_skipped_total:own_fault)" -gt 0 ]; then
	ok "own fault: met"
else
	skipped "own fault: met" "not in $round rounds on this kernel"
fi

# Each of the two has programs of its own, which may miss runs of their own.
leeway=$(($(missed) + $(trace_said missed)))
is "events lost" "$(trace_said lost)" 0
json get event result trigger cgroup swap offset latency_ns bytes </tmp/events >/tmp/skip_events
for reason in $reasons; do
	counted=$(metric "writeback_skipped_total:$reason")
	told=$(awk -v reason="$reason" '$2 == reason { n++ } END { print n + 0 }' /tmp/skip_events)
	holds "events of skips: $reason" \
		"[ $((counted - told)) -le $leeway ] && [ $((told - counted)) -le $leeway ]" \
		"counted $counted, told $told, missed $leeway"
done
holds "events of skips: all, unless missed" "[ $((skipped - $(wc -l </tmp/skip_events))) -le $leeway ]"
is "events: nothing but writeback in the cgroup, with all fields" \
	"$(awk -F '\t' '$1 != "writeback" || $4 != "/load" || $5 != 0 || !($6 > 0) ||
		!($7 > 0) || !($8 > 0) || $3 == "-"' /tmp/skip_events)" ""

busy=$(($(metric writeback_skipped_total:in_swapcache) +
	$(metric writeback_skipped_total:own_fault)))
fates=$(metric_sum writeback_skip_fate_total)
unknown=$(metric writeback_skip_fate_total:unknown)
# an entry that is skipped again before anything becomes of it has one fate
holds "fates are no more than busy entries" "[ $fates -le $busy ]" "$fates of $busy"
holds "fates are known of some" "[ $((fates - unknown)) -gt 0 ] || [ $busy = 0 ]"
is "fates: all known ones are timed" "$(metric_sum writeback_skip_fate_duration_ns:buckets)" \
	$((fates - unknown))
echo "fates: $busy busy, $fates known, of these $unknown unknown"
holds "attempts are timed, second chances are not" \
	"[ $(metric_sum writeback_duration_ns:buckets) = $((pages + skipped)) ]" \
	"$(metric_sum writeback_duration_ns:buckets) times, $pages written, $skipped skipped"
identity "calls = sum of outcomes in every sample"
is "by cgroup: written back" "$(cgroup_metric load writeback_pages_total)" "$pages"
finish
