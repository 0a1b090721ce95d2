# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
#
# What the tests in this directory share: running zswaptop beside a load, comparing what it
# counted with what happened. Sourced after guest.sh, in the test machine.
#
# A test is a script that makes checks and ends with `finish`. Every check has a name and prints
# one line: ok NAME, not ok NAME: WHY, or skip NAME: WHY.

failures=0

ok() {
	echo "ok $1"
}

not_ok() {
	echo "not ok $1: $2"
	failures=$((failures + 1))
}

skipped() {
	echo "skip $1: $2"
}

# is NAME ACTUAL EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "is $2, expected $3"
	fi
}

# holds NAME CONDITION [WHY]: CONDITION is a line of shell.
holds() {
	if eval "$2"; then
		ok "$1"
	else
		not_ok "$1" "not so: $2${3:+ ($3)}"
	fi
}

# soon CONDITION [SECONDS]: polls like wait_for, but only says whether it came true.
soon() {
	soon_tries=$((${2:-10} * 10))
	until eval "$1"; do
		soon_tries=$((soon_tries - 1))
		[ "$soon_tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

# The last line of a test: without it, the test ended early.
finish() {
	echo "end of test"
	[ "$failures" = 0 ]
	exit
}

# --- zswaptop beside a load -------------------------------------------------

# observe_start [OPTION...]: on return everything is attached. Samples go to /tmp/samples. What
# $observe_prefix has goes before the command.
observe_start() {
	rm -f /tmp/mark.* /tmp/vmstat.*
	: >/tmp/samples
	# shellcheck disable=SC2086 # several words
	${observe_prefix-} zswaptop top --json -i 0.2 "$@" >/tmp/samples 2>/tmp/observe.err &
	observe_pid=$!
	wait_for "[ -s /tmp/samples ] || ! kill -0 $observe_pid 2>/dev/null" 120
	if ! kill -0 "$observe_pid" 2>/dev/null || grep -q 'cannot observe' /tmp/observe.err; then
		die "zswaptop cannot observe: $(cat /tmp/observe.err)"
	fi
	mark start
}

# mark NAME: remembers all counts of this moment, when nothing is going on.
mark() {
	mark_lines=$(wc -l </tmp/samples)
	# the next sample may be under way already
	wait_for "[ \$(wc -l </tmp/samples) -ge $((mark_lines + 2)) ]" 60
	remember "$1" $((mark_lines + 2))
}

remember() {
	sed -n "${2}p" /tmp/samples | json flat >"/tmp/mark.$1"
	cat /proc/vmstat >"/tmp/vmstat.$1"
}

# latest PATH...: of the newest sample, without waiting; the values added up
latest() {
	tail -n 2 /tmp/samples | json get "$@" 2>/dev/null |
		awk 'NF { sum = 0; for (i = 1; i <= NF; i++) sum += $i } END { print sum + 0 }'
}

# Stops zswaptop, whose last sample becomes the mark `end`; compares start and end.
observe_stop() {
	kill -INT "$observe_pid"
	wait "$observe_pid"
	observe_status=$?
	remember end "$(wc -l </tmp/samples)"
	[ "$observe_status" = 0 ] ||
		die "zswaptop ended with status $observe_status: $(cat /tmp/observe.err)"
	between start end
}

# between MARK MARK: which marks the functions below compare.
between() {
	between_first=$1 between_last=$2
	awk '
	NR == FNR { before[$1] = $2; next }
	$2 ~ /^[0-9]+$/ && before[$1] ~ /^([0-9]+)?$/ { printf "%s %.0f\n", $1, $2 - before[$1]; next }
	{ print $1, $2 }
	' "/tmp/mark.$1" "/tmp/mark.$2" >/tmp/difference
}

# difference PATH: of any number of a sample, as json.c names it; null where it is not known.
difference() {
	awk -v path="$1" '$1 == path { print $2; found = 1 } END { if (!found) print "-" }' /tmp/difference
}

# metric NAME[:LABEL_VALUE]
metric() {
	difference "metrics:$1"
}

# metric_sum NAME: of all its label values that are known (what cannot be told apart is counted under
# another); null if none is.
metric_sum() {
	awk -v prefix="metrics:$1:" '
	index($1, prefix) == 1 { if ($2 != "null") { sum += $2; known = 1 } found = 1 }
	END { if (!found) print "-"; else if (!known) print "null"; else printf "%.0f\n", sum }
	' /tmp/difference
}

# cgroup_metric CGROUP NAME[:LABEL_VALUE]: CGROUP as the path below the mount.
cgroup_metric() {
	difference "cgroups:/$1:$2"
}

# Runs of the probes that the kernel left out: what the counts may lack. missed [PROBE]
missed() {
	awk -v probe="${1-}" '
	$1 ~ ("^probes:" (probe ? probe : "[^:]*") ":missed_runs$") && $2 != "null" { sum += $2 }
	END { printf "%.0f\n", sum }
	' /tmp/difference
}

# accounts NAME COUNTED PROBE TRUTH: nothing is counted twice, and what lacks was told as missed.
# A program that is preempted by a task which calls the same function misses that task's calls.
accounts() {
	accounts_missed=$(($(missed "$3") + $(metric contexts_lost_total)))
	holds "$1" "[ $2 -le $4 ] && [ $(($2 + accounts_missed)) -ge $4 ]" \
		"counted $2, missed runs $accounts_missed, really $4"
}

# vmstat_change NAME, between the same marks
vmstat_change() {
	awk -v name="$1" '
	$1 == name { if (NR == FNR) before = $2; else { printf "%.0f\n", $2 - before; found = 1 } }
	END { if (!found) print "-" }
	' "/tmp/vmstat.$between_first" "/tmp/vmstat.$between_last"
}

# identity NAME: calls are the sum of their outcomes, in every sample there is.
identity() {
	json get metrics:invalidate_calls_total metrics:invalidate_tree_empty_total \
		metrics:invalidate_absent_total metrics:invalidate_erased_total \
		metrics:invalidate_unclassified_total </tmp/samples |
		awk '$1 != $2 + $3 + $4 + $5 { bad++ } END { print NR, bad + 0 }' >/tmp/identity
	read -r identity_samples identity_bad </tmp/identity
	holds "$1" "[ $identity_samples -gt 1 ] && [ $identity_bad = 0 ]" \
		"$identity_bad of $identity_samples samples"
}

# The exact workload with its pages written to disk before it goes on: the slot of a page under
# writeback is freed when it is done, which may be after all others.
work_settled() {
	work_start exact "$@"
	work_until stored
	wait_for '[ "$(vmstat nr_writeback)" = 0 ]' 60
	work_end
}

# value NAME: of what the workload printed into /tmp/work
value() {
	tr ' ' '\n' </tmp/work | sed -n "s/^$1=//p"
}

# kernel_at_least 6.18
kernel_at_least() {
	uname -r | awk -v least="$1" -F '[.-]' '
	BEGIN { split(least, want, ".") }
	{ exit !($1 > want[1] || ($1 == want[1] && $2 >= want[2])) }'
}

# --- pager.c ------------------------------------------------------------------

# pager_start [CGROUP]
pager_start() {
	mkfifo /tmp/pager.in /tmp/pager.out
	if [ -n "${1-}" ]; then
		cgroup_run "$1" pager </tmp/pager.in >/tmp/pager.out &
	else
		pager </tmp/pager.in >/tmp/pager.out &
	fi
	pager_pid=$!
	exec 6>/tmp/pager.in 7</tmp/pager.out
}

# pager COMMAND: waits for the answer, which `answer NAME` picks from
pager_do() {
	echo "$*" >&6
	read -r pager_answer <&7 || die "the pager ended at: $*"
}

answer() {
	echo "$pager_answer" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

pager_end() {
	exec 6>&- 7<&-
	wait "$pager_pid"
	rm /tmp/pager.in /tmp/pager.out
}

# --- zswaptop trace -------------------------------------------------------------

# trace_start [OPTION...]: on return everything is attached. Events go to /tmp/events.
trace_start() {
	: >/tmp/trace.err
	zswaptop trace --json "$@" >/tmp/events 2>/tmp/trace.err &
	trace_pid=$!
	wait_for "grep -q tracing /tmp/trace.err || ! kill -0 $trace_pid 2>/dev/null" 120
	kill -0 "$trace_pid" 2>/dev/null || die "zswaptop trace ended: $(cat /tmp/trace.err)"
}

trace_stop() {
	kill -INT "$trace_pid"
	wait "$trace_pid"
	trace_status=$?
	[ "$trace_status" = 0 ] ||
		die "zswaptop trace ended with status $trace_status: $(cat /tmp/trace.err)"
}

# trace_said lost|missed: from its last words
trace_said() {
	sed -n 's/^zswaptop: .* events; \([0-9]*\) lost, \([0-9]*\) runs .*/lost=\1 missed=\2/p' \
		/tmp/trace.err | tr ' ' '\n' | sed -n "s/^$1=//p"
}

# --- zswaptop that fails -----------------------------------------------------------

# What was there before zswaptop ever ran; needs bpfids.c among the test's programs.
attached_before() {
	attached_ids=$(bpfids)
	attached_functions=$(cat /sys/kernel/tracing/enabled_functions 2>/dev/null)
}

# nothing_attached NAME: all programs, links and maps are gone (the kernel frees them a bit later)
nothing_attached() {
	holds "$1: nothing left attached" 'soon "[ \"\$(bpfids)\" = \"$attached_ids\" ]" &&
		[ "$(cat /sys/kernel/tracing/enabled_functions 2>/dev/null)" = "$attached_functions" ]' \
		"$(bpfids)"
}

# refused NAME STATUS PATTERN COMMAND...: ends with that status, and a message that says so
refused() {
	refused_name=$1 refused_status=$2 refused_pattern=$3
	shift 3
	timeout -s KILL 60 "$@" >/tmp/refused.out 2>/tmp/refused.err </dev/null
	refused_got=$?
	is "$refused_name: status" $refused_got "$refused_status"
	if grep -qiE -e "$refused_pattern" /tmp/refused.err; then
		ok "$refused_name: message"
	else
		not_ok "$refused_name: message" "no '$refused_pattern' in: $(head -n 3 /tmp/refused.err | tr '\n' ' ')"
	fi
	holds "$refused_name: messages are zswaptop's" \
		"! grep -v -e '^zswaptop: ' -e '^known ' /tmp/refused.err" \
		"$(grep -v '^zswaptop: ' /tmp/refused.err | head -n 1)"
}
