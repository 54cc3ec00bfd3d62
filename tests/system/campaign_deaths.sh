#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Runs that end their process, or never end: each is a finding, named, made small and repeated, and the
# campaign goes on, with one worker as with two.
# usage: campaign_deaths.sh FFASIM SOURCE DEADLY-SP
set -u
ffasim=$(realpath "$1") deadly=$(realpath "$3")
cd "$2" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
	echo "FAIL $1"
	[ -f "$dir/out" ] && cat "$dir/out"
	exit 1
}
# What a campaign knows, without what differs by intention.
books() { grep -v '"coverage"' "$1/state.json"; }

n=0
for w3 in 11 12 13 14 15; do
	n=$((n + 1)) runs=1200
	[ $w3 -ne 12 ] || runs=300 # each endless loop costs some patience
	cat >"$dir/deadly$w3.yaml" <<-END
	# SPDX-License-Identifier: BSD-3-Clause
	# Goal: the second request kills unless the first was there before
	machine: {pes: 2}
	partitions:
	  - {name: deadly, manifest: sps/golden/golden.dts, image: $deadly}
	tasks:
	  - {name: first, affinity: [0], steps: [{smc: {x: [DIRECT_REQ, deadly, 0, 10]}}]}
	  - {name: second, affinity: [1], steps: [{sleep: 30us}, {smc: {x: [DIRECT_REQ, deadly, 0, $w3]}}]}
	END
	rm -rf "$dir/d1" "$dir/d2"
	for jobs in 1 2; do
		"$ffasim" explore "$dir/deadly$w3.yaml" --strategy random --runs $runs --jobs $jobs --hang 1s \
			--results "$dir/d$jobs" >"$dir/out" 2>&1
		[ $? -eq 1 ] || fail "what ends its process ($w3) is no finding"
		grep -q '^ "complete": true' "$dir/d$jobs/state.json" || fail "what ends its process ($w3) ends the campaign"
	done
	books "$dir/d1" >"$dir/a"
	books "$dir/d2" >"$dir/b"
	cmp -s "$dir/a" "$dir/b" || { diff "$dir/a" "$dir/b"; fail "deaths ($w3) depend on workers"; }
	case $w3 in
	11) what='crash: abort in die_of at tests/system/faulty/deadly.c:[0-9]*  deadly on PE1 at 0.0' ;;
	12) what='crash: endless loop in die_of at tests/system/faulty/deadly.c:[0-9]*: nothing else runs any more  deadly on PE1' ;;
	13) what='crash: exit() in die_of at tests/system/faulty/deadly.c:[0-9]*  deadly on PE1' ;;
	14) what='crash: abort in .*called by deadly_main at tests/system/faulty/.*  deadly on PE1 .*free(): invalid pointer' ;;
	15) what='a run ended its process: Killed' ;;
	esac
	[ "$(grep -c "^FOUND $what" "$dir/out")" -eq 1 ] || fail "$w3: no word of it"
	grep -q '^      shrunk: 1 -> 0 decisions, 6 -> 3 lines' "$dir/out" || fail "$w3 is not made small"
	grep -Eq '^ +0\.[0-9]+ ms +second: smc' "$dir/out" || fail "$w3: no picture"
	"$ffasim" replay "$dir"/d1/findings/*.yaml --runs 5 --hang 1s >"$dir/out" 2>&1
	[ $? -ne 0 ] && grep -q '^FAILED  the same way in 5 of 5 runs' "$dir/out" || fail "$w3 does not fail again"
	grep -q "^FAIL  $what" "$dir/out" || fail "$w3 fails otherwise"
done
"$ffasim" shrink "$dir/deadly15.yaml" --out "$dir/o" >"$dir/out" 2>&1
[ $? -eq 0 ] && grep -q 'nothing to shrink' "$dir/out" || fail "the usual run does not fail, and yet it is shrunk"
echo "$n ways to die"
