#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# explore.sh FFASIM SOURCE MUTANT: on the driver as it is nothing is found; on the mutant the bug is
# found by each strategy, shrunk to at most three decisions, written, and the file fails the same way
# 1,000 times of 1,000 (issue 5).
set -u
ffasim=$(realpath "$1") src=$2 mutant=$(realpath "$3")
cd "$src" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
	echo "FAIL $1"
	[ -f "$dir/out" ] && cat "$dir/out"
	exit 1
}
good=scenarios/regress/close-vs-invoke.yaml

for strategy in random pct coverage; do
	"$ffasim" explore "$good" --strategy $strategy --runs 3000 --out "$dir" >"$dir/out" 2>&1 ||
		fail "$strategy finds something in the driver as it is"
	grep -q '^3,000 runs, .* 0 findings$' "$dir/out" || fail "$strategy: no final line"
done
"$ffasim" explore "$good" --strategy bounded --depth 1 --time 1h >"$dir/out" 2>&1 ||
	fail "bounded finds something in the driver as it is"
grep -q 'runs (all there are)' "$dir/out" || fail "bounded did not end by itself"

# Runs of rewound worlds, taken up along the usual run, and of worlds built anew are the same.
for strategy in random pct coverage; do
	for snapshot in '' --no-snapshot; do
		"$ffasim" explore "$good" --strategy $strategy --runs 300 --seed 7 $snapshot 2>/dev/null | sed 1d >"$dir/s$snapshot"
	done
	grep -q '^300 runs, ' "$dir/s" && cmp "$dir/s" "$dir/s--no-snapshot" || fail "$strategy: snapshots change runs"
done

bad=$dir/close-vs-invoke.yaml
sed "s|^machine: {pes: 2, leaks: true}|machine: {pes: 2, leaks: true, modules: [tee, arm_ffa, {name: tstee, path: $mutant}]}|" \
	"$good" >"$bad"
grep -q modules "$bad" || fail "the scenario's machine line has changed"
"$ffasim" run --log none "$bad" --out "$dir/run" >"$dir/out" 2>&1 ||
	fail "the mutant fails without being explored: nothing is shown by it"
for strategy in random pct coverage bounded; do
	rm -rf "$dir/found"
	"$ffasim" explore "$bad" --strategy $strategy --runs 60000 --stop-on-first --out "$dir/found" \
		>"$dir/out" 2>&1
	[ $? -eq 1 ] || fail "$strategy does not find the mutant"
	grep -q 'use after free (write): .*allocated in ts_session_add' "$dir/out" ||
		fail "$strategy finds something else"
	file=$dir/found/close-vs-invoke-1.yaml
	[ -f "$file" ] || fail "$strategy: no file was written"
	n=$(grep -c '^  - {.*, in: "' "$file")
	[ "$n" -ge 1 ] && [ "$n" -le 3 ] || fail "$strategy: $n decisions after shrinking"
	grep -q "^repeat: build/ffasim replay $file" "$dir/out" || fail "$strategy: no repeat line"
	# The sentence names the module's function and line.
	grep -Eq '^  <1> PE[01] .* is in [a-z_0-9]+ at (driver|sim|tests)/[a-z_/]+\.[ch]:[0-9]+' "$dir/out" ||
		fail "$strategy: the decision has no place"
done
"$ffasim" replay "$file" --runs 1000 >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "replay does not fail"
grep -q '^FAILED  the same way in 1,000 of 1,000 runs$' "$dir/out" || fail "replay is not the same"
"$ffasim" run --verify --log none "$file" --out "$dir/run" >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "run does not follow the decisions of a file"
grep -q 'use after free' "$dir/out" || fail "run fails otherwise"
"$ffasim" shrink "$file" --out "$dir/again" >"$dir/out" 2>&1
[ $? -eq 1 ] && [ -f "$dir/again/close-vs-invoke-1-1.yaml" ] || fail "shrink"

# Each access a point: nothing is found in the driver as it is, hints leave out points that nobody
# else can see, and what they help to find is written with the numbers of all points.
"$ffasim" explore "$good" --points access --strategy random --runs 1500 --out "$dir" >"$dir/out" 2>&1 ||
	fail "with a point at each access, something is found in the driver as it is"
counted=$(sed -n 's/.* interleavings, \([0-9]*\) of [0-9]* points a run,.*/\1/p' "$dir/out")
passed=$(sed -n 's/.* interleavings, [0-9]* of \([0-9]*\) points a run,.*/\1/p' "$dir/out")
[ -n "$counted" ] && [ "$counted" -lt $((passed * 3 / 4)) ] || fail "hints leave out too little"
"$ffasim" explore "$good" --points access --no-hints --runs 100 --out "$dir" >"$dir/out" 2>&1
grep -q ' of [0-9]* points a run' "$dir/out" && fail "--no-hints leaves out points"
for snapshot in '' --no-snapshot; do
	"$ffasim" explore "$good" --points access --strategy random --runs 150 $snapshot 2>/dev/null | sed 1d >"$dir/s$snapshot"
