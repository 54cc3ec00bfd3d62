#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# ffasim kunit: the contract suite passes; a suite that fails is told so in KTAP.
# usage: kunit.sh FFASIM SOURCE-ROOT
set -u
ffasim=$(realpath "$1") src=$(realpath "$2")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $1"; cat "$tmp/log"; status=1; }

"$ffasim" module build --plain "$src/tests/modules/contract" -o "$tmp/contract.ko.so" >"$tmp/log" 2>&1 || fail build
"$ffasim" kunit "$tmp/contract.ko.so" >"$tmp/log" 2>&1 || fail contract
n=$(grep -o 'KUNIT_CASE(' "$src"/tests/modules/contract/*.c | wc -l)
[ "$(grep -c '^    ok ' "$tmp/log")" -eq "$n" ] || fail "not $n cases"
grep -q "^# Totals: pass:$n fail:0 skip:0 total:$n" "$tmp/log" || fail totals
sed -n 1p "$tmp/log" | grep -qx 'KTAP version 1' || fail 'first line'

# Each row of the contract table has a test that exists, and each case is some row's.
rows=$src/tests/modules/contract/rows.txt
sed -n 's/^    ok [0-9]* //p' "$tmp/log" | sort >"$tmp/cases"
grep '^5' "$rows" | sed 's/.*| //' | tr ' ' '\n' | sort -u >"$tmp/named"
while read -r name; do
	case $name in
	kobj:*) grep -qE "^int kcase_${name#*:}\(" "$src"/tests/unit/kobj/*.c ;;
	sched:*) grep -q "cmocka_unit_test(${name#*:})" "$src"/tests/unit/sched/*.c ;;
	scenarios/*) [ -f "$src/$name" ] ;;
	*) grep -qx "$name" "$tmp/cases" ;;
	esac || fail "rows.txt: there is no test $name"
done <"$tmp/named"
comm -23 "$tmp/cases" "$tmp/named" | grep . && fail 'cases that no row names'
r=$(grep -c '^5' "$rows")
[ "$r" -ge 95 ] || fail "only $r rows"

"$ffasim" module build --plain "$src/tests/modules/bad/kunitfails.c" -o "$tmp/kunitfails.ko.so" >"$tmp/log" 2>&1 || fail build
"$ffasim" kunit "$tmp/kunitfails.ko.so" >"$tmp/log" 2>&1
[ $? -eq 1 ] || fail 'exit code'
for line in '^1\.\.1$' '^    # Subtest: wrong' '^    1\.\.5$' '^        # expects: EXPECTATION FAILED at .*kunitfails.c:7' \
	'^            1 + 1 == 2 (0x2)' 'still here' '^    not ok 1 expects' 'ASSERTION FAILED at .*:12' '^    not ok 2 asserts' \
	'^    ok 3 skips # SKIP no such board' '^        ok 1 number 2' '^        not ok 2 number 3' '^    not ok 4 is_even' \
	'^    ok 5 passes' '^not ok 1 wrong' '^# Totals: pass:1 fail:3 skip:1 total:5'; do
	grep -q -e "$line" "$tmp/log" || fail "no '$line'"
done
grep -q 'never here' "$tmp/log" && fail 'an assertion did not end its case'
[ $status -eq 0 ] && echo "$r rows, $n contract cases, and failures are told"
exit $status
