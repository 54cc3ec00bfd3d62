/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Yielding calls of the Trusted OS (optee.md 2.3): CALL_WITH_ARG takes a thread of the pool that
 * SPs use too and reads its message from shared memory; a foreign interrupt makes it leave with an
 * ordinary direct response, w4 = 2 and the thread in w7, a *managed exit*; RESUME continues that
 * thread on any PE, for any caller.
 * Not modelled: RPC (so nothing sleeps in the Normal world), the RPC argument block behind the
 * message is only checked to exist.
 */
#include <string.h>

#include "spmc/optee_os.h"

static void reply(struct smc_regs *r, uint32_t fid, uint64_t w1, uint32_t w3, uint32_t w4,
		  uint32_t w7)
{
	regs_clear(r);
	r->x[0] = fid;
	r->x[1] = w1;
	r->x[3] = w3;
	r->x[4] = w4;
	r->x[7] = w7;
}

static uint64_t swapped(uint64_t w1)
{
	return ffa_pack(ffa_dst(w1), ffa_src(w1).v);
}

/* --- on the thread's fiber ----------------------------------------------------------------------
 */

static uint64_t share_bytes(const struct share *share)
{
	return (uint64_t)share->page_count * PHYS_PAGE_BYTES;
}

/* Copies between @buf and the pages of a share, which need not follow each other. */
static void share_copy(const struct spmc *s, const struct share *share, uint64_t offset, void *buf,
		       size_t len, bool out)
{
	uint8_t *at = buf;

	for (uint32_t i = 0; i < share->constituent_count && len; i++) {
		const struct ffa_constituent *k = &share->constituent[i];
		const uint64_t bytes = k->page_count * PHYS_PAGE_BYTES;
		size_t n;
		uint8_t *page;

		if (offset >= bytes) {
			offset -= bytes;
			continue;
		}
		n = bytes - offset < len ? (size_t)(bytes - offset) : len;
		page = physmem_at(&s->m->mem, pa_of(k->address + offset), n);
		if (page)
			memcpy(out ? page : at, out ? at : page, n);
		at += n;
		len -= n;
		offset = 0;
	}
}

static size_t msg_bytes(uint32_t params)
{
	return sizeof(struct optee_msg) + params * sizeof(struct optee_msg_param);
}

/* True when @len bytes at @offset lie in the share. */
static bool fits(const struct share *share, uint32_t offset, size_t len)
{
	return len <= share_bytes(share) && offset <= share_bytes(share) - len;
}

/* The message is copied once: what the Normal world changes later has no effect. */
static struct share *fetch(struct optee_thread *t)
{
	struct share *share = memory_lookup(t->s, t->handle);
	struct optee_msg *msg = (struct optee_msg *)t->msg;

	if (!share || !memory_is_optee(t->s, share) || !fits(share, t->offset, sizeof(*msg)))
		return NULL;
	share_copy(t->s, share, t->offset, msg, sizeof(*msg), false);
	if (msg->num_params > OPTEE_MSG_PARAMS_MAX ||
	    !fits(share, t->offset, msg_bytes(msg->num_params) + msg_bytes(OPTEE_RPC_PARAMS)))
		return NULL;
	share_copy(t->s, share, t->offset + sizeof(*msg), msg->param,
		   msg->num_params * sizeof(msg->param[0]), false);
	return share;
}

uint32_t optee_call_run(struct optee_thread *t)
{
	struct optee_msg *msg = (struct optee_msg *)t->msg;
	struct share *share;
	bool known;

	/* Looking up and mapping the argument is done with foreign interrupts masked (1.8 B). */
	if (t->service != OPTEE_CALL_WITH_ARG)
		return (uint32_t)FFA_DENIED;
	share = fetch(t);
	if (!share)
		return TEE_ERROR_BAD_PARAMETERS;
	if (!share->registered)
		pe_charge(share->page_count * cost()->page_map_ns);
	share->registered = true;
	share->users++; /* neither reclaimed nor unregistered meanwhile */
	optee_thread_mask(t, false);
	known = optee_ta_command(t->s, msg);
	optee_thread_mask(t, true);
	share->users--;
	if (!known)
		return TEE_ERROR_NOT_IMPLEMENTED;
	share_copy(t->s, share, t->offset, msg, msg_bytes(msg->num_params), true);
	return 0;
}

/* --- on the caller's fiber ----------------------------------------------------------------------
 */

/* Runs thread @t for a call that came in with @fid, the request's width on this PE (1.5). */
static void run(struct optee_thread *t, uint32_t fid, struct smc_regs *r, bool resume)
{
	struct spmc *s = t->s;

	if (!optee_thread_run(t, resume)) {
		thread_suspend(s, t->id, NULL);
		reply(r, fid + 1, t->reply_w1, 0, OPTEE_RET_INTERRUPT, t->id);
		return;
	}
	thread_free(s, t->id);
	reply(r, fid + 1, t->reply_w1, t->result, OPTEE_RET_DONE, 0);
}

static void call(struct spmc *s, struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0];
	const uint64_t w1 = swapped(r->x[1]);
	const uint16_t id = thread_alloc(s, NULL);
	struct optee_thread *t;

	if (id == SPMC_NO_THREAD) {
		reply(r, fid + 1, w1, TEE_ERROR_BUSY, 0, 0);
		return;
	}
	t = optee_thread_get(s, id);
	if (!t) {
		thread_free(s, id);
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

/* D4: the thread is an SP's. It runs while its session still counts as preempted. */
static void resume_sp(struct spmc *s, uint16_t id, struct smc_regs *r)
{
	struct sp_ec *ctx = s->thread[id].top;

	spmc_quirk_acts(s, Q_D4);
	thread_resume(s, id, "resume");
	exec_run(s, ctx, r, true);
}

static void resume(struct spmc *s, struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0], id = (uint32_t)r->x[7];
	const bool suspended = id < s->thread_count && s->thread[id].state == THREAD_SUSPENDED;

	/* Neither the PE nor the caller is looked at (1.10). */
	if (!suspended || (s->thread[id].top && !quirk(s, Q_D4))) {
		reply(r, fid + 1, swapped(r->x[1]), TEE_ERROR_BAD_PARAMETERS, 0, 0);
		return;
	}
	if (s->thread[id].top) {
		resume_sp(s, (uint16_t)id, r);
		return;
	}
	thread_resume(s, (uint16_t)id, "resume");
	run(s->optee_thread[id], fid, r, true);
}

void optee_yielding(struct spmc *s, struct smc_regs *r)
{
	if ((uint32_t)r->x[3] == OPTEE_RESUME)
		resume(s, r);
	else
		call(s, r);
}

void optee_destroy(struct spmc *s)
{
	for (unsigned i = 0; i < SPMC_THREADS_MAX; i++)
		if (s->optee_thread[i])
			ec_destroy(&s->optee_thread[i]->ec);
}
