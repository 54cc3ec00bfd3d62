#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The scenarios in README.md and docs/*.md are true: each is read, built, run twice and passes.
# usage: check.sh SOURCE-ROOT FFASIM
set -u
cd "$1" || exit 1
ffasim=$2
status=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

for doc in README.md docs/*.md; do
	awk -v out="$tmp/$(basename "$doc" .md)" '
		/^```yaml$/ { n++; inside = 1; next }
		/^```$/ { inside = 0 }
		inside { print > sprintf("%s-%02d.yaml", out, n) }' "$doc"
done
n=0
for f in "$tmp"/*.yaml; do
	[ -f "$f" ] || break
	n=$((n + 1))
	: >"$tmp/log"
	"$ffasim" check "$f" && "$ffasim" run --verify --log none --out "$tmp/out" "$f" >"$tmp/log" 2>&1 && continue
	echo "FAIL: ${f##*/}"
	cat "$tmp/log"
	status=1
done
[ $n -ge 6 ] || { echo "FAIL: only $n examples found"; status=1; }
[ $status -eq 0 ] && echo "$n examples pass"
exit $status
