#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Campaigns over processes and machines (issue 5, item 5): what is found depends neither on the
# number of workers nor on shards; a killed campaign that is resumed ends as an unbroken one;
# results merge in any order; wrong options are one line.
# usage: campaign.sh FFASIM SOURCE MUTANT
set -u
ffasim=$(realpath "$1") src=$2 mutant=$(realpath "$3")
cd "$src" || exit 1
dir=$(mktemp -d)
pid= # of a campaign beside, which ends with the test
trap '[ -z "$pid" ] || kill -KILL $pid; rm -rf "$dir"' EXIT
fail() {
	echo "FAIL $1"
	[ -f "$dir/out" ] && cat "$dir/out"
	exit 1
}
good=scenarios/regress/close-vs-invoke.yaml
bad=$dir/broken.yaml
sed "s|^machine: {pes: 2, leaks: true}|machine: {pes: 2, leaks: true, modules: [tee, arm_ffa, {name: tstee, path: $mutant}]}|" \
	"$good" >"$bad"
cat >"$dir/small.yaml" <<END
# SPDX-License-Identifier: BSD-3-Clause
# Goal: little to explore
machine: {pes: 2}
partitions:
  - {name: echo}
tasks:
  - {name: a, affinity: [0], steps: [{open: {device: echo, as: c}}]}
  - {name: b, affinity: [1], steps: [{sleep: 10us}]}
END
# What a campaign knows, without what differs by intention.
books() { grep -v '"coverage"' "$1/state.json"; }

# --- workers
for how in '--strategy pct --runs 4200' '--strategy random --runs 4200' \
	'--strategy coverage --runs 4200' '--strategy bounded --depth 1 --time 1h' --faults \
	'--faults=pairs --sites kern.copy*,irq.late' '--faults=swarm --sites !ffa.* --runs 1500'; do
	"$ffasim" explore "$good" $how --out "$dir/o" >"$dir/none" 2>"$dir/err" || fail "$how fails"
	for jobs in 0 3; do
		"$ffasim" explore "$good" $how --jobs $jobs --out "$dir/o" >"$dir/out" 2>"$dir/err"
		cmp -s "$dir/none" "$dir/out" || fail "$how --jobs $jobs is another campaign"
	done
done
"$ffasim" explore "$bad" --runs 3000 --out "$dir/o" >"$dir/none" 2>&1
[ $? -eq 1 ] || fail "the mutant is not found"
cp "$dir/o/broken-1.yaml" "$dir/first.yaml"
"$ffasim" explore "$bad" --runs 3000 --jobs 2 --out "$dir/o" >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "--jobs: wrong exit code"
cmp -s "$dir/none" "$dir/out" || fail "--jobs finds something else"
cmp -s "$dir/first.yaml" "$dir/o/broken-1.yaml" || fail "--jobs writes another file"
for jobs in 1 3; do
	"$ffasim" explore "$bad" --strategy random --runs 20000 --stop-on-first --jobs $jobs \
		--out "$dir/o" >"$dir/first$jobs" 2>&1
done
cmp -s "$dir/first1" "$dir/first3" || fail "the first finding depends on the number of workers"

# --- killed and resumed
whole=$dir/whole broken=$dir/broken runs=60000 long="explore $bad --strategy random --jobs 2"
# On a quick host it may end before it is killed: then a longer one is tried.
kills=0
while [ $kills -eq 0 ] && [ $runs -le 4000000 ]; do
	rm -rf "$whole" "$broken"
	"$ffasim" $long --runs $runs --results "$whole" >"$dir/out" 2>&1
	[ $? -eq 1 ] || fail "no finding"
	"$ffasim" $long --runs $runs --results "$broken" >/dev/null 2>&1 &
	pid=$!
	while kill -0 $pid 2>/dev/null && [ $kills -lt 3 ]; do
		sleep 0.05
		added=$(sed -n 's/^ "added": \([0-9]*\),$/\1/p' "$broken/state.json" 2>/dev/null)
		[ "${added:-0}" -gt $((kills * runs / 2000 + 2)) ] || continue
		kill -KILL $pid 2>/dev/null
		wait $pid 2>/dev/null
		[ $? -eq 137 ] || break # it had ended by itself
		kills=$((kills + 1))
		"$ffasim" $long --runs $runs --results "$broken" --resume >"$dir/resumed" 2>&1 &
		pid=$!
	done
	wait $pid 2>/dev/null
	pid=
	[ $kills -ge 1 ] || runs=$((runs * 4))
