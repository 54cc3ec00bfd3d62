/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FFA_RUN and FFA_YIELD: giving cycles to an SP and giving them back (optee.md 3.5, D1; ffa.md
 * 3.5). The low half of w1 is a thread id with the thread pool, an execution context otherwise.
 * Not modelled: MP partitions, so an execution context index is always 0.
 */
#include "spmc/spmc_internal.h"

static void resume(struct call *c, struct sp *sp)
{
	sp_set_state(sp, SP_BUSY);
	c->next = sp;
	c->resume = true;
	c->outcome = CALL_SWITCH;
}

static int check_run_optee(const struct call *c, struct sp **out)
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
	if (sp->state != SP_PREEMPTED || sp->thread != thread)
		return FFA_DENIED;
	*out = sp;
	return FFA_OK;
}

static void run_optee(struct call *c)
{
	struct sp *sp = NULL;
	int err = check_run_optee(c, &sp);

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
	resume(c, sp);
}

/* Runtime models of an SP that runs somebody (ffa.md 3.3). */
static int check_run_strict(const struct call *c, struct sp **out)
{
	const endpoint_id id = ffa_src(c->r->x[1]);
	struct sp *sp = sp_by_id(c->s, id);

	if (!sp)
		return FFA_INVALID_PARAMETERS;
	if (c->sp && sp->state != SP_PREEMPTED && sp->state != SP_BLOCKED)
		return FFA_DENIED;
	if (sp->linked && sp->last_pe != c->pe->id)
		return FFA_DENIED;
	if ((uint16_t)c->r->x[1])
		return FFA_INVALID_PARAMETERS;
	if (c->sp && c->sp->rtm == RTM_INIT)
		return FFA_DENIED;
	for (const struct sp *up = c->sp; up; up = up->linked ? up->caller_sp : NULL)
		if (up == sp)
			return FFA_DENIED; /* precedes the caller in its chain */
	switch (sp->state) {
	case SP_DEAD:
		return FFA_ABORTED;
	case SP_BOOTING:
	case SP_BUSY:
		return FFA_BUSY;
	default:
		*out = sp;
		return FFA_OK;
	}
}

static void run_strict(struct call *c)
{
	struct sp *sp = NULL;
	const uint32_t w1 = (uint32_t)c->r->x[1];
	const int err = check_run_strict(c, &sp);
	enum sp_state was;

	if (err) {
		regs_error(c->r, err);
		return;
	}
	if (c->sp)
		sp_set_state(c->sp, SP_BLOCKED);
	was = sp->state;
	resume(c, sp);
	if (was == SP_PREEMPTED)
		return;
	c->resume = false;
	regs_clear(c->r);
	if (was == SP_BLOCKED) {
		/* After YIELD SUCCESS; after DIRECT_REQ or RUN a placeholder (row 16). */
		c->r->x[0] = sp->yielded ? FFA_SUCCESS : FFA_INTERRUPT;
		sp->yielded = false;
		return;
	}
	sp->rtm = RTM_RUN;
	sp->caller_sp = c->sp;
	sp->entry_reason = ENTRY_REQUEST;
	sp->action = (uint8_t)sp->mf.ns_action;
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

static void handle_sp_run(struct call *c)
{
	if (!refuse_unknown(c))
		run_strict(c);
}

static void handle_sp_yield(struct call *c)
{
	struct sp *sp = c->sp;
	const uint64_t lo = (uint32_t)c->r->x[2], hi = (uint32_t)c->r->x[3];

	if (refuse_unknown(c))
		return;
	if (sp->rtm == RTM_INIT) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	sp_set_state(sp, SP_BLOCKED);
	sp->yielded = true;
	regs_clear(c->r);
	c->r->x[0] = FFA_YIELD;
	c->r->x[1] = ffa_pack(sp->id, 0);
	c->r->x[2] = lo;
	c->r->x[3] = hi;
	if (!sp->linked) {
		c->outcome = CALL_LEAVE;
		return;
	}
	c->next = sp->caller_sp;
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
