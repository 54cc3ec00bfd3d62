/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statements C44, C51 to C60, C90, C94, C97 and C103 of ffa.md section 10: partitions at S-EL1 with
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
/* S0 by managed exit. */
static const struct cw_config exit_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_MANAGED_EXIT, .el1 = true},
	       {.name = "s1", .action = FFA_NS_SIGNALED, .el1 = true}},
};
static const struct cw_config exit_masked_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_MANAGED_EXIT, .el1 = true, .fiq_masked = true}},
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

/* S0 leaves by managed exit when the interrupt comes; @first is what came back. */
static void c51(void)
{
	struct smc_regs r;

	/* It takes the interrupt: its answer is its own, and nobody interrupts that. */
	SPIN(S0, 300);
	cw_interrupt_in(100);
	r = REQ(S0);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
	WANT_EQ(r.x[3], SP(S1, FFA_FEATURES, FFA_FEATURE_MEI).x[2]);
	WANT_EQ(cw.virqs[S0], 1);
	WANT_EQ(cw.virq[S0], r.x[3]);
	WANT_EQ(cw.nwd_interrupts, 1);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP); /* goes on with its work */
}

/* One that masks the managed exit interrupt works on to its own answer: Non-secure interrupts are
 * held off, and with the answer both end. */
static void c51_masked(void)
{
	struct smc_regs r;

	SPIN(S0, 300);
	cw_interrupt_in(100);
	r = NW(FFA_DIRECT_REQ, cw.id[S0], 0, 7);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
	WANT_EQ(r.x[3], 7);
	WANT_EQ(cw.virqs[S0], 0);
	WANT_EQ(cw.entries[S0], 2); /* its answer went out as it was */
	WANT_EQ(cw.nwd_interrupts, 1);
	ctx(S0)->ec->virq.fiq_masked = false;
	REQ(S0);
	WANT_EQ(cw.virqs[S0], 0); /* nothing is left of it */
}

static void c52(void)
{
	struct cw_job *answer, *wait;

	SPIN(S0, 300);
	cw_interrupt_in(100);
	WANT_EQ(REQ(S0).x[3], SPMC_MEI_INTID);
	WANT_EQ(NW(FFA_DIRECT_REQ, cw.id[S0], 0, 9).x[0], FFA_DIRECT_RESP); /* accepted */
	SPIN(S0, 300);
	answer = JOB(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD));
	wait = JOB(S0, FFA_MSG_WAIT);
	cw_interrupt_in(100);
	WANT_EQ(REQ(S0).x[3], SPMC_MEI_INTID);
	/* FFA_RUN is cycles, not the request: there is nothing to answer any more. */
	WANT_EQ(NW(FFA_RUN, w1_of(S0)).x[0], FFA_MSG_WAIT);
	WANT_ERR(answer->out, FFA_DENIED);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
	WANT(wait->done);
}

static void c53(void)
{
	struct cw_job *call = JOB(S0, FFA_DIRECT_REQ, cw_w1(S0, S1)), *run;
	struct smc_regs r;

	run = JOB(S0, FFA_RUN, w1_of(S1));
	SPIN(S1, 300);
	cw_interrupt_in(100);
	r = REQ(S0);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
	WANT_EQ(r.x[1] >> 16, cw.id[S0]);
	WANT_EQ(r.x[3], SPMC_MEI_INTID);
	WANT_EQ(cw.virq[S0], SPMC_MEI_INTID);
	WANT_EQ(cw.nwd_interrupts, 1);
	WANT_ERR(REQ(S1), FFA_BUSY); /* preempted, its answer is still to come */
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
	WANT_EQ(call->out.x[0], FFA_INTERRUPT);
	WANT_EQ(call->out.x[1], w1_of(S1));
	WANT_EQ(run->out.x[0], FFA_DIRECT_RESP);
	WANT_EQ(run->out.x[1] >> 16, cw.id[S1]);
}

static bool pe1_done;

static void idle_on_pe1(void)
{
	while (!pe1_done)
		cw_wait_us(5);
	pe_off();
}

/* @end is set by the body on PE 1. */
static void wait_for(const bool *end)
{
	for (unsigned i = 0; !*end && i < 10000; i++)
		cw_wait_us(10);
	WANT(*end);
}

static void c59(void)
{
	REQ(S0);
	WANT_EQ(cw.entered_on[S0], 0);
	pe1_done = false;
	cw_own_interrupt(S0, INTID);
	cw_start_pe(1, idle_on_pe1);
	cw_secure_interrupt_in(20, INTID, 1);
	cw_wait_us(100);
	pe1_done = true;
	WANT_EQ(cw.entries[S0], 3);
	WANT_EQ(cw.entered[S0].x[0], FFA_INTERRUPT);
	WANT_EQ(cw.entered[S0].x[2], INTID);
	WANT_EQ(cw.entered_on[S0], 1);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP); /* and back again */
	WANT_EQ(cw.entered_on[S0], 0);
}

/* S0 has a context on each PE and asks to be told of CPU_OFF. S1 is preempted, S2 waits: what S0
 * asks for would be granted at any other time. */
static const char *const told_of_off[] = {"power-management-messages", "1", NULL};
static const struct cw_config off_cfg = {
	.sp = {{.name = "s0",
		.action = FFA_NS_SIGNALED,
		.el1 = true,
		.per_pe = true,
		.manifest = told_of_off},
	       {.name = "s1", .action = FFA_NS_SIGNALED, .el1 = true},
	       {.name = "s2", .action = FFA_NS_SIGNALED, .el1 = true}},
};

static void on_and_off(void)
{
	conduit_pe_on();
	conduit_pe_off();
	pe1_done = true;
	pe_off();
}

