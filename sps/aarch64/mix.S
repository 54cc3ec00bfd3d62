/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * torture_mix(x0: seed, x1: 32 words of memory) -> x0: a checksum over what every kind of register
 * and state went through: general registers, flags, vectors, FP status, TPIDR_EL0, exclusives,
 * atomics, the stack, calls, and memory. One lost bit anywhere changes the result.
 */
	.arch	armv8.1-a+crc+crypto
	.text
	.global	torture_mix
	.type	torture_mix, %function
torture_mix:
	stp	x29, x30, [sp, #-128]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	d8, d9, [sp, #96]
	mov	x29, sp
	msr	fpsr, xzr
	mov	x19, x0
	mov	x20, x1
	/* general registers, each from the one before */
	movz	x2, #0x7c15
	movk	x2, #0x7f4a, lsl #16
	movk	x2, #0x79b9, lsl #32
	movk	x2, #0x9e37, lsl #48
	mul	x3, x19, x2
	eor	x4, x3, x3, lsr #29
	ror	x5, x4, #17
	umulh	x6, x5, x2
	add	x7, x6, x5, lsl #3
	rbit	x8, x7
	clz	x9, x8
	rev	x10, x8
	crc32x	w11, w9, x10
	extr	x12, x10, x11, #13
	madd	x13, x12, x5, x7
	bfi	x14, x13, #8, #20
	movz	x14, #0x1234
	sbfx	x15, x13, #4, #33
	udiv	x16, x13, x2
	msub	x17, x16, x2, x13
	/* flags over several instructions */
	adds	x21, x13, x5
	adcs	x22, x6, x7
	adcs	x23, x8, x12
	sbcs	x24, x10, x4
	ccmp	x21, x22, #5, cs
	csinc	x25, x21, x22, gt
	csinv	x26, x23, x24, vs
	cset	x27, mi
	adc	x28, x25, x26
	/* a loop with both outcomes of a branch */
	mov	x0, #6
1:	eor	x28, x28, x0, ror #7
	tbz	x28, #3, 2f
	add	x28, x28, x13
2:	sub	x0, x0, #1
	cbnz	x0, 1b
	/* vectors, and a TPIDR_EL0 that must come back */
	msr	tpidr_el0, x28
	fmov	d8, x13
	mov	v8.d[1], x5
	dup	v1.2d, x21
	ins	v1.d[1], x22
	aese	v8.16b, v1.16b
	aesmc	v8.16b, v8.16b
	add	v2.2d, v8.2d, v1.2d
	eor	v3.16b, v2.16b, v8.16b
	ext	v4.16b, v3.16b, v2.16b, #5
	tbl	v5.16b, {v3.16b, v4.16b}, v2.16b
	mul	v6.4s, v4.4s, v3.4s
	rev64	v7.8h, v6.8h
	pmull	v16.1q, v7.1d, v3.1d
	uaddlv	d17, v16.4s
	sqadd	v31.4s, v2.4s, v6.4s
	mrs	x0, fpsr
	eor	x28, x28, x0
	/* floating point with a rounding mode of its own */
	mov	x0, #0x00400000
	msr	fpcr, x0
	scvtf	d18, w13
	scvtf	d19, w5
	fmul	d20, d18, d19
	fabs	d21, d20
	fsqrt	d22, d21
	fmadd	d23, d22, d18, d20
	fcmp	d23, d20
	csel	x0, x21, x22, ge
	eor	x28, x28, x0
	fmov	x0, d23
	add	x28, x28, x0
	msr	fpcr, xzr
	fmov	x0, d17
	eor	x28, x28, x0
	umov	x0, v31.d[1]
	add	x28, x28, x0, lsl #11
	mrs	x0, tpidr_el0
	eor	x28, x28, x0
	/* memory: exclusives, atomics, pairs */
	str	x13, [x20]
3:	ldaxr	x0, [x20]
	add	x0, x0, x21
	stlxr	w1, x0, [x20]
	cbnz	w1, 3b
	ldaddal	x5, x1, [x20]
	eor	x28, x28, x1
	ldr	x1, [x20]
	mov	x3, x1
	casal	x3, x28, [x20]
	swpal	x6, x4, [x20]
	add	x28, x28, x4
	stp	x28, x13, [x20, #16]!
	ldp	x3, x4, [x20], #-16
	sub	x28, x28, x4
	strb	w28, [x20, #33]
	ldrsh	x3, [x20, #32]
	eor	x28, x28, x3
	str	q5, [x20, #48]
	ldr	x3, [x20, #51]
	add	x28, x28, x3
	/* calls that return through the stack */
	mov	x0, #4
	bl	torture_recurse
	add	x28, x28, x0
	/* an SVC in the middle: FFA_ID_GET */
	movz	w0, #0x0069
	movk	w0, #0x8400, lsl #16
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	mov	x4, xzr
	mov	x5, xzr
	mov	x6, xzr
	mov	x7, xzr
	.global	torture_svc
torture_svc:
	svc	#0
	add	x28, x28, x2
	eor	x0, x28, x27, lsl #63
	ldp	d8, d9, [sp, #96]
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #128
	ret
	.size	torture_mix, . - torture_mix

	.global	torture_svcs
	.type	torture_svcs, %function
/* torture_svcs(x0: how many): FFA_ID_GET, so often, and nothing else. */
torture_svcs:
	stp	x29, x30, [sp, #-32]!
	str	x19, [sp, #16]
	mov	x19, x0
1:	movz	w0, #0x0069
	movk	w0, #0x8400, lsl #16
	svc	#0
	sub	x19, x19, #1
	cbnz	x19, 1b
	ldr	x19, [sp, #16]
	ldp	x29, x30, [sp], #32
	ret
	.size	torture_svcs, . - torture_svcs

/*
 * Loops for figures. An engine's pages have 1 KiB, and a branch out of one is looked up each time:
 * so that figures do not depend on what was linked before, each loop begins a line of 64 bytes.
 */
	.global	torture_alu
	.type	torture_alu, %function
	.p2align 6
/* torture_alu(x0: turns): ten instructions a turn, no memory. */
torture_alu:
1:	add	x1, x1, x2
	eor	x2, x2, x1
	add	x3, x3, x1
	sub	x4, x4, x3
	orr	x5, x5, x4
	add	x6, x6, x5
	eor	x7, x7, x6
	add	x8, x8, #1
	sub	x0, x0, #1
	cbnz	x0, 1b
	ret
	.size	torture_alu, . - torture_alu

	.global	torture_calls
	.type	torture_calls, %function
/* torture_calls(x0: turns): eight instructions a turn, in three blocks: a call and its return. */
torture_calls:
	mov	x9, x30
	b	1f
	.p2align 6
1:	bl	2f
	sub	x0, x0, #1
	cbnz	x0, 1b
	ret	x9
2:	add	x1, x1, x2
	eor	x2, x2, x1
	add	x3, x3, x1
	sub	x4, x4, x3
	ret
	.size	torture_calls, . - torture_calls

	.global	torture_store
	.type	torture_store, %function
	.p2align 6
/* torture_store(x0: turns, x1: memory): ten instructions a turn, two of them loads and two stores. */
torture_store:
1:	ldr	x2, [x1]
	ldr	x3, [x1, #8]
	add	x4, x4, x2
	eor	x5, x5, x3
	add	x6, x6, x4
	orr	x7, x7, x5
	str	x6, [x1, #16]
	str	x7, [x1, #24]
	sub	x0, x0, #1
	cbnz	x0, 1b
	ret
	.size	torture_store, . - torture_store

	.type	torture_recurse, %function
torture_recurse:
	stp	x0, x30, [sp, #-16]!
	cbz	x0, 1f
	sub	x0, x0, #1
	bl	torture_recurse
	ldr	x1, [sp]
	madd	x0, x0, x1, x1
1:	ldp	x1, x30, [sp], #16
	add	x0, x0, #3
	ret
	.size	torture_recurse, . - torture_recurse
	.section .note.GNU-stack, "", %progbits
