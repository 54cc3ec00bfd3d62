/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statements C22 to C44 and C94 to C101 of ffa.md section 10: waiting, direct messages, RUN, YIELD,
 * framework messages, the console, death of an SP.
 */
#include <string.h>

#include "host/conform.h"

#define RESP(sp, to) FFA_DIRECT_RESP, cw_w1(sp, to)

static struct sp_ec *ctx(int sp)
{
	return &sp_by_id(cw.s, endpoint_of(cw.id[sp]))->ctx[0];
}

/* The SPMC at EL3 lets no SP call another one. True: that was shown. */
static bool sps_cannot_call(void)
{
	if (!cw_deviates(Q_NO_SP_REQUESTS))
		return false;
	WANT_ERR(SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S1)), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_RUN, (uint64_t)cw.id[S1] << 16), FFA_INVALID_PARAMETERS);
	return true;
}

static struct smc_regs run_sp(int sp)
{
	return NW(FFA_RUN, (uint64_t)cw.id[sp] << 16);
}

/* S-EL1 as OP-TEE has it: FFA_RUN is for preempted SPs, by thread. True: that was shown. */
static bool runs_by_thread(void)
{
	if (!cw_deviates(Q_THREAD_POOL))
		return false;
	WANT_ERR(run_sp(S0), FFA_DENIED);
	WANT_ERR(SP(S0, FFA_RUN, (uint64_t)cw.id[S1] << 16), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_YIELD), FFA_INVALID_PARAMETERS);
	return true;
}

static void c22(void)
{
	struct rxtx *b = &sp_by_id(cw.s, endpoint_of(cw.id[S0]))->rxtx;
	struct cw_job *job;

	if (cw_deviates(Q_NO_RUNTIME_MODELS)) { /* MSG_WAIT looks at nothing */
		WANT_OK(SP(S0, FFA_PARTITION_INFO_GET));
		JOB(S0, FFA_MSG_WAIT, 0, 5);
		WANT_EQ(REQ(S0).x[0], FFA_MSG_WAIT);
		WANT(b->rx_full);
		return;
	}
	JOB(S0, FFA_PARTITION_INFO_GET);
	JOB(S0, FFA_MSG_WAIT, 0, 1);
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT);
	WANT(b->rx_full);
	job = JOB(S0, FFA_MSG_WAIT, 0, 2);
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT); /* the refused one, then the puppet's own */
	WANT_ERR(job->out, FFA_INVALID_PARAMETERS);
	WANT(!b->rx_full);
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT); /* empty already: no error */
}

static const struct cw_config boot_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .no_rxtx = true},
	       {.name = "s1", .action = FFA_NS_SIGNALED, .no_rxtx = true}},
};

static void c23(void)
{
	WANT_EQ(ctx(S0)->state, SP_IDLE);
	WANT_EQ(ctx(S1)->state, SP_IDLE);
	WANT_EQ(cw.entries[S0], 1);
	WANT_EQ(cw.entries[S1], 1);
}

static void c24(void)
{
	struct smc_regs r = {.x = {FFA_DIRECT_REQ, cw.id[S0], 0, 3, 4, 5, 6, 7}};

	cw_smc(&r);
	WANT_EQ(cw.entries[S0], 2);
	for (unsigned i = 0; i < 8; i++)
		WANT_EQ(cw.entered[S0].x[i], r.x[i]);
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ | FFA_FID_64, cw.id[S0], 0, 3ull << 40}};
	WANT_EQ(cw_smc(&r).x[0], FFA_DIRECT_RESP | FFA_FID_64);
	WANT_EQ(cw.entered[S0].x[3], 3ull << 40);
}

static void c25(void)
{
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[S0], 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[S0], 0x40000000), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S1), 1), FFA_INVALID_PARAMETERS);
}

static void c26(void)
{
	WANT_ERR(SP(S0, FFA_DIRECT_REQ, cw_w1(S1, S1)), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S0)), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_DIRECT_REQ, cw_w1(S0, NWD)),
		 cw_unless(Q_PROP_NOT_SUPPORTED, FFA_INVALID_PARAMETERS, FFA_NOT_SUPPORTED));
	WANT_ERR(NW(FFA_DIRECT_REQ, 0x8ffe), FFA_INVALID_PARAMETERS); /* unknown receiver */
}

