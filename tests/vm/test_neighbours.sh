# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --swap 60 --add /usr/bin/bpftrace
# kernels: 6.12 7.3
#
# Others that look at the same functions, and come and go: more of zswaptop, and bpftrace. Each
# counts all.

. /lib/guest.sh
. /root/lib.sh

# change NAME PATH: from the first to the last sample
change() {
	json get "$2" <"/tmp/$1" | awk 'NR == 1 { first = $1 } { last = $1 } END { print last - first }'
}

rounds=0
round() {
	workload exact --pages 1000 --load 300 >/dev/null || die "the workload failed"
	rounds=$((rounds + 1))
}

zswap_on
swap_on
readahead_off

# --- two and more of zswaptop -------------------------------------------------------

observe_start
round
mark alone
zswaptop top --json -i 0.2 --verify >/tmp/second 2>/tmp/second.err &
second=$!
zswaptop record -o /tmp/recorded.gz --events -i 0.2 2>/tmp/recorded.err &
recorded=$!
wait_for '[ -s /tmp/second ] && [ -s /tmp/recorded.gz ]' 60
round
round
kill -INT $second $recorded
wait $second $recorded
round
observe_stop
is "first: nothing missed" "$(missed)" 0
is "first: stored, with and without the others" "$(metric store_pages_total)" $((rounds * 1000))
is "first: stored = vmstat zswpout" "$(metric store_pages_total)" "$(vmstat_change zswpout)"
is "first: hits" "$(metric load_hits_total)" $((rounds * 300))
is "first: erased" "$(metric invalidate_erased_total)" $((rounds * 700))
zswaptop replay --json /tmp/recorded.gz >/tmp/recorded 2>/dev/null
for name in second recorded; do
	is "$name: stored" "$(change $name metrics:store_pages_total)" 2000
	is "$name: hits" "$(change $name metrics:load_hits_total)" 600
	is "$name: invalidations" "$(change $name metrics:invalidate_calls_total)" 2000
	is "$name: erased" "$(change $name metrics:invalidate_erased_total)" 1400
done
is "second: stale lookups" "$(change second metrics:invalidate_stale_lookups_total)" 0

# --- bpftrace -----------------------------------------------------------------------

# count NAME: what bpftrace counted
count() {
	sed -n "s/^@$1: //p" /tmp/bpftrace.out
}

rounds=0
observe_start
trace_start --events store,load,invalidate --buffer 4096
round
cat >/tmp/neighbour.bt <<'BT'
BEGIN { printf("attached\n"); }
kfunc:vmlinux:zswap_store { @stores = count(); }
kretfunc:vmlinux:zswap_store { @stored = count(); }
kfunc:vmlinux:zswap_load { @loads = count(); }
kprobe:zswap_load { @probed_loads = count(); }
kprobe:zswap_invalidate { @invalidations = count(); }
kretprobe:zswap_invalidate { @invalidated = count(); }
BT
# It ends with its child: a signal is lost on Debian 12's, but where it finds it waiting.
mkfifo /tmp/until
bpftrace -c "cat /tmp/until" /tmp/neighbour.bt >/tmp/bpftrace.out 2>&1 &
bpftrace_pid=$!
wait_for "grep -q attached /tmp/bpftrace.out || ! kill -0 $bpftrace_pid" 60
round
round
: >/tmp/until
wait $bpftrace_pid
is "bpftrace: status" $? 0
round
trace_stop
observe_stop
is "bpftrace: stores" "$(count stores) $(count stored)" "2000 2000"
is "bpftrace: loads" "$(count loads) $(count probed_loads)" "600 600"
is "bpftrace: invalidations" "$(count invalidations) $(count invalidated)" "2000 2000"
is "beside bpftrace: nothing missed" "$(missed)" 0
is "beside bpftrace: stored" "$(metric store_pages_total)" $((rounds * 1000))
is "beside bpftrace: hits" "$(metric load_hits_total)" $((rounds * 300))
is "beside bpftrace: invalidations" "$(metric invalidate_calls_total)" $((rounds * 1000))
is "beside bpftrace: erased" "$(metric invalidate_erased_total)" $((rounds * 700))
is "beside bpftrace: events" "$(wc -l </tmp/events)" $((rounds * 2300))
identity "calls = sum of outcomes in every sample"
cat /tmp/bpftrace.out
finish
