/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Secure interrupts (ffa.md 4.5; optee.md 3.10). Who owns one is told by the device regions of the
 * manifests; what nobody owns the SPMC serves itself, in place. A waiting context is entered with
 * FFA_INTERRUPT and gives the PE back with MSG_WAIT, whereupon what it interrupted goes on; one
 * that is blocked further up the chain gives it back with FFA_RUN. While a handler runs, on cycles
 * the SPMC gave it, everything else is held off.
 * The known defects of real code in these few lines are quirks (H7, H10, H11, H19).
 * Not modelled: secure PPIs and SGIs, priorities among secure interrupts.
 */
#include "spmc/spmc_internal.h"

TRACE_KIND(trace_spmd_interrupt, "spmd.interrupt",
	   "EL3 enters the SPMC with FFA_INTERRUPT: a secure interrupt in the Normal world", "pe");
TRACE_KIND(trace_sp_interrupt, "sp.interrupt", "a secure interrupt for an SP", "sp$", "intid",
	   "how$");

void secure_irq_init(struct spmc *s)
{
	intc_set_secure(s->m, SPMC_TIMER_INTID, true);
	intc_enable(s->m, 0, SPMC_TIMER_INTID, true);
	intc_set_secure(s->m, SPMD_INTID, true);
	intc_enable(s->m, 0, SPMD_INTID, true);
}

void secure_irq_own(struct spmc *s, struct sp *sp)
{
	for (uint32_t i = 0; i < sp->mf.irq_count; i++) {
		s->irq_owner[sp->mf.irq[i]] = sp;
		intc_set_secure(s->m, sp->mf.irq[i], true);
		intc_enable(s->m, 0, sp->mf.irq[i], true);
	}
}

static void note(struct spmc *s, const struct sp_ec *ctx, unsigned intid, const char *how)
{
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_sp_interrupt, ctx->who, intid, trace_intern(how));
}

void secure_irq_serve(struct spmc *s, struct pe *pe)
{
	if (intc_first_secure(s->m, pe) == SPMD_INTID)
		spmd_serve_el3(s, pe, "secure"); /* below S-EL2 it goes to EL3 by itself */
	else if (intc_ack_secure(s->m, pe) != INTID_NONE)
		pe_charge(cost()->irq_entry_ns);
}

/* An S-EL1 context finds it in its virtual interrupt controller, an S-EL0 one gets it when it next
 * waits. */
static void queue(struct sp_ec *ctx, unsigned intid)
{
	if (ctx->ec->el1)
		ec_virq_pend(ctx->ec, intid);
	else if (ctx->queued < CTX_QUEUE_MAX)
		ctx->queue[ctx->queued++] = (uint8_t)intid;
}

/* What @ctx would be told of now; INTID_NONE = nothing. */
static unsigned first(const struct sp_ec *ctx)
{
	unsigned intid;

	if (!ctx->ec->el1)
		return ctx->queued ? ctx->queue[0] : INTID_NONE;
	intid = ec_virq_first(ctx->ec);
	return intid == EC_VIRQ_MAX ? INTID_NONE : intid;
}

static void entry_regs(struct sp_ec *ctx, struct smc_regs *r, unsigned intid)
{
	regs_clear(r);
	r->x[0] = FFA_INTERRUPT;
	r->x[2] = intid;
	if (ctx->ec->el1)
		return; /* stays pending for its own handler */
	for (unsigned i = 1; i < ctx->queued; i++)
		ctx->queue[i - 1] = ctx->queue[i];
	ctx->queued -= ctx->queued > 0;
}

/* @up sent the request that is being served by @ctx, directly or further down. */
static bool precedes(const struct sp_ec *up, const struct sp_ec *ctx)
{
	while (ctx && ctx != up)
		ctx = ctx->linked ? ctx->caller_ctx : NULL;
	return ctx == up && up;
}

static void begin(struct spmc *s, struct sp_ec *ctx, struct sp_ec *cur)
{
	ctx->spmc_mode = true;
	ctx->mask_before = ctx->mask;
	ctx->entry_reason = ENTRY_REQUEST;
	if (quirk(s, Q_H10))
		s->pe_interrupted[pe_self()->id] = cur;
	else
		ctx->interrupted = cur;
	interrupts_inherit(s, ctx, NULL);
	if (cur)
		sp_set_state(cur, SP_PREEMPTED);
	sp_set_state(ctx, SP_BUSY);
}

/* Gives @intid to its owner. True when the owner is to be entered now, with @r. */
static bool deliver(struct spmc *s, struct sp_ec *cur, unsigned intid, struct sp_ec **to,
		    struct smc_regs *r)
{
	struct pe *pe = pe_self();
	struct sp *sp = s->irq_owner[intid];
	struct sp_ec *ctx = sp ? sp_ctx_on(sp, pe) : NULL;

