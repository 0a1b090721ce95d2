# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 200
# kernels: 6.12 7.3
#
# export: what can happen to its file, and that it is not swapped out itself.

. /lib/guest.sh
. /root/lib.sh

out=/tmp/out
file=$out/zswaptop.prom

# names DIRECTORY...: what is in them, in one line
names() {
	find "$@" -mindepth 1 -maxdepth 1 -exec basename {} \; | sort | tr '\n' ' ' | sed 's/ $//'
}

# export_start [OPTION...]: until the file is there
export_start() {
	rm -f $file
	zswaptop export -o $file -i 0.2 "$@" 2>/tmp/err &
	pid=$!
	wait_for "[ -s $file ] || ! kill -0 $pid 2>/dev/null" 60
	[ -s $file ] || die "export ended: $(cat /tmp/err)"
}

# export_stop NAME
export_stop() {
	kill -TERM $pid
	wait $pid
	is "$1: status" $? 0
}

# of the file, its time with nanoseconds as a whole number
collected() {
	sed -n 's/^zswaptop_last_collection_timestamp_seconds //p' $file | tr -d . | cut -c 1-13
}

waits() {
	sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' /proc/$pid/status
}

# Lets it try ten times more: it waits once a try at the least.
more_tries() {
	tries_from=$(waits)
	wait_for "[ \$(waits) -ge $((tries_from + 10)) ]" 60
}

# beside NAME NAMES: what is in the directory, but while it is being written
beside() {
	beside_want=$2
	holds "$1: nothing beside it" 'soon "[ \"\$(names \$out)\" = \"\$beside_want\" ]"' "$(names $out)"
}

# whole NAME: the file is one that can be read to its end, and nothing lies beside it
whole() {
	is "$1: the file is whole" \
		"$(tail -c 1 $file | od -An -c | tr -d ' ') $(grep -c '^zswaptop_last_collection' $file)" '\n 1'
	beside "$1" zswaptop.prom
}

# The temporary file finds room, but not all that is to be in it. Again if one was there just now.
fill() {
	fill_room=$(df -k $out | awk 'NR == 2 { print $4 }')
	[ "$fill_room" -le 8 ] || head -c $(((fill_room - 8) * 1024)) /dev/zero >>$out/filler
}

# fails_with NAME MESSAGE: it says so, once, and goes on trying
fails_with() {
	soon "grep -q '$2' /tmp/err" 60 || not_ok "$1: told within a minute" "$(cat /tmp/err)"
	more_tries
	is "$1: told" "$(cat /tmp/err)" "zswaptop: $file: cannot $2; trying again every interval"
	holds "$1: goes on" "kill -0 $pid"
}

# works_again NAME
works_again() {
	wait_for "grep -q 'written again' /tmp/err" 60
	now=$(date +%s)000
	wait_for "[ \$(collected) -gt $now ]" 60
	is "$1: the end is told, once" "$(grep -c . /tmp/err) $(tail -n 1 /tmp/err)" \
		"2 zswaptop: $file is written again"
	whole "$1: afterwards"
	: >/tmp/err
}

zswap_on
swap_on
readahead_off
mkdir $out /tmp/elsewhere
mount -t tmpfs -o size=200k none $out

(
	umask 077
	zswaptop export -o $file -n 1
)
is "mode, whatever the umask" "$(stat -c %a $file)" 644
rm $file

# --- what goes wrong ----------------------------------------------------------------

export_start
wait_for "fill; grep -q . /tmp/err" 60
holds "disk full: the file before it stays whole" "grep -q '^zswaptop_last_collection' $file"
fails_with "disk full" "write the temporary file: No space left on device"
beside "disk full" "filler zswaptop.prom"
rm $out/filler
works_again "disk full"

# busy while a file is being written
wait_for "mount -o remount,ro $out 2>/dev/null" 60
fails_with "read-only" "create a temporary file: Read-only file system"
whole "read-only"
mount -o remount,rw $out
works_again "read-only"

