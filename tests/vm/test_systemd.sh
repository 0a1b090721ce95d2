# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 200 --add /usr/lib/systemd/systemd=/usr/lib/systemd/systemd --add /usr/bin/systemctl --add packaging/systemd/zswaptop.service=/etc/systemd/system/zswaptop.service
# kernels: 6.12 7.3
#
# The unit, run by a real systemd: in all its hardening it must observe what root observes without.

. /lib/guest.sh
. /root/lib.sh

units=/etc/systemd/system
directory=/var/lib/prometheus/node-exporter
file=$directory/zswaptop.prom

# A systemd that has nothing but this unit and what it hangs on, in a PID namespace of its own.
systemd_start() {
	for target in sysinit basic shutdown multi-user; do
		printf '[Unit]\nDescription=%s\n' $target >$units/$target.target
	done
	echo 'root:x:0:0::/root:/bin/sh' >/etc/passwd
	echo 'root:x:0:' >/etc/group
	echo 00000000000000000000000000000001 >/etc/machine-id
	mkdir -p $units/zswaptop.service.d $directory
	{
		echo '[Service]'
		echo 'StandardError=append:/run/zswaptop.err'
		# as the unit says
		kernel_at_least 6.2 || {
			echo 'CapabilityBoundingSet=CAP_SYS_ADMIN'
			echo 'AmbientCapabilities=CAP_SYS_ADMIN'
		}
	} >$units/zswaptop.service.d/test.conf
	container="test" unshare -p -f -m --mount-proc /usr/lib/systemd/systemd --system \
		--unit=multi-user.target --log-target=kmsg --show-status=no \
		</dev/null >/tmp/systemd.log 2>&1 &
	unshared=$!
	wait_for '[ -S /run/systemd/private ]' 60
	read -r init </proc/$unshared/task/$unshared/children
	soon 'control show -p Version >/tmp/version 2>&1' 60 || die "systemd: $(cat /tmp/version)"
}

# Systemd talks to nobody whose process it cannot see.
control() {
	nsenter -t "$init" -m -p systemctl "$@"
}

property() {
	control show -p "$1" --value zswaptop
}

# status NAME: of the process
status() {
	sed -n "s/^$1:[^0-9a-f]*\([0-9a-f]*\).*/\1/p" "/proc/$pid/status"
}

# The process as it is outside of systemd's namespace.
find_process() {
	pid=$(head -n 1 /sys/fs/cgroup/system.slice/zswaptop.service/cgroup.procs)
}

families() {
	sed -n 's/^# TYPE //p' "$1" | sort
}

collected() {
	sed -n 's/^zswaptop_last_collection_timestamp_seconds //p' $file
}

zswap_on
swap_on
readahead_off
zswaptop export -n 1 -o /tmp/unrestricted.prom
systemd_start
control start zswaptop >/tmp/start 2>&1
is "starts" "$? $(cat /tmp/start)" "0 "
wait_for "[ -s $file ] || [ \"\$(property ActiveState)\" != active ]" 60
[ -s $file ] || die "$(cat /run/zswaptop.err; dmesg | grep 'systemd\[' | tail -n 20)"
find_process
is "runs" "$(property ActiveState)" active
is "no complaint" "$(cat /run/zswaptop.err)" ""
is "systemd has no complaint about the unit" "$(dmesg | grep "zswaptop.service: ")" ""
is "observes what root does without it" "$(families $file)" "$(families /tmp/unrestricted.prom)"
is "all probes are attached" "$(grep -c '^zswaptop_probe_attached.* 1$' $file)" \
	"$(grep -c '^zswaptop_probe_attached.* 1$' /tmp/unrestricted.prom)"
is "mode of the file" "$(stat -c %a $file)" 644

for set in Inh Prm Eff Amb; do
	is "has no capabilities any more: $set" "$(status Cap$set | tr -d 0)" ""
done
is "cannot gain any" "$(status NoNewPrivs)" 1
is "system calls are filtered" "$(status Seccomp)" 2
holds "its memory is locked" "[ $(status VmLck) -gt 0 ]"
holds "no network" "[ \"$(readlink "/proc/$pid/ns/net")\" != \"$(readlink /proc/self/ns/net)\" ]"

before=$(collected)
workload exact --pages 1000 --load 300 >/dev/null
control reload zswaptop
soon "[ \"\$(collected)\" != $before ]"
holds "reload: writes at once" "[ $(collected | cut -d . -f 1) -lt $((${before%.*} + 15)) ]" \
	"$before, $(collected)"
is "counts" "$(sed -n 's/^zswaptop_store_pages_total //p' $file)" 1000
control stop zswaptop
is "stop: ends well" "$(property Result)" success
holds "stop: the file is gone" "[ ! -e $file ]"
is "stop: nothing beside it" "$(find $directory -type f)" ""
finish
