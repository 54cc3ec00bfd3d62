/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statements C44, C54 to C58, C60, C90, C94 and C103 of ffa.md section 10: partitions at S-EL1 with
 * handlers of their own, managed exit, secure interrupts. About the SPMC at S-EL2 only.
 */
#include <string.h>

#include "host/conform.h"

#define INTID 40

static struct sp_ec *ctx(int sp)
{
	return &sp_by_id(cw.s, endpoint_of(cw.id[sp]))->ctx[0];
}

static uint64_t w1_of(int sp)
{
	return (uint64_t)cw.id[sp] << 16;
}

static const char *const receives[] = {"notification-support", "", NULL};

/* Both at S-EL0. */
static const struct cw_config el0_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED},
	       {.name = "s1", .action = FFA_NS_SIGNALED}},
};
/* S0 at S-EL1, S1 at S-EL0. */
static const struct cw_config el1_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .el1 = true, .manifest = receives},
	       {.name = "s1", .action = FFA_NS_SIGNALED, .el1 = true}},
};
static const struct cw_config masked_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .el1 = true, .irq_masked = true},
	       {.name = "s1", .action = FFA_NS_SIGNALED}},
};

static void c44(void)
{
	struct cw_job *yield;

	cw_own_interrupt(S0, INTID);
	yield = JOB(S0, FFA_YIELD);
	cw_secure_interrupt_in(20, INTID, 0);
	cw_wait_us(100);
	WANT_EQ(cw.entered[S0].x[0], FFA_INTERRUPT);
	WANT(yield->done);
	WANT_OK(yield->out);
	WANT_EQ(ctx(S0)->state, SP_IDLE);
}

static void c54(void)
{
	const struct cw_sp el0 = {.name = "me", .action = FFA_NS_MANAGED_EXIT};
	const char *why = cw_refusal(&el0);

	WANT(why != NULL);
	WANT(strstr(why, "managed exit") != NULL);
}

static void c55(void)
{
	cw_own_interrupt(S0, INTID);
	cw_secure_interrupt_in(20, INTID, 0);
	cw_wait_us(100);
	WANT_EQ(cw.entries[S0], 2);
	WANT_EQ(cw.entered[S0].x[0], FFA_INTERRUPT);
	WANT_EQ(cw.entered[S0].x[1], 0);
	WANT_EQ(cw.entered[S0].x[2], INTID);
	WANT_EQ(ctx(S0)->state, SP_IDLE); /* and its MSG_WAIT came back here */
}

static void c56(void)
{
	struct smc_regs r;

	cw_own_interrupt(S0, INTID);
	SPIN(S0, 300);
	cw_interrupt_in(100);
	r = REQ(S0);
	WANT_EQ(r.x[0], FFA_INTERRUPT);
	cw_secure_interrupt_in(20, INTID, 0);
	cw_wait_us(100);
	WANT_EQ(ctx(S0)->state, SP_PREEMPTED); /* still: it was queued */
	WANT_EQ(cw.entries[S0], 2);
	NW(FFA_RUN, r.x[1]);
	WANT_EQ(cw.entries[S0], 3);
	WANT_EQ(cw.entered[S0].x[0], FFA_INTERRUPT);
	WANT_EQ(cw.entered[S0].x[2], INTID);
}

static void c57(void)
{
	struct cw_job *call = JOB(S0, FFA_DIRECT_REQ, cw_w1(S0, S1)), *back;

	back = JOB(S0, FFA_RUN, w1_of(S1));
	cw_own_interrupt(S0, INTID);
	SPIN(S1, 300);
	cw_secure_interrupt_in(100, INTID, 0);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
	WANT_EQ(call->out.x[0], FFA_INTERRUPT);
	WANT_EQ(cw.virq[S0], INTID);
	WANT_EQ(back->out.x[0], FFA_DIRECT_RESP); /* of S1, which went on where it was */
}

