/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FFA_RUN and FFA_YIELD: giving cycles to an SP and giving them back (optee.md 3.5, D1; ffa.md
 * 3.5). The low half of w1 is a thread id with the thread pool, an execution context otherwise.
 */
#include "spmc/spmc_internal.h"

static void resume(struct call *c, struct sp_ec *ctx)
{
	sp_set_state(ctx, SP_BUSY);
	c->next = ctx;
	c->resume = true;
	c->outcome = CALL_SWITCH;
}

static int check_run_optee(const struct call *c, struct sp_ec **out)
{
	const struct spmc *s = c->s;
	const endpoint_id id = ffa_src(c->r->x[1]);
	const uint16_t thread = (uint16_t)c->r->x[1];
	struct sp *sp;

	if (id.v == FFA_ID_SPMC || lsp_by_id(s, id))
		return FFA_INVALID_PARAMETERS;
	sp = sp_by_id(s, id);
	if (!sp)
		return FFA_INVALID_PARAMETERS;
	if (sp->ctx[0].state != SP_PREEMPTED || sp->ctx[0].thread != thread)
		return FFA_DENIED;
	*out = &sp->ctx[0];
	return FFA_OK;
}

static void run_optee(struct call *c)
{
	struct sp_ec *ctx = NULL;
	int err = check_run_optee(c, &ctx);

	if (!err && quirk(c->s, Q_D1))
		pe_charge(cost()->lock_ns); /* D1: tested without the lock, acted on later */
	if (err) {
		regs_error(c->r, err);
		return;
	}
	if (!thread_resume(c->s, (uint16_t)c->r->x[1], "run")) {
		spmc_quirk_acts(c->s, Q_D1);
		spmc_panic(c->s, "Panic at core/arch/arm/kernel/spmc_sp_handler.c:476 "
				 "<spmc_sp_resume_from_preempted>");
	}
	resume(c, ctx);
}

/* Runtime models of an SP that runs somebody (ffa.md 3.3). */
static int check_run_strict(const struct call *c, struct sp_ec **out)
{
	const endpoint_id id = ffa_src(c->r->x[1]);
	struct sp *sp = sp_by_id(c->s, id);
	struct sp_ec *ctx;

	if (!sp)
		return FFA_INVALID_PARAMETERS;
	ctx = sp_ctx_on(sp, c->pe);
	if (!ctx || (sp->ctx_count > 1 && (uint16_t)c->r->x[1] != ctx->index))
		return FFA_INVALID_PARAMETERS; /* pinned: on its own PE only */
	if (c->ctx && ctx->state == SP_OFF)
		return FFA_DENIED;
	if (c->ctx && ctx->state != SP_PREEMPTED && ctx->state != SP_BLOCKED)
		return FFA_DENIED;
	if (ctx->linked && ctx->last_pe != c->pe->id)
		return FFA_DENIED;
	if ((uint16_t)c->r->x[1] != ctx->index)
		return FFA_INVALID_PARAMETERS;
	if (c->ctx && (c->ctx->rtm == RTM_INIT || c->ctx->off_message))
		return FFA_DENIED;
	if (c->ctx && c->ctx->rtm == RTM_SEC_INTERRUPT && ctx->state != SP_PREEMPTED)
		return FFA_DENIED;
	for (const struct sp_ec *up = c->ctx; up; up = up->linked ? up->caller_ctx : NULL)
		if (up == ctx)
			return FFA_DENIED; /* precedes the caller in its chain */
	if (ctx->saving && !quirk(c->s, Q_H13))
		return FFA_BUSY;
	switch (ctx->state) {
	case SP_OFF:
		return FFA_INVALID_PARAMETERS;
	case SP_DEAD:
		return quirk(c->s, Q_DEAD_IS_BUSY) ? FFA_BUSY : FFA_ABORTED;
	case SP_BOOTING:
	case SP_BUSY:
		return FFA_BUSY;
	default:
		*out = ctx;
		return FFA_OK;
	}
}

/* HRUN: what was found true is acted upon later. */
static void run_unlocked(struct call *c, struct sp_ec *ctx)
{
	const enum sp_state was = ctx->state;

	pe_charge(cost()->lock_ns);
	if (ctx->state == was)
		return;
	spmc_quirk_acts(c->s, Q_HRUN);
	spmc_panic(c->s, "assertion failed: the context to be run runs on another PE");
}

