/* SPDX-License-Identifier: BSD-3-Clause */
/* An SP that executes INSN when it is asked with w3 = 5, and answers w3 = 0x600d when it is still alive. x10 is the address
 * of sixteen words of its own memory, x11 that of INSN. */
	.arch	armv8.5-a+lse+crypto+crc+rng

	.section .text.start, "ax"
	.global	_start
_start:
	sub	sp, sp, #128			/* something to be shown of the stack */
	mov	x1, xzr
	movz	w0, #0x006b			/* FFA_MSG_WAIT */
	movk	w0, #0x8400, lsl #16
next:	mov	x2, xzr
	mov	x4, xzr
	mov	x5, xzr
	mov	x6, xzr
	mov	x7, xzr
	svc	#0
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
	movz	w0, #0x0070			/* FFA_MSG_SEND_DIRECT_RESP */
	movk	w0, #0x8400, lsl #16
	b	next

	.data
	.balign	64
words:	.skip	128
	.section .note.GNU-stack, "", %progbits
