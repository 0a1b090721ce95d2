#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The manual pages: without a complaint, with the options that --help has, and with every metric.
set -u

cd "$(dirname "$0")/../.." || exit
pages=.build/man
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

# same NAME FILE FILE
same() {
	if diff -u "$2" "$3" >"$tmp/diff"; then
		echo "ok: $1"
	else
		echo "not ok: $1"
		cat "$tmp/diff"
		status=1
	fi
}

# help COMMAND...: the long options that they take
help() {
	for command; do
		./zswaptop "$command" --help
	done | grep -oE -- '--[a-z][a-z-]+' | sort -u
}

# section PAGE NAME: its source
section() {
	awk -v name=".Sh $2" '/^\.Sh / { inside = $0 == name; next } inside' "$pages/$1"
}

long_options() {
	grep -oE '(Fl [a-zA-Z] , |Fl |, )-[a-z][a-z-]+' | grep -oE -- '-[a-z][a-z-]+$' |
		sed 's/^/-/' | sort -u
}

# has_options PAGE COMMAND...
has_options() {
	page=$1
	shift
	help "$@" >"$tmp/help"
	section "$page" OPTIONS | long_options >"$tmp/page"
	same "$page has the options of --help" "$tmp/help" "$tmp/page"
	# in the synopsis the letter, where an option has one
	sed 's/--\(cgroup\|interval\|output\|batch\)$/-\1/; s/--count$/-n/; s/^-\([a-z]\)[a-z]*$/-\1/' \
		"$tmp/help" | grep -v -e --help -e --version | sort -u >"$tmp/help.short"
	section "$page" SYNOPSIS | grep -oE 'Fl -?[a-z][a-z-]*' | sed 's/Fl /-/' | sort -u >"$tmp/page"
	same "$page has them in its synopsis" "$tmp/help.short" "$tmp/page"
}

has_options zswaptop-top.8 top
has_options zswaptop-trace.8 trace
has_options zswaptop-export.8 export
has_options zswaptop-record.8 record
has_options zswaptop-report.8 replay report
help probe >"$tmp/help"
section zswaptop.8 OPTIONS | long_options >"$tmp/all"
comm -12 "$tmp/help" "$tmp/all" >"$tmp/page"
same "zswaptop.8 has the options of probe" "$tmp/help" "$tmp/page"
help top trace export record replay report probe >"$tmp/help"
comm -12 "$tmp/help" "$tmp/all" >"$tmp/page"
same "zswaptop.8 has no others" "$tmp/all" "$tmp/page"

for heading in OVERHEAD "KERNEL SUPPORT" "EXIT STATUS" PRIVILEGES; do
	if [ -n "$(section zswaptop.8 "$heading")" ]; then
		echo "ok: zswaptop.8 has $heading"
	else
		echo "not ok: zswaptop.8 has $heading"
		status=1
	fi
done

# Every metric, from the exporter and from the list that all is made of.
.build/unit/test_exposition prometheus | sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' | sort >"$tmp/exported"
sed -n 's/^\.It Ic //p' $pages/zswaptop-metrics.7 | sort >"$tmp/page"
same "zswaptop-metrics.7 has what is exported" "$tmp/exported" "$tmp/page"
sed -n 's/^\tX([A-Z_]*, \([a-z_]*_[a-z_]*\), [A-Z]*, .*/zswaptop_\1/p' include/metric_list.h |
	sort -u >"$tmp/list"
comm -12 "$tmp/list" "$tmp/page" >"$tmp/both"
same "zswaptop-metrics.7 has all of metric_list.h" "$tmp/list" "$tmp/both"

if command -v mandoc >/dev/null; then
	# that other pages are not installed here is no fault of these
	mandoc -T lint -W warning $pages/*.[78] 2>&1 | grep -v 'mandoc.db' >"$tmp/lint"
	same "mandoc has no complaint" /dev/null "$tmp/lint"
else
	echo "skip: mandoc is not installed"
fi
if command -v groff >/dev/null; then
	for page in "$pages"/*.[78]; do
		groff -mandoc -Tutf8 -ww -z "$page" 2>&1
	done >"$tmp/lint"
	same "groff has no complaint" /dev/null "$tmp/lint"
else
	echo "skip: groff is not installed"
fi
exit $status
