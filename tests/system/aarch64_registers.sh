#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Where an engine's registers are not found in its memory, as on a host that is no x86-64, all of them go through
# Unicorn's interface. Every scenario of guest code has the same events then, and so has what explore finds.
# usage: aarch64_registers.sh SOURCE-ROOT FFASIM AT-LEAST [--no-explore]
set -u
src=$1 ffasim=$2 least=$3 explore=${4:-}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$src" || exit 1
status=0 n=0
note='FFASIM_EL0_REGISTERS=interface: '

# both NAME COMMAND...: the same output, and only the second time the note that its registers were hidden.
both() {
	name=$1
	shift
	"$ffasim" "$@" --out "$tmp/out" >"$tmp/found" 2>"$tmp/found.err"
	found=$?
	FFASIM_EL0_REGISTERS=interface "$ffasim" "$@" --out "$tmp/out" >"$tmp/hidden" 2>"$tmp/hidden.err"
	[ $? -eq $found ] && cmp -s "$tmp/found" "$tmp/hidden" && grep -q "$note" "$tmp/hidden.err" &&
		! grep -q "$note" "$tmp/found.err" && return
	echo "FAIL: $name differs without an engine's registers"
	diff "$tmp/found" "$tmp/hidden"
	cat "$tmp/hidden.err"
	status=1
}

for f in scenarios/aarch64/*.yaml; do
	n=$((n + 1))
	both "$f" run --verify --log none "$f"
	grep -q '^pass .*digest ' "$tmp/hidden" || { echo "FAIL: $f"; cat "$tmp/hidden"; status=1; }
done
[ $n -ge "$least" ] || { echo "FAIL: $n scenarios, expected $least or more"; status=1; }
if [ "$explore" != --no-explore ]; then
	both explore explore --jobs 0 --strategy random --runs 60 scenarios/aarch64/ledger-torn.yaml
	both bounded explore --jobs 0 --strategy bounded --depth 1 --time 1h scenarios/aarch64/ledger-torn.yaml
	grep -q ' 1 finding$' "$tmp/hidden" || { echo "FAIL: explore found nothing"; cat "$tmp/hidden"; status=1; }
fi
[ $status -eq 0 ] && echo "$n scenarios have the same digests through the interface"
exit $status
