/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Direct messages and MSG_WAIT: DIRECT_REQ, DIRECT_RESP in 32, 64 and extended form, from the
 * Normal world and between SPs; what an SP's FFA_ERROR does (optee.md 3.4, D7; ffa.md 3.6, 3.7).
 * Framework messages of other kinds: the version one in version.c, power in power.c.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

#define FRAMEWORK_TYPE 0xffu

static bool is_req2(uint64_t fid)
{
	return (uint32_t)fid == FFA_DIRECT_REQ2_64;
}

/* A 32-bit call carries w1..w7 only; no form but the extended one carries x8 and up. */
static void trim(struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0];

	r->x[0] = fid;
	r->x[1] = (uint32_t)r->x[1];
	if (fid == FFA_DIRECT_REQ2_64 || fid == FFA_DIRECT_RESP2_64)
		return;
	if (!(fid & FFA_FID_64))
		for (unsigned i = 2; i < 8; i++)
			r->x[i] = (uint32_t)r->x[i];
	memset(&r->x[8], 0, sizeof(r->x) - 8 * sizeof(r->x[0]));
}

/* D12: the SVC entry of the S-EL1 SPMC does not store them. */
static void lose_upper(struct call *c)
{
	const uint32_t fid = (uint32_t)c->r->x[0];

	if (!c->sp || !quirk(c->s, Q_D12) ||
	    (fid != FFA_DIRECT_REQ2_64 && fid != FFA_DIRECT_RESP2_64))
		return;
	if (c->r->x[15] | c->r->x[16] | c->r->x[17])
		spmc_quirk_acts(c->s, Q_D12);
	c->r->x[15] = c->r->x[16] = c->r->x[17] = 0;
}

static bool uuid_matches(const uint32_t uuid[4], const struct smc_regs *r)
{
	if (!r->x[2] && !r->x[3])
		return true;
	return r->x[2] == (uuid[0] | (uint64_t)uuid[1] << 32) &&
	       r->x[3] == (uuid[2] | (uint64_t)uuid[3] << 32);
}