done
[ $kills -ge 1 ] || fail "it ended before it could be killed: nothing is shown by it"
grep -q "resumed after [0-9,]* runs" "$dir/resumed" || { cat "$dir/resumed"; fail "it did not go on where it was"; }
books "$whole" >"$dir/a"
books "$broken" >"$dir/b"
cmp -s "$dir/a" "$dir/b" || { diff "$dir/a" "$dir/b"; fail "resumed after $kills kills, it is another campaign"; }
diff -r "$whole/findings" "$broken/findings" >"$dir/out" || fail "other files after $kills kills"
cmp -s "$whole"/coverage-*.bin "$broken"/coverage-*.bin || fail "other coverage"
# With nothing left to do it says the same once more.
"$ffasim" explore "$bad" --strategy random --runs $runs --results "$broken" --resume >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "a finished campaign, resumed, forgets its findings"

# Killed when all runs were made and its finding was not yet made small.
cp -r "$whole" "$dir/unfinished"
rm "$dir"/unfinished/findings/*
sed -e 's/^\(   "plan": .*\),$/\1}]/' -e '/^   "file": /d' "$whole/state.json" >"$dir/unfinished/state.json"
cmp -s "$whole/state.json" "$dir/unfinished/state.json" && fail "nothing is left to finish: nothing is shown by it"
"$ffasim" $long --runs $runs --results "$dir/unfinished" --resume >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "a finding that was not made small is no finding"
books "$dir/unfinished" >"$dir/b"
cmp -s "$dir/a" "$dir/b" || { diff "$dir/a" "$dir/b"; fail "a finding that was not made small stays so"; }
diff -r "$whole/findings" "$dir/unfinished/findings" >"$dir/out" || fail "other files when finished later"

# --- an interrupt ends it with what there is
"$ffasim" explore "$bad" --strategy random --time 1h --jobs 2 --results "$dir/int" >"$dir/out" 2>&1 &
pid=$!
n=0
until grep -q '"cause"' "$dir/int/state.json" 2>/dev/null; do
	sleep 0.2
	n=$((n + 1))
	[ $n -lt 1000 ] || fail "nothing is found while it runs"
done
kill -INT $pid
wait $pid
code=$? pid=
[ $code -eq 1 ] || fail "interrupted: wrong exit code"
grep -q '^repeat: build/ffasim replay' "$dir/out" || fail "interrupted, it does not finish its findings"
for f in "$dir"/int/findings/*.yaml; do
	"$ffasim" replay "$f" >"$dir/out" 2>&1
	[ $? -eq 1 ] || fail "a file of an interrupted campaign does not fail"
done

# --- shards: their union is the whole, in whatever order they are merged
"$ffasim" explore "$bad" --runs 6000 --results "$dir/all" >/dev/null 2>&1
for k in 1 2 3; do
	"$ffasim" explore "$bad" --runs 6000 --shard $k/3 --results "$dir/s$k" >"$dir/out" 2>&1
done
"$ffasim" merge "$dir/s1" "$dir/s2" "$dir/s3" --out "$dir/m123" >"$dir/out" 2>&1
[ $? -eq 1 ] || fail "merge: wrong exit code"
"$ffasim" merge "$dir/s3" "$dir/s1" --out "$dir/m31" >/dev/null 2>&1
"$ffasim" merge "$dir/s2" "$dir/m31" --out "$dir/m231" >/dev/null 2>&1
for what in runs failed points distinct pairs; do
	for m in m123 m231; do
		a=$(grep "^ \"$what\":" "$dir/all/state.json") b=$(grep "^ \"$what\":" "$dir/$m/state.json")
		[ "$a" = "$b" ] || fail "$m: $b, the whole has $a"
	done
done
diff -r "$dir/m123" "$dir/m231" >"$dir/out" || fail "merging depends on the order"
causes() { sed -n 's/.*"cause": "\([0-9a-f]*\)".*/\1/p' "$1/state.json" | sort; }
[ "$(causes "$dir/all")" = "$(causes "$dir/m123")" ] || fail "merging loses or invents a cause"
[ -n "$(causes "$dir/all")" ] || fail "no cause: nothing is shown by it"
for k in 1 2; do
	"$ffasim" explore "$dir/small.yaml" --strategy bounded --time 1h --shard $k/2 --results "$dir/b$k" >/dev/null 2>&1
