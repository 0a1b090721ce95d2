# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60
# programs: restrict bpfids
# not: 6.1
#
# Less than everything: zswap that was never on, hidden kernel addresses, two capabilities instead
# of root. What remains is as exact as ever, and what is lost is null.

. /lib/guest.sh
. /root/lib.sh

pages=1000 load=300

# counted NAME: after work with $pages and $load
counted() {
	is "$1: nothing missed" "$(missed)" 0
	is "$1: stored" "$(metric store_pages_total)" $pages
	is "$1: refused" "$(metric_sum store_rejected_pages_total | sed 's/null/0/')" 0
	is "$1: hits" "$(metric load_hits_total)" $load
	is "$1: invalidations" "$(metric invalidate_calls_total)" $pages
	is "$1: erased" "$(metric invalidate_erased_total)" $((pages - load))
}

# without_trees NAME: what a lookup alone can tell
without_trees() {
	is "$1: tree_empty" "$(metric invalidate_tree_empty_total)" null
	is "$1: absent" "$(metric invalidate_absent_total)" null
	is "$1: unclassified" "$(metric invalidate_unclassified_total)" $load
	is "$1: tree events" "$(metric_sum tree_emptied_total)" null
	is "$1: empty trees" "$(difference swaps:0:trees_empty)" null
}

swap_on
readahead_off
attached_before

# Every page is offered, though zswap never was on.
observe_start
workload exact --pages 200 >/dev/null
observe_stop
is "never on: enabled" "$(difference metrics:enabled)" 0
is "never on: refused as disabled" "$(metric store_rejected_pages_total:disabled)" \
	"$(metric store_pages_total)"
is "never on: zswpout" "$(vmstat_change zswpout)" 0
is "never on: erased" "$(metric invalidate_erased_total)" 0

zswap_on
echo 2 >/proc/sys/kernel/kptr_restrict
observe_start
workload exact --pages $pages --load $load >/dev/null
observe_stop
counted "hidden addresses"
without_trees "hidden addresses"
zswaptop probe >/tmp/probe 2>/tmp/err
is "hidden addresses: probe says it is not all" $? 1
holds "hidden addresses: probe says why" "grep -q 'kallsyms hides addresses' /tmp/probe"
echo 0 >/proc/sys/kernel/kptr_restrict

observe_prefix="restrict caps"
observe_start
workload exact --pages $pages --load $load >/dev/null
observe_stop
observe_prefix=
counted "two capabilities"
if [ "$(metric invalidate_absent_total)" = null ]; then
	without_trees "two capabilities"
else
	is "two capabilities: absent or tree empty" \
		$(($(metric invalidate_absent_total) + $(metric invalidate_tree_empty_total))) $load
fi
restrict caps zswaptop trace --json -n 5 --events store >/tmp/events 2>/tmp/trace.err &
tracer=$!
wait_for 'grep -q tracing /tmp/trace.err' 60
workload exact --pages 100 >/dev/null
wait $tracer
is "two capabilities: trace: status" $? 0
is "two capabilities: trace: events" "$(json get event result </tmp/events | sort | uniq -c |
	sed 's/^ *//' | tr '\t' ' ')" "5 store stored"

zswaptop probe --json >/tmp/probe
is "probe: status, when all is there" $? 0
is "probe: is complete" "$(json get core_complete </tmp/probe)" true
for probe in invalidate trees writeback swap_cache; do
	zswaptop probe --without-probe $probe >/tmp/probe
	is "probe: status without $probe" $? 1
done
nothing_attached "all of it"
finish
