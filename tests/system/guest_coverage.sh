#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# --coverage: functions and lines of guest code are counted exactly, interrupted or not, added up over runs, and
# the report is one that lcov reads. An image without a line table is counted by instruction.
# usage: guest_coverage.sh SOURCE-ROOT FFASIM
set -u
src=$1 ffasim=$2
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $*"; status=1; }
cover() { "$ffasim" "$@" --out "$tmp/out" --coverage "$tmp/info" >"$tmp/log" 2>&1 || { fail "ffasim $*"; cat "$tmp/log"; }; }

# What may stand where, that the sums are right, and that lines rise.
check() {
	awk -F '[:,]' '
		function bad(why) { print "line " NR ": " why ": " $0; wrong = 1 }
		$1 == "TN" { next }
		$1 == "SF" { if (open) bad("a record in a record"); open = 1; records++; lf = lh = fnf = fnh = last = 0; next }
		!open { bad("outside of a record") }
		$1 == "FN" { fnf++; next }
		$1 == "FNDA" { fnh += $2 > 0; next }
		$1 == "FNF" { if ($2 != fnf) bad("not " fnf); next }
		$1 == "FNH" { if ($2 != fnh) bad("not " fnh); next }
		$1 == "DA" { lf++; lh += $3 > 0; if ($2 <= last) bad("lines do not rise"); last = $2; next }
		$1 == "LF" { if ($2 != lf) bad("not " lf); next }
		$1 == "LH" { if ($2 != lh) bad("not " lh); next }
		$1 == "end_of_record" { open = 0; next }
		{ bad("unknown") }
		END { if (open || !records) { print "no whole record"; wrong = 1 } exit wrong }' "$tmp/info" || fail "$1: not lcov's format"
	command -v lcov >/dev/null 2>&1 || return
	lcov --summary "$tmp/info" >"$tmp/log" 2>&1 || { fail "$1: lcov does not read it"; cat "$tmp/log"; }
}
has() { # TEXT WHY
	grep -qxF -e "$1" "$tmp/info" || { fail "$2: no $1"; grep -F -e "${1#*,}" "$tmp/info"; }
}

# Twice asked, four times interrupted; five deep; the second run of --verify is not another one.
cover run --log none --verify scenarios/aarch64/points-in-the-code.yaml
check "a run"
has SF:sps/aarch64/mix.S "sources below the tree"
has SF:sps/common/libsp.c "sources below the tree"
has FNDA:2,torture_mix "a function called twice"
has FNDA:10,torture_recurse "a function interrupted at its first instruction"
has FNDA:0,torture_alu "a function never called"
# The loop of six turns in torture_mix.
line=$(grep -n '^1:	eor	x28, x28, x0, ror #7' sps/aarch64/mix.S | cut -d: -f1)
has "DA:$line,12" "a line in a loop"

# Runs add up, and rewinds take nothing back. One more than asked for: the one that warms up.
cat >"$tmp/s.yaml" <<END
machine: {pes: 2, tick: 1s}
partitions:
  - {name: torture, manifest: sps/spin/spin.dts, image: aarch64/torture, service: torture}
tasks:
  - name: client
    steps:
      - open: {device: torture, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: mix, seed: 7, rounds: 2, expect: {ret: 0}}
END
cover explore --strategy random --runs 20 "$tmp/s.yaml"
check "an exploration"
times=$(sed -n 's/^FNDA:\([0-9]*\),torture_mix$/\1/p' "$tmp/info")
[ "${times:-0}" -ge 40 ] && [ "$times" -le 42 ] || fail "20 runs: torture_mix $times times"

cover run --log none scenarios/aarch64/flat-image.yaml
check "a flat image"
grep -q '^SF:.*flat.bin$' "$tmp/info" || fail "a flat image is its own file"
has DA:1,1 "its first instruction"

"$ffasim" run --log none --coverage "$tmp/none/info" scenarios/aarch64/flat-image.yaml >"$tmp/log" 2>&1
[ $? -eq 2 ] && [ "$(wc -l <"$tmp/log")" -eq 1 ] || fail "a file that cannot be written is exit 2"

[ $status -eq 0 ] && echo "coverage is exact"
exit $status