static const struct cw_config no_send_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .messaging = FFA_PROP_DIRECT_RECV},
	       {.name = "s1", .action = FFA_NS_SIGNALED},
	       {.name = "sq", .action = FFA_NS_QUEUED},
	       {.name = "mute", .action = FFA_NS_SIGNALED, .no_receive = true}},
};

static void c27(void)
{
	const int code = cw_unless(Q_PROP_NOT_SUPPORTED, FFA_DENIED, FFA_NOT_SUPPORTED);

	WANT_ERR(REQ(SMUTE), code);
	WANT_ERR(NW(FFA_DIRECT_REQ2_64, cw.id[SMUTE]), code);
	WANT_ERR(SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S1)),
		 cw_unless(Q_NO_SP_REQUESTS, code, FFA_INVALID_PARAMETERS));
}

static struct smc_regs from_other_pe;
static bool other_pe_done;

static void ask_s0(void)
{
	cw_wait_us(50);
	from_other_pe = REQ(S0);
	other_pe_done = true;
	pe_off();
}

static void c28(void)
{
	other_pe_done = false;
	SPIN(S0, 500);
	cw_start_pe(1, ask_s0);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
	while (!other_pe_done)
		cw_wait_us(10);
	WANT_ERR(from_other_pe, FFA_BUSY);
}

/* S0 is left by a Non-secure interrupt; FFA_INTERRUPT came back. */
static struct smc_regs preempt(int sp)
{
	struct smc_regs r;

	SPIN(sp, 300);
	cw_interrupt_in(100);
	r = REQ(sp);
	WANT_EQ(r.x[0], FFA_INTERRUPT);
	return r;
}

static bool never_preempted(void)
{
	if (!cw_deviates(Q_NEVER_PREEMPTED))
		return false;
	SPIN(S0, 300);
	cw_interrupt_in(100);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP);
	WANT_EQ(cw.nwd_interrupts, 1);
	return true;
}

static void c29(void)
{
	struct smc_regs r;

	if (never_preempted())
		return;
	r = preempt(S0);
	WANT_ERR(REQ(S0), FFA_BUSY);
	WANT_EQ(ctx(S0)->state, SP_PREEMPTED);
	WANT_EQ(REQ(S1).x[0], FFA_DIRECT_RESP); /* others are not concerned */
	WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
}

static void c30(void)
{
	struct cw_job *back;

	if (sps_cannot_call())
		return;
	back = JOB(S1, FFA_DIRECT_REQ, cw_w1(S1, S0));
	WANT_EQ(SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S1)).x[0], FFA_DIRECT_RESP);
	WANT_ERR(back->out, FFA_BUSY);
}

static void c31(void)
{
	struct cw_job *back;

	if (sps_cannot_call() || runs_by_thread())
		return;
	JOB(S0, FFA_DIRECT_REQ, cw_w1(S0, S1));
	back = JOB(S1, FFA_DIRECT_REQ, cw_w1(S1, S0));
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT);
	WANT_ERR(back->out, FFA_DENIED);
}

static void c32(void)
{
	struct cw_job *wait = JOB(S0, FFA_MSG_WAIT);
	const struct smc_regs r = REQ(S0);

	if (cw_deviates(Q_NO_RUNTIME_MODELS)) {
		WANT_EQ(r.x[0], FFA_MSG_WAIT);
		return;
	}
	WANT_ERR(wait->out, FFA_DENIED);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
}

static void c33(void)
{
	const int code = cw_unless(Q_RESP_INVALID, FFA_DENIED, FFA_INVALID_PARAMETERS);

	WANT_ERR(SP(S0, RESP(S0, S1)), code);
	WANT_ERR(SP(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD) | 5), code);
	WANT_ERR(SP(S0, FFA_DIRECT_RESP, cw_w1(S1, NWD)), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD), 1), FFA_INVALID_PARAMETERS);
}

