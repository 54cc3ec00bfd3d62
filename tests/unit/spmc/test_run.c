/* SPDX-License-Identifier: BSD-3-Clause */
/* Preemption, FFA_RUN, threads, chains, migration: optee.md 1, 3.5-3.7; golden.md G1-G8. */
#include "harness.h"

#include <string.h>

#define MS 1000000ull

static const struct hcfg golden = {
	.sp = {{"s1", 2}, {"s2", 2}, {"s3", 2}, {"q", 0}},
};
static const struct hcfg two_pes = {
	.pes = 2,
	.sp = {{"s1", 2}, {"s2", 2}, {"s3", 2}, {"q", 0}},
};

/* ---- G1 ---- */
static void body_g1(void)
{
	unsigned runs = 0;
	struct smc_regs r;
	uint64_t t0;

	tick_every(4 * MS);
	t0 = pe_self()->now_ns;
	r = req(S1, OP_PATTERN, 0, 0, 100000, 0); /* 100 ms of work */
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], 0x80020000);
	r = run_to_end(r, &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP); /* by the last FFA_RUN */
	CHECK_EQ(r.x[1], 0x80020000);
	CHECK_EQ(r.x[5], 0); /* registers intact, NZCV too */
	CHECK(runs >= 24 && runs <= 26);
	CHECK_EQ(seen("ffa.interrupt"), runs);
	CHECK_EQ(seen("ffa.run"), runs);
	CHECK_EQ(h.taken, runs);
	CHECK(pe_self()->now_ns - t0 < 101 * MS);
	CHECK_EQ(seen("sp.migrated"), 0);
	/* Q: never */
	h.taken = 0;
	r = req(SQ, OP_SPIN, 0, 0, 100000, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(h.taken, 1); /* one pending state an INTID, taken on return (S1) */
}

static void g1_one_interrupt_a_tick_one_run_each(void **state)
{
	(void)state;
	with_machine(&golden, body_g1);
}

/* ---- S12, S13 ---- */
static void body_s13(void)
{
	struct smc_regs r;
	unsigned runs = 0;

	tick_every(4 * MS);
	nwd_mask(true);
	pe_charge(5 * MS);
	r = req(S1, OP_SPIN, 0, 0, 1000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT); /* zero instructions */
	CHECK_EQ(h.sp[0]->ec.inside, 0);
	for (unsigned i = 0; i < 200; i++) {
		r = smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0);
		CHECK_EQ(r.x[0], FFA_INTERRUPT);
		CHECK_EQ(r.x[1], 0x80020000);
	}
	CHECK_EQ(h.taken, 0);
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	nwd_mask(false);
	pe_point();
	CHECK_EQ(h.taken, 1);
	tick_off();
	r = run_to_end(smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[6], 1000);
}

static void s12_s13_interrupt_pending_before_entry(void **state)
{
	(void)state;
	with_machine(&golden, body_s13);
}

