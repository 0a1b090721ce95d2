#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2154 # sourced files; what they set
#
# In a machine whose clock counts instructions (tools/vm run --icount): what zswaptop adds to each
# call of the traced functions, and what it uses itself. Prints NAME VALUE, for tools/bench-table.
# Arguments: which parts (see the end).

. /lib/guest.sh

pages=3000
export TERM=screen-256color TERMINFO=/lib/terminfo

value() {
	echo "$1 $2"
}

# cpu PID: instructions that a process took so far
cpu() {
	cut -d ' ' -f 1 "/proc/$1/schedstat"
}

# --- what is added to each page ------------------------------------------------

# measure NAME: half of a run loads every page back, so that its unmap meets empty trees; in the
# other half every unmapped page is erased from its tree. The least of seven runs: now and then the
# kernel has other things to do, and when 6.12 frees an entry often.
measure() {
	for _ in 1 2 3 4 5 6 7; do
		workload exact --text --pages $pages --load $pages --time >/tmp/loaded || die "no work"
		sleep 1 # whoever reads events is to be done with these
		workload exact --text --pages $pages --time >/tmp/stored || die "no work"
		sed -n 's/_ns=/ /gp' /tmp/loaded /tmp/stored | awk '
			NR == 1 { print "store", $2; print "load", $4; print "absent", $6 }
			NR == 2 { print "erased", $6 }'
	done | awk -v name="page:$1" -v pages=$pages '
		!least[$1] || $2 < least[$1] { least[$1] = $2 }
		END { for (phase in least) print name ":" phase, least[phase] / pages }'
}

# beside OUTPUT NAME COMMAND...: measures while the command runs; OUTPUT is not empty once it does.
# beside_signal ends it.
beside() {
	beside_output=$1 beside_name=$2
	shift 2
	rm -f "$beside_output"
	"$@" >/tmp/out 2>/tmp/err &
	beside_pid=$!
	wait_for "[ -s $beside_output ] || ! kill -0 $beside_pid 2>/dev/null" 100
	kill -0 $beside_pid || die "$1: $(cat /tmp/err /tmp/out)"
	sleep 1
	beside_before=$(cpu $beside_pid)
	measure "$beside_name"
	sleep 1
	value "cpu:$beside_name" $(($(cpu $beside_pid) - beside_before))
	kill "-${beside_signal-TERM}" $beside_pid
	wait $beside_pid 2>/dev/null
}

beside_bpftrace() {
	for function in store load invalidate; do
		cat <<-SCRIPT
			kfunc:zswap_$function { @start_${function}[tid] = nsecs; }
			kretfunc:zswap_$function /@start_${function}[tid]/ {
				@ns_${function} = hist(nsecs - @start_${function}[tid]);
				@calls_${function} = count();
				delete(@start_${function}[tid]);
			}
		SCRIPT
	done >/tmp/zswap.bt
	printf '%s\n' 'BEGIN { printf("attached\n"); }' >>/tmp/zswap.bt
	# any other signal is lost on Debian 12's, but where it finds it waiting
	beside_signal=KILL
	beside /tmp/out bpftrace bpftrace /tmp/zswap.bt
	unset beside_signal
}

added_to_pages() {
	# what is done only once: free memory cut up, the allocators' lists filled
	measure "warming up" >/dev/null
	for kind in entry pair timed; do
		beside /tmp/out $kind bench-guest attach $kind
	done
	measure nothing
	beside_bpftrace
	beside /tmp/bench.prom export zswaptop export -o /tmp/bench.prom -i 3600
	beside /tmp/out top zswaptop top --json -i 3600
	beside /tmp/out without_load zswaptop top --json -i 3600 --without-probe load
	beside /tmp/err trace_idle zswaptop trace -c /idle
	beside /tmp/err trace_all sh -c 'exec zswaptop trace --json >/dev/null'
	sed -n 's/^zswaptop: \([0-9]*\) events; \([0-9]*\) lost.*/trace:events \1\ntrace:lost \2/p' /tmp/err
}

# --- starting ------------------------------------------------------------------

