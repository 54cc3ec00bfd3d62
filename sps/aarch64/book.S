/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two columns of a ledger, at x0: each function adds one to both, and between the two additions
 * they differ. How long they do is what the functions are about: an interrupt at exactly one place
 * shows it to whoever looks at the columns then.
 */
	.arch	armv8-a
	.text

/* At a symbol: ledger_half. */
	.global	ledger_symbol
	.type	ledger_symbol, %function
ledger_symbol:
	ldr	x1, [x0]
	add	x1, x1, #1
	add	x2, x0, #8
	str	x1, [x0]
	.global	ledger_half
ledger_half:
	str	x1, [x2]
	ret
	.size	ledger_symbol, . - ledger_symbol

/* At an address: the fifth instruction, which has no name. */
	.global	ledger_address
	.type	ledger_address, %function
ledger_address:
	ldr	x1, [x0]
	add	x1, x1, #1
	add	x2, x0, #8
	str	x1, [x0]
	str	x1, [x2]
	ret
	.size	ledger_address, . - ledger_address

	/* x19 to x21 survive a call of the SPMC. */
	.macro	save
	stp	x19, x20, [sp, #-32]!
	str	x21, [sp, #16]
	mov	x19, x0
	.endm
	.macro	restore
	ldr	x21, [sp, #16]
	ldp	x19, x20, [sp], #32
	ret
	.endm

/* FFA_ID_GET eight times; around the fifth the columns differ. */
	.global	ledger_svcs
	.type	ledger_svcs, %function
ledger_svcs:
	save
	mov	x20, #8
0:	cmp	x20, #4
	cset	x1, eq
	ldr	x21, [x19]
	add	x21, x21, x1
	mov	w0, #0x69
	movk	w0, #0x8400, lsl #16
	str	x21, [x19]
	.global	ledger_svc
ledger_svc:
	svc	#0
	str	x21, [x19, #8]
	sub	x20, x20, #1
	cbnz	x20, 0b
	restore
	.size	ledger_svcs, . - ledger_svcs

/* FFA_CONSOLE_LOG says "P", posted, before it is: who hears of it inside the call, and looks, finds
 * nothing. */
	.global	ledger_announce
	.type	ledger_announce, %function
ledger_announce:
	save
	mov	w0, #0x8a
	movk	w0, #0x8400, lsl #16
	mov	x1, #2
	mov	w2, #0x0a50
	.global	ledger_say
ledger_say:
	svc	#0
	ldr	x1, [x19]
	add	x1, x1, #1
	stp	x1, x1, [x19]
	restore
	.size	ledger_announce, . - ledger_announce
