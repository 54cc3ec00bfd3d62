/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For assembly: the loop of an SP that answers direct requests. `requests` waits for the first one
 * and goes on behind itself with each; `respond` answers with what is in w1 and w3 and waits for the
 * next. Registers 2 and 4 to 7 of a message are zero.
 */
	.macro	ffa low
	movz	w0, #(\low)
	movk	w0, #0x8400, lsl #16
	.endm

	.macro	requests
	mov	x1, xzr
	ffa	0x006b				/* FFA_MSG_WAIT */
next:	mov	x2, xzr
	mov	x4, xzr
	mov	x5, xzr
	mov	x6, xzr
	mov	x7, xzr
	svc	#0
	.endm

	.macro	respond
	ffa	0x0070				/* FFA_MSG_SEND_DIRECT_RESP */
	b	next
	.endm
