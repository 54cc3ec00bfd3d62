/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Non-secure interrupts while an SP runs: what is masked, and what a preemption does to the chain
 * (optee.md 1.9, 3.6, 3.7; ffa.md 4.2, 4.3).
 * Not modelled: secure interrupts, managed exit (refused for S-EL0 SPs).
 */
#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_interrupt, "ffa.interrupt", "the Normal world got FFA_INTERRUPT", "sp$", "w1");

bool interrupts_masked_for(const struct spmc *s, const struct sp_ec *ctx)
{
	/* Boot runs with foreign interrupts masked throughout (1.8 M, N). */
	return ctx->action != FFA_NS_SIGNALED || ctx->state == SP_BOOTING || !s->booted ||
	       quirk(s, Q_NEVER_PREEMPTED);
}

static void interrupt_regs(struct smc_regs *r, endpoint_id id, uint16_t low)
{
	regs_clear(r);
	r->x[0] = FFA_INTERRUPT;
	r->x[1] = ffa_pack(id, low);
}

/* The whole thread is suspended; callers see nothing (4.3, column OP-TEE). */
static void suspend_thread(struct spmc *s, struct sp_ec *ctx, struct smc_regs *r)
{
	const uint16_t thread = ctx->thread;

	if (ctx->state != SP_BUSY)
		spmc_panic(s, "assertion 'sp_sess->state == sp_busy' failed at "
			      "core/arch/arm/kernel/spmc_sp_handler.c:455 "
			      "<spmc_sp_set_to_preempted>");
	sp_set_state(ctx, SP_PREEMPTED);
	thread_suspend(s, thread, ctx, "foreign");
	interrupt_regs(r, ctx->sp->id, thread);
}

bool interrupts_preempt(struct spmc *s, struct sp_ec **ctxp, struct smc_regs *r)
{
	struct sp_ec *ctx = *ctxp;

	if (quirk(s, Q_THREAD_POOL)) {
		suspend_thread(s, ctx, r);
	} else {
		sp_set_state(ctx, SP_PREEMPTED);
		interrupt_regs(r, ctx->sp->id, ctx->index);
		if (ctx->linked) {
			/* One link at a time (4.3): the caller runs again, its request returned
			 * FFA_INTERRUPT, and the interrupt that is still pending meets it. */
			ctx->linked = false;
			ctx->action = (uint8_t)ctx->sp->mf.ns_action;
			sp_set_state(ctx->caller_ctx, SP_BUSY);
			ctx->caller_ctx->entry_reason = ENTRY_SVC_RESULT;
			*ctxp = ctx->caller_ctx;
			return true;
		}
	}
	TRACE(&s->m->trace, trace_ffa_interrupt, ctx->who, r->x[1]);
	return false;
}

/* FFA_INTERRUPT as a call: an SP may not (3.3: DENIED; OP-TEE does not know it). The SPMD's use of
 * it, a secure interrupt while the Normal world runs, is not modelled. */
static void handle_interrupt(struct call *c)
{
	regs_error(c->r, quirk(c->s, Q_SVC_UNKNOWN_INVALID) ? FFA_INVALID_PARAMETERS : FFA_DENIED);
}

static const struct spmc_service services[] = {
	{FFA_INTERRUPT, INSTANCE_SP, handle_interrupt},
};
SPMC_FAMILY(interrupts);
