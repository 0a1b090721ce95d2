# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --swap 60
# kernels: 6.12 7.3
# programs: bpfids
#
# Recordings on a real kernel: what a command did in exact numbers, how recording ends, and what
# is left when it is not let end. The swap area is a single tree.

. /lib/guest.sh
. /root/lib.sh

pages=2000
load=500

# recorded NAME COMMAND...: records the command into /tmp/NAME.gz
recorded() {
	recorded_name=$1
	shift
	cat /proc/vmstat >/tmp/vmstat.before
	zswaptop record -o "/tmp/$recorded_name.gz" -i 0.2 "$@" >/tmp/record.out 2>/tmp/record.err
	recorded_status=$?
	cat /proc/vmstat >/tmp/vmstat.after
	# shellcheck disable=SC2034 # for vmstat_change
	between_first=before between_last=after
}

# reported NAME PATH: of the recording's report; null where it is not known
reported() {
	zswaptop report --json "/tmp/$1.gz" 2>/tmp/report.err | json get "$2"
}

# samples NAME: how many can be read
samples() {
	zswaptop replay --json "/tmp/$1.gz" 2>/dev/null | wc -l
}

# breaks_off NAME SAMPLES: the recording can be read, and says that it has no end
breaks_off() {
	is "$1: report" "$(zswaptop report --json "/tmp/$1.gz" | json get samples complete |
		tr '\t' ' ')" "$2 false"
	holds "$1: replay says so" \
		"zswaptop replay --json /tmp/$1.gz 2>&1 >/dev/null | grep -q 'breaks off'"
	is "$1: replay" "$(samples "$1")" "$2"
}

zswap_on
swap_on
readahead_off
attached_before

# --- a command ----------------------------------------------------------------

recorded exact -- workload exact --pages $pages --load $load
is "command: status" $recorded_status 0
holds "command: its output" "grep -q '^stored=$pages' /tmp/record.out"
is "command: stores" "$(reported exact counters:store_pages_total)" $pages
is "command: stores = vmstat zswpout" "$(reported exact counters:kernel_zswpout_pages_total)" \
	"$(vmstat_change zswpout)"
is "command: load hits" "$(reported exact counters:load_hits_total)" $load
is "command: load hits = vmstat zswpin" "$(reported exact counters:swapin_pages_total:zswap)" \
	"$(vmstat_change zswpin)"
is "command: invalidations" "$(reported exact counters:invalidate_calls_total)" $pages
is "command: in the report" "$(reported exact status)" 0
is "command: whole" "$(reported exact complete)" true
is "command: stored sizes" "$(reported exact distributions:compressed_page_bytes:count)" $pages
holds "command: locks" \
	"[ $(reported exact tree_lock:acquisitions) = $(($(reported exact \
		counters:invalidate_absent_total) + $(reported exact counters:invalidate_erased_total) + \
		$(reported exact tree_lock:fast_path_would_save))) ]"
is "zcat: a first line, samples, and an end" \
	"$(zcat /tmp/exact.gz | wc -l)" $(($(reported exact samples) + 2))
is "zcat: the last line" "$(zcat /tmp/exact.gz | tail -n 1 | json get end status | tr '\t' ' ')" \
	"command 0"

# What is replayed is what was recorded, in every format.
zswaptop replay --json /tmp/exact.gz | tail -n 1 >/tmp/last
is "replay: JSON" "$(json get metrics:load_hits_total </tmp/last)" $load
is "replay: Prometheus" "$(zswaptop replay --format prometheus /tmp/exact.gz |
	sed -n 's/^zswaptop_load_hits_total //p' | tail -n 1)" $load
is "replay: a block of lines a difference" \
	"$(zswaptop replay /tmp/exact.gz | grep -c '^invalidate ')" $(($(reported exact samples) - 1))

recorded status -- sh -c 'exit 7'
is "its status is passed on" $recorded_status 7
# shellcheck disable=SC2016 # the inner shell's
recorded killed -- sh -c 'kill -9 $$'
is "its signal is passed on" $recorded_status 137
recorded status -- /nonexistent
is "no such command: status" $recorded_status 127
holds "no such command: message" "grep -q 'cannot run /nonexistent: No such file' /tmp/record.err"
is "no such command: the old recording stays" "$(reported status status)" 7
recorded none -- /proc
is "no command: status" $recorded_status 126
holds "no command: no file" "[ ! -e /tmp/none.gz ]"

