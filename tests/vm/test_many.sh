# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2016,SC2154 # sourced files; what they read
# vm: --memory 768 --timeout 900
# kernels: 6.18
#
# More cgroups than are counted one by one, each gone before anybody has asked for its path.

. /lib/guest.sh
. /root/lib.sh

cgroups=10040

zswap_on
swap_on
before=$(vmstat zswpout)
zswaptop record -o /tmp/many.gz -i 3600 -- workload churn --cgroups $cgroups --pages 1 \
	>/tmp/work 2>/tmp/err || die "cannot record: $(cat /tmp/err)"
stored=$(($(vmstat zswpout) - before))
zswaptop replay --json /tmp/many.gz | tail -n 1 | json flat >/tmp/last
zswaptop replay -b /tmp/many.gz | tail -n 2 >/tmp/text

# pages METRIC PATTERN: of the cgroups whose path matches
pages() {
	awk -v name=":$1" -v pattern="^cgroups:$2:" '
	$1 ~ pattern && substr($1, length($1) - length(name) + 1) == name { sum += $2 }
	END { printf "%.0f\n", sum }
	' /tmp/last
}

own=$(grep -c '^cgroups:/.*:store_pages_total ' /tmp/last)
other=$(pages store_pages_total '[(]other[)]')
missed=$(awk '/^probes:store:missed_runs / { print $2 }' /tmp/last)
is "every cgroup stored its page" "$stored" $cgroups
holds "10,000 cgroups with places of their own" \
	"[ $own -le 10000 ] && [ $((own + missed)) -ge 9999 ]" "$own, missed runs $missed"
holds "the others together" "[ $other -gt 0 ]" "$other"
holds "no page is lost" \
	"[ $(($(pages store_pages_total '/.*') + other + missed)) -ge $cgroups ]" \
	"$(pages store_pages_total '/.*') + $other, missed runs $missed"
is "removed before their paths were asked for: named" "$(grep -c '^cgroups:.removed' /tmp/last)" 0
holds "a note says so" "grep -q 'beyond the first 10000 are counted as (other)' /tmp/text"
finish
