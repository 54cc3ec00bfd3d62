#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Line coverage of sim/spmc by unit tests, statements, fuzz seeds and scenarios together; exit 1 below 90 %.
#   meson setup build-cov -Db_coverage=true && ninja -C build-cov && sh tests/system/coverage.sh . build-cov
# usage: coverage.sh SOURCE-ROOT BUILD; needs gcovr.
set -u
src=$1 build=$(cd "$2" && pwd) || exit 2
command -v gcovr >/dev/null || { echo "coverage: gcovr is not installed"; exit 77; }
cd "$src" || exit 2
status=0
out=$(mktemp -d) || exit 2
trap 'rm -rf "$out"' EXIT
run() { "$@" >/dev/null 2>&1 || { echo "FAIL: $*"; status=1; }; }

find "$build" -name '*.gcda' -delete
for t in "$build"/tests/test-spmc_* "$build"/tests/test-tee_* "$build"/tests/test-sps_*; do
	[ -f "$t" ] && (cd "$build" && run "$t")
done
for p in spec optee-4.10 optee-3.21 hafnium-2.x tfa-el3; do
	run "$build/ffasim" conform --profile $p
	run "$build/ffasim" profile $p
done
run "$build/ffasim" conform sweep
run "$build/tests/fuzz/replay-spmc" tests/fuzz/corpus/spmc 3000
for f in scenarios/seed/*.yaml scenarios/xtest/*.yaml scenarios/preempt/*.yaml scenarios/managed-exit/*.yaml \
	scenarios/regress/*.yaml scenarios/notify/*.yaml scenarios/lock/*.yaml scenarios/rpc/*.yaml; do
	run "$build/ffasim" run --log none --out "$out" "$f"
done
gcovr -r "$(pwd)" --object-directory "$build" --filter '(.*/)?sim/spmc/.*\.c' --fail-under-line 90 "$build" || status=1
exit $status