static void c94(void)
{
	struct cw_job *call, *run, *yield;
	const int off = CW_ON_PE1(S0);

	SPIN(S1, 300);
	cw_interrupt_in(100);
	WANT_EQ(REQ(S1).x[0], FFA_INTERRUPT);
	call = JOB(off, FFA_MSG_WAIT); /* of CPU_ON */
	pe1_done = false;
	JOB(off, FFA_DIRECT_REQ, cw_w1(S0, 2));
	JOB(off, FFA_RUN, w1_of(S1));
	JOB(off, FFA_YIELD);
	call = &cw.job[off][1];
	run = &cw.job[off][2];
	yield = &cw.job[off][3];
	cw_start_pe(1, on_and_off);
	wait_for(&pe1_done);
	WANT_EQ(cw.entered[off].x[0], FFA_DIRECT_REQ);
	WANT_EQ(cw.entered[off].x[2], FFA_MSG_FRAMEWORK);
	WANT_EQ(cw.entered[off].x[3], 0x84000002); /* PSCI CPU_OFF */
	WANT_ERR(call->out, FFA_DENIED);
	WANT_ERR(run->out, FFA_DENIED);
	WANT_ERR(yield->out, FFA_DENIED);
	WANT_EQ(NW(FFA_RUN, w1_of(S1)).x[0], FFA_DIRECT_RESP);
	WANT_EQ(REQ(2).x[0], FFA_DIRECT_RESP);
}

static void c97(void)
{
	WANT_ERR(SP(S0, FFA_SECONDARY_EP_REGISTER, EC_IMAGE_VA), FFA_DENIED);
	WANT_ERR(SP(S0, FFA_SECONDARY_EP_REGISTER | FFA_FID_64, EC_IMAGE_VA), FFA_DENIED);
	WANT_ERR(SP(S1, FFA_SECONDARY_EP_REGISTER, EC_IMAGE_VA), FFA_NOT_SUPPORTED);
}

/* A slow PE: it takes 200 us until the registers of a context that left are saved. */
static const struct cw_config slow_cfg = {
	.lock_ns = 200000,
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED}},
};
static struct smc_regs early_req, early_run;

static void ask_while_saving(void)
{
	while (!ctx(S0)->saving)
		cw_wait_us(1);
	WANT_EQ(ctx(S0)->state, SP_IDLE);
	early_req = REQ(S0);
	early_run = NW(FFA_RUN, w1_of(S0));
	intc_set_target(cw.m, INTID, 1);
	intc_raise(cw.m, 0, INTID);
	cw_wait_us(10);
	WANT_EQ(cw.entries[S0], 2); /* the interrupt is queued */
	WANT(ctx(S0)->saving);	    /* all of it in time */
	pe1_done = true;
	pe_off();
}

/* Between "it waits" and "its registers are saved" it counts as running. */
static void c103(void)
{
	pe1_done = false;
	cw_own_interrupt(S0, INTID);
	cw_start_pe(1, ask_while_saving);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
	wait_for(&pe1_done);
	WANT_ERR(early_req, FFA_BUSY);
	WANT_ERR(early_run, FFA_BUSY);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
	WANT_EQ(cw.entered[S0].x[0], FFA_INTERRUPT); /* told when it waited next */
	WANT_EQ(cw.entered[S0].x[2], INTID);
}

static const struct statement rows[] = {
	{"C44", "YIELD while handling a secure interrupt: SUCCESS at once, no switch", "H", c44,
	 &el0_cfg},
	{"C51",
	 "managed exit: the interrupt is pending in the SP, others held off until it answers", "H",
	 c51, &exit_cfg},
	{"C51", "managed exit of an SP that masks it: it works on, the interrupt waits", "H",
	 c51_masked, &exit_masked_cfg},
	{"C52", "after a managed exit the SP waits: a request is accepted, RUN is only cycles", "H",
	 c52, &exit_cfg},
	{"C53", "managed exit of the caller of a preempted SP: FFA_INTERRUPT, then it answers", "H",
	 c53, &exit_cfg},
	{"C54", "managed exit in the manifest of an S-EL0 partition: refused", "H", c54, &el0_cfg},
	{"C55", "a secure interrupt of a waiting SP: FFA_INTERRUPT with its id, MSG_WAIT goes back",
	 "H", c55, &el0_cfg},
	{"C56", "a secure interrupt of a preempted S-EL0 SP is queued", "H", c56, &el0_cfg},
	{"C57", "a blocked S-EL1 SP is entered for its interrupt; RUN resumes who ran", "H", c57,
	 &el1_cfg},
	{"C58", "an interrupt pending at DIRECT_RESP is delivered before the response", "H", c58,
	 &masked_cfg},
	{"C59", "a secure interrupt of a waiting SP on another PE: it runs there", "H", c59,
	 &el0_cfg},
	{"C60", "no Non-secure interrupt preempts the handler of a secure one", "H", c60, &el0_cfg},
	{"C90", "a global notification: RUN or DIRECT_REQ pends the interrupt of an S-EL1 SP", "H",
	 c90, &el1_cfg},
	{"C94", "an SP with a CPU_OFF message: DIRECT_REQ, RUN and YIELD are DENIED", "H", c94,
	 &off_cfg},
	{"C97",
	 "SECONDARY_EP_REGISTER after init, of a partition with a context on each PE: DENIED", "H",
	 c97, &off_cfg},
	{"C103", "a context whose registers are not saved yet: BUSY; its interrupt is queued", "H",
	 c103, &slow_cfg},
};
const struct statement_table conform_el1 = {rows, sizeof(rows) / sizeof(rows[0])};
