#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What a detector finds fails a run (exit 1) with both stacks; a scenario that expects it passes, and
# fails when it does not come.
# usage: findings.sh FFASIM FOLDER-OF-DEFECTS
set -u
ffasim=$1 defects=$(realpath "$2")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0 n=0

# run NAME MODULE EXPECTED-CODE EXPECT-SECTION TEXT...
run() {
	name=$1 module=$2 want=$3 expect=$4
	shift 4
	n=$((n + 1))
	printf 'machine: {pes: 2, points: access, modules: [{name: defect, path: %s}]}\n%s\n%s\n' \
		"$defects/$module.instr.ko.so" "tasks: [{name: idler, steps: [{sleep: 20ms}]}]" \
		"$expect" >"$tmp/$name.yaml"
	"$ffasim" run --log none --out "$tmp/out" "$tmp/$name.yaml" >"$tmp/log" 2>&1
	code=$?
	[ $code -eq "$want" ] || { echo "FAIL: $name: exit $code, expected $want"; cat "$tmp/log"; status=1; }
	for text; do
		grep -qF -e "$text" "$tmp/log" || { echo "FAIL: $name: no '$text'"; cat "$tmp/log"; status=1; }
	done
}

run race RACE 1 '' 'FAIL  data race on counter' '#0  count' 'by first on PE0' 'by second on PE1'
run race-fixed RACE_fixed 0 ''
run race-expected RACE 0 'expect: [{finding: data race on counter}]'
run race-missed RACE_fixed 1 'expect: [{finding: data race on counter}]' "nothing found that says 'data race on counter'"
run order INVERSION 1 '' 'FAIL  lock order inversion: outer is taken while inner is held'
run sleep SLEEP 1 '' 'FAIL  sleeping in atomic context'
run sleep-allowed SLEEP 0 'expect: [{finding: sleeping in atomic context}]'
run leak LEAK 1 '' 'leak: 1 object of 24 bytes allocated in use_object' '#1  first'
# Who waits for what when nothing can happen any more.
cat >"$tmp/never.yaml" <<-END
tasks:
  - {name: starter, start: "ffa.run", steps: [{work: 1ms}]}
  - {name: waiter, steps: [{wait: {event: task.result, count: 9}}]}
END
timeout 100 "$ffasim" run --log none --out "$tmp/out" "$tmp/never.yaml" >"$tmp/log" 2>&1
code=$?
[ $code -eq 3 ] || { echo "FAIL: nothing can happen: exit $code, expected 3"; cat "$tmp/log"; status=1; }
grep -q '^FAIL  deadlock: .*; starter waits for ffa.run (0 of 1), waiter waits for task.result (0 of 9)$' "$tmp/log" ||
	{ echo "FAIL: it does not say who waits for what"; cat "$tmp/log"; status=1; }
[ $status -eq 0 ] && echo "$n findings judged"
exit $status
