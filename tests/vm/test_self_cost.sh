# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2016,SC2154 # sourced files; what they read
# kernels: 6.12 7.3
#
# --self-cost: the kernel's run-time statistics, which cost every program of the machine, are on
# as long as somebody looks at them, and not a moment longer.

. /lib/guest.sh
. /root/lib.sh

# runs: of the programs of the zswaptop that did not ask for statistics, as the kernel counts them
runs() {
	cat "/proc/$plain_pid/fdinfo/"* 2>/dev/null | awk '/^run_cnt:/ { sum += $2 } END { print sum + 0 }'
}

work() {
	workload exact --pages 64 --load 64 >/dev/null || die "no work"
}

# fields NAME: of the last sample's probe store
probe_field() {
	tail -n 1 /tmp/cost | json flat | sed -n "s/^probes:store:$1 //p"
}

zswap_on
swap_on
readahead_off
zswaptop top --json -i 3600 >/tmp/plain 2>/tmp/plain.err &
plain_pid=$!
wait_for '[ -s /tmp/plain ]' 100
work
is "not asked for: nothing is measured" "$(runs)" 0
is "not asked for: null" "$(tail -n 1 /tmp/plain | json flat | sed -n 's/^probes:store:run_ns //p')" null

zswaptop top --json -i 0.5 --self-cost >/tmp/cost 2>/tmp/cost.err &
cost_pid=$!
wait_for '[ -s /tmp/cost ]' 100
work
holds "asked for: runs of the programs" 'soon "[ \"\$(probe_field runs)\" -ge 128 ]"' "$(probe_field runs)"
holds "asked for: their time" '[ "$(probe_field run_ns)" -gt 0 ]' "$(probe_field run_ns)"
holds "the kernel measures all programs meanwhile" '[ "$(runs)" -gt 128 ]' "$(runs)"
is "the switch of the machine is left alone" "$(cat /proc/sys/kernel/bpf_stats_enabled)" 0
kill -TERM $cost_pid
wait $cost_pid
before=$(runs)
work
is "no longer once it has ended" "$(runs)" "$before"
kill -TERM $plain_pid
wait $plain_pid
finish
