#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Back in time with gdb-multiarch: reverse-stepi, reverse-continue to a breakpoint, to the write of a watched
# word, to the beginning; Ctrl-C into a loop; then onward to the end, with the output and the digest of a run that
# nobody debugged. What was changed by hand cannot be gone back behind.
# usage: gdb_reverse.sh SOURCE-ROOT FFASIM BUILD/sps/aarch64
set -u
src=$1 ffasim=$2 elfs=$3
command -v gdb-multiarch >/dev/null 2>&1 || exit 77
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $*"; status=1; }

debug() { # PARTITION ELF SCENARIO, the commands on stdin
	{ printf 'set pagination off\nset confirm off\nset architecture aarch64\ntarget remote %s/s\n' "$tmp"; cat; } >"$tmp/script"
	rm -f "$tmp/s"
	"$ffasim" run --verify --gdb "$1=$tmp/s" "$3" >"$tmp/run" 2>"$tmp/err" &
	pid=$!
	for i in 1 2 3 4 5 6 7 8 9 10; do [ -S "$tmp/s" ] && break; sleep 0.2; done
	timeout 100 gdb-multiarch -nx -batch -x "$tmp/script" "$2" >"$tmp/gdb" 2>&1
	wait $pid || fail "the debugged run: exit $?"
	"$ffasim" run "$3" >"$tmp/plain" 2>&1
	cat "$tmp/gdb" "$tmp/err" >>"$tmp/all"
	cmp "$tmp/run" "$tmp/plain" || fail "a debugged run of $3 shows something else"
}
has() { grep -qF -e "$1" "$tmp/gdb" || fail "gdb did not show '$1'"; }
same() { # NAME NAME: two lines "NAME value" with one value
	a=$(sed -n "s/^$1 //p" "$tmp/gdb") b=$(sed -n "s/^$2 //p" "$tmp/gdb")
	{ [ -n "$a" ] && [ "$a" = "$b" ]; } || { fail "$1 '$a' is not $2 '$b'"; }
}

debug torture "$elfs/torture.elf" scenarios/aarch64/points-in-the-code.yaml <<'END'
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

# Ctrl-C while it spins, for a second or two of the host: it stands in the loop, and goes on.
cat >"$tmp/spin.yaml" <<END
machine: {pes: 2, tick: 100ms, cost: {guest-insn: 100ns}}
partitions:
  - {name: spin, manifest: sps/spin/spin.dts, image: aarch64/spin, options: {slice_ns: 100000000}}
tasks:
  - name: client
    steps:
      - open: {device: spin, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: burn, work: 60s, expect: {ret: 0}}
END
debug spin "$elfs/spin.elf" "$tmp/spin.yaml" <<'END'
break guest_spin
continue
delete
shell (sleep 1; kill -INT $PPID) &
continue
printf "in the loop %d\n", $pc >= 0x40000000
info threads
detach
quit
END
has "in the loop 1"
has "(spin, context 0, busy, on PE"

[ $status -eq 0 ] && echo "there and back" || cat "$tmp/all"
exit $status
