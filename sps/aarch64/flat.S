/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flat: an SP as a flat binary. It is entered at its first byte, all of it read-only and executable,
 * with SP = 0; it makes its second page writable by MEM_PERM_SET, puts its stack there, and answers
 * each direct request with w3 + 1 and, in w4, how many there were.
 */
	.arch	armv8-a
	.text
	.global	_start
_start:
	mov	x0, sp
	cbnz	x0, bad
	adr	x20, data
	movz	w0, #0x0089		/* FFA_MEM_PERM_SET: one page, RW, no execute */
	movk	w0, #0x8400, lsl #16
	mov	x1, x20
	mov	x2, #1
	mov	x3, #5
	svc	#0
	movz	w9, #0x0061
	movk	w9, #0x8400, lsl #16
	cmp	w0, w9
	b.ne	bad
	add	sp, x20, #4096
	str	xzr, [x20]
	movz	w0, #0x006b		/* FFA_MSG_WAIT */
	movk	w0, #0x8400, lsl #16
	mov	x1, xzr
	mov	x4, xzr
next:	mov	x2, xzr
	mov	x5, xzr
	mov	x6, xzr
	mov	x7, xzr
	svc	#0
	movz	w9, #0x006f		/* FFA_MSG_SEND_DIRECT_REQ */
	movk	w9, #0x8400, lsl #16
	cmp	w0, w9
	b.ne	bad
	stp	x1, x3, [sp, #-16]!
	ldr	w4, [x20]
	add	w4, w4, #1
	str	w4, [x20]
	ldp	x1, x3, [sp], #16
	ror	w1, w1, #16
	add	w3, w3, #1
	movz	w0, #0x0070		/* FFA_MSG_SEND_DIRECT_RESP */
	movk	w0, #0x8400, lsl #16
	b	next
bad:	.inst	0
	.balign	4096
data:	.skip	4096
