#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The scenarios in README.md and docs/*.md are true: each is read, built, run twice and passes. The commands in
# blocks of docs/*.md marked `console`, lines that begin with "$ " and what belongs to them, all succeed.
# usage: check.sh SOURCE-ROOT FFASIM
set -u
cd "$1" || exit 1
src=$PWD
ffasim=$2
status=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

for doc in README.md docs/*.md; do
	awk -v out="$tmp/$(basename "$doc" .md)" '
		/^```yaml$/ { n++; inside = 1; next }
		/^```$/ { inside = 0 }
		inside { print > sprintf("%s-%02d.yaml", out, n) }' "$doc"
	awk -v out="$tmp/$(basename "$doc" .md).sh" '
		/^```console$/ { inside = 1; next }
		/^```$/ { inside = 0 }
		inside { sub(/^\$ /, ""); print > out }' "$doc"
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

# In a folder that looks like the tree. A page that needs guest code is left out where that cannot be had.
commands=0
for f in "$tmp"/*.sh; do
	[ -f "$f" ] || break
	case ${f##*/} in
	aarch64.sh)
		command -v aarch64-linux-gnu-gcc >/dev/null 2>&1 && command -v gdb-multiarch >/dev/null 2>&1 &&
			[ -f "$(dirname "$ffasim")/sim/sp/el0/el0.backend.so" ] || continue
		;;
	esac
	mkdir "$f.dir" && cd "$f.dir" && ln -s "$src/docs" "$src/sps" "$src/scenarios" . && ln -s "$(dirname "$ffasim")" build || exit 1
	commands=$((commands + 1))
	sh -e "$f" >"$tmp/log" 2>&1 && continue
	echo "FAIL: the commands of docs/$(basename "$f" .sh).md"
	tail -n 30 "$tmp/log"
	status=1
done
[ $status -eq 0 ] && echo "$n examples pass, and the commands of $commands pages"
exit $status
