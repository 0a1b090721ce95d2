# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --swap 72
# programs: pager
# not: 6.1
#
# Tree events against the trees themselves, which a program of the tests' own reads from kernel
# memory before and after each step of a single task. The swap area has two trees, and is nearly
# filled, so that it makes no difference where the kernel places pages.

. /lib/guest.sh
. /root/lib.sh

# step NAME CAUSE COMMAND: erases by that cause alone, and compares
step() {
	step_name=$1 step_cause=$2
	shift 2
	mark before
	pager_do "$@"
	mark after
	between before after
	echo "$step_name: $pager_answer"
	is "$step_name: emptied" "$(metric "tree_emptied_total:$step_cause")" "$(answer emptied)"
	is "$step_name: shrinks" "$(metric "tree_shrinks_total:$step_cause")" "$(answer shrinks)"
	is "$step_name: collapses" "$(metric_sum tree_head_collapses_total)" "$(answer collapses)"
	is "$step_name: nodes freed" "$(metric "tree_nodes_freed_total:$step_cause")" \
		$(($(answer nodes_before) - $(answer nodes_after)))
	is "$step_name: nothing by another cause" \
		$(($(metric_sum tree_emptied_total) + $(metric_sum tree_shrinks_total) +
			$(metric_sum tree_nodes_freed_total))) \
		$(($(answer emptied) + $(answer shrinks) +
			$(answer nodes_before) - $(answer nodes_after)))
	heights="$heights${heights:+,}$(answer heights)"
}

# grow NAME COMMAND: stores alone
grow() {
	grow_name=$1
	shift
	mark before
	pager_do "$@"
	mark after
	between before after
	echo "$grow_name: $pager_answer"
	is "$grow_name: grows" "$(metric tree_grows_total)" "$(answer grows)"
	is "$grow_name: no erase" "$(metric_sum tree_nodes_freed_total)" 0
}

# sampled_trees FIELD: of the area, in the sample of the last mark
sampled_trees() {
	sed -n "s/^swaps:0:$1 //p" "/tmp/mark.$between_last"
}

heights=
zswap_on
swap_on
readahead_off
cgroup_new trees
observe_start
trace_start --events tree
pager_start trees
pager_do trees
is "no entries to begin with" "$(answer entries)" 0

pages=17500
pager_do map $pages
grow "filling" out 0 $pages
holds "filling: both trees are in use" "[ $(answer grows) -ge 2 ]"
is "trees of the area" "$(sampled_trees trees)" 2
is "none empty" "$(sampled_trees trees_empty)" 0
step "second tree" invalidate free-above 16384
is "second tree: emptied once" "$(answer emptied)" 1
is "one empty" "$(sampled_trees trees_empty)" 1
step "three levels to two" invalidate free-above 4096
is "three levels to two: one shrink" "$(answer heights)" "3>2"
step "two levels to one" invalidate free-above 64
if [ "$(answer emptied)" = 0 ]; then
	is "two levels to one: one shrink" "$(answer heights)" "2>1"
	step "the rest" invalidate free-above 1
	is "the rest: emptied once" "$(answer emptied)" 1
else
	skipped "two levels to one" "no page lies that low: 6.16 and 6.17 scatter them"
fi
is "all empty" "$(sampled_trees trees_empty)" 2

# The same by load, then in one go from three levels to one. A small area would run full otherwise.
pager_do map 9000
grow "again" out 0 9000
step "load: highest first" load load-above 1
is "load: trees emptied" "$(answer emptied)" "$(metric tree_emptied_total:load)"
pager_do trees
is "load: nothing left" "$(answer entries)" 0
pager_do free 0 9000

# Writeback, by the pool's limit: with a limit of nothing every store asks for all to go.
pager_do map 400
grow "once more" out 0 300
pager_do trees
nodes=$(answer nodes)
in_use=$(answer heads | tr , '\n' | grep -vc '^0$')
mark before
zswap_set max_pool_percent 0
for page in $(seq 300 399); do
	pager_do out "$page" 1
	[ "$(vmstat zswpwb)" -lt 300 ] || break
	# the worker has to be done before it can be asked again
	sleep 0.1
done
soon '[ "$(vmstat zswpwb)" -ge 300 ]'
zswap_set max_pool_percent 20
mark after
between before after
pager_do trees
is "writeback: nothing left" "$(answer entries)" 0
is "writeback: pages" "$(metric writeback_pages_total:pool_limit)" 300
is "writeback: nodes freed" "$(metric tree_nodes_freed_total:writeback)" \
	$((nodes - $(answer nodes)))
is "writeback: emptied" "$(metric tree_emptied_total:writeback)" "$in_use"
pager_do free 0 400
pager_end
trace_stop
observe_stop

is "nothing missed" "$(($(missed) + $(trace_said missed)))" 0
json get event result cause height_before height_after </tmp/events >/tmp/tree_events
is "only tree events" "$(grep -vc '^tree' /tmp/tree_events)" 0

# events RESULT [CAUSE]
events() {
	awk -v result="$1" -v cause="${2-}" \
		'$2 == result && (!cause || $3 == cause) { n++ } END { print n + 0 }' /tmp/tree_events
}
for cause in invalidate load writeback store; do
	is "events: emptied by $cause" "$(events emptied $cause)" "$(metric tree_emptied_total:$cause)"
	is "events: shrinks by $cause" "$(events shrink $cause)" "$(metric tree_shrinks_total:$cause)"
done
is "events: grows" "$(events grow)" "$(metric tree_grows_total)"
is "events: collapses" "$(events head_collapse)" "$(metric_sum tree_head_collapses_total)"
is "events: heights of the shrinks, step by step" \
	"$(awk '$2 == "shrink" && $3 != "writeback" { printf "%s%s>%s", n++ ? "," : "", $4, $5 }' /tmp/tree_events)" \
	"$(echo "$heights" | sed 's/,,*/,/g; s/^,//; s/,$//')"
is "events: emptied ends at height 0" "$(awk '$2 == "emptied" && $5 != 0' /tmp/tree_events)" ""
is "events: growing goes up" "$(awk '$2 == "grow" && $5 <= $4' /tmp/tree_events)" ""
finish
