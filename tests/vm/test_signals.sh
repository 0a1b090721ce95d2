# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60
# kernels: 6.12 7.3
# programs: bpfids
#
# How it ends: by a signal, by a reader that goes away, by being killed. Nothing stays attached,
# and a second run counts as well as the first.

. /lib/guest.sh
. /root/lib.sh

# start FILE COMMAND...: in the background, until FILE has something
start() {
	start_file=$1
	shift
	: >"$start_file"
	"$@" >/tmp/out 2>/tmp/err &
	pid=$!
	wait_for "[ -s $start_file ] || ! kill -0 $pid 2>/dev/null" 60
}

# ended NAME STATUS
ended() {
	soon "! kill -0 $pid 2>/dev/null" 20 || {
		not_ok "$1: ends" "still there after 20 s"
		kill -KILL "$pid"
	}
	wait "$pid"
	is "$1: status" $? "$2"
	nothing_attached "$1"
}

zswap_on
swap_on
readahead_off
attached_before

start /tmp/out zswaptop --json -i 3600
kill -INT "$pid"
ended "top, SIGINT" 0
is "top, SIGINT: a last sample" "$(wc -l </tmp/out)" 2
is "top, SIGINT: no complaint" "$(cat /tmp/err)" ""

start /tmp/out zswaptop export -o - -i 3600
kill -TERM "$pid"
ended "export, SIGTERM" 0

start /tmp/file.prom zswaptop export -o /tmp/file.prom -i 3600
is "export: mode of the file" "$(stat -c %a /tmp/file.prom)" 644
kill -INT "$pid"
ended "export to a file, SIGINT" 0
holds "export to a file: not left behind" "[ ! -e /tmp/file.prom ]"

start /tmp/err zswaptop trace
kill -TERM "$pid"
ended "trace, SIGTERM" 0

# A reader that goes away, while nothing happens that could be written.
mkfifo /tmp/pipe
zswaptop --json -i 3600 >/tmp/pipe 2>/tmp/err &
pid=$!
head -n 1 </tmp/pipe >/dev/null
ended "top, reader gone" 1
holds "top, reader gone: message" "grep -q 'cannot write to standard output: Broken pipe' /tmp/err" \
	"$(cat /tmp/err)"
zswaptop trace --json >/tmp/pipe 2>/tmp/err &
pid=$!
exec 5</tmp/pipe
wait_for 'grep -q tracing /tmp/err' 60
exec 5<&-
ended "trace, reader gone" 1

# Killed in the midst of work; the next one starts from nothing and is right.
start /tmp/out zswaptop --json -i 0.2
workload exact --pages 1000 --load 300 >/dev/null &
work=$!
kill -KILL "$pid"
ended "killed" 137
wait $work
observe_start
mark before
workload exact --pages 1000 --load 300 >/dev/null
observe_stop
between before end
is "after the kill: stored" "$(metric store_pages_total)" 1000
is "after the kill: hits" "$(metric load_hits_total)" 300
is "after the kill: erased" "$(metric invalidate_erased_total)" 700
nothing_attached "after the kill"
finish
