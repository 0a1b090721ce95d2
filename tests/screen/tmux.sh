# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what it needs
#
# A terminal to test in: one window of tmux. Sourced by tests/screen/run, and in the test machine by
# tests/vm/test_screens.sh. Needs $terminal_dir; $patience: seconds for a screen to become what it is
# to be; and $pause between two looks, for machines that are busy with looking.

tm() {
	tmux -S "$terminal_dir/tmux" -f /dev/null "$@"
}

# The server ends with its last session.
terminal_start() {
	tm new-session -d -s keeper "sleep 100000" &&
		tm set -g status off &&
		tm set -g remain-on-exit on
}

terminal_end() {
	tm kill-server 2>/dev/null
}

# terminal_open COLSxROWS VARIABLES COMMAND...: the command's terminal; ends what was there before
terminal_open() {
	size=$1 variables=$2
	shift 2
	tm kill-session -t test 2>/dev/null
	# shellcheck disable=SC2086 # a list of words
	tm new-session -d -s test -x "${size%x*}" -y "${size#*x}" \
		"env -u NO_COLOR -u COLUMNS -u LINES TZ=UTC LC_ALL=C.UTF-8 TERM=screen-256color \
		$variables $*; exec sleep 100000" 2>"$terminal_dir/error" || {
		cat "$terminal_dir/error" >&2
		return 1
	}
	resize "$size"
}

# resize COLSxROWS
resize() {
	tm resize-window -t test -x "${1%x*}" -y "${1#*x}"
}

# What differs from run to run has a fixed width.
shown() {
	tm capture-pane -t test -p | sed 's/own CPU  *[0-9.]*[%-]/own CPU      x/'
}

# await COMMAND...: until it succeeds, or patience is at an end
await() {
	deadline=$(($(date +%s) + patience))
	until "$@"; do
		[ "$(date +%s)" -le "$deadline" ] || return 1
		sleep "${pause-0.05}"
	done
}

shows() {
	shown | grep -qF -e "$1"
}

# shows_like PATTERN
shows_like() {
	shown | grep -qE -e "$1"
}

keys() {
	for key; do
		tm send-keys -t test "$key"
	done
}

# terminal_modes: "0 1 0" where no program has it: alternate screen, cursor, mouse
terminal_modes() {
	tm display -t test -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag}'
}
