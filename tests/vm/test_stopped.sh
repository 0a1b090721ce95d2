# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60
# kernels: 6.12 7.3
# programs: bpfids
#
# zswaptop that is not let run, cannot keep up, or is killed, under load: what is counted stays
# exact, and every event is either delivered or told as lost.

. /lib/guest.sh
. /root/lib.sh

# Each round: 1,000 stores, 300 loads, 1,000 invalidations.
round() {
	workload exact --pages 1000 --load 300 >/dev/null || die "the workload failed"
	rounds=$((rounds + 1))
}

# counted NAME: all of the rounds since the mark before
counted() {
	is "$1: nothing missed" "$(missed)" 0
	is "$1: stored" "$(metric store_pages_total)" $((rounds * 1000))
	is "$1: stored = vmstat zswpout" "$(metric store_pages_total)" "$(vmstat_change zswpout)"
	is "$1: hits" "$(metric load_hits_total)" $((rounds * 300))
	is "$1: invalidations" "$(metric invalidate_calls_total)" $((rounds * 1000))
	identity "$1: calls = sum of outcomes in every sample"
}

# told NAME: events delivered and events lost are those that happened, and some were lost
told() {
	delivered=$(wc -l </tmp/events)
	lost=$(trace_said lost)
	happened=$((rounds * 2300))
	holds "$1: delivered + lost = what happened" "[ $((delivered + lost)) -le $happened ] &&
		[ $((delivered + lost + $(trace_said missed))) -ge $happened ]" \
		"$delivered + $lost + missed runs $(trace_said missed), really $happened"
	holds "$1: some were delivered, some lost" "[ $delivered -gt 0 ] && [ $lost -gt 0 ]" \
		"$delivered delivered, $lost lost"
	holds "$1: whole lines" "json get event offset </tmp/events >/dev/null"
	holds "$1: said, with the remedy" "grep -q '[0-9] events lost: .*--buffer' /tmp/trace.err"
}

zswap_on
swap_on
readahead_off
attached_before

# --- stopped for 30 seconds --------------------------------------------------------

observe_start
trace_start --events store,load,invalidate --buffer 256
rounds=0
kill -STOP "$observe_pid" "$trace_pid"
before=$(wc -l </tmp/samples)
until=$(($(date +%s) + 30))
while [ "$(date +%s)" -lt $until ]; do
	round
done
is "stopped: writes nothing" "$(wc -l </tmp/samples)" "$before"
kill -CONT "$observe_pid" "$trace_pid"
round
mark continued
tail -n +$((before + 1)) /tmp/samples | json get interval_s >/tmp/intervals
# samples that could not be taken are left out, not made up for
is "stopped: goes on at its interval" "$(awk '$1 < 0.05 { n++ } END { print (n > 1) }' /tmp/intervals)" 0
is "stopped: the gap is told" "$(awk '$1 > 25 { n++ } END { print n + 0 }' /tmp/intervals)" 1
trace_stop
observe_stop
counted stopped
told stopped
echo "$rounds rounds in 30 s"

# --- the smallest ring buffer, at full speed ----------------------------------------------

# Real-time tasks on both CPUs leave no time to read it.
at_full_speed() {
	for cpu in 1 2; do
		for _ in 1 2; do
			taskset $cpu workload exact --pages 1000 --load 300
		done >/dev/null &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # one word a process
	wait $pids
	pids=
	rounds=4
}

observe_start
trace_start --events store,load,invalidate --buffer 64
at_full_speed
trace_stop
observe_stop
counted overrun
told overrun

zswaptop record -o /tmp/overrun.gz --events --buffer 64 -i 0.2 2>/tmp/record.err &
pid=$!
wait_for '[ -s /tmp/overrun.gz ]' 60
at_full_speed
kill $pid
wait $pid
is "overrun, recorded: status" $? 0
zswaptop replay --events --json /tmp/overrun.gz >/tmp/replayed
zswaptop report --json /tmp/overrun.gz >/tmp/report
lost=$(json get counters:events_lost_total </tmp/report)
delivered=$(wc -l </tmp/replayed)
# beside what happened to the trees
happened=$((rounds * 2300 + $(json get counters:tree_grows_total </tmp/report) +
	$(json flat </tmp/report | awk '/^counters:tree_(shrinks|head_collapses|emptied)_total:/ { n += $2 } END { print n }')))
is "overrun, recorded: stored" "$(json get counters:store_pages_total </tmp/report)" $((rounds * 1000))
is "overrun, recorded: delivered + lost = what happened" $((delivered + lost)) $happened
holds "overrun, recorded: some lost, and said" "[ $lost -gt 0 ] && grep -q ' $lost lost' /tmp/record.err" \
	"$(cat /tmp/record.err)"

# --- killed -------------------------------------------------------------------------------

allocated() {
	awk '$1 == "VmallocUsed:" || $1 == "Percpu:" { sum += $2 } END { print sum }' /proc/meminfo
}

workload exact --pages 1000 --load 300 >/dev/null
# what came before gives its memory back a bit after its end
nothing_attached "before the kill"
free_before=$(allocated)
for _ in 1 2; do
	zswaptop record -o /tmp/killed.gz --events -i 0.1 2>/tmp/record.err &
	pid=$!
	wait_for "[ -s /tmp/killed.gz ] || ! kill -0 $pid 2>/dev/null" 60
	workload exact --pages 1000 --load 300 >/dev/null &
	work=$!
	used=$(allocated)
	kill -KILL $pid
	wait $pid
	is "killed under load" $? 137
	wait $work
	rm /tmp/killed.gz
done
nothing_attached "killed under load"
holds "killed under load: it had memory of the kernel" "[ $((used - free_before)) -gt 5000 ]" \
	"$((used - free_before)) kB"
holds "killed under load: the memory is freed" "soon '[ \$(allocated) -le $((free_before + 1000)) ]'" \
	"$free_before kB before, $(allocated) kB after"
finish
