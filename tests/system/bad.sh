#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Bad input: exit 2, exactly one line "file:line:column: what", and nothing half-run.
# The first line of each bad/*.yaml that says "# expect: TEXT" is the line wanted, without "file:".
# usage: bad.sh SOURCE-ROOT FFASIM
set -u
src=$1 ffasim=$2
status=0 n=0
cd "$src/tests/system/bad" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

for f in *.yaml; do
	want=$(sed -n 's/^# expect: //p' "$f" | head -n 1)
	[ -n "$want" ] || { echo "FAIL: $f has no '# expect:' line"; status=1; continue; }
	n=$((n + 1))
	for sub in run check; do
		"$ffasim" $sub "$f" >"$tmp/out" 2>"$tmp/err"
		code=$?
		[ $code -eq 2 ] || { echo "FAIL: $sub $f: exit $code, expected 2"; cat "$tmp/out" "$tmp/err"; status=1; continue; }
		[ -s "$tmp/out" ] && { echo "FAIL: $sub $f prints to stdout:"; head -n 3 "$tmp/out"; status=1; }
		got=$(cat "$tmp/err")
		if [ "$got" != "$f:$want" ]; then
			printf 'FAIL: %s %s\n  want %s\n  got  %s\n' "$sub" "$f" "$f:$want" "$got"
			status=1
		fi
	done
done

# A --set names itself instead of a file: the option has no lines.
set_refused() {
	n=$((n + 1))
	got=$("$ffasim" check --set "$1" ../../../scenarios/seed/s03-resume-on-another-pe.yaml 2>&1)
	code=$?
	[ $code -eq 2 ] && [ "$got" = "--set $1: $2" ] && return
	printf 'FAIL: --set %s: exit %d\n  want %s\n  got  %s\n' "$1" $code "--set $1: $2" "$got"
	status=1
}
set_refused machine.pes=99 "'pes' must be 1..64, not 99"
set_refused machine.pses=1 "unknown key 'pses' (did you mean 'pes'?)"
[ $n -ge 10 ] || { echo "FAIL: only $n cases"; status=1; }
[ $status -eq 0 ] && echo "$n bad inputs refused"
exit $status
