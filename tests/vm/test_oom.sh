# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60
# kernels: 6.12 7.3
# programs: bpfids
#
# Memory so short that the kernel kills: zswaptop is not what it takes first, and counts on. Where
# it is taken, or does not get what it needs to begin, nothing stays attached.

. /lib/guest.sh
. /root/lib.sh

# hog_killed NAME [PREFIX...]: a process takes more than there is, until the kernel ends it
hog_killed() {
	hog_name=$1
	shift
	"$@" workload pressure --size 900 --threads 1 --seconds 60 >/dev/null 2>&1
	is "$hog_name: the greatest is killed" $? 137
}

oom_kills() {
	dmesg | grep -c "Out of memory: Killed process"
}

zswap_on
swap_on
readahead_off
attached_before
# who asks for more than there is gets it
echo 1 >/proc/sys/vm/overcommit_memory

# --- it survives ------------------------------------------------------------------

zswaptop export -o /tmp/zswaptop.prom -i 0.2 2>/tmp/export.err &
export_pid=$!
wait_for '[ -s /tmp/zswaptop.prom ]' 60
observe_start
trace_start --events writeback
hog_killed "memory short"
hog_killed "memory short again"
is "memory short: the kernel killed" "$(oom_kills)" 2
workload exact --pages 1000 --load 300 >/dev/null
trace_stop
observe_stop
# What else is read back after the last sample is not in its counters: those of the sample itself.
accounts "memory short: stored = the kernel's zswpout" \
	$(($(metric store_pages_total) - $(metric_sum store_rejected_pages_total))) store \
	"$(metric kernel_zswpout_pages_total)"
accounts "memory short: hits = the kernel's zswpin" "$(metric load_hits_total)" load \
	"$(metric kernel_zswpin_pages_total)"
accounts "memory short: written back = the kernel's zswpwb" "$(metric_sum writeback_pages_total)" \
	writeback "$(metric kernel_zswpwb_pages_total)"
holds "memory short: there was something to count" "[ $(metric kernel_zswpout_pages_total) -gt 5000 ]"
identity "memory short: calls = sum of outcomes in every sample"
before=$(sed -n 's/^zswaptop_store_pages_total //p' /tmp/zswaptop.prom)
workload exact --pages 500 >/dev/null
holds "memory short: export goes on" \
	"soon '[ \$(sed -n \"s/^zswaptop_store_pages_total //p\" /tmp/zswaptop.prom) = $((before + 500)) ]'" \
	"$before, $(sed -n 's/^zswaptop_store_pages_total //p' /tmp/zswaptop.prom)"
is "memory short: export has nothing to say" "$(cat /tmp/export.err)" ""

# --- it is killed -------------------------------------------------------------------

# For want of memory in its cgroup. Where the machine itself has none, the kernel cannot always take
# a victim's programs off: bpf_tracing_link_release() warns, and nothing here can help it.
cgroup_new short 64M
echo 0 >/sys/fs/cgroup/short/memory.swap.max
echo $export_pid >/sys/fs/cgroup/short/cgroup.procs
echo 1000 >/proc/$export_pid/oom_score_adj
hog_killed "first to be killed" cgroup_run short
wait $export_pid
is "first to be killed: it was" $? 137
nothing_attached "first to be killed"
# as after any end that is not a clean one
holds "first to be killed: the file stays, and is whole" \
	"[ \$(grep -c '^zswaptop_last_collection' /tmp/zswaptop.prom) = 1 ]"

# --- it cannot begin ----------------------------------------------------------------

for megabytes in 1 4 8 16; do
	cgroup_new tiny "${megabytes}M"
	echo 0 >/sys/fs/cgroup/tiny/memory.swap.max
	cgroup_run tiny timeout -s KILL 60 zswaptop top -b -n 1 -i 0.1 >/tmp/out 2>/tmp/err
	status=$?
	echo "$megabytes MB: status $status: $(head -n 1 /tmp/err)"
	case $status in
	0 | 137) ok "$megabytes MB for all: ends by itself, or is killed" ;;
	1) holds "$megabytes MB for all: says why" "grep -q '^zswaptop: ' /tmp/err" "$(cat /tmp/err)" ;;
	*) not_ok "$megabytes MB for all" "status $status: $(cat /tmp/err)" ;;
	esac
done
nothing_attached "too little memory"

observe_start
workload exact --pages 1000 --load 300 >/dev/null
observe_stop
accounts "afterwards: stored" "$(metric store_pages_total)" store "$(metric kernel_zswpout_pages_total)"
holds "afterwards: what the workload stored" "[ $(metric store_pages_total) -ge 1000 ]"
finish
