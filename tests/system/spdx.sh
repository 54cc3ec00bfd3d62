#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every source file names its licence in its first lines: driver/ is GPL-2.0-only, all else
# BSD-3-Clause; both texts are in LICENSES/. usage: spdx.sh SOURCE-ROOT
set -u
status=0

check() { # TREE
	cd "$1" || return 1
	find bootstrap .ci meson.build meson_options.txt sim driver sps tests scenarios -type f 2>/dev/null |
	grep -E '(^|/)(bootstrap|run|meson\.build|meson_options\.txt)$|\.(c|h|S|sh|awk|yaml|dts|dtsi|ld|py)$' |
	sort | xargs awk '
	function tag_of(f,    line, i, tag) {
		for (i = 0; i < 3 && (getline line < f) > 0; i++)
			if (tag == "" && match(line, /SPDX-License-Identifier: *[A-Za-z0-9.-]+/)) {
				tag = substr(line, RSTART, RLENGTH)
				sub(/.*: */, "", tag)
			}
		close(f)
		return tag
	}
	BEGIN {
		for (i = 1; i < ARGC; i++) {
			f = ARGV[i]
			# kernel modules of tests are drivers too
			want = f ~ /^(driver|tests\/modules)\/.*\.[ch]$/ ? "GPL-2.0-only" : "BSD-3-Clause"
			tag = tag_of(f)
			if (tag != want)
				printf "%s: licence tag is \047%s\047, not %s\n", f, tag, want
			print "seen" > "/dev/fd/3"
		}
	}'
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
found=$( (check "$1") 3>"$tmp/seen")
if [ -n "$found" ]; then
	printf '%s\n' "$found"
	status=1
fi
seen=$(wc -l <"$tmp/seen")
[ "$seen" -ge 20 ] || { echo "FAIL: only $seen files seen"; status=1; }
for l in BSD-3-Clause GPL-2.0-only; do
	[ -s "$1/LICENSES/$l.txt" ] || { echo "FAIL: LICENSES/$l.txt is missing"; status=1; }
done

# The check itself: files without a tag and with the wrong one.
mkdir -p "$tmp/t/sim/core" "$tmp/t/driver/d"
echo 'int a;' >"$tmp/t/sim/core/a.c"
echo '/* SPDX-License-Identifier: BSD-3-Clause */' >"$tmp/t/driver/d/b.c"
n=$( (check "$tmp/t") 3>/dev/null | wc -l)
[ "$n" -eq 2 ] || { echo "FAIL: the check reports $n of 2 bad files"; status=1; }

[ $status -eq 0 ] && echo "$seen files tagged"
exit $status
