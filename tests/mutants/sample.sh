#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# sample.sh FFASIM-MUTANTS: mutants of each area are found, each way of searching finds some; and a
# patch that changes nothing, one that does not apply and one that does not build are told apart.
set -u
tool=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
	echo "FAIL $1"
	cat "$dir/out"
	exit 1
}

# What is found in a second here has minutes, for a host that is slow or busy.
# tee, arm_ffa, the SPMC, both drivers; by an expectation, a fault, an order of events, a detector.
"$tool" --json --expect-all --time 300 --each 2 --strategy faults,random \
	ffa-reclaim-high-lost optee-end-wakes-nobody spmc-thread-leak tee-pool-free-first \
	tstee-probe-leaks-pool tstee-session-without-lock >"$dir/out" 2>&1 || fail "a mutant is not found"
grep -q '"totals": {"mutants": 6, "broken": 0, "missed": 0' "$dir/out" || fail "not six mutants found"
"$tool" --expect-all --strategy suite ffa-w1-not-copied >"$dir/out" 2>&1 || fail "the suite finds nothing"
grep -q '^found by the suite  *1 of 1 (100 %)$' "$dir/out" || fail "the suite's total"
# What close-vs-lookup guards has two halves, the last put and the lookup; on that scenario alone.
echo scenarios/explore/close-vs-lookup.yaml >"$dir/one"
"$tool" --expect-all --time 300 --each 1 --strategy random --explored "$dir/one" \
	tee-shm-lookup-dead tee-shm-lookup-late-reference >"$dir/out" 2>&1 || fail "close-vs-lookup does not find what it guards"

patch() { # NAME FILE SED-COMMAND
	printf 'Bug: %s\nSource: test\n--- a/%s\n+++ b/%s\n%s\n' "$1" "$2" "$2" "$3" >"$dir/$1.diff"
}
first="@@ -1,1 +1,2 @@
 // SPDX-License-Identifier: GPL-2.0-only"
patch nothing driver/tstee/session.c "$first
+/* Nothing is wrong here. */"
"$tool" --expect-all --time 2 --strategy faults,random "$dir/nothing.diff" >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "a mutant without a bug counts as found"
grep -q 'NOT FOUND: nothing' "$dir/out" || fail "it is not said that nothing was found"
grep -q '^1 mutants, 1 not found, 0 broken$' "$dir/out" || fail "the total of nothing"
patch rejected driver/tstee/session.c "@@ -1,1 +1,1 @@
-never there
+nor this"
"$tool" --time 2 --strategy random "$dir/rejected.diff" >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "a patch that does not apply is accepted"
grep -q 'does not apply' "$dir/out" || fail "no word about a patch that does not apply"
patch refused driver/tstee/session.c "$first
+int no semicolon"
"$tool" --time 2 --strategy random "$dir/refused.diff" >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "a mutant that does not build is accepted"
grep -q 'does not build: .*session.c:2' "$dir/out" || fail "no word about what does not build"
"$tool" no-such-mutant >"$dir/out" 2>&1
[ $? -eq 2 ] || fail "a wrong name is accepted"

# A results file: what is known is not done again.
"$tool" --time 2 --strategy random --results "$dir/r" "$dir/nothing.diff" >"$dir/out" 2>&1
cp "$dir/r" "$dir/once"
"$tool" --time 2 --strategy random --results "$dir/r" "$dir/nothing.diff" >"$dir/out" 2>&1
cmp "$dir/r" "$dir/once" || fail "done again"
grep -q 'NOT FOUND: nothing' "$dir/out" || fail "a known row is not shown"
echo "eight of eight found; nothing is found where nothing is wrong"
