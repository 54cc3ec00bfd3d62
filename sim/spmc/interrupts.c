/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Non-secure interrupts while an SP runs: what is masked, and what a preemption does to the chain
 * (optee.md 1.9, 3.6, 3.7; ffa.md 4.2, 4.3). An S-EL1 partition may ask for a managed exit: it is
 * told by a virtual interrupt, runs on with foreign interrupts held off, and answers by itself
 * (ffa.md 4.4). Secure interrupts: secure_irq.c.
 */
#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_interrupt, "ffa.interrupt", "the Normal world got FFA_INTERRUPT", "sp$", "w1");
TRACE_KIND(trace_sp_managed_exit, "sp.managed_exit",
	   "the managed-exit interrupt is pending in a partition", "sp$", "masked");

bool interrupts_masked_for(const struct spmc *s, const struct sp_ec *ctx)
{
	const bool booting = ctx->state == SP_BOOTING || !s->booted;

	/* Boot runs with foreign interrupts masked throughout (1.8 M, N). */
	if (quirk(s, Q_EL1_SPS))
		return ctx->mask >= MASK_NS || booting;
	return ctx->action != FFA_NS_SIGNALED || booting || quirk(s, Q_NEVER_PREEMPTED);
}

bool interrupts_due(const struct spmc *s, const struct pe *pe)
{
	if (!pe->s_irq_masked && pe_irq_pending(pe))
		return true;
	/* Where SPs own no secure interrupts, they are served in place. */
	return pe->s_secure_open && pe->intc.spi_secure_count && quirk(s, Q_EL1_SPS);
}

static uint8_t stricter(uint8_t a, uint8_t b)
{
	return a > b ? a : b;
}

void interrupts_inherit(struct spmc *s, struct sp_ec *ctx, const struct sp_ec *from)
{
	const struct manifest *mf = &ctx->sp->mf;

	ctx->action = (uint8_t)mf->ns_action;
	if (!quirk(s, Q_EL1_SPS))
		return;
	ctx->mask = from ? from->mask : MASK_NONE;
	if (mf->ns_action == FFA_NS_QUEUED)
		ctx->mask = stricter(ctx->mask, MASK_NS);
	if (mf->s_queued || (ctx->spmc_mode && !quirk(s, Q_H10)))
		ctx->mask = MASK_ALL;
	if (ctx->mask)
		ctx->action = FFA_NS_QUEUED;
}

static void begin_managed_exit(struct spmc *s, struct sp_ec *ctx)
{
	const struct ec_virq *v = &ctx->ec->virq;

	ctx->managed_exit = true;
	ctx->mask = stricter(ctx->mask, MASK_NS);
	ec_virq_pend(ctx->ec, SPMC_MEI_INTID);
	TRACE(&s->m->trace, trace_sp_managed_exit, ctx->who,
	      ctx->sp->mf.managed_exit_virq ? v->irq_masked : v->fiq_masked);
}

void interrupts_end_managed_exit(struct sp_ec *ctx)
{
	ctx->managed_exit = false;
	ec_virq_clear(ctx->ec, SPMC_MEI_INTID);
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

/* One link at a time (4.3): the caller runs again, its request returned FFA_INTERRUPT, and the
 * interrupt that is still pending meets it. */
static bool unwind(struct sp_ec **ctxp, struct smc_regs *r)
{
	struct sp_ec *ctx = *ctxp, *up = ctx->caller_ctx;

	sp_set_state(ctx, SP_PREEMPTED);
	interrupt_regs(r, ctx->sp->id, ctx->index);
	if (!ctx->linked)
		return false;
	ctx->linked = false;
	ctx->action = (uint8_t)ctx->sp->mf.ns_action;
	sp_set_state(up, SP_BUSY);
	up->entry_reason = ENTRY_SVC_RESULT;
	*ctxp = up;
	return true;
}

/* True: *ctx goes on with its interrupts arranged, nobody is preempted. */
static bool stays(struct spmc *s, struct sp_ec *ctx)
{
	const struct pe *pe = pe_self();

	if (interrupts_masked_for(s, ctx) || !pe_irq_pending(pe))
		return true; /* somebody else took it */
	if (ctx->sp->mf.ns_action != FFA_NS_MANAGED_EXIT)
		return false;
	begin_managed_exit(s, ctx);
	return true;
}

bool interrupts_preempt(struct spmc *s, struct sp_ec **ctxp, struct smc_regs *r, bool *resume)
{
	struct sp_ec *ctx = *ctxp;

	if (quirk(s, Q_EL1_SPS)) {
		if (ctx->mask < MASK_ALL && pe_self()->intc.spi_secure_count)
			return secure_irq_while_running(s, ctxp, r, resume);
		if (stays(s, ctx)) {
			*resume = true;
			return true;
		}
	}
	if (quirk(s, Q_THREAD_POOL))
		suspend_thread(s, ctx, r);
	else if (unwind(ctxp, r))
		return true;
	TRACE(&s->m->trace, trace_ffa_interrupt, ctx->who, r->x[1]);
	return false;
}

/* FFA_INTERRUPT as a call: an SP may not (3.3: DENIED; OP-TEE does not know it). */
static void handle_interrupt(struct call *c)
{
	regs_error(c->r, quirk(c->s, Q_SVC_UNKNOWN_INVALID) ? FFA_INVALID_PARAMETERS : FFA_DENIED);
}

static const struct spmc_service services[] = {
	{FFA_INTERRUPT, INSTANCE_SP, handle_interrupt},
};
SPMC_FAMILY(interrupts);
