/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Yielding calls (optee.md 2.3): CALL_WITH_ARG takes a thread of the pool that SPs use too and
 * reads its message from shared memory. The thread leaves with an ordinary direct response: w4 = 0
 * when the call is done, w4 = 1 with a request to the Normal world in the RPC argument block, w4 =
 * 2 when a foreign interrupt arrived, a *managed exit*. In the last two w7 names the thread, and
 * RESUME continues it on any PE, for any caller.
 */
#include "optee/optee.h"

static void reply(struct smc_regs *r, uint32_t fid, uint64_t w1, uint32_t w3, uint32_t w4,
		  uint32_t w7)
{
	*r = (struct smc_regs){.x = {fid, w1, 0, w3, w4, 0, 0, w7}};
}

static uint64_t swapped(uint64_t w1)
{
	return ffa_pack(ffa_dst(w1), ffa_src(w1).v);
}

/* --- on the thread's fiber ----------------------------------------------------------------------
 */

static size_t msg_bytes(uint32_t params)
{
	return sizeof(struct optee_msg) + params * sizeof(struct optee_msg_param);
}

/* True when @len bytes at @offset lie in the share. */
static bool fits(const struct share *share, uint32_t offset, size_t len)
{
	const uint64_t bytes = tos_shm_bytes(share);

	return len <= bytes && offset <= bytes - len;
}

/* The message is copied once: what the Normal world changes later has no effect. */
static bool fetch(struct optee_thread *t, struct share *share)
{
	struct optee_msg *msg = (struct optee_msg *)t->msg;
	size_t bytes;

	if (!fits(share, t->offset, sizeof(*msg)))
		return false;
	tos_shm_copy(share, t->offset, msg, sizeof(*msg), false);
	if (msg->num_params > OPTEE_MSG_PARAMS_MAX)
		return false;
	bytes = msg_bytes(msg->num_params);
	if (!fits(share, t->offset, bytes + msg_bytes(OPTEE_RPC_PARAMS)))
		return false;
	tos_shm_copy(share, t->offset + sizeof(*msg), msg->param, bytes - sizeof(*msg), false);
	t->rpc_offset = t->offset + bytes;
	return true;
}

/* Only what the call may change goes back. */
static void store(const struct optee_thread *t)
{
	struct optee_msg *msg = (struct optee_msg *)t->msg;
	const struct share *share = t->arg;

	for (uint32_t i = 0; i < msg->num_params; i++) {
		struct optee_msg_param *p = &msg->param[i];
		const uint64_t at = t->offset + msg_bytes(i);

		switch (p->attr & OPTEE_ATTR_TYPE) {
		case OPTEE_ATTR_VALUE_OUT:
		case OPTEE_ATTR_VALUE_INOUT:
			tos_shm_copy(share, at + offsetof(struct optee_msg_param, a), &p->a, 24,
				     true);
			break;
		case OPTEE_ATTR_FMEM_OUT:
		case OPTEE_ATTR_FMEM_INOUT:
			tos_shm_copy(share, at + offsetof(struct optee_msg_param, b), &p->b, 8,
				     true);
			break;
		default:
			break;
		}
	}
	tos_shm_copy(share, t->offset + offsetof(struct optee_msg, session), &msg->session, 4,
		     true);
	tos_shm_copy(share, t->offset + offsetof(struct optee_msg, ret), &msg->ret, 8, true);
}

uint32_t optee_call_run(struct optee_thread *t)
{
	struct share *share;
	bool known;

	/* Looking up and mapping the argument is done with foreign interrupts masked (1.8 B). */
	if (t->service != OPTEE_CALL_WITH_ARG)
		return (uint32_t)FFA_DENIED;
	share = tos_shm_get(t->os->s, t->handle);
	if (!share)
		return TEE_ERROR_BAD_PARAMETERS;
	if (!fetch(t, share)) {
		tos_shm_put(share);
		return TEE_ERROR_BAD_PARAMETERS;
	}
	t->arg = share;
	optee_thread_mask(t, false);
	known = optee_command(t, (struct optee_msg *)t->msg);
	if (known)
		store(t);
	optee_rpc_cache_clear(t);
	optee_thread_mask(t, true);
	t->arg = NULL;
	tos_shm_put(share);
	return known ? TEE_SUCCESS : TEE_ERROR_NOT_IMPLEMENTED;
}

/* --- on the caller's fiber ----------------------------------------------------------------------
 */

/* Runs thread @t for a call that came in with @fid, the request's width on this PE (1.5). */
static void run(struct optee_thread *t, uint32_t fid, struct smc_regs *r, bool resume)
{
	struct spmc *s = t->os->s;

	switch (optee_thread_run(t, resume)) {
	case OPTEE_LEFT_DONE:
		tos_thread_free(s, t->id);
		reply(r, fid + 1, t->reply_w1, t->result, OPTEE_RET_DONE, 0);
		break;
	case OPTEE_LEFT_RPC:
		tos_thread_suspend(s, t->id, "rpc");
		reply(r, fid + 1, t->reply_w1, 0, OPTEE_RET_RPC, t->id);
		break;
	case OPTEE_LEFT_INTERRUPT:
		tos_thread_suspend(s, t->id, "foreign");
		reply(r, fid + 1, t->reply_w1, 0, OPTEE_RET_INTERRUPT, t->id);
		break;
	}
}

static void call(struct trusted_os *os, struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0];
	const uint64_t w1 = swapped(r->x[1]);
	const uint16_t id = tos_thread_alloc(os->s);
	struct optee_thread *t;

	if (id == TOS_NO_THREAD) {
		reply(r, fid + 1, w1, TEE_ERROR_BUSY, 0, 0);
		return;
	}
	t = optee_thread_get(os, id);
	if (!t) {
		tos_thread_free(os->s, id);
		reply(r, fid + 1, w1, TEE_ERROR_OUT_OF_MEMORY, 0, 0);
		return;
	}
	t->reply_w1 = w1;
	t->service = (uint32_t)r->x[3];
	t->handle = (uint32_t)r->x[4] | (uint64_t)(uint32_t)r->x[5] << 32;
	t->offset = (uint32_t)r->x[6];
	t->masked = true; /* first instruction of a thread (1.7) */
	run(t, fid, r, false);
}

/* Neither the PE nor the caller is looked at (1.10); the slots of w4..w6 have no use over FF-A. */
static void resume(struct trusted_os *os, struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0], id = (uint32_t)r->x[7];

	switch (tos_thread_kind(os->s, id)) {
	case TOS_THREAD_OWN:
		tos_thread_resume(os->s, (uint16_t)id);
		run(os->thread[id], fid, r, true);
		return;
	case TOS_THREAD_OF_SP:
		if (tos_quirk(os->s, Q_D4)) {
			tos_thread_run_sp(os->s, (uint16_t)id, r);
			return;
		}
		break;
	case TOS_THREAD_NOT_SUSPENDED:
		break;
	}
	reply(r, fid + 1, swapped(r->x[1]), TEE_ERROR_BAD_PARAMETERS, 0, 0);
}

void optee_yielding(struct trusted_os *os, struct smc_regs *r)
{
	if ((uint32_t)r->x[3] == OPTEE_RESUME)
		resume(os, r);
	else
		call(os, r);
}