# starting NAME COMMAND...: the least of three
starting() {
	starting_name=$1
	shift
	for _ in 1 2 3; do
		bench-guest start "$@" 2>/dev/null || die "$*: does not start"
	done | sort -n | sed "s/^/start:$starting_name /; q"
}

start_times() {
	starting floor bench-guest attach entry_zswap_invalidate
	starting top zswaptop top --json
	starting bpftrace bpftrace -e 'kfunc:zswap_invalidate { @ = count(); } BEGIN { printf("attached\n"); }'
}

# --- samples -------------------------------------------------------------------

interval=20

# sample_cost NAME: of one, when nothing is new
sample_cost() {
	sleep $((interval + interval / 2))
	sample_before=$(cpu "$top_pid")
	sleep $((2 * interval))
	value "sample:$1" $((($(cpu "$top_pid") - sample_before) / 2))
}

# made CGROUP N PAGES: cgroups that stay
made() {
	cgroup_new "$1"
	echo +memory >"$guest_cgroups/$1/cgroup.subtree_control"
	workload cgroups --cgroup "$1" --cgroups "$2" --pages "$3" >"/tmp/made.$1" &
	wait_for "[ -s /tmp/made.$1 ] || ! kill -0 $! 2>/dev/null" 1000
	[ -s "/tmp/made.$1" ] || die "no cgroups"
}

# memory NAME PID: resident, and of its maps
memory() {
	awk -v name="rss:$1" '/^VmRSS:/ { print name, $2 * 1024 }' "/proc/$2/status"
	cat "/proc/$2/fdinfo/"* 2>/dev/null |
		awk -v name="maps:$1" '/^memlock:/ { sum += $2 } /^map_id:/ { maps++ }
			END { if (maps) print name, sum + 0 }'
}

# All begin before there is any activity, as nobody else's is seen.
samples_begin() {
	zswaptop top --json -i $interval >/dev/null 2>/tmp/top.err &
	top_pid=$!
	sample_cost 0:0
}

# new_one NAME COMMAND...: of the sample after the command
new_one() {
	new_name=$1
	shift
	new_before=$(cpu "$top_pid")
	"$@" >/dev/null
	sleep $interval
	value "sample:$new_name" $(($(cpu "$top_pid") - new_before))
}

# Cgroups in which nothing happens; one that is new, below a parent that is known, or not.
idle_cgroups() {
	samples_begin
	made many 10000 0
	sample_cost 0:10000
	new_one walk:10000 made new 1 1
	cgroup_new fresh
	new_one new:10000 workload exact --pages 16 --cgroup fresh
	kill "$top_pid"
}

# active_cgroups N...: in each of which a page was stored
active_cgroups() {
	samples_begin
	active=0
	for n; do
		made "active$n" $((n - active)) 1
		active=$n
		sample_cost "$n:0"
		[ "$n" != 1000 ] || memory top $top_pid
	done
	kill "$top_pid"
}

resident() {
	zswaptop export --by-cgroup -o /tmp/rss.prom -i 5 2>/tmp/export.err &
	export_pid=$!
	bench-guest terminal zswaptop -i 5 >/tmp/screen &
	wait_for '[ -s /tmp/screen ] && [ -s /tmp/rss.prom ]'
	screen_pid=$(cat /tmp/screen)
	sleep 10
	made resident 1000 1
	sleep 12
	resident_before=$(cpu "$screen_pid")
	sleep 20
	value screen:refresh $((($(cpu "$screen_pid") - resident_before) / 4))
	memory export $export_pid
	memory screens "$screen_pid"
	kill $export_pid "$screen_pid"
}

# A sample counts the trees that are empty: those of larger areas, in use from here on.
swap_sizes() {
	samples_begin
	for disk in /dev/vdb /dev/vdc; do
		swap_on $disk
		sample_cost "swap:$(($(cat /sys/block/${disk#/dev/}/size) >> 21))"
	done
	kill "$top_pid"
}

readahead_off
zswap_on ""
swap_on
cgroup_new idle
value cpus "$(sed 's/.*-//' /sys/devices/system/cpu/possible)"
for part; do
	# shellcheck disable=SC2046 # a list of numbers
	case $part in
	[0-9]*) active_cgroups $(echo "$part" | tr , ' ') ;;
	*) $part ;;
	esac
done