done
"$ffasim" merge "$dir/b1" "$dir/b2" --out "$dir/bm" >"$dir/out" 2>&1 || fail "bounded shards"
"$ffasim" explore "$dir/small.yaml" --strategy bounded --time 1h --jobs 2 --json >"$dir/bw" 2>/dev/null
for what in runs distinct; do
	[ "$(grep "^ \"$what\":" "$dir/bm/state.json")" = "$(grep "^ \"$what\":" "$dir/bw")" ] ||
		fail "bounded: shards are not all of it"
done

for k in 1 2; do
	"$ffasim" explore "$good" --faults --sites 'kern.c*,irq.*' --shard $k/2 --results "$dir/f$k" >/dev/null 2>&1
done
"$ffasim" merge "$dir/f1" "$dir/f2" --out "$dir/fm" >"$dir/out" 2>&1 || fail "shards of some sites"
"$ffasim" explore "$good" --faults --sites 'kern.c*,irq.*' --json >"$dir/fw" 2>/dev/null
for what in runs distinct sites; do
	[ "$(grep "^ \"$what\":" "$dir/fm/state.json")" = "$(grep "^ \"$what\":" "$dir/fw")" ] ||
		fail "some sites: shards are not all of it"
done
"$ffasim" explore "$good" --faults --sites 'kern.c*' --shard 2/2 --results "$dir/f3" >/dev/null 2>&1
# --- what cannot be done: exit 2, one line, nothing touched
refused() {
	want=$1
	shift
	"$ffasim" "$@" >"$dir/out" 2>"$dir/err"
	[ $? -eq 2 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && [ ! -s "$dir/out" ] && grep -qF -e "$want" "$dir/err" && return
	cat "$dir/err"
	fail "$*: not refused with '$want'"
}
books "$whole" >"$dir/a"
again="explore $bad --strategy random --runs $runs --results $whole"
refused "'5/4' is not K/N" explore "$good" --shard 5/4
refused "'0/4' is not K/N" explore "$good" --shard 0/4
refused "'2' is not K/N" explore "$good" --shard 2
refused "'257' is not a number from 0 to 256" explore "$good" --jobs 257
refused '--resume goes on with the campaign of a --results DIR' explore "$good" --resume
refused 'exclude each other' explore "$good" --faults --strategy pct
refused "'kern.kmaloc' matches no fault site (did you mean one of kern.kmalloc, " explore "$good" --faults --sites '!ffa.*,kern.kmaloc'
refused "'*,!*' leaves no fault site" explore "$good" --faults=swarm --sites '*,!*'
# Sites that are there, but not on the way of a run: told at once, by every shard, not when the time is over.
for how in --faults '--faults=pairs --shard 2/2' '--faults=forever --jobs 0'; do
	refused "the usual run of close-vs-invoke passes none of kern.shash, notif.again, notif.lost ('notif.*,kern.shash'), but clock.jump, " \
		explore "$good" $how --sites 'notif.*,kern.shash' --json
done
# It leaves no campaign in the directory of its results.
refused 'the usual run of close-vs-invoke passes none of' explore "$good" --faults --sites kern.shash --json --results "$dir/unmet"
"$ffasim" explore "$good" --faults --sites kern.kmalloc --results "$dir/unmet" >"$dir/out" 2>&1 || fail "a refused campaign keeps its directory"
for how in --time\ 1h '--shard 2/2 --runs 1000' '--jobs 0'; do
	refused 'neither the usual run of close-vs-invoke nor 128 of other schedules pass any of kern.shash (' \
		explore "$good" --faults=swarm $how --sites kern.shash --json
done
"$ffasim" explore "$good" --faults=swarm --sites 'resume.*' --runs 1000 >"$dir/out" 2>&1 || fail "a swarm finds something"
grep -q '^1,000 runs, ' "$dir/out" || fail "a swarm does not reach sites that other schedules pass"
refused '--sites chooses among the sites of --faults' explore "$good" --sites 'ffa.*'
"$ffasim" explore "$good" --faults --sites 'kern.k*' --results "$dir/sites" >/dev/null 2>&1 || fail "--sites finds something"
refused "made with --sites kern.k*, not kern.*" explore "$good" --faults --sites 'kern.*' --results "$dir/sites" --resume
refused "made with --sites kern.k*, not of all" explore "$good" --faults --results "$dir/sites" --resume
refused 'for one scenario' explore "$good" "$bad" --results "$dir/x"
refused 'already (--resume goes on with it)' $again
refused 'made with --seed 1, not 2' $again --resume --seed 2
refused 'made with --depth 8, not 3' $again --resume --depth 3
refused 'made with strategy random, not pct' explore "$bad" --runs $runs --results "$whole" --resume
refused 'made with shards: 1, not 2' $again --resume --shard 1/2
refused 'a --set has changed' $again --resume --set machine.pes=3
refused 'made with scenario broken, not close-vs-invoke' explore "$good" --strategy random --results "$whole" --resume
refused 'Not a directory' explore "$good" --results "$bad/x"
refused 'differ in scenario' merge "$whole" "$dir/b1" --out "$dir/x"
refused 'differ in fault sites' merge "$dir/f1" "$dir/f3" --out "$dir/x"
refused 'both hold shard 1/1' merge "$whole" "$broken" --out "$dir/x"
refused 'No such file' merge "$dir/none-there" --out "$dir/x"
refused 'already (--resume goes on with it)' merge "$dir/s1" --out "$whole"
refused 'merge DIR... --out DIR' merge "$whole"
cp -r "$whole" "$dir/torn"
head -c 300 "$whole/state.json" >"$dir/torn/state.json"
refused "$dir/torn/state.json:" explore "$bad" --strategy random --runs $runs --results "$dir/torn" --resume
cp "$whole/state.json" "$dir/torn/state.json"
for f in "$dir"/torn/coverage-*.bin; do head -c 1000 "$f" >"$dir/part" && cp "$dir/part" "$f"; done
refused 'not a whole coverage file' explore "$bad" --strategy random --runs $runs --results "$dir/torn" --resume
sed 's/"format": 1/"format": 99/' "$whole/state.json" >"$dir/torn/state.json"
refused 'format 1 only' merge "$dir/torn" --out "$dir/x"
sed 's/"build": "[0-9a-f]*"/"build": "0123456789abcdef"/' "$whole/state.json" >"$dir/torn/state.json"
cp "$whole"/coverage-*.bin "$dir/torn/"
"$ffasim" explore "$bad" --strategy random --runs $((runs + 10000)) --results "$dir/torn" --resume >"$dir/out" 2>"$dir/err"
[ $? -eq 2 ] && grep -q 'has changed since' "$dir/err" || fail "a directory of another build is not refused"
(
	exec 9>"$whole/lock"
	flock 9
	refused 'another campaign is at work in it' $again --resume
) || exit 1
books "$whole" >"$dir/b"
cmp -s "$dir/a" "$dir/b" || fail "a refused command changes the results"
echo "campaigns: $kills kills survived"
