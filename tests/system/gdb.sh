#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A scripted gdb-multiarch session on the torture SP: attach, breakpoint, step, registers and vector registers
# read and written, memory, a watchpoint; and the debugged run has the digest of the undebugged one.
# usage: gdb.sh SOURCE-ROOT FFASIM BUILD/sps/aarch64
set -u
. "$(dirname "$0")/gdb_session.sh"
f=scenarios/aarch64/points-in-the-code.yaml

session remote torture "$elfs/torture.elf" --verify --log none "$f" <<'END'
printf "first pc %#lx\n", $pc
break torture_mix
continue
printf "at mix x0 %ld\n", $x0
set $before = $pc
stepi
printf "stepped %d\n", $pc - $before
printf "insn %08x\n", *(unsigned int *)$before
set $v3.d.u[1] = 0x1122334455667788
printf "vector %#lx\n", $v3.d.u[1]
set $v3.d.u[1] = 0
watch -l *(unsigned long *)$x1
continue
info symbol $pc
delete
info threads
monitor where
break torture_recurse if $x0 == 2
continue
printf "recursion x0 %ld\n", $x0
backtrace 3
delete
detach
quit
END
[ $code -eq 0 ] || fail "the debugged run: exit $code"
[ "$(digest_of "$tmp/run")" = "$(plain_digest "$f")" ] || fail "another digest than $(plain_digest "$f")"
for text in "first pc 0x4000" "at mix x0 7" "stepped 4" "insn a9b87bfd" "vector 0x1122334455667788" \
	"Hardware watchpoint" "New value" "torture_mix" "(torture, context 0, busy, on PE0 at" "recursion x0 2" "torture_recurse" "detached"; do
	grep -qF -e "$text" "$tmp/gdb" || fail "gdb did not show '$text'"
done

# A path that no socket can have is refused, not shortened.
long=$tmp/$(printf '%0120d' 0)/s
timeout 60 "$ffasim" run --gdb "torture=$long" "$f" >"$tmp/run" 2>"$tmp/err"
[ $? -eq 2 ] && grep -qF "cannot listen on $long: File name too long" "$tmp/err" || fail "a path that is too long: $(cat "$tmp/err")"
finish "one partition, one debugger"
