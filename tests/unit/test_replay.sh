#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Recordings made on real kernels (tests/data), as the commands show them.
# Usage: test_replay.sh [PROGRAM]; default: ./zswaptop, as make builds it.

set -u
cd "$(dirname "$0")/../.." || exit
zswaptop=$(realpath "${1:-./zswaptop}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd tests/data || exit
failures=0

not_ok() {
	echo "not ok $1: $2"
	failures=$((failures + 1))
}

# is NAME ACTUAL EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		not_ok "$1" "'$2', expected '$3'"
	fi
}

# prints NAME FILE OPTION...: exactly what is in the file, and nothing to complain about
prints() {
	name=$1 file=$2
	shift 2
	"$zswaptop" "$@" >"$tmp/out" 2>"$tmp/err" || not_ok "$name: status" $?
	if diff -u "$file" "$tmp/out" >"$tmp/diff" && [ ! -s "$tmp/err" ]; then
		echo "ok $name"
	else
		not_ok "$name" "$(cat "$tmp/err")"
		cat "$tmp/diff"
	fi
}

# fails NAME STATUS MESSAGE OPTION...
fails() {
	name=$1 status=$2 message=$3
	shift 3
	"$zswaptop" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	is "$name: status" $? "$status"
	is "$name: message" "$(cat "$tmp/err")" "zswaptop: $message"
	is "$name: no output" "$(cat "$tmp/out")" ""
}

# sample_times OPTION...: when the samples were taken
sample_times() {
	"$zswaptop" replay "$@" | sed -n 's/.*"time":"[^T]*T\([^Z]*\)Z.*/\1/p' | tr '\n' ' '
}

for run in exact-6.12.1 events-7.3 pressure-7.3; do
	prints "report $run" $run.report report $run.gz
done
prints "report --compare" exact.compare \
	report --compare exact-6.12.1.gz exact-6.12.2.gz exact-6.12.3.gz \
	-- exact-7.3.1.gz exact-7.3.2.gz exact-7.3.3.gz
cat exact-6.12.1.report >"$tmp/two"
echo >>"$tmp/two"
cat events-7.3.report >>"$tmp/two"
prints "two reports" "$tmp/two" report exact-6.12.1.gz -- events-7.3.gz
is "report --json: a line each" \
	"$("$zswaptop" report --json exact-6.12.1.gz events-7.3.gz | wc -l)" 2

samples=$("$zswaptop" report --json pressure-7.3.gz | sed 's/.*"samples":\([0-9]*\),.*/\1/')
is "replay: a block a difference" "$("$zswaptop" replay pressure-7.3.gz | grep -c '^invalidate ')" \
	$((samples - 1))
is "replay --json: a line a sample" "$("$zswaptop" replay --json pressure-7.3.gz | wc -l)" "$samples"
is "replay -n" "$("$zswaptop" replay --json -n 3 pressure-7.3.gz | wc -l)" 3
for format in prometheus openmetrics csv; do
	is "replay --format $format: counters as in JSON" \
		"$("$zswaptop" replay --format $format pressure-7.3.gz |
			sed -n 's/.*load_hits_total[ ,]*\([0-9]*\)\r\{0,1\}$/\1/p' | tail -n 1)" \
		"$("$zswaptop" replay --json pressure-7.3.gz |
			sed -n 's/.*"metrics":.*"load_hits_total":\([0-9]*\),"load_err.*/\1/p' | tail -n 1)"
done
for format in prometheus openmetrics; do
	is "replay --format $format: one text" \
		"$("$zswaptop" replay --format $format pressure-7.3.gz |
			grep -c '^# HELP zswaptop_build\(_info\)\{0,1\} ')" 1
	is "replay --format $format: one text of those that -n lets through" \
		"$("$zswaptop" replay --format $format -n 3 pressure-7.3.gz |
			sed -n 's/.*load_hits_total[ ,]*\([0-9]*\)$/\1/p')" \
		"$("$zswaptop" replay --json pressure-7.3.gz |
			sed -n '3s/.*"metrics":.*"load_hits_total":\([0-9]*\),"load_err.*/\1/p')"
