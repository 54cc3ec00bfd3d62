#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Where explore may decide in guest code: at a symbol, an address, after a number of instructions, before the first,
# at the k-th SVC and inside an SVC. The ledger SP (sps/aarch64) has a bug for each, which an interrupt at that place
# shows and at the places beside it does not. Explore finds it, shrinks it, says where it was, and the file fails the
# same way every time. Who looks at the ledger while it is written is a real-time task that an interrupt wakes on the
# one PE there is, or, for what is wrong inside an SVC alone, a task on another PE that this SVC wakes and that is too
# late unless the PE of the writer is a slow one.
# usage: aarch64_places.sh FFASIM LEDGER-ELF [REPLAYS]
set -u
ffasim=$1 elf=$2 replays=${3:-100}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
fail() { echo "FAIL: $*"; cat "$tmp/log"; exit 1; }

base=0x40000000 # where an image lies without aslr
address=$(aarch64-linux-gnu-nm "$elf" | awk '$3 == "ledger_address" { print $1 }')
[ -n "$address" ] || { echo "FAIL: no ledger_address in $elf"; exit 1; }
va() { printf '%x' $((base + 0x$address + $1)); }

pes=1 do=irq verb='gets an interrupt'
# The auditor looks once, when EVENT has happened: scenario NAME EVENT EXPECTED STEPS PLACE
scenario() {
	cat >"$tmp/$1.yaml" <<END
machine: {pes: $pes, preempt: full, tick: 1s}
partitions:
  - {name: a, manifest: sps/aarch64/lock.dts, image: aarch64/ledger, service: ledger}
  - {name: b, manifest: sps/aarch64/lock.dts, image: aarch64/ledger, service: ledger}
tasks:
  - name: auditor
    background: true
    policy: fifo
    priority: 50
    affinity: [$((pes - 1))]
    start: "$2"
    steps:
      - open: {device: b, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: audit, expect: {$3}}
  - name: client
    affinity: [0]
    steps:
      - open: {device: a, as: c}
      - session: {on: c, as: s}
$(for op in $4; do echo "      - invoke: {on: s, opcode: $op, expect: {ret: 0}}"; done)
END
	[ -z "$5" ] || printf 'decide-at:\n  - "%s"\n' "$5" >>"$tmp/$1.yaml"
}

explore() { "$ffasim" explore --strategy bounded --depth 1 --runs 10000 --out "$tmp/out" "$tmp/$1.yaml" >"$tmp/log" 2>&1; }

# NAME EVENT EXPECTED STEPS PLACE SENTENCE: found, by one decision, and SENTENCE says where.
found() {
	scenario "$1" "$2" "$3" "$4" "$5"
	"$ffasim" run --verify --log none --out "$tmp/again" "$tmp/$1.yaml" >"$tmp/log" 2>&1 || fail "$1: fails without a decision"
	explore "$1"
	[ $? -eq 1 ] || fail "$1: explore found nothing at $5"
	grep -q ' 1 finding$' "$tmp/log" || fail "$1: not one finding"
	grep -q 'shrunk: 1 -> 1 decision,' "$tmp/log" || fail "$1: not shrunk to one decision"
	grep -qE "^  <1> PE0 $verb at $6" "$tmp/log" || fail "$1: the sentence does not name the place: $6"
	grep -qE "do: $do, in: \"PE0 $verb at $6" "$tmp/out/$1-1.yaml" || fail "$1: the file does not name it"
	"$ffasim" replay --runs "$replays" "$tmp/out/$1-1.yaml" >"$tmp/log" 2>&1
	[ $? -eq 1 ] && grep -q "the same way in $replays of $replays runs" "$tmp/log" || fail "$1: its replay differs"
	"$ffasim" run --log none --out "$tmp/again" "$tmp/out/$1-1.yaml" >"$tmp/log" 2>&1
	[ $? -eq 1 ] || fail "$1: run does not follow its decision"
}

# The same with another PLACE, or with none: nothing is found, and nothing is left to try.
missed() {
	scenario "$1" "$2" "$3" "$4" "$5"
	explore "$1" || fail "$1: explore found something at ${5:-no place in particular}"
	grep -q '(all there are).* 0 findings$' "$tmp/log" || fail "$1: it did not try everything"
	[ -z "$5" ] || grep -qE '^[2-9][0-9]* runs|^1[0-9]+ runs' "$tmp/log" || fail "$1: $5 is no place to decide"
}

irq='irq.taken(intid=255)'
same='difference: 0'
half='a is at ledger_half \(4000[0-9a-f]{4}\)'

found symbol "$irq" "$same" post_symbol 'guest.pc(sp=a, symbol=ledger_half)' \
	"guest.pc\(sp=a, symbol=ledger_half\), passage 1, while $half"
missed symbol-beside "$irq" "$same" post_symbol 'guest.pc(sp=a, symbol=ledger_symbol)'
missed symbol-off "$irq" "$same" post_symbol ''

found address "$irq" "$same" post_address "guest.pc(sp=a, pc=$(va 16))" \
	"guest.pc\(sp=a, pc=$(va 16)\), passage 1, while a is at ledger_address\+0x10 \($(va 16)\)"
found addresses "$irq" "$same" post_address "guest.pc(sp=a, pc=$(va 0)..$(va 20))" \
	"guest.pc\(sp=a, pc=$(va 0)..$(va 20)\), passage 5, while a is at ledger_address\+0x10 \($(va 16)\)"
missed address-before "$irq" "$same" post_address "guest.pc(sp=a, pc=$(va 12))"
missed address-behind "$irq" "$same" post_address "guest.pc(sp=a, pc=$(va 20))"
missed address-off "$irq" "$same" post_address ''

found count "$irq" "$same" post_symbol 'guest.insn(sp=a, count=0..300)' \
	"guest.insn\(sp=a, count=0..300\), passage [0-9]+, while $half"
missed count-beside "$irq" "$same" post_symbol 'guest.insn(sp=a, count=0..9)'

found zero "$irq" 'ret: 0' 'prepare commit' 'guest.insn(sp=a, count=0)' \
	'guest.insn\(sp=a, count=0\), passage 3, while a is at guest_svc_return \('
missed zero-beside "$irq" 'ret: 0' 'prepare commit' 'guest.pc(sp=a, symbol=ledger_checked)'

found svc "$irq" "$same" post_svcs 'guest.pc(sp=a, symbol=ledger_svc)' \
	'guest.pc\(sp=a, symbol=ledger_svc\), passage 5, while a is at ledger_svc \('
found in-svc "$irq" "$same" post_svcs 'svc.call(sp=a, fid=84000069)' \
	'svc.call\(sp=a, fid=84000069\), passage 5, .*\(the SPMC serves it\); a is at ledger_svc\+0x4 \('
missed svc-beside "$irq" "$same" post_svcs 'svc.call(sp=a, fid=84000070)'

pes=2 do=hold verb='waits until no other PE can go on'
said='sp.console(sp=a, text=P)'
found inside "$said" 'left: 1' post_announced 'svc.call(sp=a, fid=8400008a)' \
	'svc.call\(sp=a, fid=8400008a\), passage 1, .*\(the SPMC serves it\); a is at ledger_say\+0x4 \('
missed inside-before "$said" 'left: 1' post_announced 'guest.pc(sp=a, symbol=ledger_say)'
echo "found at all six kinds of place, and at none beside them"
