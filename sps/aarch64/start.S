/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entry of a guest SP, its SVC and its register-filling work loop.
 *
 * struct pe_regs (soc/machine.h) as bytes: x at 0, v at 248, tpidr_el0 760, fpcr 768, fpsr 776,
 * nzcv 784.
 */
	.arch	armv8-a

#define R_V	248
#define R_TPIDR	760
#define R_FPCR	768
#define R_FPSR	776
#define R_NZCV	784

	.section .text.start, "ax"
	.global	_start
	.type	_start, %function
/* x0: boot information. An ELF has its stack already; a flat image is entered with SP = 0. */
_start:
	mov	x29, xzr
	mov	x30, xzr
	bl	guest_main
	.inst	0x00000000
	.size	_start, . - _start

	.macro	frame_save
	stp	x29, x30, [sp, #-176]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	.endm

	.macro	frame_restore
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	ldp	x29, x30, [sp], #176
	.endm

	.text
	.global	guest_svc
	.type	guest_svc, %function
/* guest_svc(x0: struct smc_regs *, x1: struct pe_regs *): x0..x17 go out and come back; x19..x30
 * of the second argument are in the registers over the SVC and are stored as they come back. */
guest_svc:
	frame_save
	stp	x0, x1, [sp, #160]
	mov	x18, x0
	ldp	x19, x20, [x1, #152]
	ldp	x21, x22, [x1, #168]
	ldp	x23, x24, [x1, #184]
	ldp	x25, x26, [x1, #200]
	ldp	x27, x28, [x1, #216]
	ldp	x29, x30, [x1, #232]
	ldp	x0, x1, [x18]
	ldp	x2, x3, [x18, #16]
	ldp	x4, x5, [x18, #32]
	ldp	x6, x7, [x18, #48]
	ldp	x8, x9, [x18, #64]
	ldp	x10, x11, [x18, #80]
	ldp	x12, x13, [x18, #96]
	ldp	x14, x15, [x18, #112]
	ldp	x16, x17, [x18, #128]
	svc	#0
	.global	guest_svc_return
guest_svc_return:
	ldr	x18, [sp, #160]
	stp	x0, x1, [x18]
	stp	x2, x3, [x18, #16]
	stp	x4, x5, [x18, #32]
	stp	x6, x7, [x18, #48]
	stp	x8, x9, [x18, #64]
	stp	x10, x11, [x18, #80]
	stp	x12, x13, [x18, #96]
	stp	x14, x15, [x18, #112]
	stp	x16, x17, [x18, #128]
	ldr	x18, [sp, #168]
	stp	x19, x20, [x18, #152]
	stp	x21, x22, [x18, #168]
	stp	x23, x24, [x18, #184]
	stp	x25, x26, [x18, #200]
	stp	x27, x28, [x18, #216]
	stp	x29, x30, [x18, #232]
	frame_restore
	ret
	.size	guest_svc, . - guest_svc

	.macro	load_v n
	ldr	q\n, [x0, #(R_V + \n * 16 - R_V)]
	.endm
	.macro	store_v n
	str	q\n, [x0, #(R_V + \n * 16 - R_V)]
	.endm
	.macro	each_v what
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, \
		23, 24, 25, 26, 27, 28, 29, 30, 31
	\what	\n
	.endr
	.endm

	.global	guest_spin
	.type	guest_spin, %function
/* guest_spin(x0: struct pe_regs *, x1: turns): fills every register from the struct, runs
 * 16 * turns + 0 instructions that change none of them but x0, its counter, and stores them all
 * back. x0 of the struct is stored as 0 when the count came out right. */
guest_spin:
	frame_save
	stp	x0, x1, [sp, #160]
	ldr	x2, [x0, #R_TPIDR]
	msr	tpidr_el0, x2
	ldr	x2, [x0, #R_FPCR]
	msr	fpcr, x2
	ldr	x2, [x0, #R_FPSR]
	msr	fpsr, x2
	ldr	x2, [x0, #R_NZCV]
	msr	nzcv, x2
	add	x0, x0, #R_V
	each_v	load_v
	sub	x0, x0, #R_V
	ldr	x1, [x0, #8]
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x18, x19, [x0, #144]
	ldp	x20, x21, [x0, #160]
	ldp	x22, x23, [x0, #176]
	ldp	x24, x25, [x0, #192]
	ldp	x26, x27, [x0, #208]
	ldp	x28, x29, [x0, #224]
	ldr	x30, [x0, #240]
	ldr	x0, [sp, #168]
	.global	guest_spin_loop
guest_spin_loop:
	sub	x0, x0, #1
	.rept	14
	nop
	.endr
	cbnz	x0, guest_spin_loop
	.global	guest_spin_done
guest_spin_done:
	str	x0, [sp, #168]
	ldr	x0, [sp, #160]
	str	x1, [x0, #8]
	ldr	x1, [sp, #168]
	str	x1, [x0]
	stp	x2, x3, [x0, #16]
	mrs	x2, nzcv
	str	x2, [x0, #R_NZCV]
	mrs	x2, fpsr
	str	x2, [x0, #R_FPSR]
	mrs	x2, fpcr
	str	x2, [x0, #R_FPCR]
	msr	fpcr, xzr
	mrs	x2, tpidr_el0
	str	x2, [x0, #R_TPIDR]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	add	x0, x0, #R_V
	each_v	store_v
	frame_restore
	ret
	.size	guest_spin, . - guest_spin

	.section .note.GNU-stack, "", %progbits
