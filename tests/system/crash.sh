#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A driver or SP that crashes the host process: exit 1, one report with task, PE, virtual time and a
# symbolised stack, and the log and the trace up to there are kept (issue 2, bad input).
# usage: crash.sh FFASIM SP-IMAGE MODULE DEEP-MODULE
set -u
ffasim=$(realpath "$1") sp=$(realpath "$2") module=$(realpath "$3") deep=$(realpath "$4")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0

# crash NAME TEXT...: runs $tmp/NAME.yaml, every TEXT must be in what it prints
crash() {
	name=$1
	shift
	"$ffasim" run --out "$tmp/out" --trace "$tmp/$name.json" "$tmp/$name.yaml" >"$tmp/log" 2>&1
	code=$?
	[ $code -eq 1 ] || { echo "FAIL: $name: exit $code"; status=1; }
	[ "$(grep -c '^crash: ' "$tmp/log")" -eq 1 ] || { echo "FAIL: $name: not one report"; status=1; }
	tail -c 4 "$tmp/$name.json" | grep -q '}' || { echo "FAIL: $name: trace not closed"; status=1; }
	for text; do
		grep -q -e "$text" "$tmp/log" || { echo "FAIL: $name: no '$text'"; status=1; }
	done
	[ $status -eq 0 ] || cat "$tmp/log"
}

for w3 in 1 2 3; do
	cat >"$tmp/sp$w3.yaml" <<-END
	machine: {pes: 1}
	partitions:
	  - {name: faulty, manifest: sps/golden/golden.dts, image: $sp}
	tasks:
	  - name: caller
	    steps:
	      - smc: {x: [DIRECT_REQ, faulty, 0, $w3]}
	END
done
for name in module deep; do
	eval path=\$$name
	cat >"$tmp/$name.yaml" <<-END
	machine: {pes: 1, modules: [{name: faulty, path: $path}]}
	tasks:
	  - {name: idler, steps: [{work: 1ms}]}
	END
done
crash sp1 'crash: bad memory access in .*faulty.* PE0 ' '#0 *sp_writes_null' '#1 ' '| DIRECT_REQ'
crash sp2 'crash: stack overflow in .*faulty.* PE0 ' sp_recurses '| DIRECT_REQ'
crash module 'crash: bad memory access in .* PE0 ' '#0 *faulty_init'
crash deep 'crash: stack overflow in .* PE0 ' 'deep_calls'

# State that outlives a machine makes two runs of one seed differ: exit 4, and what each run did.
"$ffasim" run --verify --log none --out "$tmp/out" "$tmp/sp3.yaml" >"$tmp/log" 2>&1
code=$?
[ $code -eq 4 ] || { echo "FAIL: two runs that differ: exit $code"; status=1; }
for text in 'FAIL  two runs of one seed differ: event [0-9]' 'first run   .* on PE0: ' \
	'second run  .* on PE0: ' '^repeat: '; do
	grep -q -e "$text" "$tmp/log" || { echo "FAIL: differing runs: no '$text'"; cat "$tmp/log"; status=1; }
done
[ $status -eq 0 ] && echo "4 crashes and 1 difference reported"
exit $status
