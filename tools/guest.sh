# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Functions for scripts that run in a test machine (see tools/vm); there it is
# /lib/guest.sh. Cgroups are named by their path under the cgroup2 mount.

guest_cgroups=/sys/fs/cgroup
guest_zswap=/sys/module/zswap/parameters

die() {
	echo "error: $*" >&2
	exit 1
}

# Ends the script as skipped: 77, as test drivers have it.
skip() {
	echo "skipped: $*" >&2
	exit 77
}

# wait_for CONDITION [SECONDS]: polls until the shell line CONDITION holds.
wait_for() {
	wait_for_tries=$((${2:-30} * 10))
	until eval "$1"; do
		wait_for_tries=$((wait_for_tries - 1))
		[ "$wait_for_tries" -gt 0 ] || die "waited ${2:-30} s in vain for: $1"
		sleep 0.1
	done
}

# zswap_on [COMPRESSOR]
zswap_on() {
	[ -z "${1-}" ] || echo "$1" >$guest_zswap/compressor ||
		die "this kernel has no compressor $1"
	echo Y >$guest_zswap/enabled || die "this kernel cannot enable zswap"
}

zswap_off() {
	echo N >$guest_zswap/enabled
}

# zswap_set PARAMETER VALUE, such as: zswap_set shrinker_enabled Y
zswap_set() {
	echo "$2" >"$guest_zswap/$1" || die "cannot set zswap's $1 to $2"
}

# swap_on [DISK...]: /dev/vda, where no disk is named.
swap_on() {
	[ $# -gt 0 ] || set -- /dev/vda
	for swap_on_disk; do
		[ -b "$swap_on_disk" ] ||
			skip "no $swap_on_disk to swap to: machine without --swap, or kernel without modules"
		swapon "$swap_on_disk" || die "cannot swap to $swap_on_disk"
	done
}

# Makes a touched page the only one that is read from swap: for exact counts.
readahead_off() {
	echo 0 >/proc/sys/vm/page-cluster
}

# vmstat NAME: a counter of /proc/vmstat; fails where the kernel lacks it.
vmstat() {
	guest_field "$1" /proc/vmstat
}

# memstat CGROUP NAME: a counter of the cgroup's memory.stat.
memstat() {
	guest_field "$2" "$guest_cgroups/$1/memory.stat"
}

guest_field() {
	awk -v name="$1" '$1 == name { print $2; found = 1 } END { exit !found }' "$2" ||
		die "no $1 in $2"
}

# debugfs_zswap NAME: a counter of zswap's; there once zswap was enabled.
debugfs_zswap() {
	cat "/sys/kernel/debug/zswap/$1" || die "no debugfs counter zswap/$1"
}

# cgroup_new CGROUP [MEMORY.MAX [MEMORY.ZSWAP.MAX]]
cgroup_new() {
	cgroup_new_dir=$guest_cgroups
	for cgroup_new_part in $(echo "$1" | tr / ' '); do
		echo +memory >"$cgroup_new_dir/cgroup.subtree_control" ||
			die "cannot give cgroups below $cgroup_new_dir the memory controller"
		cgroup_new_dir=$cgroup_new_dir/$cgroup_new_part
		mkdir -p "$cgroup_new_dir"
	done
	[ -z "${2-}" ] || echo "$2" >"$cgroup_new_dir/memory.max"
	[ -z "${3-}" ] || echo "$3" >"$cgroup_new_dir/memory.zswap.max"
}

# cgroup_run CGROUP COMMAND...
cgroup_run() {
	cgroup_run_procs=$guest_cgroups/$1/cgroup.procs
	shift
	sh -c 'echo $$ >"$0" && exec "$@"' "$cgroup_run_procs" "$@"
}

# work_start ARGUMENT...: starts the workload so that it stops in each phase.
work_start() {
	mkfifo /tmp/work.in /tmp/work.out
	workload "$@" --step </tmp/work.in >/tmp/work.out &
	work_pid=$!
	exec 8>/tmp/work.in 9</tmp/work.out
	work_phase=
}

# work_until PHASE: lets it go on until that phase, in which it waits.
work_until() {
	[ -z "$work_phase" ] || echo >&8
	while read -r work_phase <&9; do
		[ "$work_phase" != "$1" ] || return 0
		echo >&8
	done
	die "the workload ended before phase $1"
}

# work_end: lets it go on to the end, prints what it did; its exit status.
work_end() {
	[ -z "$work_phase" ] || echo >&8
	while read -r work_phase <&9; do
		case $work_phase in
		*=*) echo "$work_phase" ;;
		*) echo >&8 ;;
		esac
	done
	exec 8>&- 9<&-
	rm /tmp/work.in /tmp/work.out
	wait "$work_pid"
}
