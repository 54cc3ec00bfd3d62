#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Back in time with gdb-multiarch: reverse-stepi, reverse-continue to a breakpoint, to the write of a watched
# word, to the beginning; Ctrl-C into a loop; then onward to the end, with the output and the digest of a run that
# nobody debugged. What was changed by hand cannot be gone back behind.
# usage: gdb_reverse.sh SOURCE-ROOT FFASIM BUILD/sps/aarch64
set -u
. "$(dirname "$0")/gdb_session.sh"

debug() { # PARTITION SCENARIO, the commands on stdin
	session remote "$1" "$elfs/$1.elf" --verify "$2"
	[ $code -eq 0 ] || fail "the debugged run: exit $code"
	"$ffasim" run "$2" >"$tmp/plain" 2>&1
	cmp "$tmp/run" "$tmp/plain" || fail "a debugged run of $2 shows something else"
}
same() { # NAME NAME: two lines "NAME value" with one value
	a=$(sed -n "s/^$1 //p" "$tmp/gdb") b=$(sed -n "s/^$2 //p" "$tmp/gdb")
	{ [ -n "$a" ] && [ "$a" = "$b" ]; } || { fail "$1 '$a' is not $2 '$b'"; }
}

debug torture scenarios/aarch64/points-in-the-code.yaml <<'END'
break torture_mix
continue
printf "first-entry %#lx %#lx %#lx\n", $pc, $sp, $x1
stepi 25
printf "ahead %#lx %#lx %#lx %#lx\n", $pc, $x3, $x9, $v8.d.u[0]
stepi
reverse-stepi
printf "back %#lx %#lx %#lx %#lx\n", $pc, $x3, $x9, $v8.d.u[0]
reverse-continue
printf "first-entry-again %#lx %#lx %#lx\n", $pc, $sp, $x1
continue
printf "second-entry %#lx %#lx\n", $pc, $x0
delete
set $word = (unsigned long *)$x1
printf "before-watch %#lx\n", *$word
watch -l *$word
continue
continue
continue
printf "written %#lx\n", *$word
reverse-continue
reverse-continue
reverse-continue
printf "undone %#lx\n", *$word
continue
continue
continue
printf "written-again %#lx\n", *$word
delete
break torture_mix
reverse-continue
printf "back-at-entry %#lx %#lx\n", $pc, $x0
delete
reverse-continue
printf "begin %#lx\n", $pc
info symbol $pc
break torture_recurse
continue
set $x0 = $x0 + 0
set $x5 = 5
reverse-stepi
delete
detach
quit
END
same first-entry first-entry-again
same ahead back
same written written-again
same before-watch undone
same second-entry back-at-entry
grep -qE "No more reverse-execution history|Reached end of recorded history" "$tmp/gdb" || fail "gdb did not come to the beginning" # 13, 16
has "_start"
has "no run comes here again"
has "Hardware watchpoint"

# Ctrl-C while it spins: it stands in the loop, and goes on.
spin() { # TIMES
	cat >"$tmp/spin.yaml" <<END
machine: {pes: 2, tick: 100ms, cost: {guest-insn: 100ns}, time-limit: 24h}
partitions:
  - {name: spin, manifest: sps/spin/spin.dts, image: aarch64/spin, options: {slice_ns: 100000000}}
tasks:
  - name: client
    steps:
      - open: {device: spin, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: burn, work: $((60 * $1))s, expect: {ret: 0}}
END
	debug spin "$tmp/spin.yaml" <<'END'
break guest_spin
continue
delete
shell (sh "$INTERRUPT" $PPID) &
continue
printf "in the loop %d\n", $pc >= 0x40000000
info threads
detach
quit
END
}
until_interrupted spin
has "in the loop 1"
has "\(spin, context 0, busy, on PE"

finish "there and back"
