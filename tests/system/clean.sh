#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The code as it is, explored: no finding in ten million schedules (issue 5, numbers). Half of them by
# random, the rest by pct and coverage, on two clients of one SP; then each access a point.
# `meson test --setup=soak system/clean`, or by hand with fewer: clean.sh FFASIM SOURCE [RUNS]
set -u
ffasim=$(realpath "$1") runs=${3:-10000000} jobs=${JOBS:-1}
cd "$2" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
total=0
go() {
	n=$1
	shift
	"$ffasim" explore scenarios/regress/close-vs-invoke.yaml --jobs "$jobs" --runs "$n" --out "$dir/out" "$@" >"$dir/log"
	code=$?
	sed -n 2p "$dir/log"
	[ $code -eq 0 ] || { cat "$dir/log"; echo "FAIL $*: exit $code"; exit 1; }
	total=$((total + n))
}
go $((runs / 2)) --strategy random
go $((runs / 4)) --strategy pct
go $((runs / 5)) --strategy coverage
go $((runs / 20)) --strategy random --points access
echo "clean: $total schedules, no finding"
