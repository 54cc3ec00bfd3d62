#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every instruction of the torture SP's handler is a place where explore may put an interrupt, a preemption, a move
# to the other PE or a wait. Whatever it puts there, the checksum stays; that it does put interrupts there is what
# the second half asks for.
# usage: aarch64_explore.sh FFASIM
set -u
ffasim=$1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/every.yaml" <<'END'
machine: {pes: 2, tick: 1s}
partitions:
  - {name: torture, manifest: sps/spin/spin.dts, image: aarch64/torture, service: torture}
tasks:
  - name: client
    steps:
      - open: {device: torture, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: mix, seed: 7, rounds: 1, expect: {ret: 0, sum: -1458496863332078523}}
expect:
  - sometimes: "guest.insn(sp=torture, count=0..2000)"
END
sed 's/^expect:/&\n  - never: ffa.interrupt(sp=torture)/' "$tmp/every.yaml" >"$tmp/none.yaml"

"$ffasim" explore --strategy random --depth 2 --runs 120 --out "$tmp/out" "$tmp/every.yaml" >"$tmp/log" 2>&1 ||
	{ echo "FAIL: a decision inside guest code changes its result"; cat "$tmp/log"; exit 1; }
grep -q ' 0 findings$' "$tmp/log" || { echo "FAIL: no final line"; cat "$tmp/log"; exit 1; }
"$ffasim" explore --strategy random --depth 2 --runs 60 --stop-on-first --out "$tmp/out" "$tmp/none.yaml" >"$tmp/log" 2>&1
[ $? -eq 1 ] && grep -q 'FOUND .*ffa.interrupt' "$tmp/log" || { echo "FAIL: no interrupt was put there"; cat "$tmp/log"; exit 1; }
last=$(tail -n 1 "$tmp/log")

# Two passages an instruction, in front of it and while it is charged: so these are at as many instructions, one behind
# the other. None is met twice in succession, and most steps go to the next address, whatever loop the compiler made there.
for at in 1501 1503 1505 1507 1509 1511 1513 1515; do
	{ cat "$tmp/none.yaml"; printf 'decisions:\n  - {at: %d, do: irq}\n' $at; } >"$tmp/at.yaml"
	"$ffasim" run --log none --out "$tmp/again" --code 'ffa.interrupt(sp=torture)' "$tmp/at.yaml" 2>/dev/null | grep -m 1 '^ *> '
done >"$tmp/where"
last_pc=0 places=0 steps=0 next=0
while read -r mark pc rest; do
	pc=$((0x$pc)) places=$((places + 1))
	[ $pc -eq $last_pc ] || steps=$((steps + 1))
	[ $pc -ne $((last_pc + 4)) ] || next=$((next + 1))
	last_pc=$pc
done <"$tmp/where"
[ "$places $steps" = "8 8" ] && [ $next -ge 3 ] ||
	{ echo "FAIL: decisions inside guest code are not at each instruction: $places places, $steps others than the one before, $next behind it"; cat "$tmp/where"; exit 1; }
echo "$last"
