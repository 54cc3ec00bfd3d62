#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every scenario of a folder passes, twice with the same digest (--verify).
# usage: scenarios.sh SOURCE-ROOT FFASIM FOLDER AT-LEAST
set -u
src=$1 ffasim=$2 folder=$3 least=$4
status=0 n=0
cd "$src" || exit 1
for f in $(find "scenarios/$folder" -name '*.yaml' | sort); do
	n=$((n + 1))
	out=$("$ffasim" run --verify --log none "$f" 2>&1)
	code=$?
	if [ $code -ne 0 ]; then
		printf 'FAIL: %s: exit %d\n%s\n' "$f" $code "$out"
		status=1
	fi
	head -n 3 "$f" | grep -q '^# Goal: [^ ]' || { echo "FAIL: $f does not open with its goal"; status=1; }
done
[ $n -ge "$least" ] || { echo "FAIL: $n scenarios in scenarios/$folder, expected $least or more"; status=1; }
[ $status -eq 0 ] && echo "$n scenarios pass"
exit $status
