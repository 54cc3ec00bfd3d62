#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The table of claims: ten, all shown; what is switched off turns claims to FAIL and names the
# scenarios. usage: claims.sh SOURCE-ROOT FFASIM
set -u
cd "$1" || exit 1
ffasim=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0

fail() {
	echo "FAIL: $1"
	cat "$tmp/out" "$tmp/err"
	status=1
}

"$ffasim" claims --out "$tmp/saved" >"$tmp/out" 2>"$tmp/err" || fail "claims: exit $?"
[ "$(grep -cE '^C([1-9]|10) +pass ' "$tmp/out")" -eq 10 ] || fail "ten claims pass"
[ "$(wc -L <"$tmp/out")" -le 100 ] || fail "a line of more than 100 columns"
grep -q ' $' "$tmp/out" && fail "a space at the end of a line"
"$ffasim" claims --out "$tmp/saved" --set machine.preempt=none >"$tmp/out" 2>"$tmp/err"
[ $? -eq 1 ] || fail "a machine that never preempts: exit $?"
grep -q '^C3 *FAIL ' "$tmp/out" || fail "C3 passes without preemption"
grep -q 's03-resume-on-another-pe(FAILED)' "$tmp/out" || fail "the scenario is not named"
grep -q '^C5 *pass ' "$tmp/out" || fail "C5 does not pass although nothing of it changed"
exit $status
