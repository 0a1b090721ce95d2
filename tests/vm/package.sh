# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC1091,SC2013,SC2016,SC2034,SC2154 # sourced files; what they read
#
# Run by tests/deb: the package, installed, counts, and goes without a trace.

. /lib/guest.sh
. /root/lib.sh

PATH=/usr/local/bin:$PATH
rm -f /bin/zswaptop
mkdir -p /var/lib/dpkg/updates /var/lib/dpkg/info
: >/var/lib/dpkg/status
: >/var/lib/dpkg/available
find / -xdev -path /proc -prune -o -path /sys -prune -o -path /tmp -prune \
	-o -path /var -prune -o -print | sort >/tmp/before
# the libraries are here, but were not installed by dpkg
/usr/local/bin/dpkg --force-depends -i /root/zswaptop.deb >/tmp/dpkg.out 2>&1
is "installed" $? 0
[ "$failures" = 0 ] || cat /tmp/dpkg.out
is "known to dpkg" "$(/usr/local/bin/dpkg-query -W -f '${Status}' zswaptop)" "install ok installed"
is "the program" "$(command -v zswaptop)" /bin/zswaptop
holds "the manual page" "zcat /usr/share/man/man8/zswaptop.8.gz | grep -q '^.Dt ZSWAPTOP 8'"
for file in $(sed -n 's|^/||p' /var/lib/dpkg/info/zswaptop.list); do
	[ -e "/$file" ] || not_ok "every file is there" "/$file"
done
zswap_on
swap_on
readahead_off
observe_start
mark before
workload exact --pages 1000 --load 300 >/dev/null
mark after
between before after
is "stored" "$(metric store_pages_total)" 1000
is "hits" "$(metric load_hits_total)" 300
observe_stop
/usr/local/bin/dpkg --purge zswaptop >>/tmp/dpkg.out 2>&1
is "purged" $? 0
find / -xdev -path /proc -prune -o -path /sys -prune -o -path /tmp -prune \
	-o -path /var -prune -o -print | sort >/tmp/after
# the machine's own directories, which no package has, may go
is "nothing left" "$(grep -vxF -f /tmp/before /tmp/after)" ""
[ "$failures" = 0 ] || cat /tmp/dpkg.out
finish