done
cmp "$dir/s" "$dir/s--no-snapshot" || fail "hints depend on snapshots"
rm -rf "$dir/found"
"$ffasim" explore "$bad" --points access --runs 4000 --out "$dir/found" >"$dir/out" 2>&1
file=$dir/found/close-vs-invoke-1.yaml
[ -f "$file" ] && grep -q "^FAIL  use after free" "$dir/out" || fail "hints: the mutant is not found"
"$ffasim" replay "$file" --runs 50 >"$dir/out" 2>&1
grep -q '^FAILED  the same way in 50 of 50 runs$' "$dir/out" || fail "hints: replay is not the same"

"$ffasim" explore "$good" --faults --out "$dir" >"$dir/out" 2>&1
grep -q 'runs (all there are)' "$dir/out" || fail "--faults did not end by itself"
grep -Eq '^  kern.kmalloc +[0-9]+  reported: .*ENOMEM' "$dir/out" || fail "--faults shows no verdicts"
# A site at which the scenario itself injects has no last passage.
timeout 200 "$ffasim" explore scenarios/explore/boot-without-tx-buffer.yaml --faults --out "$dir" >"$dir/out" 2>&1 ||
	fail "--faults does not end, or fails, where the scenario has a fault of its own"
grep -q 'runs (all there are)' "$dir/out" || fail "--faults did not end by itself beside another fault"
# Some sites: the rows of the others are gone, the rest is what it was.
"$ffasim" explore "$good" --faults --out "$dir" 2>&1 | grep '^  ' >"$dir/all"
"$ffasim" explore "$good" --faults --sites 'kern.*,!kern.kmalloc,ffa.short' --out "$dir" >"$dir/out" 2>&1
grep -q '  sites kern\.\*,!kern\.kmalloc,ffa\.short  ' "$dir/out" || fail "--sites is not in the header"
grep '^  ' "$dir/out" >"$dir/some"
grep -E '^  (kern\.|ffa\.short)' "$dir/all" | grep -v 'kern\.kmalloc' | cmp -s - "$dir/some" || fail "--sites: other rows"
# Pairs: more runs than single faults, each with one first; a swarm meets what only a schedule shows.
singles=$("$ffasim" explore "$good" --faults --time 1h --out "$dir" | tr -d , | sed -n 's/^\([0-9]*\) runs (all there are).*/\1/p')
"$ffasim" explore "$good" --faults=pairs --time 1h --out "$dir" >"$dir/out" 2>&1 || fail "--faults=pairs finds something"
pairs=$(tr -d , <"$dir/out" | sed -n 's/^\([0-9]*\) runs (all there are).*/\1/p')
[ "${pairs:-0}" -gt $((singles * 8)) ] || fail "--faults=pairs: $pairs runs, $singles singles"
"$ffasim" explore "$good" --faults=forever --time 1h --out "$dir" >"$dir/out" 2>&1 || fail "--faults=forever finds something"
# An interrupt that no PE ever finds is a standstill, as one that never comes is not.
timeout 60 "$ffasim" explore scenarios/regress/interrupt-between-two-accesses.yaml --faults=forever --sites 'irq.*' --out "$dir" >"$dir/out" 2>&1 ||
	fail "--faults=forever stands still at interrupts, or fails"
grep -q 'runs (all there are)' "$dir/out" || fail "--faults=forever does not end at interrupts"
"$ffasim" explore "$good" --faults=swarm --runs 3000 --out "$dir" >"$dir/out" 2>&1 || fail "--faults=swarm finds something"
rm -rf "$dir/found"
"$ffasim" explore "$bad" --faults=swarm --runs 3000 --out "$dir/found" >"$dir/out" 2>&1
grep -q '^FAIL  use after free' "$dir/out" && [ -f "$dir/found/close-vs-invoke-1.yaml" ] || fail "a swarm does not find the mutant"
"$ffasim" explore "$good" --faults=twice >"$dir/out" 2>&1
[ $? -eq 2 ] || fail "--faults=twice is taken"
# Once or for ever: a file says which, and the sentence says where.
for times in '1:' '0:, and those behind it'; do
	sed "\$adecisions: [{fault: kern.copy_from_user, nth: 2, times: ${times%%:*}}]" "$good" >"$dir/times.yaml"
	"$ffasim" replay "$dir/times.yaml" >"$dir/out" 2>&1 || fail "a refusal that the task is told of is a failure"
	grep -Eq "^  <1> PE0: passage 2 of kern.copy_from_user fails${times#*:}, while owner is in [a-z_]+ at sim/tee/" "$dir/out" ||
		fail "times: $times: no sentence"
done
echo "the mutant is found, shrunk and replayed; the driver is clean"
