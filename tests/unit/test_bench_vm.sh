#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016 # the guest's shell expands it
#
# tools/bench-vm without a machine: what it hands to tools/vm, and what it makes of what comes back.

set -u
cd "$(dirname "$0")/../.." || exit
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/tools" "$tmp/out"
cp tools/bench-vm "$tmp/tools"
touch "$tmp/zswaptop"
chmod +x "$tmp/zswaptop"
unset WORKLOAD
cd "$tmp" || exit
failures=0

# is NAME ACTUAL EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		echo "not ok $1: '$2', expected '$3'"
		failures=$((failures + 1))
	fi
}

# machine RECORDINGS STATUS: the next machine leaves these, and ends so.
machine() {
	cat >tools/vm <<-VM
		#!/bin/sh
		echo "\$*" >arguments
		cat >script
		for name in $1; do echo recording >out/\$name; done
		echo what the guest says
		exit $2
	VM
	chmod +x tools/vm
}

# bench OPTION...: its output, messages and status
bench() {
	tools/bench-vm "$@" >output 2>messages
	status=$?
}

# refused NAME MESSAGE OPTION...
refused() {
	refused_name=$1 message=$2
	shift 2
	rm -f script
	bench "$@"
	is "$refused_name: status" $status 2
	is "$refused_name: message" "$(cat messages)" "bench-vm: $message: see bench-vm --help"
	is "$refused_name: no machine" "$(ls script 2>/dev/null)" ""
}

machine "6.12.1.gz 6.12.2.gz 6.12.3.gz" 0
touch out/6.12.9.gz out/6.12.gz out/6.gz
bench -o out --kernel 6.12 --memory-max 64M --zswap-max 8M --compressor lz4 --max-pool-percent 5 \
	--record --buffer=4096 --vm --icount --vm --memory=2048 --add /bin/true \
	-- sh -c 'echo "$1" '\''"two  words"'\''' '*'
is "its status" $status 0
is "its output: the recordings" "$(tr '\n' ' ' <output)" \
	"out/6.12.1.gz out/6.12.2.gz out/6.12.3.gz "
is "what the guest says is no output" "$(grep -c 'guest says' messages)" 1
is "the machine" "$(cat arguments)" "run --results out --log out/6.12.log --timeout 1800 \
--kernel 6.12 --icount --memory 2048 --add /bin/true"
is "older recordings of the name are gone" "$(cd out && echo *)" \
	"6.12.1.gz 6.12.2.gz 6.12.3.gz 6.12.gz 6.gz"
sh -n script
is "the guest's script can be read" $? 0
for word in 'zswap_on lz4' 'zswap_set shrinker_enabled Y' 'zswap_set max_pool_percent 5' \
	'cgroup_new bench 64M 8M' 'one in-bench' 'for run in $(seq 3); do' 'for run in $(seq 1); do' \
	'one zswaptop record -o $file -i 1 --buffer=4096 -- in-bench'; do
	is "the guest's script: $word" "$(grep -cF -- "$word" script)" 1
done
words=$(sed -n 's/^[[:blank:]]*"\$@" \(.*\) >&2 || die .*/\1/p' script)
is "the command's words" "$(eval "printf '[%s]' $words")" "[sh][-c][echo \"\$1\" '\"two  words\"'][*]"

machine "own.1.gz" 0
bench -o out --name own --runs 1 --warm-up 0 --no-shrinker -- true
is "a kernel of one's own" "$(cat arguments)" "run --results out --log out/own.log --timeout 1800"
is "no shrinker" "$(grep -c 'shrinker_enabled N' script)" 1
machine "" 3
bench -o out -- true
is "the machine's status" $status 3
machine "run.1.gz run.3.gz" 0
bench -o out -- true
is "a recording is missing: status" $status 1
is "a recording is missing: message" "$(tail -n 1 messages)" \
	"bench-vm: there is no recording of run 2"
rm script
bench -o out -- workload exact
is "no workload: message" "$(cat messages)" \
	"bench-vm: there is no .build/workload here: run make workload first"
is "no workload: status, no machine" "$status $(ls script 2>/dev/null)" "1 "
mkdir .build
touch .build/workload
chmod +x .build/workload
machine "run.1.gz run.2.gz run.3.gz" 0
bench -o out -- workload exact
is "a workload: status" $status 0
rm zswaptop
bench -o out -- true
is "not built: message" "$(cat messages)" "bench-vm: there is no ./zswaptop here: run make first"
is "not built: status" $status 1

refused "no directory" "needs -o DIRECTORY" -- true
refused "no command" "needs a command behind --" -o out
refused "no value" "--runs needs a value" -o out --runs
refused "no such option" "unknown option '--fast'" -o out --fast -- true
refused "runs" "--runs cannot be '0'" -o out --runs 0 -- true
refused "kernel" "--kernel cannot be '6'" -o out --kernel 6 -- true
refused "name" "--name cannot be '../x'" -o out --name ../x -- true
refused "size" "--memory-max cannot be '64M; reboot'" -o out --memory-max '64M; reboot' -- true
refused "interval" "--interval cannot be 'x'" -o out --interval x -- true
refused "record" "--record cannot be '-o /x'" -o out --record '-o /x' -- true
[ "$failures" = 0 ]