static const struct cw_config early_resp_cfg = {
	.sp = {{.name = "s0",
		.action = FFA_NS_SIGNALED,
		.boot_job_count = 1,
		.boot_job = {{.x = {FFA_DIRECT_RESP, 0x80010000}}}},
	       {.name = "s1",
		.action = FFA_NS_SIGNALED,
		.boot_job_count = 1,
		.boot_job = {{.x = {FFA_DIRECT_RESP, 0x80020000}}}}},
};

/* In init nobody asked anything. */
static void c34(void)
{
	const int sp = cw.id[S0] == 0x8001 ? S0 : S1;

	if (cw_deviates(Q_RESP_INVALID)) { /* 8002 is S0 there, with the id of S1's job */
		WANT_ERR(cw.job[S1][0].out, FFA_INVALID_PARAMETERS);
		return;
	}
	WANT_ERR(cw.job[sp][0].out, FFA_DENIED);
}

static struct smc_regs request2(int sp)
{
	return NW(FFA_DIRECT_REQ2_64, cw.id[sp], 0, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		  17);
}

static void c35(void)
{
	const int code = cw_unless(Q_RESP_INVALID, FFA_DENIED, FFA_INVALID_PARAMETERS);
	struct cw_job *narrow, *two;
	struct smc_regs r;

	narrow = JOB(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD));
	r = request2(S0);
	WANT_ERR(narrow->out, code);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP2_64);
	for (unsigned i = 4; i < 15; i++)
		WANT_EQ(r.x[i], i);
	for (unsigned i = 15; i < 18; i++)
		WANT_EQ(r.x[i], cw_unless(Q_D12, i, 0));
	two = JOB(S0, FFA_DIRECT_RESP2_64, cw_w1(S0, NWD), 1);
	r = request2(S0);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP2_64);
	WANT_EQ(r.x[2], 0);
	if (cw_deviates(Q_RESP_INVALID) || cw_deviates(Q_MEM_TFA))
		WANT_ERR(two->out, FFA_INVALID_PARAMETERS);
}

static void c36(void)
{
	const uint64_t lo = 0xbdcd76d7 | 0x825e4751ull << 32, hi = 0x963b86d4 | 1ull << 32;

	WANT_ERR(NW(FFA_DIRECT_REQ2_64, cw.id[S0], lo, hi + (1ull << 32)), FFA_INVALID_PARAMETERS);
	WANT_EQ(NW(FFA_DIRECT_REQ2_64, cw.id[S0], lo, hi).x[0], FFA_DIRECT_RESP2_64);
	WANT_EQ(NW(FFA_DIRECT_REQ2_64, cw.id[S0]).x[0], FFA_DIRECT_RESP2_64);
}

static void ask_run_s0(void)
{
	from_other_pe = run_sp(S0);
	other_pe_done = true;
	pe_off();
}

static void c37(void)
{
	if (runs_by_thread())
		return;
	WANT_ERR(NW(FFA_RUN, (uint64_t)cw.id[S0] << 16 | 1), FFA_INVALID_PARAMETERS);
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT);
	other_pe_done = false;
	cw_start_pe(1, ask_run_s0);
	while (!other_pe_done)
		cw_wait_us(10);
	WANT_EQ(from_other_pe.x[0], FFA_MSG_WAIT);
	WANT_ERR(NW(FFA_RUN, 0x8ffe0000), FFA_INVALID_PARAMETERS);
}

static void c38(void)
{
	if (runs_by_thread())
		return;
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT);
	WANT_EQ(cw.entered[S0].x[0], FFA_RUN);
	WANT_EQ(ctx(S0)->state, SP_IDLE);
}

static void c39(void)
{
	struct cw_job *job;

	if (runs_by_thread())
		return;
	job = JOB(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD));
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT);
	WANT_ERR(job->out, FFA_DENIED);
}

static void c40(void)
{
	if (sps_cannot_call() || runs_by_thread())
		return;
	WANT_ERR(SP(S0, FFA_RUN, (uint64_t)cw.id[S1] << 16), FFA_DENIED);
}

static uint64_t preempted_w1;