# a sample may just be written between the two
until rm -f $file; mkdir $file 2>/dev/null; do :; done
wait_for "grep -q . /tmp/err" 60
fails_with "a directory of its name" "replace what is not a regular file: Is a directory"
is "a directory of its name: stays as it is" "$(names $out $file)" "zswaptop.prom"
rmdir $file
works_again "a directory of its name"

# one that comes in the midst of a write is replaced by it
wait_for "ln -sfn /tmp/elsewhere $file; [ -s /tmp/err ]" 60
fails_with "a link to a directory" "replace what is not a regular file: Is a directory"
is "a link to a directory: nothing in there" "$(names /tmp/elsewhere)" ""
rm $file
works_again "a link to a directory"

echo precious >/tmp/elsewhere/file
ln -s /tmp/elsewhere/file $out/link
mv $out/link $file
wait_for "[ ! -L $file ]" 60
whole "a link to a file: replaced"
is "a link to a file: what it led to stays" "$(cat /tmp/elsewhere/file)" precious
is "a link to a file: no complaint" "$(cat /tmp/err)" ""

umount -l $out
# a sample may just be written into what was below the mount
while [ -e $out ]; do rm -rf $out; done
fails_with "directory removed" "open the directory: No such file or directory"
work=$(workload exact --pages 1000 --load 300)
mkdir $out
works_again "directory removed"
holds "directory removed: what happened meanwhile was counted" \
	"[ $(sed -n 's/^zswaptop_store_pages_total //p' $file) -ge 1000 ]" "$work"
export_stop "in the end"
holds "in the end: the file is gone" "[ ! -e $file ]"

# --- signals ------------------------------------------------------------------------

# Another directory of that name: noticed at SIGHUP, not an hour later.
export_start -i 3600
mv $out $out.old
mkdir $out
kill -HUP $pid
wait_for "[ -s $file ]" 60
whole "SIGHUP: a new file at once"
kill -TERM $pid
wait $pid
is "clean exit: its file is gone, the one in the old directory is left" \
	"$(names $out $out.old)" "zswaptop.prom"
export_start --keep
export_stop "--keep"
whole "--keep"

export_start
kill -STOP $pid
echo "not its own" >$file.new
mv $file.new $file
kill -TERM $pid
kill -CONT $pid
wait $pid
holds "clean exit: what is not its own stays, or was replaced by its own and is gone" \
	"[ ! -e $file ] || grep -q 'not its own' $file"
rm -f $out/*

# Killed at any moment: what it leaves is dropped by the next.
for delay in 0.01 0.02 0.03 0.05 0.07 0.1; do
	export_start -i 0.01
	sleep $delay
	kill -KILL $pid
	wait $pid
done
: >$out/.zswaptop.aaaaaa.tmp
export_start -i 3600
whole "killed: nothing is left behind"
export_stop "after the kills"

# --- memory pressure ------------------------------------------------------------------

# squeeze COMMAND...: what of it is in swap once its cgroup had to give up all that it could
squeeze() {
	cgroup_new watch
	rm -f /tmp/ready
	sh -c 'echo $$ >/sys/fs/cgroup/watch/cgroup.procs && exec "$@"' sh "$@" \
		>/tmp/ready 2>/tmp/err &
	pid=$!
	wait_for "[ -s /tmp/ready ] || [ -s $file ]" 60
	echo 64M >/sys/fs/cgroup/watch/memory.reclaim 2>/dev/null
	squeezed=$(sed -n 's/^VmSwap:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$pid/status)
	locked=$(sed -n 's/^VmLck:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$pid/status)
	echo "$1 $2: $(grep -E '^(VmLck|VmRSS|VmSwap)' /proc/$pid/status | tr -s '\t\n ' ' ')"
	kill -TERM $pid
	wait $pid
}

if [ -e /sys/fs/cgroup/cgroup.procs ]; then
	squeeze zswaptop top --json -i 3600
	holds "pressure: top is swapped out, so there was pressure" "[ $squeezed -gt 0 ]"
	squeeze zswaptop export -o $file -i 3600
	is "pressure: nothing of export is" "$squeezed" 0
	holds "pressure: as its memory is locked" "[ $locked -gt 0 ]"
	is "pressure: no complaint" "$(cat /tmp/err)" ""
fi
finish
