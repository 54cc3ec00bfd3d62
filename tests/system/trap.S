/* SPDX-License-Identifier: BSD-3-Clause */
/* An SP that executes INSN when it is asked with w3 = 5, and answers w3 = 0x600d when it is still alive. x10 is the address
 * of sixteen words of its own memory, x11 that of INSN. */
#include "ffa_loop.inc"

	.arch	armv8.5-a+lse+crypto+crc+rng

	.section .text.start, "ax"
	.global	_start
_start:
	sub	sp, sp, #128			/* something to be shown of the stack */
	requests
	mov	x20, x1
	cmp	w3, #5
	b.ne	answer
	adrp	x10, words
	add	x10, x10, :lo12:words
	adr	x11, here
	movz	x30, #0x7e57
	.global	here
here:	INSN
answer:	ror	w1, w20, #16
	movz	w3, #0x600d
	respond

	.data
	.balign	64
words:	.skip	128
	.section .note.GNU-stack, "", %progbits