static void run_preempted(void)
{
	from_other_pe = NW(FFA_RUN, preempted_w1);
	other_pe_done = true;
	pe_off();
}

static void c41(void)
{
	struct smc_regs here;

	preempted_w1 = preempt(S0).x[1];
	other_pe_done = false;
	cw_start_pe(1, run_preempted);
	here = NW(FFA_RUN, preempted_w1);
	while (!other_pe_done)
		cw_wait_us(10);
	WANT_EQ((here.x[0] == FFA_DIRECT_RESP) + (from_other_pe.x[0] == FFA_DIRECT_RESP), 1);
	WANT_ERR(here.x[0] == FFA_DIRECT_RESP ? from_other_pe : here, FFA_BUSY);
}

static void c42(void)
{
	const int code = cw_unless(Q_DEAD_IS_BUSY, FFA_ABORTED, FFA_BUSY);

	CRASH(S0);
	WANT_ERR(REQ(S0), FFA_ABORTED);
	WANT_ERR(REQ(S0), code);
	WANT_ERR(run_sp(S0), cw_deviates(Q_THREAD_POOL) ? FFA_DENIED : code);
}

static void c43(void)
{
	struct cw_job *yield;
	struct smc_regs r;

	if (runs_by_thread())
		return;
	if (cw_deviates(Q_NO_YIELD)) {
		WANT_ERR(SP(S0, FFA_YIELD), FFA_NOT_SUPPORTED);
		return;
	}
	yield = JOB(S0, FFA_YIELD, 0, 0x111, 0x222);
	r = REQ(S0);
	WANT_EQ(r.x[0], FFA_YIELD);
	WANT_EQ(r.x[1], (uint64_t)cw.id[S0] << 16);
	WANT_EQ(r.x[2], 0x111);
	WANT_EQ(r.x[3], 0x222);
	WANT_EQ(ctx(S0)->state, SP_BLOCKED);
	WANT_ERR(REQ(S0), FFA_BUSY);
	WANT_EQ(NW(FFA_RUN, r.x[1]).x[0], FFA_DIRECT_RESP);
	WANT_OK(yield->out);
	WANT_ERR(SP(S0, FFA_YIELD, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_YIELD, 0, 0, 0, 1), FFA_INVALID_PARAMETERS);
}

/* ---- framework messages ---- */
#define VM_CREATED (FFA_MSG_FRAMEWORK | 4)
#define VM_DESTROYED (FFA_MSG_FRAMEWORK | 6)

static const char *const wants_vms[] = {"vm-availability-messages", "3", NULL};
static const struct cw_config vm_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .manifest = wants_vms},
	       {.name = "s1", .action = FFA_NS_SIGNALED}},
};

static bool no_vm_messages(void)
{
	if (!cw_deviates(Q_NO_VM_MESSAGES))
		return false;
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[S0], VM_CREATED), FFA_INVALID_PARAMETERS);
	return true;
}

static void c95(void)
{
	const int code = cw_unless(Q_RESP_INVALID, FFA_DENIED, FFA_INVALID_PARAMETERS);
	struct cw_job *plain, *wrong;
	struct smc_regs r;

	if (no_vm_messages())
		return;
	plain = JOB(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD));
	wrong = JOB(S0, FFA_DIRECT_RESP, cw_w1(S0, NWD), VM_DESTROYED + 1);
	r = NW(FFA_DIRECT_REQ, cw.id[S0], VM_CREATED, 1, 0, 1);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
	WANT_EQ(r.x[2], VM_CREATED + 1);
	WANT_ERR(plain->out, code);
	WANT_ERR(wrong->out, FFA_INVALID_PARAMETERS);
}

static void c96(void)
{
	if (no_vm_messages())
		return;
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[S1], VM_CREATED, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[S1], VM_DESTROYED, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[S0], FFA_MSG_FRAMEWORK | 0x20),
		 cw_unless(Q_PROP_NOT_SUPPORTED, FFA_INVALID_PARAMETERS, FFA_NOT_SUPPORTED));
	WANT_EQ(NW(FFA_DIRECT_REQ, cw.id[S0], VM_DESTROYED, 1).x[2], VM_DESTROYED + 1);
}

