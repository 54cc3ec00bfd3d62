#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What S-EL0 may execute and what is the end of the SP, instruction by instruction, as the S-EL1 SPMC has it (optee.md 3.9, 4; unicorn.md):
# true EL0, LSE, floating point and crypto, no counters and no cache operations by address. What dies, dies with registers and stack on
# the console, its caller gets ABORTED, and the machine goes on.
# usage: aarch64_traps.sh SOURCE-ROOT FFASIM
set -u
src=$1 ffasim=$2
command -v aarch64-linux-gnu-gcc >/dev/null 2>&1 || exit 77
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0 n=0

run() { # INSTRUCTION ANSWER QUIRKS
	n=$((n + 1))
	aarch64-linux-gnu-gcc -static-pie -nostdlib "-DINSN=$1" \
		-Wl,-z,max-page-size=4096,-z,separate-code,-z,norelro,-z,noexecstack,--no-dynamic-linker,--build-id=none \
		tests/system/trap.S -o "$tmp/trap.elf" || exit 1
	cat >"$tmp/s.yaml" <<END
machine: {pes: 1, time-limit: 100s$3}
partitions:
  - {name: own, manifest: sps/spin/spin.dts, image: $tmp/trap.elf}
  - {name: other, manifest: sps/echo/echo.dts, image: echo}
tasks:
  - name: main
    steps:
      - smc: {x: [DIRECT_REQ, own, 0, 5], expect: [$2]}
      - smc: {x: [ID_GET], expect: [SUCCESS]}
END
	"$ffasim" run --verify --log all --out "$tmp/out" "$tmp/s.yaml" >"$tmp/log" 2>&1
	code=$?
	[ $code -eq 0 ] && return
	printf 'FAIL: %s: exit %d\n' "$1" $code
	grep -E '^FAIL' "$tmp/log" | head -n 2
	status=1
}
works() {
	for insn; do
		run "$insn" "DIRECT_RESP, own<<16, 0, 0x600d" ""
		! grep -q 'sp.crash' "$tmp/log" || { echo "FAIL: $insn: a crash"; status=1; }
	done
}
dies() { # FAULT TEXT INSTRUCTION...
	fault=$1 text=$2
	shift 2
	for insn; do
		run "$insn" "ERROR, 0, ABORTED" ""
		grep -q "sp.crash sp=own fault=$fault" "$tmp/log" && grep -q "# $text at " "$tmp/log" && grep -q '  # x28 .*x30 0000000000007e57' "$tmp/log" &&
			grep -qE '  # pc [0-9a-f]{16} sp [0-9a-f]{16} ' "$tmp/log" && [ "$(grep -c '  # x[0-9]* ' "$tmp/log")" -eq 8 ] &&
			grep -qE '  # stack [0-9a-f]{16}: ' "$tmp/log" && continue
		printf 'FAIL: %s: not "%s", or no dump\n' "$insn" "$text"
		grep -E 'sp.crash|  # ' "$tmp/log" | grep -v 'ARM FF-A' | head -n 3
		status=1
	done
}

works 'ldaddal x0, x1, [x10]' 'casal x0, x1, [x10]' 'swp x0, x1, [x10]' 'ldxr x0, [x10]' 'fmul d0, d1, d2' 'fcvtzs x0, d0' 'aese v0.16b, v1.16b' \
	'sha256h q0, q1, v2.4s' 'sha1c q0, s1, v2.4s' 'pmull v0.1q, v1.1d, v2.1d' 'crc32cx w0, w1, x2' 'nop' 'yield' 'wfe' 'sev' 'isb' 'dmb sy' 'dsb sy' \
	'mrs x0, tpidr_el0' 'msr tpidr_el0, x0' 'mrs x0, tpidrro_el0' 'mrs x0, fpcr' 'msr fpsr, xzr' 'mrs x0, nzcv' 'mrs x0, dczid_el0' 'paciasp' 'prfm pldl1keep, [x10]' \
	'ldr x0, [x10, #1]' 'ldp q0, q1, [x10]' 'dgh'
dies undef-abort 'undefined instruction' 'udf #0' '.inst 0xffffffff' 'hvc #0' 'smc #0' 'hlt #0' 'eret' 'dcps1'
dies undef-abort 'trapped system register' 'mrs x0, currentel' 'mrs x0, sctlr_el1' 'mrs x0, midr_el1' 'msr tpidr_el1, x0' 'msr vbar_el1, x0' \
	'mrs x0, pmccntr_el0' 'msr daifset, #2' 'msr spsel, #1' 'tlbi vmalle1' 'dc cisw, x10' 'at s1e0r, x10' 'mrs x0, cntkctl_el1'
dies undef-abort CNTVCT_EL0 'mrs x0, cntvct_el0'
dies undef-abort CNTPCT_EL0 'mrs x0, cntpct_el0'
dies undef-abort CNTFRQ_EL0 'mrs x0, cntfrq_el0'
dies undef-abort CNTP_CTL_EL0 'mrs x0, cntp_ctl_el0'
dies undef-abort CTR_EL0 'mrs x0, ctr_el0'
dies undef-abort 'DC ZVA' 'dc zva, x10'
dies undef-abort 'DC CVAC' 'dc cvac, x10'
dies undef-abort 'DC CVAU' 'dc cvau, x10'
dies undef-abort 'DC CIVAC' 'dc civac, x10'
dies undef-abort 'IC IVAU' 'ic ivau, x10'
dies undef-abort RNDR 'mrs x0, s3_3_c2_c4_0'
dies undef-abort DAIF 'mrs x0, daif'
dies undef-abort WFI wfi
dies undef-abort 'BRK instruction' 'brk #1'
dies alignment-abort 'misaligned exclusive or atomic access' 'add x0, x10, #1; ldxr x1, [x0]' 'add x0, x10, #1; ldaddal x1, x2, [x0]'
dies alignment-abort 'misaligned PC' 'add x0, x11, #2; br x0'
dies data-abort 'not mapped' 'mov x0, xzr; ldr x0, [x0]' 'add x0, x10, #256, lsl #12; str x0, [x0]'
dies data-abort 'no permission' 'str x0, [x11]'
dies prefetch-abort 'instruction fetch' 'br xzr' 'br x10'
dies data-abort 'stack overflow' '1: sub sp, sp, #4096; str x0, [sp]; b 1b'

[ $status -eq 0 ] && echo "$n instructions"
exit $status