	if (!ctx || ctx->state == SP_DEAD || ctx->state == SP_OFF)
		return false;
	queue(ctx, intid);
	if (quirk(s, Q_H7) && sp->ctx_count == 1 && ctx->last_pe != pe->id) {
		spmc_quirk_acts(s, Q_H7);
		note(s, ctx, intid, "lost");
		return false;
	}
	if (ctx == cur || ctx->saving || first(ctx) == INTID_NONE) {
		note(s, ctx, intid, ctx == cur && ctx->ec->el1 ? "virtual" : "queued");
		return false;
	}
	if (ctx->state == SP_IDLE && !(sp->mf.sri_policy & 1)) {
		ctx->rtm = RTM_SEC_INTERRUPT;
		ctx->caller_ctx = NULL;
		entry_regs(ctx, r, first(ctx));
	} else if (ctx->state == SP_BLOCKED && ctx->ec->el1 && ctx->last_pe == pe->id &&
		   precedes(ctx, cur)) {
		ctx->was_blocked = true;
		entry_regs(ctx, r, 0);
	} else {
		note(s, ctx, intid, "queued");
		return false;
	}
	note(s, ctx, intid, "entered");
	begin(s, ctx, cur);
	*to = ctx;
	return true;
}

bool secure_irq_while_running(struct spmc *s, struct sp_ec **ctxp, struct smc_regs *r, bool *resume)
{
	struct sp_ec *cur = *ctxp;
	struct smc_regs up = {.x = {FFA_EL3_INTR_HANDLE}};
	unsigned intid;

	pe_charge(cost()->irq_entry_ns);
	*resume = true;
	if (intc_first_secure(s->m, pe_self()) == SPMD_INTID) {
		spmd_call(s, &up);
		return true;
	}
	intid = intc_ack_secure(s->m, pe_self());
	*resume = false;
	if (intid != INTID_NONE && deliver(s, cur, intid, ctxp, r))
		return true;
	*resume = true;
	return true;
}

static void serve_from_nwd(struct pe *pe)
{
	struct spmc *s = machine->spmc;
	struct sp_ec *ctx;
	struct smc_regs r, up = {.x = {FFA_NORMAL_WORLD_RESUME}};
	unsigned intid;

	if (intc_first_secure(s->m, pe) == SPMD_INTID) {
		spmd_serve_el3(s, pe, "non-secure");
		return;
	}
	s->excursions |= 1ULL << pe->id;
	TRACE(&s->m->trace, trace_spmd_interrupt, pe->id);
	pe_charge(cost()->irq_entry_ns);
	intid = intc_ack_secure(s->m, pe);
	if (intid != INTID_NONE && deliver(s, NULL, intid, &ctx, &r))
		exec_run(s, ctx, &r, false);
	if (spmd_call(s, &up))
		spmc_panic(s, "EL3 does not resume the Normal world");
}

void secure_irq_from_nwd(struct pe *pe)
{
	conduit_secure_interrupt(serve_from_nwd);
}

bool secure_irq_intercepts(struct call *c)
{
	struct sp_ec *ctx = c->ctx;
	const unsigned intid = first(ctx);

	if (intid == INTID_NONE || ctx->sp->mf.sri_policy & 2 || ctx->was_blocked)
		return false;
	if ((uint32_t)c->r->x[0] != FFA_MSG_WAIT) {
		ctx->held = true;
		ctx->held_regs = *c->r;
	}
	ctx->rtm = RTM_SEC_INTERRUPT;
	ctx->spmc_mode = true;
	interrupts_inherit(c->s, ctx, NULL);
	entry_regs(ctx, c->r, intid);
	note(c->s, ctx, intid, "intercepts");
	return true;
}

/* Who was interrupted, forgotten as it is told. */
static struct sp_ec *take_interrupted(struct call *c)
{
	struct sp_ec **slot =
		quirk(c->s, Q_H10) ? &c->s->pe_interrupted[c->pe->id] : &c->ctx->interrupted;
	struct sp_ec *next = *slot;

	*slot = NULL;
	return next;
}

static void go_on(struct call *c, struct sp_ec *next)
{
	sp_set_state(next, SP_BUSY);
	if (quirk(c->s, Q_H11) && next->mask == MASK_NS) {
		spmc_quirk_acts(c->s, Q_H11);
		next->mask = MASK_NONE;
	}
	c->next = next;
	c->resume = true;
	c->outcome = CALL_SWITCH;
}

bool secure_irq_done(struct call *c)
{
	struct sp_ec *next;

	if (!c->ctx->spmc_mode)
		return false;
	c->ctx->spmc_mode = false;
	next = take_interrupted(c);
	if (!next)
		return false; /* NORMAL_WORLD_RESUME, or what it was asked for before */
	go_on(c, next);
	return true;
}

bool secure_irq_run(struct call *c)
{
	struct sp_ec *ctx = c->ctx, *next;

	if (!ctx || !ctx->was_blocked)
		return false;
	if (first(ctx) != INTID_NONE) {
		regs_error(c->r, FFA_DENIED);
		return true;
	}
	ctx->was_blocked = ctx->spmc_mode = false;
	ctx->mask = ctx->mask_before;
	next = take_interrupted(c);
	sp_set_state(ctx, SP_BLOCKED);
	if (next)
		go_on(c, next);
	else
		c->outcome = CALL_LEAVE;
	return true;
}