static void c97(void)
{
	const struct smc_regs r = SP(S0, FFA_SECONDARY_EP_REGISTER | FFA_FID_64, EC_IMAGE_VA);

	WANT_ERR(NW(FFA_SECONDARY_EP_REGISTER), FFA_NOT_SUPPORTED);
	if (cw_deviates(Q_MEM_TFA))
		WANT_ERR(r, FFA_DENIED); /* at S-EL0 at any time */
	else
		WANT_ERR(r, cw_unless(Q_SVC_UNKNOWN_INVALID, FFA_NOT_SUPPORTED,
				      FFA_INVALID_PARAMETERS));
}

static void c98(void)
{
	static const struct {
		uint64_t fid;
		uint32_t limit;
	} form[] = {{FFA_CONSOLE_LOG, 24}, {FFA_CONSOLE_LOG | FFA_FID_64, 128}};

	for (unsigned i = 0; i < 2; i++) {
		WANT_ERR(SP(S0, form[i].fid, 0), FFA_INVALID_PARAMETERS);
		WANT_ERR(SP(S0, form[i].fid, form[i].limit + 1), FFA_INVALID_PARAMETERS);
		WANT_ERR(SP(S0, form[i].fid, 0x101), FFA_INVALID_PARAMETERS);
		WANT_OK(SP(S0, form[i].fid, form[i].limit, 0x6f6c6c6568));
	}
	WANT_ERR(NW(FFA_CONSOLE_LOG, 1), FFA_NOT_SUPPORTED);
}

static const struct cw_config old_sp_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .version = FFA_VERSION_1_1}},
};

static void c98_old(void)
{
	WANT_OK(SP(S0, FFA_CONSOLE_LOG | FFA_FID_64, 48));
	WANT_ERR(SP(S0, FFA_CONSOLE_LOG | FFA_FID_64, 49), FFA_INVALID_PARAMETERS);
}

static void c99(void)
{
	struct smc_regs r;

	CRASH(S1);
	r = SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S1));
	WANT_EQ(r.x[0], FFA_ERROR);
	WANT_EQ(r.x[2], 0xfffffff8);
	WANT_EQ(ctx(S1)->state, SP_DEAD);
	WANT_EQ(REQ(S0).x[0], FFA_DIRECT_RESP); /* the requester goes on */
}

static void c100(void)
{
	WANT_ERR(NW(FFA_DIRECT_REQ, cw_w1(S1, S0)), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_DIRECT_REQ2_64, cw_w1(S1, S0)), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_DIRECT_REQ, 0xffc0), FFA_INVALID_PARAMETERS); /* an LSP at EL3 */
}

static void c101(void)
{
	struct smc_regs resp = {.x = {FFA_DIRECT_RESP, cw_w1(S0, NWD)}},
			wait = {.x = {FFA_MSG_WAIT}},
			run = {.x = {FFA_RUN, (uint64_t)cw.id[S1] << 16}};
	struct cw_job *job;

	resp.x[8] = 1;
	WANT_ERR(cw_svc(S0, &resp), FFA_INVALID_PARAMETERS);
	run.x[9] = 1;
	WANT_EQ(cw_svc(S0, &run).x[0], UINT64_MAX);
	wait.x[17] = 1;
	job = cw_job(S0, JOB_SVC, &wait);
	WANT_EQ(run_sp(S0).x[0], FFA_MSG_WAIT);
	WANT_ERR(job->out, FFA_INVALID_PARAMETERS);
}

static void c61(void)
{
	WANT_ERR(NW(FFA_NORMAL_WORLD_RESUME),
		 cw_unless(Q_SPMD_DENIES, FFA_NOT_SUPPORTED, FFA_DENIED));
	if (cw_deviates(Q_UNKNOWN_MINUS_ONE))
		WANT_EQ(SP(S0, FFA_NORMAL_WORLD_RESUME).x[0], UINT64_MAX);
	else
		WANT_ERR(SP(S0, FFA_NORMAL_WORLD_RESUME),
			 cw_unless(Q_SVC_UNKNOWN_INVALID, FFA_NOT_SUPPORTED,
				   FFA_INVALID_PARAMETERS));
}

