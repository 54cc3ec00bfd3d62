#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A small campaign over workers, interrupted by its limit, gone on with, in shards and merged: for
# builds in which each run builds its world (ASan), where the processes' own memory is what counts.
# usage: campaign_clean.sh FFASIM SOURCE
set -u
ffasim=$(realpath "$1")
cd "$2" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
	echo "FAIL $1"
	cat "$dir/out"
	exit 1
}
good=scenarios/regress/close-vs-invoke.yaml
run() { "$ffasim" explore "$good" --jobs 2 "$@" >"$dir/out" 2>&1 || fail "$*"; }
run --runs 500 --shard 1/2 --results "$dir/a"
run --runs 500 --shard 1/2 --results "$dir/a" --resume
grep -q 'resumed after 500 runs' "$dir/out" || fail "not resumed"
run --runs 1000 --shard 2/2 --results "$dir/b"
run --runs 1000 --shard 1/2 --results "$dir/a" --resume
"$ffasim" merge "$dir/a" "$dir/b" --out "$dir/m" >"$dir/out" 2>&1 || fail merge
grep -q '^close-vs-invoke: 2 of 2 shards, 1,000 runs' "$dir/out" || fail "merged wrongly"
run --strategy coverage --time 2s --results "$dir/c"
run --strategy coverage --time 2s --results "$dir/c" --resume
"$ffasim" merge "$dir/m/none" --out "$dir/x" >"$dir/out" 2>&1
[ $? -eq 2 ] || fail "merging nothing"
echo "clean"