static void run_strict(struct call *c)
{
	struct sp_ec *ctx = NULL;
	const uint32_t w1 = (uint32_t)c->r->x[1];
	enum sp_state was;
	int err;

	if (secure_irq_run(c))
		return;
	err = check_run_strict(c, &ctx);
	if (err) {
		regs_error(c->r, err);
		return;
	}
	if (quirk(c->s, Q_HRUN))
		run_unlocked(c, ctx);
	if (c->ctx)
		sp_set_state(c->ctx, SP_BLOCKED);
	was = ctx->state;
	interrupts_inherit(c->s, ctx, c->ctx);
	notify_entering(ctx);
	resume(c, ctx);
	if (was == SP_PREEMPTED)
		return;
	c->resume = false;
	regs_clear(c->r);
	if (was == SP_BLOCKED) {
		/* After YIELD SUCCESS; after DIRECT_REQ or RUN a placeholder (row 16). */
		c->r->x[0] = ctx->yielded ? FFA_SUCCESS : FFA_INTERRUPT;
		ctx->yielded = false;
		return;
	}
	ctx->rtm = RTM_RUN;
	ctx->caller_ctx = c->ctx;
	ctx->entry_reason = ENTRY_REQUEST;
	c->r->x[0] = FFA_RUN;
	c->r->x[1] = w1;
}

static void handle_run(struct call *c)
{
	if (quirk(c->s, Q_THREAD_POOL))
		run_optee(c);
	else
		run_strict(c);
}

/* SPs of the S-EL1 SPMC know neither RUN nor YIELD. */
static bool refuse_unknown(struct call *c)
{
	if (!quirk(c->s, Q_NO_RUNTIME_MODELS))
		return false;
	regs_error(c->r, FFA_INVALID_PARAMETERS);
	return true;
}

static bool upper_registers_used(const struct call *c)
{
	for (unsigned i = 8; i < SMC_REGS; i++)
		if (c->r->x[i])
			return quirk(c->s, Q_EL1_SPS) && c->sp->version >= FFA_VERSION_1_2;
	return false;
}

static void handle_sp_run(struct call *c)
{
	if (refuse_unknown(c))
		return;
	if (quirk(c->s, Q_NO_SP_REQUESTS))
		regs_error(c->r, FFA_INVALID_PARAMETERS);
	else if (upper_registers_used(c))
		service_unknown(c, INSTANCE_SP); /* as built (ffa.md 1.1) */
	else
		run_strict(c);
}

/* w1 is for relaying, w2 and w3 hold the timeout (1.2). */
static bool yield_has_garbage(const struct call *c)
{
	bool bad = (uint32_t)c->r->x[1] != 0;

	for (unsigned i = 4; i < 8; i++)
		bad |= (uint32_t)c->r->x[i] != 0;
	return bad;
}

static void handle_sp_yield(struct call *c)
{
	struct sp_ec *ctx = c->ctx;
	const uint64_t lo = (uint32_t)c->r->x[2], hi = (uint32_t)c->r->x[3];

	if (refuse_unknown(c))
		return;
	if (quirk(c->s, Q_NO_YIELD)) {
		regs_error(c->r, FFA_NOT_SUPPORTED);
		return;
	}
	if (yield_has_garbage(c)) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	if (ctx->rtm == RTM_INIT || ctx->off_message) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	if (ctx->rtm == RTM_SEC_INTERRUPT && !quirk(c->s, Q_H12)) {
		regs_success(c->r); /* nobody to give the cycles to: it keeps them */
		return;
	}
	if (ctx->rtm == RTM_SEC_INTERRUPT)
		spmc_quirk_acts(c->s, Q_H12);
	sp_set_state(ctx, SP_BLOCKED);
	ctx->yielded = true;
	regs_clear(c->r);
	c->r->x[0] = FFA_YIELD;
	c->r->x[1] = ffa_pack(c->sp->id, ctx->index);
	c->r->x[2] = lo;
	c->r->x[3] = hi;
	if (!ctx->linked) {
		c->outcome = CALL_LEAVE;
		return;
	}
	c->next = ctx->caller_ctx;
	sp_set_state(c->next, SP_BUSY);
	c->next->entry_reason = ENTRY_SVC_RESULT;
	c->outcome = CALL_SWITCH;
}

static const struct spmc_service services[] = {
	{FFA_RUN, INSTANCE_NWD, handle_run},
	{FFA_RUN, INSTANCE_SP, handle_sp_run},
	{FFA_YIELD, INSTANCE_SP, handle_sp_yield},
};
SPMC_FAMILY(run);
