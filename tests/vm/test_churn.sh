# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 768 --swap 200
# kernels: 6.12 7.3
#
# Cgroups made and removed, 1,000 a second or as fast as the machine can, and others with pages in
# zswap, while all that goes by cgroup is observed.

. /lib/guest.sh
. /root/lib.sh

cgroups=60 each=16 rounds=4

# by_cgroup PREFIX NAME: of all cgroups whose path begins with it
by_cgroup() {
	awk -v prefix="cgroups:/$1" -v name=":$2" '
	index($1, prefix) == 1 && substr($1, length($1) - length(name) + 1) == name { sum += $2 }
	END { printf "%.0f\n", sum }
	' /tmp/difference
}

# open_files PID: those that stay open, not only while a sample is taken
open_files() {
	for _ in 1 2 3 4 5; do
		find "/proc/$1/fd" -type l 2>/dev/null | wc -l
	done | sort -n | head -n 1
}

zswap_on
swap_on
readahead_off
cgroup_new storm
cgroup_new busy
# those below are to be owners of pages
echo +memory >/sys/fs/cgroup/storm/cgroup.subtree_control
echo +memory >/sys/fs/cgroup/busy/cgroup.subtree_control
cgroup_new steady
observe_start
zswaptop export --by-cgroup -o /tmp/zswaptop.prom -i 0.2 2>/tmp/export.err &
export_pid=$!
wait_for '[ -s /tmp/zswaptop.prom ]' 60
trace_start --events store,load,invalidate -c /busy --buffer 4096
files="$(open_files "$observe_pid") $(open_files $export_pid) $(open_files "$trace_pid")"

workload churn --cgroups 1000 --rate 1000 --empty --cgroup storm >/tmp/storm &
storm=$!
workload churn --cgroups $cgroups --pages $each --cgroup busy >/tmp/busy &
busy=$!
for _ in $(seq $rounds); do
	workload exact --pages 1000 --load 300 --cgroup steady >/dev/null
done
wait $busy
is "the cgroups with pages" $? 0
wait $storm
is "a thousand cgroups came and went" $? 0
cat /tmp/storm
is "open files are as many as before" \
	"$(open_files "$observe_pid") $(open_files $export_pid) $(open_files "$trace_pid")" "$files"
trace_stop
observe_stop

pages=$((cgroups * each))
accounts "stored" "$(metric store_pages_total)" store "$(vmstat_change zswpout)"
is "stored: what was meant" "$(vmstat_change zswpout)" $((pages + rounds * 1000))
accounts "hits" "$(metric load_hits_total)" load "$(vmstat_change zswpin)"
accounts "invalidations" "$(metric invalidate_calls_total)" invalidate $((pages + rounds * 1000))
accounts "by cgroup: those that are gone" "$(by_cgroup busy/ store_pages_total)" store $pages
accounts "by cgroup: the one that stays" "$(by_cgroup steady: store_pages_total)" store $((rounds * 1000))
accounts "by cgroup: its hits" "$(by_cgroup steady: load_hits_total)" load $((rounds * 300))
is "by cgroup: those without pages take no place" "$(grep -c '^cgroups:/storm' /tmp/difference)" 0
is "by cgroup: all have names" "$(grep -c '^cgroups:.removed' /tmp/difference)" 0
identity "calls = sum of outcomes in every sample"
stored=$(json get result cgroup </tmp/events | awk '$1 == "stored" && $2 ~ "^/busy/" { n++ } END { print n + 0 }')
holds "trace: stores of the gone, by their paths" \
	"[ $stored -le $pages ] && [ $((stored + $(trace_said missed))) -ge $pages ]" "$stored of $pages"
is "trace: events lost" "$(trace_said lost)" 0

# sum PATTERN: of the lines of the exporter's file
sum() {
	awk -v pattern="^zswaptop_$1" '$1 ~ pattern { sum += $2 } END { print sum + 0 }' /tmp/zswaptop.prom
}
kill -HUP $export_pid
holds "export: what its cgroups stored is all that was" \
	"soon '[ \$(sum cgroup_store_pages_total) = \$(sum store_pages_total) ]'" \
	"$(sum cgroup_store_pages_total) of $(sum store_pages_total)"
accounts "export: stored" "$(sum store_pages_total)" store $((pages + rounds * 1000))
is "export: nothing to say" "$(cat /tmp/export.err)" ""
kill $export_pid
wait $export_pid
is "export: status" $? 0
finish
