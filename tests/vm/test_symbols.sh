# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60 --timeout 600 --cpu max,-hypervisor
# kernels: 6.12 6.17 7.1 7.3
#
# Kernels on which a symbol is missing: each probe hidden in turn. What depends on it is null, and
# everything else is what it was with all probes, on the same known work.

. /lib/guest.sh
. /root/lib.sh

# Fresh swap, so that pages go to the same places each time.
work() {
	swapoff /dev/vda
	swapon /dev/vda
	mark before
	work_settled --pages 600 --load 200 --second-half-to-disk --cgroup work
	mark exact
	echo 0 >/sys/fs/cgroup/work/memory.zswap.writeback
	work_settled --pages 200 --incompressible 50 --cgroup work
	echo 1 >/sys/fs/cgroup/work/memory.zswap.writeback
	echo 0 >/sys/fs/cgroup/work/memory.zswap.max
	work_settled --pages 50 --cgroup work
	echo 200000 >/sys/fs/cgroup/work/memory.zswap.max
	work_settled --pages 600 --cgroup work
	echo max >/sys/fs/cgroup/work/memory.zswap.max
} >/dev/null

# counts PREFIX FAMILIES: of times only whether they are known
counts() {
	awk -v prefix="$1" -v families="$2" '
	$1 ~ "^metrics:(" families ")_" {
		if ($1 ~ /duration|tree_lock/ && $2 != "null") $2 = "known"
		# one line for all of a histogram of times
		if ($2 == "known") sub(/:(buckets:.*|first_bound|sum|max)$/, "", $1)
		if (!seen[$1]++) print prefix $1, $2
	}
	$1 ~ "^cgroups:/work:(" families ")_.*_total" { print prefix $1, $2 }
	' /tmp/difference
}

# observe FILE OPTION...: what is counted of that work. When pages that are refused or written back
# reach the disk is left to chance, and with it what their invalidations find.
observe() {
	observe_file=$1
	shift
	observe_start "$@"
	work
	observe_stop
	is "$observe_file: nothing missed" "$(missed)" 0
	between before exact
	counts '' 'store|load|invalidate|tree|writeback|compressed|swapin|events|contexts' \
		>"$observe_file"
	between exact end
	counts 'refused/' 'store|writeback' >>"$observe_file"
}

# What becomes null without the probe, and what is told otherwise, as expressions on the names.
expect() {
	nulls='^$' others='^$'
	case $1 in
	invalidate)
		nulls='^metrics:(invalidate_(calls|tree_empty|absent|erased|unclassified)_total|tree_.*:invalidate|writeback_skip_fate_total:invalidated)$'
		others='^cgroups:/work:invalidate_erased_total$'
		;;
	trees)
		nulls='^metrics:(invalidate_(tree_empty|absent)_total|tree_.*|store_compressed_bytes_total|compressed_page_bytes.*)$'
		others='^(metrics:invalidate_unclassified_total|cgroups:/work:store_compressed_bytes_total)$'
		;;
	store)
		nulls='^metrics:(store_.*|tree_.*:store|tree_grows_total|writeback_pages_total:cgroup_limit|compressed_page_bytes.*)$'
		others='^(metrics:writeback_pages_total:other|cgroups:/work:store_.*)$'
		;;
	load)
		nulls='^metrics:(load_.*|tree_.*:load|swapin_duration_.*|writeback_skip_fate_total:loaded)$'
		others='^cgroups:/work:load_hits_total$'
		;;
	writeback)
		nulls='^metrics:(writeback_.*|tree_.*:writeback)$'
		others='^cgroups:/work:writeback_.*$'
		;;
	swap_cache)
		nulls='^metrics:(writeback_skipped_total:(in_swapcache|own_fault|entry_gone|no_memory|io_error)|writeback_skip_fate_.*|tree_.*:writeback)$'
		;;
	shrink_worker) nulls='^metrics:writeback_pages_total:pool_limit$' ;;
	shrink_memcg)
		nulls='^metrics:store_rejected_pages_total:cgroup_limit$'
		others='store_rejected_pages_total:'
		;;
	compress)
		nulls='^metrics:store_rejected_pages_total:compress_fail$'
		others='store_rejected_pages_total:'
		;;
	pool_malloc | writeback_enabled)
		nulls='^metrics:store_rejected_pages_total:compress_poor$'
		others='store_rejected_pages_total:'
		;;
	swapin) nulls='^metrics:swapin_duration_.*$' ;;
	tree_lock) nulls='^metrics:tree_lock_.*$' ;;
	esac
}

compare() {
	awk -v nulls="$2" -v others="$3" '
	# what is not known of all is not known of a cgroup
	function of_all(name) {
		sub(/^cgroups:[^:]*:/, "metrics:", name)
		return name
	}
	NR == FNR { full[$1] = $2; next }
	{ now[$1] = $2 }
	END {
		for (name in full) {
			plain = whole = name
			sub(/^refused./, "", plain)
			# a histogram that is not known is null as a whole
			sub(/:(buckets:.*|first_bound|sum|max)$/, "", whole)
			value = name in now ? now[name] : now[whole]
			if (value == full[name]) {
				if (value != "null" && plain ~ nulls) print name, "is still", value
			} else if (value == "null") {
				if (of_all(plain) !~ nulls) print name, "became null"
			} else if (plain !~ others) {
				print name, "was", full[name], "is", value
			}
		}
		for (name in now) {
			plain = name
			sub(/^refused./, "", plain)
			if (!(name in full) && (now[name] != "null" || of_all(plain) !~ nulls))
				print name, "is new:", now[name]
		}
	}' /tmp/full "$1"
}

zswap_on
swap_on
readahead_off
cgroup_new work
observe /tmp/full
observe /tmp/again
is "the same work gives the same counts" "$(compare /tmp/again '^$' '^$')" ""

zswaptop probe --json | json flat >/tmp/probes || die "zswaptop probe failed"
for probe in $(sed -n 's/^probes:\([a-z_]*\):state attached$/\1/p' /tmp/probes); do
	expect "$probe"
	observe "/tmp/$probe" --without-probe "$probe"
	is "without $probe" "$(compare "/tmp/$probe" "$nulls" "$others")" ""
done
finish
