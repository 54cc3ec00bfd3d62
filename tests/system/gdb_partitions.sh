#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Several partitions in one session of gdb-multiarch: where each context is, attaching to others beside the first, whose symbols come by
# themselves though they lie at the same addresses or are those of one file, breakpoints and steps in each, back and forth, with the
# digest of a run that nobody debugged. What is written by hand arrives: registers, vectors, memory.
# Ctrl-C stops a machine in which no partition runs.
# usage: gdb_partitions.sh SOURCE-ROOT FFASIM BUILD/sps/aarch64
set -u
. "$(dirname "$0")/gdb_session.sh"

scenario() { # MORE-STEPS
	cat >"$tmp/s.yaml" <<END
machine: {pes: 2, tick: 1s}
partitions:
  - {name: torture, manifest: sps/spin/spin.dts, image: $elfs/torture.elf, service: torture}
  - {name: echo, image: $elfs/echo.elf}
  - {name: twin, manifest: sps/spin/spin.dts, image: $elfs/torture.elf, service: torture, options: {aslr: on}}
tasks:
  - name: client
    pe: 0
    steps:
      - open: {device: torture, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: mix, seed: 7, rounds: 1, expect: {ret: 0, sum: $1}}
      - open: {device: echo, as: d}
      - session: {on: d, as: e}
      - invoke: {on: e, opcode: echo, data: hello, expect: {ret: 0}}
      - open: {device: twin, as: g}
      - session: {on: g, as: t}
      - invoke: {on: t, opcode: mix, seed: 0x7, rounds: 1, expect: {ret: 0}}
END
}
debug() { # EXIT-CODE, the commands on stdin
	session extended-remote torture '' --out "$tmp/out" --log none "$tmp/s.yaml"
	[ $code -eq "$1" ] || fail "the debugged run: exit $code, expected $1"
}

sum=-1458496863332078523
scenario "$sum"
want=$(plain_digest "$tmp/s.yaml")
debug 0 <<END
monitor where
break torture_mix
continue
monitor where
add-inferior
inferior 2
attach 2
info threads
backtrace 1
printf "waits at %#lx\n", \$pc
python
try:
    gdb.execute("print \$x3 = 1")
except gdb.error as e:
    print(e)
end
add-inferior
inferior 3
attach 3
printf "twin waits at %#lx\n", \$pc
inferior 2
break echo_echo
set schedule-multiple on
continue
info threads
printf "echo at %#lx\n", \$pc
stepi
printf "next %#lx\n", \$pc
reverse-stepi
printf "again %#lx\n", \$pc
detach inferior 1
continue
backtrace 1
printf "twin at %#lx\n", \$pc
info symbol \$pc
continue
inferior 3
continue
END
has '^1 torture, context 0, booting, on PE0 at .*, pc 4000[0-9a-f]+ _start\+0$'
has '^2 echo, not loaded yet$'
has '^1 torture, context 0, busy, on PE0 at .* torture_mix\+0$'
has '^2 echo, context 0, idle, last on PE0, pc .* guest_svc_return\+0$'
has '^  add-inferior, and there: attach 2$'
has '^  1\.1 .*\(torture, context 0, busy, on PE0 at .*torture_mix'
has '^\* 2\.1 .*\(echo, context 0, idle, last on PE0\)'
has '^#0 .*guest_svc'
has 'only registers of the context that stopped can be written'
has 'hit Breakpoint 2, echo_echo'
has '^  1\.1 .*\(torture, context 0, idle, last on PE0\)'
has '^\* 2\.1 .*\(echo, context 0, busy, on PE0 at .*echo_echo'
echo_at=$(sed -n 's/^echo at //p' "$tmp/gdb")
[ -n "$echo_at" ] && [ "$(sed -n 's/^again //p' "$tmp/gdb")" = "$echo_at" ] || fail "a step back is not where the step began"
[ "$(sed -n 's/^next //p' "$tmp/gdb")" != "$echo_at" ] || fail "a step did not move"
# The twin is the first one's file somewhere else: the breakpoint of the first is there as well.
has 'hit Breakpoint 1.*, torture_mix'
has '^Thread 3\.1 .*torture_mix'
has "^torture_mix in section .text"
base=$(sed -n 's/^twin at 0x\(.*\).\{4\}$/\1/p' "$tmp/gdb")
[ -n "$base" ] && [ "$base" != 4000 ] || fail "the twin lies where the first does: 0x$base"
grep -q "add-symbol-file" "$tmp/gdb" && fail "symbols to be loaded by hand"
has 'Inferior 2 .*exited normally'
has 'Inferior 3 .*exited normally'
grep -q "digest $want" "$tmp/run" || fail "another digest than $want"

# The same without a word of several processes: as always, one partition.
debug 0 <<END
detach
END
grep -q "digest $want" "$tmp/run" || fail "another digest after a detach at once"

# What is written arrives in the code: seed 8 in place of 7, half a vector register, a word of memory.
scenario 0
sum8=$(sed 's/seed: 7/seed: 8/' "$tmp/s.yaml" >"$tmp/8.yaml"; "$ffasim" run --out "$tmp/out" --log none "$tmp/8.yaml" | sed -n 's/.*sum \(-\{0,1\}[0-9]*\), expected.*/\1/p')
scenario "$sum8"
debug 0 <<'END'
break torture_mix
continue
set $x0 = 8
continue
END
[ -n "$sum8" ] && [ "$sum8" != "$sum" ] || fail "seeds 7 and 8 have one sum: '$sum8'"
scenario "$sum"
aese=$(grep -n aese sps/aarch64/mix.S | cut -d: -f1)
for register in v8.d.u[1] tpidr; do
	debug 1 <<END
break mix.S:$aese
continue
set \$$register = (unsigned long)\$$register ^ 1
printf "wrote %lx\n", \$$register
info registers v8 tpidr cpsr fpcr
delete
continue
END
	has '^wrote [0-9a-f]+'
	has '^tpidr +0x'
	grep -q "sum .*, expected $sum" "$tmp/run" || fail "a changed $register does not change the sum"
done
debug 1 <<'END'
break torture_recurse if $x0 == 2
continue
set *(unsigned long *)$sp = *(unsigned long *)$sp ^ 0x100
delete
continue
END

# No partition runs for most of this; one Ctrl-C, after which it still goes on to its end.
idle() { # TIMES
	cat >"$tmp/s.yaml" <<END
machine: {pes: 2, tick: 100us, time-limit: 300h}
partitions:
  - {name: torture, manifest: sps/spin/spin.dts, image: $elfs/torture.elf, service: torture}
tasks:
  - name: client
    pe: 0
    steps:
      - work: $((300 * $1))s
END
	debug 0 <<'END'
shell (sh "$INTERRUPT" $PPID) &
continue
printf "stands\n"
info threads
monitor where
detach
END
}
until_interrupted idle
has '^stands'
has '\(torture, context 0, idle, (last )?on PE0'
has '^(client on PE0 )?at [0-9]+'

finish "three partitions, one debugger"