/* ---- 3.5, G7 ---- */
static void body_g7(void)
{
	static const struct {
		uint32_t w1;
		int code;
	} idle[] = {
		{0x80020000, FFA_DENIED},
		{0x90000000, FFA_INVALID_PARAMETERS},
		{0x80010000, FFA_INVALID_PARAMETERS},
		{0x80000000, FFA_INVALID_PARAMETERS},
		{0, FFA_INVALID_PARAMETERS},
		{0xffff0000, FFA_INVALID_PARAMETERS},
	};
	static const uint32_t wrong[] = {0x80020001, 0x80020002, 0x8002ffff, 0x80030000};
	struct smc_regs r;
	unsigned runs = 0;

	for (unsigned i = 0; i < sizeof(idle) / sizeof(idle[0]); i++) {
		r = smc(FFA_RUN, idle[i].w1, 0, 0, 0, 0, 0, 0);
		CHECK(is_error(&r, idle[i].code));
	}
	tick_every(4 * MS);
	r = req(S1, OP_SPIN, 0, 0, 10000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	for (unsigned i = 0; i < 4; i++) {
		r = smc(FFA_RUN, wrong[i], 0, 0, 0, 0, 0, 0);
		CHECK(is_error(&r, FFA_DENIED));
	}
	r = req(S2, OP_SPIN, 0, 0, 10000, 0); /* S27 */
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], 0x80030001); /* lowest free thread: 1 */
	r = smc(FFA_RUN, 0x80020001, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	r = smc(FFA_RUN, 0x80030000, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	/* S10: no thread left */
	r = req(S3, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = req(0x9000, OP_ECHO, 0, 0, 0, 0); /* thread first: BUSY hides INVALID */
	CHECK(is_error(&r, FFA_BUSY));
	r = smc(FFA_DIRECT_REQ, 0x8001, 0, 0, 0, 0, 0, 0); /* blocking services still work */
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	r = smc(FFA_RUN, 0x80020000, 1, 2, 3, 4, 5, 6); /* garbage in w2..w7 */
	r = run_to_end(r, &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[1], 0x80020000);
	r = req(S3, OP_ECHO, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	r = run_to_end(smc(FFA_RUN, 0x80030001, 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(r.x[1], 0x80030000);
	r = smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0); /* the old one again */
	CHECK(is_error(&r, FFA_DENIED));
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void optee_3_5_run_negatives_and_s10_thread_exhaustion(void **state)
{
	(void)state;
	with_machine(&golden, body_g7);
}

/* ---- G8 ---- */
static void body_chain(void)
{
	struct spmc_partition_view v;
	struct smc_regs r;
	unsigned runs = 0;

	tick_every(4 * MS);
	r = req(S1, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_SPIN, 20000);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], 0x80030000); /* the innermost */
	CHECK(spmc_partition_by_name(h.s, "s1", &v));
	CHECK_EQ(strcmp(v.state, "busy"), 0);
	CHECK_EQ(v.thread, 0xffff); /* 3.3: invalid meanwhile */
	r = smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED)); /* S14 */
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = req(S2, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = req(S3, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_ECHO, 0); /* to the preempted S2 */
	CHECK_EQ(r.x[6], (uint32_t)FFA_BUSY);
	r = run_to_end(smc(FFA_RUN, 0x80030000, 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[1], 0x80020000);
	CHECK_EQ(r.x[5], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[7], 0x80038002);
	CHECK(runs >= 4 && runs <= 6);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void g8_s14_chain_preempted_in_the_callee(void **state)
{
	(void)state;
	with_machine(&golden, body_chain);
}

static void body_queued_caller(void)
{
	struct smc_regs r;
	unsigned runs = 0;

	tick_every(4 * MS);
	r = req(SQ, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_SPIN, 20000);
	CHECK_EQ(r.x[0], FFA_INTERRUPT); /* D8: own action only */
	CHECK_EQ(r.x[1], 0x80030000);
	r = run_to_end(r, &runs);
	CHECK_EQ(r.x[1], 0x80050000);
	CHECK(runs >= 4);
	/* Signaled calls queued: one FFA_INTERRUPT, naming the caller, at the return to it. */
	h.taken = 0;
	r = req(S1, OP_CALL, 0, 0, (uint64_t)SQ << 16 | OP_SPIN, 20000);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], 0x80020000);
	r = smc(FFA_RUN, r.x[1], 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[5], FFA_DIRECT_RESP); /* the reply was not lost */
}

static void g8_d8_actions_along_a_chain(void **state)
{
	(void)state;
	with_machine(&golden, body_queued_caller);
}

static void body_inherit(void)
{
	struct smc_regs r;

	tick_every(4 * MS);
	r = req(SQ, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_SPIN, 20000);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(seen("ffa.interrupt"), 0);
	r = req(S2, OP_SPIN, 0, 0, 20000, 0); /* its own action again */
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
}

static void s32_action_inheritance_on(void **state)
{
	static const char *const quirks[] = {"action-inheritance", "on", NULL};
	struct hcfg cfg = golden;

	(void)state;
	cfg.quirks = quirks;
	with_machine(&cfg, body_inherit);
}

/* ---- S3, G2: another PE ---- */
static struct smc_regs parked;
static bool handed_over;

static void body_other_pe(void)
{
	unsigned runs = 0;
	struct smc_regs r;

	while (!handed_over)
		pe_charge(1000);
	CHECK_EQ(pe_self()->id, 1);
	pe_self()->regs.x[20] = 0xdead; /* this PE's own */
	pe_self()->regs.v[3][0] = 0xdead;
	tick_every(4 * MS);
	r = run_to_end(parked, &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP); /* to the resumer (8.2 row 8) */
	CHECK_EQ(r.x[5], 0);
	CHECK(runs >= 3);
	CHECK_EQ(seen("sp.migrated"), 1);
	CHECK_EQ(last_arg("sp.migrated", 1), 0);
	CHECK_EQ(last_arg("sp.migrated", 2), 1);
	done();
}

static void body_s3(void)
{
	handed_over = false;
	start_pe(1, body_other_pe);
	tick_every(4 * MS);
	parked = req(S1, OP_PATTERN, 0, 0, 20000, 0);
	CHECK_EQ(parked.x[0], FFA_INTERRUPT);
	CHECK_EQ(h.s->pe_thread[0], SPMC_NO_THREAD);
	handed_over = true;
	for (;;) /* this PE may run another SP meanwhile */
		req(S2, OP_ECHO, 0, 0, 0, 0);
}

static void s3_resume_on_another_pe(void **state)
{
	(void)state;
	with_machine(&two_pes, body_s3);
}

/* ---- S8, G4 ---- */
static unsigned other_busy, other_served;

static void body_s8_other(void)
{
	struct smc_regs r;

	pe_charge(1 * MS); /* the first caller is inside */
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0); /* running: DENIED */
	CHECK(is_error(&r, FFA_DENIED));
	r = req(S2, OP_ECHO, 0, 0, 0, 0); /* another SP: thread 1 */
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	other_busy++;
	pe_off();
}

static void body_s8(void)
{
	struct smc_regs r;

	other_busy = 0;
	start_pe(1, body_s8_other);
	r = req(S1, OP_SPIN, 0, 0, 10000, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(other_busy, 1);
}

static void s8_second_caller_is_busy(void **state)
{
	(void)state;
	with_machine(&two_pes, body_s8);
}

static void hammer(unsigned n, unsigned *busy, unsigned *served)
{
	for (unsigned i = 0; i < n; i++) {
		const struct smc_regs r = req(S1, OP_SPIN, 0, 0, 1, 0);

		if (r.x[0] == FFA_DIRECT_RESP)
			++*served;
		else if (is_error(&r, FFA_BUSY))
			++*busy;
		else
			CHECK(false);
	}
}

static void body_g4_other(void)
{
	hammer(1500, &other_busy, &other_served);
	handed_over = true;
	pe_off();
}

static void body_g4(void)
{
	unsigned busy = 0, served = 0;

	other_busy = other_served = 0;
	handed_over = false;
	start_pe(1, body_g4_other);
	hammer(1500, &busy, &served);
	while (!handed_over)
		pe_charge(1000);
	CHECK_EQ(busy + served, 1500);
	CHECK_EQ(other_busy + other_served, 1500);
	CHECK(busy + other_busy > 0 && served > 0 && other_served > 0);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void g4_two_pes_at_once(void **state)
{
	(void)state;
	with_machine(&two_pes, body_g4);
}

/* ---- S25, D1 ---- */
static void d1_loop(void)
{
	for (;;)
		smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0);
}

static void body_d1(void)
{
	struct smc_regs r;

	tick_every(1 * MS);
	r = req(S1, OP_SPIN, 0, 0, 100000000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	start_pe(1, d1_loop);
	d1_loop();
}

static void s25_d1_two_runs_race(void **state)
{
	(void)state;
	with_machine(&two_pes, body_d1);
	assert_int_equal(h.stop, MACHINE_HALTED);
}

static void body_d1_off(void)
{
	struct smc_regs r;

	tick_every(1 * MS);
	r = req(S1, OP_SPIN, 0, 0, 100000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	start_pe(1, d1_loop);
	while (pe_self()->now_ns < 300 * MS)
		smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0);
	CHECK(!spmc_panicked(h.s));
}

static void s25_d1_switched_off(void **state)
{
	static const char *const quirks[] = {"d1-run-race-panics", "off", NULL};
	struct hcfg cfg = two_pes;

	(void)state;
	cfg.quirks = quirks;
	with_machine(&cfg, body_d1_off);
	assert_int_equal(h.stop, MACHINE_DONE);
}

/* ---- crash while preempted jobs go on; D5 of a signaled SP panics ---- */
static void body_g6_spin_crash(void)
{
	unsigned runs = 0;
	struct smc_regs r;

	tick_every(4 * MS);
	r = run_to_end(req(S1, OP_CRASH, 0, 0, 20000, 0), &runs);
	CHECK(is_error(&r, FFA_ABORTED));
	CHECK(runs >= 4);
	r = smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void g6_crash_after_preemptions(void **state)
{
	(void)state;
	with_machine(&golden, body_g6_spin_crash);
}

struct crash_sink {
	struct trace_sink sink;
	uint16_t kind;
};
static struct crash_sink crash_sink;

static void raise_at_crash(struct trace_sink *sink, const struct trace_rec *rec)
{
	(void)sink;
	if (rec->kind == crash_sink.kind)
		intc_raise(h.m, 0, 40);
}

static void body_d5_panic(void)
{
	crash_sink.kind = trace_kind_find("sp.crash")->id;
	crash_sink.sink = (struct trace_sink){.emit = raise_at_crash};
	intc_enable(h.m, 0, 40, true);
	intc_set_target(h.m, 40, 0);
	trace_add_sink(&h.m->trace, &crash_sink.sink);
	req(S1, OP_SVC_CRASH, 0, 0, 0, 0);
	CHECK(false);
}

static void g6_d5_signaled_sp_panics_the_spmc(void **state)
{
	(void)state;
	with_machine(&golden, body_d5_panic);
	assert_int_equal(h.stop, MACHINE_HALTED);
}

/* ---- D7 endless, S34 old profile ---- */
static void body_d7(void)
{
	unsigned runs = 0;
	struct smc_regs r;

	tick_every(1 * MS);
	r = run_to_end(req(S1, OP_ERROR, 0, 0, 20000, 0), &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK(runs > 5); /* S24: one FFA_INTERRUPT a tick, the loop goes on */
	CHECK_EQ(r.x[6], (uint32_t)FFA_NO_MEMORY);
}

static void s24_d7_error_loop_is_preempted(void **state)
{
	(void)state;
	with_machine(&golden, body_d7);
}

static void body_321(void)
{
	struct smc_regs r;

	tick_every(4 * MS);
	r = req(S1, OP_SPIN, 0, 0, 50000, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(seen("ffa.interrupt"), 0);
}

static void s34_optee_3_21_never_preempts(void **state)
{
	static const struct hcfg cfg = {.profile = "optee-3.21",
					.sp = {{"s1", 2}, {"s2", NO_ACTION}}};

	(void)state;
	with_machine(&cfg, body_321);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(g1_one_interrupt_a_tick_one_run_each),
		cmocka_unit_test(s12_s13_interrupt_pending_before_entry),
		cmocka_unit_test(optee_3_5_run_negatives_and_s10_thread_exhaustion),
		cmocka_unit_test(g8_s14_chain_preempted_in_the_callee),
		cmocka_unit_test(g8_d8_actions_along_a_chain),
		cmocka_unit_test(s32_action_inheritance_on),
		cmocka_unit_test(s3_resume_on_another_pe),
		cmocka_unit_test(s8_second_caller_is_busy),
		cmocka_unit_test(g4_two_pes_at_once),
		cmocka_unit_test(s25_d1_two_runs_race),
		cmocka_unit_test(s25_d1_switched_off),
		cmocka_unit_test(g6_crash_after_preemptions),
		cmocka_unit_test(g6_d5_signaled_sp_panics_the_spmc),
		cmocka_unit_test(s24_d7_error_loop_is_preempted),
		cmocka_unit_test(s34_optee_3_21_never_preempts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
