# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1003,SC1091,SC2016,SC2034,SC2154 # sourced files; what they read
# vm: --memory 512 --swap 256 --timeout 600 --cpu max,-hypervisor --add tests/screen/tmux.sh
# vm: --add /usr/bin/tmux --add /lib/terminfo/s/screen-256color=/lib/terminfo/s/screen-256color
# vm: --add /usr/lib/locale/C.utf8/LC_CTYPE=/usr/lib/locale/C.utf8/LC_CTYPE
# kernels: 6.12 7.3
# programs: bpfids
#
# The screens over a live kernel, in a real terminal (tmux): they show what happened, names from
# outside do no harm, and the terminal is given back.

. /lib/guest.sh
. /root/lib.sh
. /root/tmux.sh

terminal_dir=/tmp
patience=150
pause=0.3 # looking is work here
export LC_ALL=C.UTF-8 TERMINFO=/lib/terminfo

# seen NAME COMMAND...: comes to hold
seen() {
	seen_name=$1
	shift
	if await "$@"; then
		ok "$seen_name"
	else
		not_ok "$seen_name" "not so: $*"
		shown
	fi
}

# sees NAME PATTERN: shown, sooner or later
sees() {
	seen "$1" shows_like "$2"
}

is_gone() {
	[ "$(terminal_modes)" = "0 1 0" ]
}

# start SIZE VARIABLES OPTION...: what it prints at its end is below what was there
start() {
	start_size=$1 start_variables=$2
	shift 2
	printf 'modes=$(stty -g)\nzswaptop %s\necho "status $?"\n[ "$(stty -g)" != "$modes" ] || echo same modes\n' \
		"$*" >/tmp/script
	terminal_open "$start_size" "$start_variables" sh /tmp/script || die "no terminal"
	await shows_like '^zswaptop [0-9]' || die "no screen: $(shown)"
}

# left NAME: the terminal is as it was, and nothing is attached
left() {
	seen "$1: terminal given back" is_gone
	sees "$1: modes given back" '^same modes$'
	nothing_attached "$1"
}

zswap_on
zswap_set shrinker_enabled N
swap_on
readahead_off
cgroup_new web.slice/a.service
attached_before
terminal_start || die "no tmux"

# --- what happened is what is shown ---------------------------------------------------

start 80x24 "" -i 0.5
sees "title" "^zswaptop .*$(uname -r | cut -d + -f 1).*every 0.5s  [0-9:]*$"
sees "all probes that this kernel has" "^Self +probes ([0-9]+)/\\1 "
keys R
sees "reset" 'totals  every'
cgroup_run web.slice/a.service workload exact --pages 900 --load 300 >/dev/null
sees "stores" '^Store +900 '
sees "loads" '^Load +300 '
keys 2
sees "cgroup" ' 900 +0 +300 .*/web.slice/a.service$'
keys Enter
sees "details" '^offered +900 +900 '
keys Escape 3
sees "erased" 'erased +600 '
keys 4
sees "writeback" '^Written +0 '
keys 5
sees "latency" '^ +p50 .*[0-9][mun]s'
keys h
sees "help: no probe is refused" '^Keys'
keys Escape r
sees "rates" '^zswaptop [^t]*every'

# --- sizes, pause, refused stores as events ---------------------------------------------

resize 120x40
keys 6
sees "resize" '^ TIME +PID COMM .* SWAP:OFFSET LATENCY CGROUP$'
cgroup_new limited.slice/l.service max 0
cgroup_run limited.slice/l.service workload exact --pages 20 >/dev/null
sees "events" 'store +cgroup_limit .*l.service$'
cgroup_new upper.slice
echo 0 >"$guest_cgroups/upper.slice/memory.zswap.max"
cgroup_new upper.slice/below.service
keys 2 r
workload exact --pages 20 --cgroup upper.slice/below.service >/dev/null
sees "the limit of one above" '^ .* above .*below.service'
keys r 6
resize 59x14
sees "too small" 'needs 60x15'
resize 80x24
keys Z
sees "pause" 'PAUSED'
time_shown=$(shown | sed -n '1s/.* //p')
sleep 1
is "paused" "$(shown | sed -n '1s/.* //p')" "$time_shown"
keys Z

# --- all events of one cgroup ----------------------------------------------------------------

# counts NAME FILTER NUMBER: so many events of those that are kept
counts() {
	keys Escape '\'
	tm send-keys -t test -l "$2"
	keys Enter
	sees "$1" "^$3 of the last .*filter \"$2\"$"
}

# A cgroup that is new is traced from the next sample on.
child_is_traced() {
	cgroup_run web.slice/a.service/child workload exact --pages 20 >/dev/null
	shows_like 'invalidate +erased .*a.service/child$'
}

cgroup_new web.slice/b.service
keys 2 / a . s e r Enter
sees "search" '^>.*/a.service'
keys T
sees "one cgroup is traced" 'all of /web.slice/a.service'
sees "its events before" 'tree +emptied .*a.service$'
holds "no others" '! shows l.service'
cgroup_run web.slice/b.service workload exact --pages 100 >/dev/null
cgroup_run web.slice/a.service workload exact --pages 100 --load 20 >/dev/null
sees "its invalidations" 'invalidate +erased .*a.service$'
keys '\' s t o r e d Enter
sees "its stores" '^100 of the last .*all of /web.slice/a.service$'
counts "all events again: stores of one cgroup" stored 100
counts "loads of one cgroup" hit 20
counts "invalidations of one cgroup" erased 80
cgroup_run web.slice/a.service workload exact --pages 100 >/dev/null
cgroup_run limited.slice/l.service workload exact --pages 20 >/dev/null
counts "rare events of all" cgroup_limit 60
counts "not traced any more" stored 100
cgroup_new web.slice/a.service/child
keys Escape 2 T
seen "what is below is traced" child_is_traced
keys T

# --- names from outside --------------------------------------------------------------------

cgroup_new n.slice/plain
keys 2
for name in "$(printf 'e\033[31mred\033]0;t\007')" "$(printf 'b\377d')" "$(printf 'l\tine')" \
	"$(printf '\344\270\255\346\226\207')" "$(printf '%0255d' 0)"; do
	mkdir "$guest_cgroups/n.slice/$name"
	sh -c 'echo $$ >"$0" && exec workload exact --pages 10' \
		"$guest_cgroups/n.slice/$name/cgroup.procs" >/dev/null
done
keys '\' n . s l i c e Enter
seen "name with escapes" shows '.slice/e\x1b[31mred\x1b]0;t\x07'
seen "name that is not UTF-8" shows 'n.slice/b\xffd'
seen "name with a tab" shows 'n.slice/l\x09ine'
sees "wide name" 'n.slice/中文$'
sees "long name" '…0{30,}$'
is "title as it was" "$(tm display -t test -p '#{pane_title}' | grep -cx t)" 0
keys Escape

# --- the terminal is given back ----------------------------------------------------------------

keys q
sees "q" '^status 0$'
left "q"
start 80x24 LC_ALL=C -i 0.5 --without-probe writeback,trees
holds "nothing but ASCII" '! shown | grep -q "[^ -~]"'
keys 4
sees "what is n/a has its reason" 'n/a: .*writeback: '
kill -SEGV "$(pidof zswaptop)"
sees "SIGSEGV" '^status 139$'
left "SIGSEGV"
terminal_end
finish
