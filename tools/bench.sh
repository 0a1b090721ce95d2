#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For a machine whose clock counts instructions (tools/vm run --icount): what zswaptop adds to each
# call of the traced functions. Prints instructions a page, of the workload's phases.

# shellcheck source=tools/guest.sh
. /lib/guest.sh

pages=4000

# measure NAME: half of the run loads every page back, so that its unmap meets empty trees; in the
# other half every unmapped page is erased from its tree.
measure() {
	workload exact --pages $pages --load $pages --time >/tmp/loaded
	workload exact --pages $pages --time >/tmp/stored
	sed -n 's/_ns=/ /gp' /tmp/loaded /tmp/stored |
		awk -v name="$1" -v pages=$pages '
			{ for (i = 1; i < NF; i += 2) n[NR, $i] = $(i + 1) / pages }
			END { printf "%-34s %9d %9d %9d %9d\n", name, n[1, "store"],
			      n[1, "load"], n[1, "free"], n[2, "free"] }'
}

# observed NAME OUTPUT ARGUMENT...: the same while zswaptop runs; OUTPUT is not empty once it does.
observed() {
	name=$1 output=$2
	shift 2
	rm -f "$output"
	zswaptop "$@" >/tmp/out 2>/tmp/err &
	pid=$!
	wait_for "[ -s $output ]"
	measure "$name"
	kill -INT $pid
	wait $pid
}

readahead_off
zswap_on ""
swap_on
cgroup_new /idle
# what is done only once: free memory cut up, the allocator's classes filled
for i in 1 2 3; do
	measure "warming up, $i" >/dev/null
done
printf '%-34s %9s %9s %9s %9s\n' "instructions a page" store load "no entry" erase
measure "nothing attached"
observed "export" /tmp/bench.prom export -o /tmp/bench.prom -i 3600
observed "top" /tmp/out --json -i 3600
observed "trace of an idle cgroup" /tmp/err trace -c /idle
