/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * void *fiber_jump(void **save_sp, void *to_sp, void *arg)
 *
 * Saves the callee-saved registers, the SSE and x87 control words and the stack pointer, and goes on
 * where @to_sp was saved; @arg becomes the return value there. Ends in pop + jmp: a ret would be
 * mispredicted each time, because the return predictor knows another stack.
 */
	.text
	.globl	fiber_jump
	.hidden	fiber_jump
	.type	fiber_jump, @function
	.p2align 4
fiber_jump:
	.cfi_startproc
	/* Both stacks have the same shape, so one description serves before and after the switch. */
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r15, 0
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r15
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r15
	popq	%r14
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r14
	popq	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r13
	popq	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r12
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	movq	%rdx, %rax
	popq	%r8
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %r8
	jmp	*%r8
	.cfi_endproc
	.size	fiber_jump, .-fiber_jump

/* First code of a new fiber: r12 = entry. Unwinders stop here. */
	.globl	fiber_start
	.hidden	fiber_start
	.type	fiber_start, @function
fiber_start:
	.cfi_startproc
	.cfi_undefined rip
	xorl	%ebp, %ebp
	movq	%rax, %rdi
	call	*%r12
	ud2
	.cfi_endproc
	.size	fiber_start, .-fiber_start

	.section .note.GNU-stack,"",@progbits
