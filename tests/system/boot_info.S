/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An SP that looks at its boot information before anything else: BRK #1 when some address in it is not aligned as
 * ffa.md 7.2 has it, BRK #2 when it is not what it should be. Then it serves: each direct request is answered
 * with w3 + 1. REGISTER is where the manifest asks for the information, VERSION the minor version of its layout.
 * With MISALIGNED it then takes the information to be one byte further; with WRITES it changes it.
 */
#include "ffa_loop.inc"

	.arch	armv8-a

	.macro	aligned reg, mask
	and	x9, \reg, #(\mask)
	cbz	x9, 1f
	brk	#1
1:
	.endm

	.macro	is reg, low, high
	movz	w9, #(\low)
	movk	w9, #(\high), lsl #16
	cmp	\reg, w9
	b.eq	1f
	brk	#2
1:
	.endm

	.section .text.start, "ax"
	.global	_start
_start:
	.irp	n, 0, 1, 2, 3
	.if	\n != REGISTER
	cbnz	x\n, other
	.endif
	.endr
	mov	x19, REG
	aligned	x19, 0xfff
	ldr	w2, [x19]
#if VERSION == 0
	is	w2, 0x4646, 0x412d		/* "FF-A" */
	ldr	w2, [x19, #4]
	is	w2, 1, 0
	ldr	x20, [x19, #24]			/* value: address of the manifest */
#else
	is	w2, 0x0ffa, 0
	ldr	w2, [x19, #12]
	is	w2, 32, 0
	ldr	w2, [x19, #20]			/* offset of the descriptors */
	aligned	x2, 7
	add	x2, x19, x2
	ldr	x20, [x2, #24]			/* content: address of the manifest */
#endif
	aligned	x20, 7
	ldr	w2, [x20]
	is	w2, 0x0dd0, 0xedfe		/* a device tree */
#ifdef MISALIGNED
	add	x19, x19, #1
	ldr	w2, [x19]			/* may be anywhere in memory */
	ldxr	w2, [x19]			/* may not */
#endif
#ifdef WRITES
	str	wzr, [x19]			/* read-only to the SP */
#endif
	requests
	ror	w1, w1, #16
	add	w3, w3, #1
	respond
other:	brk	#2
	.section .note.GNU-stack, "", %progbits