done
is "replay --format openmetrics: one end" \
	"$("$zswaptop" replay --format openmetrics pressure-7.3.gz | grep -c '^# EOF$')" 1
is "replay --format csv: one header" \
	"$("$zswaptop" replay --format csv pressure-7.3.gz | grep -c '^time,cgroup,')" 1
is "replay --by-cgroup" "$("$zswaptop" replay --format prometheus --by-cgroup events-7.3.gz |
	tail -n 500 | sed -n 's/^zswaptop_cgroup_load_hits_total//p' | tail -n 2 | tr '\n' ' ')" \
	'{cgroup="/db/one"} 20 {cgroup="/db/two"} 12 '

first=$(sample_times --json -n 1 pressure-7.3.gz)
is "replay --at 0" "$(sample_times --json -n 1 --at 0 pressure-7.3.gz)" "$first"
third=$(sample_times --json pressure-7.3.gz | cut -d ' ' -f 3)
is "replay --at SECONDS" "$(sample_times --json -n 1 --at 1.5 pressure-7.3.gz)" "$third "
is "replay --at HH:MM:SS" "$(sample_times --json -n 1 --at "${third%.*}" pressure-7.3.gz)" "$third "
is "replay --at DATE" "$(sample_times --json -n 1 --at "2026-11-21T${third}Z" pressure-7.3.gz)" "$third "
is "replay --at: the block that ends there" \
	"$("$zswaptop" replay -n 1 --at 1.5 pressure-7.3.gz | sed -n 's/^[^T]*T\([^Z]*\)Z .*/\1/p')" "$third"
is "replay --at: the minute it began in" "$(sample_times --json -n 1 --at 22:15 pressure-7.3.gz)" "$first"
for at in 1000 22:14; do
	fails "replay --at: $at" 1 "--at: the recording begins at 2026-11-21T22:15:57.826Z and ends \
before $at" replay --at $at pressure-7.3.gz
done
fails "replay --at: nonsense" 2 "--at: '5 pm' is neither seconds, nor a time such as 20:05:00 or \
2026-11-21T20:05:00Z" replay --at "5 pm" pressure-7.3.gz

is "replay --events: stores" "$("$zswaptop" replay --events events-7.3.gz | grep -c ' store  *stored ')" 64
is "replay --events --results" "$("$zswaptop" replay --events --results hit,grow events-7.3.gz |
	grep -vc -e ' hit ' -e ' grow ')" 2
is "replay --events: the time of day" "$("$zswaptop" replay --events events-7.3.gz | head -n 1)" \
	"$(zcat events-7.3.gz | sed -n '2s/.*"time":"\([^"]*\)","monotonic_ns":\([0-9]*\).*/\1 \2/p' |
		awk '{ printf "%.6f s is %s", $2 / 1e9, $1 }')"
is "replay --events --json -n" "$("$zswaptop" replay --events --json -n 7 events-7.3.gz | wc -l)" 7
is "replay --events: owners" "$("$zswaptop" replay --events --json events-7.3.gz |
	grep -c '"event":"load","result":"hit".*"cgroup":"/db/two"')" 12
is "replay --events -c" "$("$zswaptop" replay --events --json -c /db/two/ --results hit events-7.3.gz |
	grep -c '"cgroup":"/db/two"')" 12
is "replay --events -c: what is below" \
	"$("$zswaptop" replay --events --json -c /db --results hit events-7.3.gz | wc -l)" 32
is "replay --events -c: not what only begins so" \
	"$("$zswaptop" replay --events --json -c /db/t events-7.3.gz | wc -l)" 0
is "replay --events -c /: all that have an owner" \
	"$("$zswaptop" replay --events --json -c / events-7.3.gz | wc -l)" \
	"$(zcat events-7.3.gz | grep '"event":' | grep -c '"cgroup":"/')"
