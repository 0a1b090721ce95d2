# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 60 --timeout 600 --add /usr/sbin/setcap=/bin/setcap
# kernels: 6.1 6.12 7.3
# programs: restrict bpfids
#
# What it may still do once everything is attached: nothing, and it counts as well as before.

. /lib/guest.sh
. /root/lib.sh

nobody=65534
dac_override=0000000000000002
kill=0000000000000020
none=0000000000000000

# status PID NAME: of /proc/PID/status
status() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr '\t' ' '
}

# dropped NAME PID USER [CAPABILITIES]
dropped() {
	for dropped_set in CapEff CapPrm; do
		is "$1: $dropped_set" "$(status "$2" $dropped_set)" "${4-$none}"
	done
	is "$1: CapInh" "$(status "$2" CapInh)" $none
	is "$1: CapAmb" "$(status "$2" CapAmb)" $none
	is "$1: NoNewPrivs" "$(status "$2" NoNewPrivs)" 1
	is "$1: Uid" "$(status "$2" Uid)" "$3 $3 $3 $3"
	is "$1: Gid" "$(status "$2" Gid)" "$3 $3 $3 $3"
}

# counts NAME: exact counts of known work, done after the privileges are gone, and a cgroup made
# after that.
counts() {
	cgroup_new "late-$1"
	mark before
	workload exact --pages 1000 --load 300 --cgroup "late-$1" >/dev/null
	mark after
	between before after
	is "$1: stored" "$(metric store_pages_total)" 1000
	is "$1: hits" "$(metric load_hits_total)" 300
	# before 6.9 the kernel frees slots by the cluster, when it likes
	! kernel_at_least 6.9 || is "$1: erased" "$(metric invalidate_erased_total)" 700
	is "$1: all classified" "$(metric invalidate_unclassified_total)" 0
	is "$1: by a cgroup made since" "$(cgroup_metric "late-$1" store_pages_total)" 1000
	is "$1: nothing missed" "$(missed)" 0
	for counts_name in kernel_pool_limit_hit_total pool_full pool_bytes; do
		holds "$1: $counts_name is known" \
			"grep -q '^metrics:$counts_name [0-9]' /tmp/mark.after"
	done
	is "$1: files of the cgroup" \
		"$(sed -n "s/^cgroups:.late-$1:limit_bytes //p" /tmp/mark.after)" max
}

# on return the file was replaced twice at least
exported() {
	wait_for "[ -s $1 ] || ! kill -0 $export_pid" 60
	for exported_time in 1 2; do
		exported_inode=$(stat -c %i "$1")
		wait_for "[ \$(stat -c %i $1) != $exported_inode ]" 60
	done
}

export_start() {
	zswaptop export -i 0.1 "$@" 2>/tmp/export.err &
	export_pid=$!
}

export_stop() {
	kill -INT "$export_pid"
	wait "$export_pid"
	is "$1: status" $? 0
}

cat >/etc/passwd <<PASSWD
root:x:0:0::/root:/bin/sh
nobody:x:$nobody:$nobody::/:/bin/sh
PASSWD
needed=needed needed_nr=4
kernel_at_least 6.2 || needed=admin needed_nr=5
zswap_on
swap_on
readahead_off
# as Debian has it
echo 2 >/proc/sys/kernel/unprivileged_bpf_disabled
attached_before
chmod 755 /root

observe_start
dropped "root" "$observe_pid" 0
is "root: CapBnd" "$(status "$observe_pid" CapBnd)" $none
counts root
observe_stop

observe_start --user nobody
dropped "nobody" "$observe_pid" $nobody
is "nobody: Groups" "$(status "$observe_pid" Groups | tr -d ' ')" $nobody
counts nobody
observe_stop

observe_prefix="restrict $needed" observe_start
dropped "needed" "$observe_pid" $nobody
counts needed
observe_stop

# An event's cgroup, which was made after the privileges were gone.
trace_start --events store --user nobody
dropped "trace" "$trace_pid" $nobody
for round in 1 2; do
	cgroup_new "traced$round"
	workload exact --pages 10 --cgroup "traced$round" >/dev/null
	wait_for "[ \$(wc -l </tmp/events) -ge $((round * 10)) ]"
	sleep 1 # cgroups are looked for once a second
done
trace_stop
is "trace: events of cgroups made since" "$(grep -c '"cgroup": *"/traced[12]"' /tmp/events)" 20

# --- files ---------------------------------------------------------------------

mkdir -m 755 /tmp/of-root /tmp/of-nobody
mkdir -m 1777 /tmp/shared
chown nobody /tmp/of-nobody
export_start -o /tmp/of-root/file
exported /tmp/of-root/file
dropped "export" "$export_pid" 0
export_stop "export"

export_start -o /tmp/of-nobody/file
exported /tmp/of-nobody/file
dropped "export elsewhere" "$export_pid" 0 $dac_override
holds "export elsewhere: says so" "grep -q 'keeps CAP_DAC_OVERRIDE.*belongs to nobody' /tmp/export.err"
export_stop "export elsewhere"