/* 3.4 row 6: contents of the message itself. */
static int check_message(const struct call *c, const struct sp *dst)
{
	const uint64_t w2 = c->r->x[2];
	const uint32_t type = w2 & FRAMEWORK_TYPE;
	uint32_t wanted;

	if (is_req2(c->r->x[0]))
		return uuid_matches(dst->mf.uuid, c->r) ? FFA_OK : FFA_INVALID_PARAMETERS;
	if (!w2)
		return FFA_OK;
	if (!(w2 & FFA_MSG_FRAMEWORK))
		return FFA_INVALID_PARAMETERS;
	if (type != FFA_MSG_VM_CREATED_REQ && type != FFA_MSG_VM_DESTROYED_REQ)
		return quirk(c->s, Q_PROP_NOT_SUPPORTED) ? FFA_NOT_SUPPORTED
							 : FFA_INVALID_PARAMETERS;
	wanted = type == FFA_MSG_VM_CREATED_REQ ? 1u : 2u;
	if (quirk(c->s, Q_NO_VM_MESSAGES))
		return FFA_INVALID_PARAMETERS;
	if (c->sp || ffa_src(c->r->x[1]).v || !(dst->mf.vm_messages & wanted))
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* 3.4 row 4. */
static int check_properties(const struct call *c, const struct sp *dst)
{
	const bool two = is_req2(c->r->x[0]);
	const uint32_t send = two ? FFA_PROP_DIRECT2_SEND : FFA_PROP_DIRECT_SEND;
	const uint32_t recv = two ? FFA_PROP_DIRECT2_RECV : FFA_PROP_DIRECT_RECV;

	if (two && !quirk(c->s, Q_PROP_NOT_SUPPORTED) &&
	    (dst->version < FFA_VERSION_1_2 || (c->sp && c->sp->version < FFA_VERSION_1_2)))
		return FFA_DENIED;
	if ((!c->sp || c->sp->mf.messaging_method & send) && dst->mf.messaging_method & recv)
		return FFA_OK;
	return quirk(c->s, Q_PROP_NOT_SUPPORTED) ? FFA_NOT_SUPPORTED : FFA_DENIED;
}

/* 3.4 row 7; ffa.md 3.6 rows 8 to 13. */
static int check_state(const struct call *c, const struct sp_ec *dst)
{
	if (dst->state == SP_IDLE)
		return dst->saving && !quirk(c->s, Q_H13) ? FFA_BUSY : FFA_OK;
	if (dst->state == SP_DEAD && !quirk(c->s, Q_DEAD_IS_BUSY))
		return FFA_ABORTED;
	/* A predecessor that was entered by FFA_RUN has no open request: a loop, not a queue. */
	if (dst->state == SP_BLOCKED && !dst->request_open && c->sp)
		return FFA_DENIED;
	return FFA_BUSY;
}

static bool thread_available(const struct spmc *s)
{
	for (unsigned i = 0; i < s->thread_count; i++)
		if (s->thread[i].state == THREAD_FREE)
			return true;
	return false;
}

static int check_request(const struct call *c, struct sp_ec **out)
{
	const struct spmc *s = c->s;
	const endpoint_id id = ffa_dst(c->r->x[1]);
	const bool pool = quirk(s, Q_THREAD_POOL);
	struct sp_ec *ctx;
	struct sp *dst;
	int err;

	if (!c->sp && id.v == FFA_ID_SPMC)
		return FFA_INVALID_PARAMETERS;
	if (c->sp && quirk(s, Q_NO_SP_REQUESTS))
		return FFA_INVALID_PARAMETERS;
	if (!c->sp && pool && !thread_available(s))
		return FFA_BUSY; /* hides every other error */
	if (c->sp && ffa_src(c->r->x[1]).v != c->sp->id.v)
		return FFA_INVALID_PARAMETERS;
	if (lsp_by_id(s, id)) /* from an SP; D33 */
		return FFA_INVALID_PARAMETERS;
	dst = sp_by_id(s, id);
	if (!dst)
		return c->sp && quirk(s, Q_PROP_NOT_SUPPORTED) ? FFA_NOT_SUPPORTED
							       : FFA_INVALID_PARAMETERS;
	if (dst == c->sp)
		return FFA_INVALID_PARAMETERS;
	if (quirk(s, Q_PROP_NOT_SUPPORTED)) {
		err = check_properties(c, dst);
		if (!err)
			err = check_message(c, dst);
	} else {
		err = check_message(c, dst);
		if (!err)
			err = check_properties(c, dst);
	}
	if (err)
		return err;
	ctx = sp_ctx_on(dst, c->pe);
	if (!ctx)
		return FFA_INVALID_PARAMETERS;
	err = check_state(c, ctx);
	if (err)
		return err;
	if (c->ctx && c->ctx->off_message)
		return FFA_DENIED;
	if (c->ctx && c->ctx->rtm == RTM_INIT && !quirk(s, Q_NO_RUNTIME_MODELS) &&
	    !ctx->initialised)
		return FFA_DENIED;
	*out = ctx;
	return FFA_OK;
}

/* The least permissive of its own and, unless D8, its caller's (4.2). Values rank by permission. */
static uint8_t effective_action(const struct call *c, const struct sp *dst)
{
	const uint32_t own = dst->mf.ns_action;

	if (quirk(c->s, Q_D8) || !c->ctx || c->ctx->action > own)
		return (uint8_t)own;
	return c->ctx->action;
}

static void handle_request(struct call *c)
{
	const struct lsp *lsp = lsp_by_id(c->s, ffa_dst(c->r->x[1]));
	struct sp_ec *dst = NULL;
	int err;

	trim(c->r);
	if (!c->sp && lsp) {
		lsp->direct_req(c->s, c->r);
		return;
	}
	err = check_request(c, &dst);
	if (err) {
		regs_error(c->r, err);
		return;
	}
	lose_upper(c);
	dst->caller = ffa_src(c->r->x[1]);
	dst->caller_ctx = c->ctx;
	dst->request_fid = (uint32_t)c->r->x[0];
	dst->request_flags = (uint32_t)c->r->x[2];
	dst->request_open = true;
	dst->linked = c->ctx != NULL;
	notify_entering(dst);
	if (quirk(c->s, Q_EL1_SPS))
		interrupts_inherit(c->s, dst, c->ctx);
	else
		dst->action = effective_action(c, dst->sp);
	dst->rtm = RTM_DIRECT_REQ;
	dst->entry_reason = ENTRY_REQUEST;
	if (c->ctx) {
		if (!quirk(c->s, Q_THREAD_POOL))
			sp_set_state(c->ctx, SP_BLOCKED);
	} else if (quirk(c->s, Q_THREAD_POOL)) {
		dst->thread = thread_alloc(c->s, dst);
	}
	sp_set_state(dst, SP_BUSY);
	c->next = dst;
	c->outcome = CALL_SWITCH;
}

/* The response kind that belongs to a request kind: the next id, in the same width. */
static uint32_t response_to(uint32_t request_fid)
{
	return request_fid + 1;
}

static int check_framework_response(const struct call *c)
{
	const uint64_t w2 = c->r->x[2];
	const struct sp_ec *ctx = c->ctx;

	if (ctx->off_message)
		return w2 == (FFA_MSG_FRAMEWORK | FFA_MSG_POWER_RESP) ? FFA_OK : FFA_DENIED;
	if (!w2)
		return ctx->request_flags && !is_req2(ctx->request_fid)
			       ? (quirk(c->s, Q_RESP_INVALID) ? FFA_INVALID_PARAMETERS : FFA_DENIED)
			       : FFA_OK;
	if (!(w2 & FFA_MSG_FRAMEWORK))
		return FFA_INVALID_PARAMETERS;
	if ((w2 & FRAMEWORK_TYPE) != FFA_MSG_VM_CREATED_RESP &&
	    (w2 & FRAMEWORK_TYPE) != FFA_MSG_VM_DESTROYED_RESP)
		return quirk(c->s, Q_RESP_INVALID) ? FFA_NOT_SUPPORTED : FFA_INVALID_PARAMETERS;
	if ((w2 & FRAMEWORK_TYPE) != (ctx->request_flags & FRAMEWORK_TYPE) + 1)
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* optee.md 3.4, "Response checks", in that order. */
static int check_response_optee(const struct call *c)
{
	const struct smc_regs *r = c->r;
	const endpoint_id to = ffa_dst(r->x[1]);
	const struct sp *dst;
	int err;

	if (ffa_src(r->x[1]).v != c->sp->id.v)
		return FFA_INVALID_PARAMETERS;
	if ((uint32_t)r->x[0] == FFA_DIRECT_RESP2_64) {
		if (r->x[2] || r->x[3])
			return FFA_INVALID_PARAMETERS;
		if (!(c->sp->mf.messaging_method & FFA_PROP_DIRECT2_RECV))
			return FFA_DENIED;
	} else {
		err = check_framework_response(c);
		if (err)
			return err;
	}
	if (endpoint_is_secure(to)) {
		dst = sp_by_id(c->s, to);
		if (!dst || (dst->ctx[0].state != SP_BUSY && dst->ctx[0].state != SP_BOOTING))
			return FFA_INVALID_PARAMETERS;
	}
	if (to.v != c->ctx->caller.v || (uint32_t)r->x[0] != response_to(c->ctx->request_fid))
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* Hafnium looks at x8 to x17 of its newer SPs (1.1). */
static bool upper_registers_used(const struct call *c)
{
	for (unsigned i = 8; i < SMC_REGS; i++)
		if (c->r->x[i])
			return quirk(c->s, Q_EL1_SPS) && c->sp->version >= FFA_VERSION_1_2;
	return false;
}

/* ffa.md 3.7. */
static int check_response_strict(const struct call *c)
{
	const struct smc_regs *r = c->r;
	const endpoint_id from = ffa_src(r->x[1]), to = ffa_dst(r->x[1]);
	const bool two = (uint32_t)r->x[0] == FFA_DIRECT_RESP2_64;

	if (!two && r->x[2] && !(r->x[2] & FFA_MSG_FRAMEWORK))
		return FFA_INVALID_PARAMETERS;
	if (!two && upper_registers_used(c))
		return FFA_INVALID_PARAMETERS;
	if (two && quirk(c->s, Q_MEM_TFA) && (r->x[2] || r->x[3]))
		return FFA_INVALID_PARAMETERS;
	if (from.v != c->sp->id.v || from.v == to.v)
		return FFA_INVALID_PARAMETERS;
	if (quirk(c->s, Q_MEM_TFA) && endpoint_is_secure(to) && !sp_by_id(c->s, to))
		return FFA_INVALID_PARAMETERS;
	if (c->ctx->rtm != RTM_DIRECT_REQ || !c->ctx->request_open || to.v != c->ctx->caller.v ||
	    two != is_req2(c->ctx->request_fid))
		return FFA_DENIED;
	/* Somebody ran the requester meanwhile: nobody waits for this reply. */
	if (c->ctx->caller_ctx && c->ctx->caller_ctx->state != SP_BLOCKED)
		return FFA_DENIED;
	return two ? FFA_OK : check_framework_response(c);
}

/* The response in c->r goes to who asked. */
static void answer(struct call *c)
{
	struct sp_ec *ctx = c->ctx;

	ctx->request_open = false;
	ctx->linked = false;
	ctx->rtm = RTM_NONE;
	sp_set_state(ctx, SP_IDLE);
	if (!ctx->caller_ctx) {
		c->outcome = CALL_LEAVE;
		return;
	}
	c->next = ctx->caller_ctx;
	c->next->entry_reason = ENTRY_REPLY;
	c->next->last_callee = ctx;
	sp_set_state(c->next, sp_working_state(c->next));
	c->outcome = CALL_SWITCH;
}

static void handle_response(struct call *c)
{
	struct sp_ec *ctx = c->ctx;
	const int err =
		quirk(c->s, Q_RESP_INVALID) ? check_response_optee(c) : check_response_strict(c);

	if (err) {
		regs_error(c->r, err);
		return;
	}
	trim(c->r);
	if ((uint32_t)c->r->x[0] == FFA_DIRECT_RESP2_64)
		c->r->x[2] = c->r->x[3] = 0;
	lose_upper(c);
	interrupts_end_managed_exit(ctx);
	if (secure_irq_intercepts(c))
		return;
	answer(c);
}

/* H19: the look for pending interrupts and the wait are two steps. */
static void wait_unlocked(struct call *c)
{
	pe_charge(cost()->lock_ns);
	if (c->ctx->ec->el1 && ec_virq_first(c->ctx->ec) == EC_VIRQ_MAX)
		return;
	spmc_quirk_acts(c->s, Q_H19);
	spmc_panic(c->s, "assertion failed: a waiting context has a pending interrupt");
}

/* True: the wait ends at once, or a response that was held back goes out now. */
static bool wait_el1(struct call *c)
{
	struct sp_ec *ctx = c->ctx;

	interrupts_end_managed_exit(ctx);
	if (ctx->initialised && secure_irq_intercepts(c))
		return true;
	if (quirk(c->s, Q_H19) && ctx->initialised)
		wait_unlocked(c);
	if (!ctx->held)
		return false;
	ctx->held = ctx->spmc_mode = false;
	*c->r = ctx->held_regs;
	answer(c);
	return true;
}

/* What must be zero in MSG_WAIT. */
static bool wait_has_garbage(const struct call *c)
{
	const uint32_t known = c->sp->version >= FFA_VERSION_1_2 ? 1u : 0u;
	bool bad = (uint32_t)c->r->x[1] || (uint32_t)c->r->x[2] & ~known;

	for (unsigned i = 3; i < 8; i++)
		bad |= (uint32_t)c->r->x[i] != 0;
	return bad || upper_registers_used(c);
}

static void handle_msg_wait(struct call *c)
{
	struct sp_ec *ctx = c->ctx;
	const bool keep_rx = c->r->x[2] & 1 && c->sp->version >= FFA_VERSION_1_2;

	if (!quirk(c->s, Q_NO_RUNTIME_MODELS)) {
		if (wait_has_garbage(c)) {
			regs_error(c->r, FFA_INVALID_PARAMETERS);
			return;
		}
		if (ctx->rtm == RTM_DIRECT_REQ) {
			regs_error(c->r, FFA_DENIED);
			return;
		}
		if (!keep_rx)
			rxtx_waits(c);
	}
	if (quirk(c->s, Q_EL1_SPS) && wait_el1(c))
		return;
	/* As built, this ends whatever request is open (golden.md G9): its caller SP, if any, stays
	 * busy for good. */
	ctx->initialised = true;
	ctx->request_open = false;
	ctx->linked = false;
	ctx->rtm = RTM_NONE;
	sp_set_state(ctx, SP_IDLE);
	regs_clear(c->r);
	c->r->x[0] = FFA_MSG_WAIT;
	if (!quirk(c->s, Q_EL1_SPS) || !secure_irq_done(c))
		c->outcome = CALL_LEAVE;
}

static void handle_error(struct call *c)
{
	if (quirk(c->s, Q_D7)) {
		/* The bounce: w0..w2 as sent come back to the sender. */
		spmc_quirk_acts(c->s, Q_D7);
		c->ctx->entry_reason = ENTRY_BOUNCE;
		return;
	}
	if (c->ctx->rtm == RTM_DIRECT_REQ && quirk(c->s, Q_ERROR_ENDS_REQUEST)) {
		answer(c);
		return;
	}
	if (c->ctx->rtm == RTM_INIT && (int32_t)c->r->x[2] == FFA_ABORTED) {
		for (unsigned i = 0; i < c->sp->ctx_count; i++)
			sp_set_state(&c->sp->ctx[i], SP_DEAD);
		if (!quirk(c->s, Q_DEAD_KEEPS))
			memory_endpoint_died(c->s, c->sp);
		c->outcome = CALL_LEAVE;
		return;
	}
	regs_error(c->r, FFA_NOT_SUPPORTED);
}

static const struct spmc_service services[] = {
	{FFA_DIRECT_REQ, INSTANCE_NWD | INSTANCE_SP, handle_request},
	{FFA_DIRECT_REQ | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_request},
	{FFA_DIRECT_REQ2_64, INSTANCE_NWD | INSTANCE_SP, handle_request},
	{FFA_DIRECT_RESP, INSTANCE_SP, handle_response},
	{FFA_DIRECT_RESP | FFA_FID_64, INSTANCE_SP, handle_response},
	{FFA_DIRECT_RESP2_64, INSTANCE_SP, handle_response},
	{FFA_MSG_WAIT, INSTANCE_SP, handle_msg_wait},
	{FFA_ERROR, INSTANCE_SP, handle_error},
};
SPMC_FAMILY(direct_msg);