static void c58(void)
{
	struct smc_regs r;

	cw_own_interrupt(S0, INTID);
	SPIN(S0, 300);
	cw_secure_interrupt_in(100, INTID, 0);
	r = REQ(S0);
	WANT_EQ(cw.virqs[S0], 0); /* masked while it worked */
	WANT_EQ(cw.entries[S0], 3);
	WANT_EQ(cw.entered[S0].x[0], FFA_INTERRUPT);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP); /* after its MSG_WAIT */
}

static void c60(void)
{
	cw_own_interrupt(S0, INTID);
	SPIN(S0, 300);
	cw_secure_interrupt_in(20, INTID, 0);
	cw_interrupt_in(100);
	cw_wait_us(60); /* the handler runs meanwhile */
	WANT_EQ(cw.entered[S0].x[0], FFA_INTERRUPT);
	WANT_EQ(ctx(S0)->state, SP_IDLE); /* in one go */
	WANT_EQ(cw.nwd_interrupts, 1);
}

static void c90(void)
{
	WANT_OK(SP(S0, FFA_NOTIFICATION_BIND, cw_w1(NWD, S0), 0, 1));
	WANT_EQ(cw.virqs[S0], 0);
	WANT_OK(NW(FFA_NOTIFICATION_SET, cw_w1(NWD, S0), 0, 1));
	WANT_EQ(cw.virqs[S0], 0);
	REQ(S0);
	WANT_EQ(cw.virqs[S0], 1);
	WANT_EQ(cw.virq[S0], SPMC_NPI_INTID);
	WANT_EQ(SP(S0, FFA_NOTIFICATION_GET, cw_w1(NWD, S0), 2).x[4], 1);
	NW(FFA_RUN, w1_of(S0));
	WANT_EQ(cw.virqs[S0], 2); /* the entry that fetched it was told as well */
}

/* Its context answers a message of CPU_OFF. */
static void c94(void)
{
	struct cw_job *call = JOB(S0, FFA_DIRECT_REQ, cw_w1(S0, S1)), *run, *yield;

	run = JOB(S0, FFA_RUN, w1_of(S1));
	yield = JOB(S0, FFA_YIELD);
	JOB(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD), FFA_MSG_FRAMEWORK | 2);
	ctx(S0)->off_message = true;
	REQ(S0);
	WANT_ERR(call->out, FFA_DENIED);
	WANT_ERR(run->out, FFA_DENIED);
	WANT_ERR(yield->out, FFA_DENIED);
}

/* Between "it waits" and "its registers are saved" it counts as running. */
static void c103(void)
{
	ctx(S0)->saving = true;
	WANT_ERR(REQ(S0), FFA_BUSY);
	WANT_ERR(NW(FFA_RUN, w1_of(S0)), FFA_BUSY);
	ctx(S0)->saving = false;
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
}

static const struct statement rows[] = {
	{"C44", "YIELD while handling a secure interrupt: SUCCESS at once, no switch", "H", c44,
	 &el0_cfg},
	{"C54", "managed exit in the manifest of an S-EL0 partition: refused", "H", c54, &el0_cfg},
	{"C55", "a secure interrupt of a waiting SP: FFA_INTERRUPT with its id, MSG_WAIT goes back",
	 "H", c55, &el0_cfg},
	{"C56", "a secure interrupt of a preempted S-EL0 SP is queued", "H", c56, &el0_cfg},
	{"C57", "a blocked S-EL1 SP is entered for its interrupt; RUN resumes who ran", "H", c57,
	 &el1_cfg},
	{"C58", "an interrupt pending at DIRECT_RESP is delivered before the response", "H", c58,
	 &masked_cfg},
	{"C60", "no Non-secure interrupt preempts the handler of a secure one", "H", c60, &el0_cfg},
	{"C90", "a global notification: RUN or DIRECT_REQ pends the interrupt of an S-EL1 SP", "H",
	 c90, &el1_cfg},
	{"C94", "an SP with a CPU_OFF message: DIRECT_REQ, RUN and YIELD are DENIED", "H", c94,
	 &el0_cfg},
	{"C103", "a context whose registers are not saved yet: BUSY", "H", c103, &el0_cfg},
};
const struct statement_table conform_el1 = {rows, sizeof(rows) / sizeof(rows[0])};