fails "replay -c: of samples" 2 "--cgroup needs --events: a recording's samples are of what was \
recorded" replay -c /db events-7.3.gz
for option in "--results erased" "--min-latency 5"; do
	# shellcheck disable=SC2086 # an option and its value
	fails "replay $option: of samples" 2 "--results and --min-latency need --events" \
		replay $option events-7.3.gz
done
for option in --by-cgroup "--cgroup-match x" "--cgroup-depth 2"; do
	for what in "" --events --json; do
		# shellcheck disable=SC2086
		fails "replay $what $option" 2 \
			"--by-cgroup, --cgroup-match and --cgroup-depth need --format" \
			replay $what $option events-7.3.gz
	done
done
fails "replay -c: no path" 2 "--cgroup: a recorded path begins with /" \
	replay --events -c db events-7.3.gz
is "replay --events --json: as they were written" \
	"$("$zswaptop" replay --events --json events-7.3.gz | cksum)" \
	"$(zcat events-7.3.gz | grep '"event":' | cksum)"
fails "replay --events: none" 1 "exact-6.12.1.gz: it has no events: record with --events" \
	replay --events exact-6.12.1.gz

start=$(date +%s%N)
"$zswaptop" replay --json --speed 2 exact-6.12.1.gz >/dev/null
took=$((($(date +%s%N) - start) / 1000000))
is "replay --speed 2 takes half the time" $((took >= 500)) 1
"$zswaptop" replay --json --speed 0.01 pressure-7.3.gz >"$tmp/out" &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$tmp/out" ] || sleep 0.2; done
kill $pid
wait $pid
is "replay: a signal ends it" "$? $(wc -l <"$tmp/out")" "0 1"
is "replay: a reader that goes away ends it" \
	"$(timeout 20 "$zswaptop" replay --json --speed 0.01 pressure-7.3.gz 2>"$tmp/err" | head -n 1 | wc -l)" 1

head -c 3000 pressure-7.3.gz >"$tmp/cut.gz"
is "cut: report" "$("$zswaptop" report "$tmp/cut.gz" | grep -c 'The recording breaks off')" 1
n=$("$zswaptop" replay --json "$tmp/cut.gz" 2>"$tmp/err" | wc -l)
is "cut: replay" $((n > 1 && n < samples)) 1
is "cut: replay says so" "$(cat "$tmp/err")" "zswaptop: $tmp/cut.gz breaks off: its recorder still \
runs or was killed, or the file was cut; read up to its last whole sample, $n of them"
fails "not a recording" 1 "exact.compare: it is not gzip" report exact.compare
fails "no such file" 1 "none.gz: cannot open it: No such file or directory" replay none.gz
"$zswaptop" report none.gz exact-6.12.1.gz >"$tmp/out" 2>"$tmp/err"
is "a bad file among good ones: status" $? 1
is "a bad file among good ones: the others" "$(grep -c ^zswap_invalidate "$tmp/out")" 1
fails "no file" 2 "replay needs one FILE, of zswaptop record" replay
fails "two files" 2 "replay needs one FILE, of zswaptop record" replay a b
fails "report: no file" 2 "report needs a FILE, of zswaptop record" report
fails "compare: one set" 2 "report --compare needs recordings before -- and behind it" \
	report --compare exact-6.12.1.gz
fails "format and events" 2 "--format goes neither with --json nor with --events" \
	replay --format csv --events events-7.3.gz
fails "speed" 2 "--speed: 0.001 is out of range: give 0, or 0.01 and more" \
	replay --speed 0.001 events-7.3.gz
fails "record: standard output" 2 "a recording needs a file: one that breaks off is cut back to \
its last whole sample" record -o /dev/stdout
fails "record: no file" 2 "record needs -o FILE" record
fails "record: no --" 2 "unexpected argument 'true'; the command to run has to follow --" \
	record -o "$tmp/x" true
fails "record: link" 1 "cannot record to /proc/self/exe: it is a symbolic link, which is not followed" \
	record -o /proc/self/exe
[ "$failures" = 0 ]