# --- events -------------------------------------------------------------------

recorded events --events -- workload exact --pages $pages --load $load
is "events: lost" "$(sed -n 's/.* events, \([0-9]*\) lost.*/\1/p' /tmp/record.err)" 0
zswaptop replay --events --json /tmp/events.gz >/tmp/events
count() {
	grep -c "\"event\":\"$1\",\"result\":\"$2\"" /tmp/events
}
is "events: stored" "$(count store stored)" $pages
is "events: hits" "$(count load hit)" $load
is "events: erased" "$(count invalidate erased)" "$(reported events counters:invalidate_erased_total)"
# below the time of day and the names of the columns
is "events: as trace writes them" "$(zswaptop replay --events /tmp/events.gz | wc -l)" \
	$(($(wc -l </tmp/events) + 2))
holds "no events: message" \
	"zswaptop replay --events /tmp/exact.gz 2>&1 | grep -q 'it has no events: record with --events'"

# --- how it ends ----------------------------------------------------------------

recorded duration --duration 1
is "duration: status" $recorded_status 0
is "duration: said" "$(zcat /tmp/duration.gz | tail -n 1 | json get end)" duration
recorded count -n 3
is "count" "$(reported count samples)" 3

zswaptop record -o /tmp/stopped.gz -i 0.1 2>/tmp/record.err &
pid=$!
wait_for '[ -s /tmp/stopped.gz ]' 60
kill $pid
wait $pid
is "stopped: status" $? 0
is "stopped: said" "$(zcat /tmp/stopped.gz | tail -n 1 | json get end)" stopped

# Told to end, it tells the command, and records until that has ended.
zswaptop record -o /tmp/told.gz -i 0.1 -- sleep 1000 2>/tmp/record.err &
pid=$!
wait_for '[ -s /tmp/told.gz ]' 60
kill $pid
wait $pid
is "told: status" $? 143
is "told: said" "$(zcat /tmp/told.gz | tail -n 1 | json get end status | tr '\t' ' ')" \
	"command 143"

zswaptop record -o /tmp/died.gz -i 0.1 2>/tmp/record.err &
pid=$!
wait_for '[ "$(samples died)" -ge 4 ]' 60
kill -9 $pid
wait $pid
nothing_attached "kill -9"
breaks_off died "$(samples died)"

mkdir /tmp/small
mount -t tmpfs -o size=16k small /tmp/small
recorded small/full -i 0.01
is "full disk: status" $recorded_status 1
holds "full disk: message" "grep -q 'cannot write: No space left on device; it ends with sample' \
	/tmp/record.err"
mv /tmp/small/full.gz /tmp/full.gz
breaks_off full "$(sed -n 's/.*ends with sample \([0-9]*\),.*/\1/p' /tmp/record.err)"

# The command is none the wiser, and waited for.
rm -f /tmp/small/*
dd if=/dev/zero of=/tmp/small/rest bs=4096 count=3 2>/dev/null
recorded small/busy -i 0.01 -- sh -c "until grep -q 'cannot write' /tmp/record.err; do sleep 0.1; done; \
	echo it goes on"
is "full disk, a command: status" $recorded_status 1
is "full disk, a command: it goes on" "$(cat /tmp/record.out)" "it goes on"
is "full disk, a command: said once" "$(grep -c 'cannot write' /tmp/record.err)" 1

# --- what is refused --------------------------------------------------------------

ln -s /tmp/target /tmp/link
refused "a link" 1 'symbolic link' zswaptop record -o /tmp/link
refused "a device" 1 'not a regular file' zswaptop record -o /dev/null
refused "no file" 2 'needs -o FILE' zswaptop record
refused "a command without --" 2 'has to follow --' zswaptop record -o /tmp/x sleep 1
refused "duration and command" 2 'ends the recording' \
	zswaptop record -o /tmp/x --duration 1 -- sleep 1
holds "nothing was made of what was refused" "[ ! -e /tmp/target ] && [ ! -e /tmp/x ]"
refused "report of another file" 1 'it is not gzip' zswaptop report /root/lib.sh
refused "replay of no file" 1 'No such file' zswaptop replay /tmp/x

finish
