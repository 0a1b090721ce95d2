#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For a test machine (see tools/vm): services under memory pressure, some of
# which fit into zswap, some not, and zswaptop with the given arguments.

# shellcheck source=tools/guest.sh
. /lib/guest.sh

# service CGROUP MEMORY.MAX ZSWAP.MAX SIZE INCOMPRESSIBLE: the rate leaves the
# machine's emulated processors some time for zswaptop.
service() {
	cgroup_new "$1" "$2" "$3"
	workload pressure --cgroup "$1" --size "$4" --incompressible "$5" \
		--seconds 0 --rate 300 >/dev/null &
	pids="$pids $!"
}

# job CGROUP: again and again one that ends, which frees its swap slots, some of them after it has
# read the pages back.
job() {
	cgroup_new "$1"
	while :; do
		workload exact --pages 600 --load 200 --cgroup "$1" >/dev/null
		sleep 2
	done &
	pids="$pids $!"
}

stop_services() {
	# shellcheck disable=SC2086 # a list of words
	kill $pids 2>/dev/null
	wait
}

pids=
trap stop_services EXIT
zswap_on ""
zswap_set shrinker_enabled Y
swap_on
readahead_off
service system.slice/web.service 48M max 72 5
service system.slice/db.service 40M 8M 80 12
service system.slice/batch.service 24M 4M 48 60
service user.slice/user-1000.slice/browser.scope 64M max 80 25
job system.slice/cron.service
# shellcheck disable=SC2016 # evaluated at each poll
wait_for '[ "$(vmstat zswpin)" -gt 0 ]'
zswaptop "$@"
