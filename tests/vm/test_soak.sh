# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --timeout 900
# kernels: 6.12 7.3
#
# For a long time (make soak MINUTES=30; without a number two minutes): pressure, cgroups that come
# and go, tracing and export at once. At the end the counts are the kernel's, and what the tools
# use of memory and open files is what it was after the first third.

. /lib/guest.sh
. /root/lib.sh

seconds=$((${1:-2} * 60))

# export_mark NAME: as mark, of what export wrote last
export_mark() {
	kill -HUP "$export_pid"
	wait_for "[ \"\$(json get monotonic_ns </tmp/soak.json)\" != $(json get monotonic_ns </tmp/soak.json) ]" 60
	json flat </tmp/soak.json >"/tmp/mark.$1"
	cat /proc/vmstat >"/tmp/vmstat.$1"
}

# repeat COMMAND...: until the file /tmp/over is there
repeat() {
	while [ ! -e /tmp/over ]; do
		"$@" >/dev/null 2>&1
	done &
}

# Of a process: what it has allocated, in memory or swapped out (kB), and its open files.
usage() {
	awk -v files="$(find "/proc/$1/fd" -type l 2>/dev/null | wc -l)" '
	$1 == "RssAnon:" || $1 == "VmSwap:" { sum += $2 }
	$1 == "VmRSS:" { rss = $2 }
	END { print sum, files, rss }' "/proc/$1/status"
}

# watch: a line a process every two seconds: name, third of the time, kB, files, resident kB
watch() {
	while :; do
		watch_now=$(cut -d . -f 1 /proc/uptime)
		[ "$watch_now" -lt $((watch_start + seconds)) ] || return 0
		watch_third=$(((watch_now - watch_start) * 3 / seconds + 1))
		echo "export $watch_third $(usage "$export_pid")"
		echo "trace $watch_third $(usage "$trace_pid")"
		sleep 2
	done
}

# most NAME THIRD FIELD
most() {
	awk -v name="$1" -v third="$2" -v field="$3" '
	$1 == name && $2 == third && $field > most { most = $field }
	END { print most + 0 }' /tmp/usage
}

# Some are open only while a sample is taken: the least that were.
files() {
	awk -v name="$1" -v third="$2" '
	$1 == name && $2 == third && (!least || $4 < least) { least = $4 }
	END { print least + 0 }' /tmp/usage
}

# flat NAME: a cgroup that is new takes its place in tables, up to 10,000 of them
flat() {
	echo "$1: $(most "$1" 1 3), $(most "$1" 2 3), $(most "$1" 3 3) kB allocated," \
		"$(most "$1" 3 5) kB resident, $(files "$1" 3) open files"
	holds "$1: memory is flat" "[ $(most "$1" 3 3) -le $(($(most "$1" 2 3) + 256 + 2 * cgroups / 3)) ]" \
		"$(most "$1" 2 3) kB, then $(most "$1" 3 3) kB; $cgroups cgroups"
	is "$1: open files are as many" "$(files "$1" 3)" "$(files "$1" 2)"
}

zswap_on
swap_on
zswap_set shrinker_enabled Y
cgroup_new soak/large 24M 8M
cgroup_new soak/small 8M 3M
cgroup_new soak/churn
echo +memory >/sys/fs/cgroup/soak/churn/cgroup.subtree_control

zswaptop export --format json --by-cgroup --keep -o /tmp/soak.json -i 1 2>/tmp/export.err &
export_pid=$!
mkfifo /tmp/trace.out
wc -l </tmp/trace.out >/tmp/delivered &
counter=$!
zswaptop trace --events store,load,writeback >/tmp/trace.out 2>/tmp/trace.err &
trace_pid=$!
wait_for '[ -s /tmp/soak.json ] && grep -q tracing /tmp/trace.err' 120

export_mark start
watch_start=$(cut -d . -f 1 /proc/uptime)
repeat workload pressure --cgroup soak/large --size 48 --threads 2 --seconds 20 --incompressible 12
repeat workload pressure --cgroup soak/small --size 16 --threads 1 --seconds 7
workload churn --cgroup soak/churn --cgroups 1000000 --rate 2 >/tmp/churn &
churn=$!
watch >/tmp/usage
touch /tmp/over
kill $churn
wait $churn
cgroups=$(sed -n 's/^cgroups=\([0-9]*\) .*/\1/p' /tmp/churn)
wait_for '! pidof workload >/dev/null' 60
export_mark end
between start end
kill -INT "$trace_pid"
wait "$trace_pid"
is "trace: status" $? 0
wait $counter
kill "$export_pid"
wait "$export_pid"
is "export: status" $? 0

cat /tmp/churn
stored=$(($(metric store_pages_total) - $(metric_sum store_rejected_pages_total)))
hits=$(metric load_hits_total)
written=$(metric_sum writeback_pages_total)
accounts "stored = vmstat zswpout" "$stored" store "$(vmstat_change zswpout)"
accounts "hits = vmstat zswpin" "$hits" load "$(vmstat_change zswpin)"
accounts "written back = vmstat zswpwb" "$written" writeback "$(vmstat_change zswpwb)"
holds "all of it happened" "[ $stored -gt 5000 ] && [ $hits -gt 500 ] && [ $written -gt 20 ] && [ $cgroups -gt 5 ]" \
	"$stored stored, $hits hits, $written written back, $cgroups cgroups"
is "calls = sum of outcomes" "$(metric invalidate_calls_total)" \
	$(($(metric invalidate_tree_empty_total) + $(metric invalidate_absent_total) +
		$(metric invalidate_erased_total) + $(metric invalidate_unclassified_total)))
delivered=$(cat /tmp/delivered)
events=$(($(metric store_pages_total) + $(metric load_lookups_total) + written +
	$(metric writeback_rotated_total) + $(metric_sum writeback_skipped_total)))
missed=$(($(missed) + $(trace_said missed)))
# below the names of the columns
told=$((delivered - 1 + $(trace_said lost)))
holds "events delivered + lost = what happened, unless missed" \
	"[ $((told - events)) -le $missed ] && [ $((events - told)) -le $missed ]" \
	"delivered $delivered, lost $(trace_said lost), counted $events, missed $missed"
echo "stored $stored, hits $hits, written back $written, missed runs $missed"
flat export
flat trace
is "export: nothing to say" "$(cat /tmp/export.err)" ""
finish