export_start -o /tmp/of-nobody/file --user nobody
exported /tmp/of-nobody/file
dropped "export as nobody" "$export_pid" $nobody
is "export as nobody: owner" "$(stat -c '%u %a' /tmp/of-nobody/file)" "$nobody 644"
is "export as nobody: messages" "$(cat /tmp/export.err)" ""
export_stop "export as nobody"

echo precious >/tmp/victim
ln -s /tmp/victim /tmp/shared/file
export_start -o /tmp/shared/file
exported /tmp/shared/file
holds "export over a link: the link is gone" "[ ! -L /tmp/shared/file ]"
export_stop "export over a link"
is "export over a link: what it led to" "$(cat /tmp/victim)" precious
ln -sf /tmp/victim /tmp/shared/file
refused "record over a link" 1 'symbolic link' zswaptop record -o /tmp/shared/file -n 2
is "record over a link: what it led to" "$(cat /tmp/victim)" precious
rm /tmp/shared/file
ln /tmp/victim /tmp/shared/file
refused "record over a hard link" 1 'hard link' zswaptop record -o /tmp/shared/file -n 2
chown $nobody /tmp/victim
rm /tmp/shared/file
cp -a /tmp/victim /tmp/shared/file
refused "record over another user's file" 1 'another user' zswaptop record -o /tmp/shared/file -n 2
is "record over either: what was there" "$(cat /tmp/victim /tmp/shared/file | tr '\n' ' ')" \
	"precious precious "
is "nothing else was written" "$(find /tmp/shared /tmp/of-root /tmp/of-nobody ! -type d)" \
	/tmp/shared/file

# --- a command -----------------------------------------------------------------

cat >/tmp/command <<'COMMAND'
trap 'echo told; exit 3' TERM
grep -E '^(Uid|CapEff|NoNewPrivs):' /proc/self/status | tr -d '\n\t'
echo
until [ -e /tmp/never ]; do sleep 0.1; done
COMMAND
zswaptop record -o /tmp/recording --user nobody -- sh /tmp/command >/tmp/command.out \
	2>/tmp/record.err &
record_pid=$!
wait_for '[ -s /tmp/command.out ]' 60
wait_for "[ \"\$(status $record_pid NoNewPrivs)\" = 1 ]"
dropped "record" "$record_pid" $nobody $kill
is "record: the command is who was asked for" "$(cat /tmp/command.out)" \
	"Uid:0000CapEff:$(status 1 CapEff)NoNewPrivs:0"
kill -TERM "$record_pid"
wait "$record_pid"
is "record: status of the command, which was told to stop" $? 3
is "record: its last word" "$(tail -n 1 /tmp/command.out)" told

# --- what is missing -------------------------------------------------------------

refused "unknown user" 1 '--user nosuch: there is no such user' zswaptop top --user nosuch
refused "other user without root" 1 'CAP_SETUID' restrict needed zswaptop top --user root
refused "nothing" 1 'missing: CAP_BPF' restrict user zswaptop probe
is "nothing: advice" "$(grep -c 'missing: ' /tmp/refused.err)" $needed_nr
if kernel_at_least 6.2; then
	restrict caps zswaptop probe --json >/tmp/probe
	is "half of them: missing" "$(json flat </tmp/probe |
		sed -n 's/^missing_capabilities:[0-9]* //p' | tr '\n' ' ')" \
		"CAP_SYSLOG CAP_DAC_READ_SEARCH "
fi
zswaptop probe >/tmp/probe
probe_status=$? # 1 where the kernel lacks something
holds "root: nothing missing" "! grep -q missing: /tmp/probe" "$(grep missing: /tmp/probe)"

# The very line that it printed makes the program one that anybody can run.
cp /bin/zswaptop /tmp/program
chmod 755 /tmp/program
restrict user /tmp/program probe 2>/tmp/advice
line=$(sed -n 's/.*to give them to the program: //p' /tmp/advice)
eval "$line" || echo "failed: $line"
restrict user /tmp/program probe >/tmp/probe
is "after $line" $? $probe_status
holds "after setcap: nothing missing" "! grep -q missing: /tmp/probe" "$(grep missing: /tmp/probe)"
ln -s /tmp/program /tmp/zswaptop
chmod 600 /tmp/recording
refused "setcap: a file that is not the user's" 1 'ermission' restrict user /tmp/program report /tmp/recording
mkdir -m 700 /tmp/closed
echo kept >/tmp/closed/file
chmod 666 /tmp/closed/file
refused "setcap: a recording where the user may not go" 1 'ermission' \
	restrict user /tmp/program record -o /tmp/closed/file -n 2
is "setcap: nothing was recorded there" "$(cat /tmp/closed/file)" kept

nothing_attached "at the end"
finish
