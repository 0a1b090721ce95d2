#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the shells complete is what the program takes.
set -u

cd "$(dirname "$0")/../.." || exit
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0
PATH=$PWD:$PATH

# same NAME: $tmp/expected, $tmp/got
same() {
	if diff -u "$tmp/expected" "$tmp/got" >"$tmp/diff"; then
		echo "ok: $1"
	else
		echo "not ok: $1"
		cat "$tmp/diff"
		status=1
	fi
}

# bash_completes WORD...: for the last word
bash_completes() {
	bash --norc -c '
	. completions/zswaptop.bash
	COMP_WORDS=(zswaptop "$@")
	COMP_CWORD=$#
	_zswaptop
	printf "%s\n" "${COMPREPLY[@]}"
	' bash "$@" | sort -u
}

# expect NAME WORDS...: standard input, one a line, is what bash makes of the words
expect() {
	expect_name=$1
	shift
	sort -u >"$tmp/expected"
	bash_completes "$@" >"$tmp/got"
	same "bash: $expect_name"
}

# known COMMAND OPTION: what the program says that it knows
known() {
	zswaptop "$1" "$2" nosuch 2>&1 | sed -n 's/^known .*: *//p' | tr ' ' '\n'
}

zswaptop --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | tee "$tmp/commands" | expect commands ""
while read -r command; do
	zswaptop "$command" --help | grep -oE -- '--[a-z][a-z-]+' | expect "options of $command" "$command" --
done <"$tmp/commands"
zswaptop top --help | grep -oE -- '--[a-z][a-z-]+' | expect "options without a command" --
known trace --events | expect "events" trace --events ""
known trace --results | expect "results" trace --results ""
known top --without-probe | expect "probes" --without-probe ""
printf 'hit,%s\n' miss | expect "the second of a list" trace --results hit,mi
zswaptop export -o - --format nosuch 2>&1 | sed "s/.*': //; s/ or /, /; s/, /\n/g" |
	expect "formats" export --format ""
printf 'invalidate\n' | expect "no events of record" top --without-probe inva
printf '%s\n' README.md | expect "files" replay READ
printf '%s\n' --events | expect "an option that takes no value" record --events --ev

if ! command -v zsh >/dev/null; then
	echo "skip: zsh is not installed"
	exit $status
fi

# What the function hands to the functions of zsh's completion system, which stand-ins print.
zsh_offers() {
	zsh -f -c '
	_arguments() { for argument; do [[ $argument != --* ]] || print -r -- ${argument%%\[*}; done }
	_describe() { print -l -- ${${(P)2}%%:*} }
	words=(zswaptop "$@")
	CURRENT=$#words
	complete() { source completions/_zswaptop }
	complete
	' zsh "$@" | sort -u >"$tmp/got"
}

while read -r command; do
	zswaptop "$command" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$tmp/expected"
	zsh_offers "$command" --
	same "zsh: options of $command"
done <"$tmp/commands"
zswaptop top --help | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$tmp/expected"
zsh_offers --
same "zsh: options without a command"
sort "$tmp/commands" >"$tmp/expected"
zsh_offers ""
same "zsh: commands"
# Each option is described, with the values that the program knows.
for option in $(while read -r command; do zswaptop "$command" --help; done <"$tmp/commands" |
	grep -oE -- '--[a-z][a-z-]+' | sort -u); do
	grep -q "^	$option '" completions/_zswaptop || echo "$option"
done >"$tmp/got"
: >"$tmp/expected"
same "zsh: every option has its text"
{ known trace --results; known trace --events; known top --without-probe; } | sort -u >"$tmp/expected"
sed -n "s/.*_values -s , [a-z]* \([a-z_ ]*\)'.*/\1/p" completions/_zswaptop | tr ' ' '\n' |
	sort -u >"$tmp/got"
same "zsh: results, events and probes"
exit $status
