#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A scripted gdb-multiarch session on the torture SP: attach, breakpoint, step, registers and vector registers
# read and written, memory, a watchpoint; and the debugged run has the digest of the undebugged one.
# usage: gdb.sh SOURCE-ROOT FFASIM TORTURE.ELF
set -u
src=$1 ffasim=$2 elf=$3
command -v gdb-multiarch >/dev/null 2>&1 || exit 77
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
f=scenarios/aarch64/points-in-the-code.yaml

cat >"$tmp/script" <<END
set pagination off
set confirm off
set architecture aarch64
target remote $tmp/s
printf "first pc %#lx\n", \$pc
break torture_mix
continue
printf "at mix x0 %ld\n", \$x0
set \$before = \$pc
stepi
printf "stepped %d\n", \$pc - \$before
printf "insn %08x\n", *(unsigned int *)\$before
set \$v3.d.u[1] = 0x1122334455667788
printf "vector %#lx\n", \$v3.d.u[1]
set \$v3.d.u[1] = 0
watch -l *(unsigned long *)\$x1
continue
info symbol \$pc
delete
info threads
monitor where
break torture_recurse if \$x0 == 2
continue
printf "recursion x0 %ld\n", \$x0
backtrace 3
delete
detach
quit
END
want=$("$ffasim" run --log none "$f" | sed -n 's/.*digest //p')
"$ffasim" run --verify --log none --gdb "torture=$tmp/s" "$f" >"$tmp/run" 2>&1 &
pid=$!
for i in 1 2 3 4 5 6 7 8 9 10; do [ -S "$tmp/s" ] && break; sleep 0.2; done
timeout 60 gdb-multiarch -nx -batch -x "$tmp/script" "$elf" >"$tmp/gdb" 2>&1
wait $pid
code=$?

status=0
fail() { echo "FAIL: $*"; status=1; }
[ $code -eq 0 ] || fail "the debugged run: exit $code"
grep -q "digest $want" "$tmp/run" || fail "another digest than $want"
for text in "first pc 0x4000" "at mix x0 7" "stepped 4" "insn a9b87bfd" "vector 0x1122334455667788" \
	"Hardware watchpoint" "New value" "torture_mix" "(torture, context 0, busy, on PE0 at" "recursion x0 2" "torture_recurse" "detached"; do
	grep -qF -e "$text" "$tmp/gdb" || fail "gdb did not show '$text'"
done
[ $status -eq 0 ] || { cat "$tmp/gdb" "$tmp/run"; }
exit $status
