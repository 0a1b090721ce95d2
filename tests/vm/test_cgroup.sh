# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 448
# not: 6.1
#
# Whose page it is: counts by cgroup against each cgroup's memory.stat, with kswapd, the shrinker
# and the limits of several cgroups at work; and one cgroup traced while another is as busy.

. /lib/guest.sh
. /root/lib.sh

cgroups="a a/side a/inner/most b/limited"

stat_of() {
	for cgroup in $cgroups; do
		for name in zswpout zswpin zswpwb; do
			echo "$cgroup $name $(memstat "$cgroup" $name)"
		done
	done >"/tmp/stat.$1"
}

# stat_change CGROUP NAME: with all below it
stat_change() {
	awk -v cgroup="$1" -v name="$2" '
	$1 == cgroup && $2 == name { if (NR == FNR) before = $3; else print $3 - before }
	' /tmp/stat.before /tmp/stat.after
}

# tree_metric CGROUP NAME: added up over the cgroup and all below it
tree_metric() {
	awk -v cgroup="cgroups:/$1" -v name="$2" '
	index($1, cgroup ":") == 1 || index($1, cgroup "/") == 1 {
		n = split($1, part, ":")
		if (part[3] == name && $2 != "null") sum += $2
	}
	END { printf "%.0f\n", sum }
	' /tmp/difference
}

# memory.stat is brought up to date every two seconds, or after so many changes.
settle() {
	sleep 3
}

zswap_on
swap_on
zswap_set shrinker_enabled Y
cgroup_new a/side
cgroup_new a/inner/most max 1500K
echo 12M >/sys/fs/cgroup/a/memory.max
cgroup_new b/limited 10M 1M
cgroup_new hog
observe_start
trace_start -c /a --buffer 65536
stat_of before
mark before

# The hog takes what the machine has, so that kswapd is at work; memory is asked of a by a task of
# another cgroup, so that the shrinker is; and the others meet their limits.
workload pressure --cgroup hog --size 320 --threads 1 --rate 100 --seconds 0 >/dev/null &
hog=$!
workload pressure --cgroup a/inner/most --size 16 --threads 2 --seconds 8 --incompressible 10 &
first=$!
workload pressure --cgroup a/side --size 8 --threads 1 --seconds 8 &
second=$!
workload pressure --cgroup b/limited --size 16 --threads 2 --seconds 8 --incompressible 10 &
third=$!
while kill -0 $first 2>/dev/null; do
	echo 20M >/sys/fs/cgroup/a/memory.reclaim
done 2>/dev/null
wait $first $second $third
kill $hog
wait $hog
trace_stop
settle
stat_of after
mark after
between before after

if [ "$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)" -lt 1000000 ]; then
	holds "kswapd was at work" "[ $(vmstat_change pgsteal_kswapd) -gt 0 ]"
else
	skipped "kswapd was at work" "a machine with a RAM disk for swap has memory to spare"
fi
missed=$(($(missed) + $(metric contexts_lost_total)))
for cgroup in a a/side a/inner/most b/limited; do
	for pair in store_pages_total:zswpout load_hits_total:zswpin writeback_pages_total:zswpwb; do
		name=${pair%:*} stat=${pair#*:}
		counted=$(tree_metric $cgroup "$name")
		if [ "$name" = store_pages_total ]; then
			counted=$((counted - $(tree_metric $cgroup store_rejected_pages_total)))
		fi
		truth=$(stat_change $cgroup "$stat")
		holds "$cgroup: $name = $stat" \
			"[ $counted -le $truth ] && [ $((counted + missed)) -ge $truth ]" \
			"counted $counted, missed runs of all $missed, memory.stat $truth"
		[ $cgroup != a/side ] && holds "$cgroup: some $stat" "[ $truth -gt 0 ]"
	done
done
# a load whose beginning was missed has no owner
for name in load_hits_total writeback_pages_total; do
	sum=$(awk -F '[: ]' -v name=$name \
		'$1 == "cgroups" && $3 == name { sum += $4 } END { print sum }' /tmp/difference)
	total=$(awk -F '[: ]' -v name=$name \
		'$1 == "metrics" && $2 == name { sum += $NF } END { print sum }' /tmp/difference)
	holds "all cgroups: $name" "[ $sum -le $total ] && [ $((sum + missed)) -ge $total ]" \
		"$sum by cgroup, $total in all, missed $missed"
done

# The trace of a has a's events, all of them, and no other.
is "trace: events lost" "$(trace_said lost)" 0
missed=$(trace_said missed)
json get event result cgroup pages </tmp/events |
	awk -F '\t' '{ events[$1 " " $2 " " $3] += $4 } END { for (e in events) print e, events[e] }' \
		>/tmp/summary
sort /tmp/summary
is "trace: only a and what is below it" "$(awk '$3 !~ "^/a(/|$)"' /tmp/summary)" ""
for what in store:stored:zswpout load:hit:zswpin writeback:written:zswpwb; do
	event=${what%%:*} stat=${what##*:} result=${what#*:} result=${result%:*}
	told=$(awk -v e="$event" -v r="$result" '$1 == e && $2 == r { n += $4 } END { print n + 0 }' \
		/tmp/summary)
	truth=$(stat_change a "$stat")
	holds "trace: $event $result = $stat" "[ $told -le $truth ] && [ $((told + missed)) -ge $truth ]" \
		"$told events, $missed missed runs, memory.stat $truth"
done

# A cgroup that is removed keeps its counts, and one made anew under its path adds to them.
cgroup_new gone
workload exact --pages 300 --cgroup gone >/dev/null
mark there
rmdir /sys/fs/cgroup/gone
mark removed
between there removed
is "removed: keeps its counts" "$(sed -n 's/^cgroups:.gone:store_pages_total //p' /tmp/mark.removed)" 300
is "removed: is told as gone" "$(sed -n 's/^cgroups:.gone:gone //p' /tmp/mark.removed)" true
cgroup_new gone
workload exact --pages 200 --cgroup gone >/dev/null
mark anew
is "made anew: adds to them" "$(sed -n 's/^cgroups:.gone:store_pages_total //p' /tmp/mark.anew)" 500
is "made anew: once in the list" "$(grep -c '^cgroups:.gone:store_pages_total' /tmp/mark.anew)" 1
is "made anew: is not gone" "$(sed -n 's/^cgroups:.gone:gone //p' /tmp/mark.anew)" false
observe_stop
identity "calls = sum of outcomes in every sample"
finish