static const struct statement rows[] = {
	{"C22", "MSG_WAIT gives RX back, and keeps it with w2 bit 0", "S", c22, NULL},
	{"C23", "MSG_WAIT of the init entry: the next SP boots, the SP waits", "S", c23, &boot_cfg},
	{"C24", "DIRECT_REQ to a waiting SP: it runs and sees w0 to w7 of the request", "S", c24,
	 NULL},
	{"C25", "DIRECT_REQ with w2 not zero and no framework bit: INVALID_PARAMETERS", "S", c25,
	 NULL},
	{"C26", "DIRECT_REQ in another's name or to oneself: INVALID_PARAMETERS", "S", c26, NULL},
	{"C27", "DIRECT_REQ to a receiver without the property: DENIED", "S", c27, &no_send_cfg},
	{"C28", "DIRECT_REQ to an SP that runs on another PE: BUSY", "S", c28, NULL},
	{"C29", "DIRECT_REQ to a preempted SP: BUSY, and it stays preempted", "S", c29, NULL},
	{"C30", "SP1 asked by SP0 asks back: BUSY", "S", c30, NULL},
	{"C31", "the same when SP0 was entered by FFA_RUN: DENIED", "S", c31, NULL},
	{"C32", "MSG_WAIT during a direct request: DENIED, the SP goes on", "S", c32, NULL},
	{"C33", "DIRECT_RESP to somebody who did not ask: DENIED", "S", c33, NULL},
	{"C34", "DIRECT_RESP with no request open: DENIED", "S", c34, &early_resp_cfg},
	{"C35", "DIRECT_RESP to a REQ2: DENIED; 18 registers travel both ways", "S", c35, NULL},
	{"C36", "REQ2 with another UUID: INVALID_PARAMETERS; Nil is any service", "S", c36, NULL},
	{"C37", "FFA_RUN of a wrong context index: INVALID_PARAMETERS; index 0 on any PE", "S", c37,
	 NULL},
	{"C38", "FFA_RUN of a waiting SP runs it; its MSG_WAIT comes back", "S", c38, NULL},
	{"C39", "DIRECT_RESP of an SP entered by FFA_RUN: DENIED", "S", c39, NULL},
	{"C40", "FFA_RUN of an SP for a waiting SP: DENIED", "S", c40, NULL},
	{"C41", "two PEs run one preempted context: one wins, the other gets BUSY", "sH", c41,
	 NULL},
	{"C42", "a dead SP: FFA_RUN and DIRECT_REQ get ABORTED", "S", c42, NULL},
	{"C43", "YIELD: FFA_YIELD with the timeout; FFA_RUN makes it SUCCESS", "S", c43, NULL},
	{"C61", "NORMAL_WORLD_RESUME from the Normal world: NOT_SUPPORTED", "S", c61, NULL},
	{"C95", "a framework request answered without the framework bit: DENIED", "S", c95,
	 &vm_cfg},
	{"C96", "VM-created for an SP that did not ask for it: INVALID_PARAMETERS", "S", c96,
	 &vm_cfg},
	{"C97", "SECONDARY_EP_REGISTER of a partition with one context: NOT_SUPPORTED", "S", c97,
	 NULL},
	{"C98", "CONSOLE_LOG of 0 or too many characters: INVALID_PARAMETERS", "S", c98, NULL},
	{"C98", "CONSOLE_LOG of a v1.1 SP: 48 characters", "S", c98_old, &old_sp_cfg},
	{"C99", "an SP dies in a chain: its requester gets ABORTED", "sHO", c99, NULL},
	{"C100", "DIRECT_REQ of the Normal world with a secure source: INVALID_PARAMETERS", "S",
	 c100, NULL},
	{"C101", "x8 to x17 not zero in MSG_WAIT or DIRECT_RESP: INVALID_PARAMETERS", "H", c101,
	 NULL},
};
const struct statement_table conform_messages = {rows, sizeof(rows) / sizeof(rows[0])};
