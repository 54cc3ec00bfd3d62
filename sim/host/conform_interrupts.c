/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statements C45 to C50 and C102 of ffa.md section 10: Non-secure interrupts while SPs run. Those
 * about managed exit and secure interrupts need partitions at S-EL1 with handlers; the unit tests
 * of the profile hafnium-2.x are about them.
 */
#include "host/conform.h"

static struct sp_ec *ctx(int sp)
{
	return &sp_by_id(cw.s, endpoint_of(cw.id[sp]))->ctx[0];
}

static struct smc_regs preempt(int sp)
{
	SPIN(sp, 300);
	cw_interrupt_in(100);
	return REQ(sp);
}

static bool never_preempted(void)
{
	if (!cw_deviates(Q_NEVER_PREEMPTED))
		return false;
	WANT_EQ(preempt(S0).x[0], FFA_DIRECT_RESP);
	WANT_EQ(cw.nwd_interrupts, 1);
	return true;
}

/* The first thread of the pool is free when a test begins. */
static uint64_t low_half(void)
{
	return cw_unless(Q_THREAD_POOL, 0, 0);
}

static void c45(void)
{
	struct smc_regs r;

	if (never_preempted())
		return;
	r = preempt(S0);
	WANT_EQ(r.x[0], FFA_INTERRUPT);
	WANT_EQ(r.x[1], (uint64_t)cw.id[S0] << 16 | low_half());
	for (unsigned i = 2; i < 8; i++)
		WANT_EQ(r.x[i], 0);
	WANT_EQ(ctx(S0)->state, SP_PREEMPTED);
	WANT_EQ(cw.nwd_interrupts, 1);
	WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
}

static void c46(void)
{
	struct smc_regs r;

	if (never_preempted())
		return;
	r = preempt(S0);
	WANT_ERR(NW(FFA_RUN, r.x[1] + 1), FFA_DENIED);
	WANT_ERR(NW(FFA_RUN, 0x8ffe0000), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_RUN, 0x80010000), FFA_INVALID_PARAMETERS); /* the Trusted OS */
	WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
}

static void c47(void)
{
	WANT_EQ(preempt(SQ).x[0], FFA_DIRECT_RESP);
	WANT_EQ(cw.nwd_interrupts, 1); /* taken after the response */
}

/* Queued SQ calls signalled S1, which is busy when the interrupt comes. */
static void c48(void)
{
	struct cw_job *call = JOB(SQ, FFA_DIRECT_REQ, cw_w1(SQ, S1));
	struct smc_regs r;

	SPIN(S1, 300);
	cw_interrupt_in(100);
	r = REQ(SQ);
	if (quirk(cw.s, Q_D8) && !cw_deviates(Q_NEVER_PREEMPTED)) {
		cw_deviates(Q_D8); /* as built: the callee's own action alone */
		WANT_EQ(r.x[0], FFA_INTERRUPT);
		WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
		return;
	}
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
	if (cw_deviates(Q_NO_SP_REQUESTS))
		WANT_ERR(call->out, FFA_INVALID_PARAMETERS);
	else
		WANT_EQ(call->out.x[0], FFA_DIRECT_RESP);
}

/* S0 calls S1 and the interrupt finds S1 at work; S0 runs it on when it is told. */
static struct cw_job *chain(struct smc_regs *r)
{
	struct cw_job *call = JOB(S0, FFA_DIRECT_REQ, cw_w1(S0, S1));

	SPIN(S1, 300);
	cw_interrupt_in(100);
	*r = REQ(S0);
	return call;
}

static void c49(void)
{
	struct cw_job *call, *again;
	struct smc_regs r;

	call = JOB(S0, FFA_DIRECT_REQ, cw_w1(S0, S1));
	again = JOB(S0, FFA_RUN, (uint64_t)cw.id[S1] << 16);
	SPIN(S1, 300);
	cw_interrupt_in(100);
	r = REQ(S0);
	WANT_EQ(r.x[0], FFA_INTERRUPT);
	WANT_EQ(r.x[1], (uint64_t)cw.id[S0] << 16);
	WANT_EQ(ctx(S1)->state, SP_PREEMPTED);
	WANT_EQ(ctx(S0)->state, SP_PREEMPTED);
	WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
	WANT_EQ(call->out.x[0], FFA_INTERRUPT);
	WANT_EQ(call->out.x[1], (uint64_t)cw.id[S1] << 16);
	WANT_EQ(again->out.x[0], FFA_DIRECT_RESP);
}

static void c50(void)
{
	struct cw_job *call;
	struct smc_regs r;

	if (never_preempted())
		return;
	call = chain(&r);
	WANT_EQ(r.x[0], FFA_INTERRUPT);
	WANT_EQ(r.x[1] >> 16, cw.id[S1]);
	WANT(!call->done);
	WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
	WANT_EQ(call->out.x[0], FFA_DIRECT_RESP); /* its caller saw nothing of it */
}

/* The link is gone once S0 was told: a second interrupt goes past it. */
static void c102(void)
{
	struct smc_regs r;

	JOB(S0, FFA_DIRECT_REQ, cw_w1(S0, S1));
	JOB(S0, FFA_RUN, (uint64_t)cw.id[S1] << 16);
	SPIN(S1, 600);
	cw_interrupt_in(100);
	r = REQ(S0);
	WANT_EQ(r.x[1], (uint64_t)cw.id[S0] << 16);
	cw_interrupt_in(100);
	r = NW(FFA_RUN, r.x[1]);
	WANT_EQ(r.x[0], FFA_INTERRUPT);
	WANT_EQ(r.x[1], (uint64_t)cw.id[S1] << 16);
	WANT_EQ(ctx(S0)->state, SP_BLOCKED);
	WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
}

static const struct statement rows[] = {
	{"C45", "an interrupt preempts a signalled SP; FFA_RUN of w1 goes on where it was", "S",
	 c45, NULL},
	{"C46", "FFA_RUN with another thread id: DENIED; of an unknown id: INVALID_PARAMETERS", "O",
	 c46, NULL},
	{"C47", "a queued SP answers first, then the interrupt is taken", "S", c47, NULL},
	{"C48", "a signalled SP called by a queued one is not preempted", "S", c48, NULL},
	{"C49", "preemption in a chain unwinds one level at a time", "sH", c49, NULL},
	{"C50", "preemption in a chain suspends the whole thread; callers see nothing", "O", c50,
	 NULL},
	{"C102", "after FFA_RUN by its caller a second interrupt goes straight to the Normal world",
	 "sH", c102, NULL},
};
const struct statement_table conform_interrupts = {rows, sizeof(rows) / sizeof(rows[0])};
