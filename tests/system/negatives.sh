#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Each seed and managed-exit scenario fails, naming the broken expectation, when what it guards is switched off.
# negatives.txt: "scenario | --set arguments | text the output must hold", one case a line.
# usage: negatives.sh SOURCE-ROOT FFASIM [LIST FOLDER...]; without a list: negatives.txt, seed and managed-exit
set -u
src=$1 ffasim=$2
list=tests/system/negatives.txt
[ $# -gt 2 ] && list=$3 && shift 3 || set -- seed managed-exit
status=0 n=0
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

while IFS='|' read -r name sets want; do
	case $name in '#'* | '') continue ;; esac
	name=$(echo $name)
	want=$(printf '%s' "$want" | sed 's/^ *//; s/ *$//')
	args=
	for s in $sets; do args="$args --set $s"; done
	case $name in */*) f=scenarios/$name.yaml ;; *) f=scenarios/seed/$name.yaml ;; esac
	n=$((n + 1))
	# shellcheck disable=SC2086
	"$ffasim" run --log none --out "$tmp/out" $args "$f" >"$tmp/log" 2>&1
	code=$?
	if [ $code -ne 1 ]; then
		printf 'FAIL: %s with%s: exit %d, expected 1\n' "$name" "$args" $code
		tail -n 12 "$tmp/log"
		status=1
	elif ! grep -qF -e "$want" "$tmp/log"; then
		printf 'FAIL: %s with%s: no "%s" in\n' "$name" "$args" "$want"
		tail -n 12 "$tmp/log"
		status=1
	fi
done <"$list"

for f in $(for d in "$@"; do ls scenarios/"$d"/*.yaml; done); do
	b=${f#scenarios/}
	b=${b#seed/}
	b=${b%.yaml}
	# In whichever list.
	grep -qE "^$b +\|" tests/system/negatives*.txt || { echo "FAIL: no case for $b in tests/system/negatives*.txt"; status=1; }
done
[ $status -eq 0 ] && echo "$n switched-off behaviours noticed"
exit $status
