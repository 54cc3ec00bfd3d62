#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The scenarios in the instrumented flavour: they pass as they do in the plain one, and the detectors
# (data races, lock order, memory) have nothing to say about drivers and partitions of this tree.
# usage: access.sh SOURCE-ROOT FFASIM AT-LEAST FOLDER...
set -u
cd "$1" || exit 1
ffasim=$2 least=$3
shift 3
status=0 n=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
for folder; do
	for f in scenarios/"$folder"/*.yaml; do
		# its limits are about times, and here each access takes some
		[ "$f" = scenarios/lock/compare.yaml ] && continue
		n=$((n + 1))
		"$ffasim" run --points access --log none --out "$tmp/out" "$f" >"$tmp/log" 2>&1 && continue
		echo "FAIL: $f with --points access"
		head -n 40 "$tmp/log"
		status=1
	done
done
[ $n -ge "$least" ] || { echo "FAIL: $n scenarios, expected $least or more"; status=1; }
[ $status -eq 0 ] && echo "$n scenarios pass with every access a point"
exit $status
