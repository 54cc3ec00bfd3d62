/* SPDX-License-Identifier: BSD-3-Clause */
/* Monitors of optee.md 8.2: each is broken on purpose, by events no correct SPMC emits. */
#include "harness.h"

#include <string.h>

static void emit(const char *kind, size_t argc, const uint64_t *argv)
{
	trace_emit(&h.m->trace, trace_kind_find(kind), argc, argv);
}

#define EMIT(kind, ...)                                                                            \
	do {                                                                                       \
		const uint64_t args__[] = {__VA_ARGS__};                                           \
		emit(kind, sizeof(args__) / sizeof(args__[0]), args__);                            \
	} while (0)

static uint64_t n(const char *name)
{
	return trace_intern(name);
}

static void thr(unsigned id, const char *from, const char *to, const char *reason)
{
	EMIT("thr.state", id, n(from), n(to), n(reason), n("s1"));
}

static void row1_thread_twice(void)
{
	thr(0, "free", "active", "alloc");
	h.m->trace.ctx.pe = 1;
	thr(0, "free", "active", "alloc");
}

static void row1_two_threads_on_a_pe(void)
{
	thr(0, "free", "active", "alloc");
	thr(1, "free", "active", "alloc");
}

static void row1_current_in_nwd(void)
{
	thr(0, "free", "active", "alloc");
	EMIT("nwd.ret", FFA_SUCCESS, 0, 0, 0, 0, 0, 0, 0);
}

static void raise_pending(void)
{
	intc_enable(h.m, 0, 40, true);
	intc_set_target(h.m, 40, 0);
	nwd_mask(true);
	intc_raise(h.m, 0, 40);
}

static void row2_not_preempted(void)
{
	raise_pending();
	thr(0, "free", "active", "alloc");
	thr(0, "active", "suspended", "foreign");
	EMIT("sp.state", n("s1"), n("idle"), n("busy"), 0);
	EMIT("ffa.interrupt", n("s1"), 0x80020000);
}

static void row2_thread_not_suspended(void)
{
	raise_pending();
	EMIT("sp.state", n("s1"), n("busy"), n("preempted"), 0);
	EMIT("ffa.interrupt", n("s1"), 0x80020000);
}

/* A yielding call of the Trusted OS on thread 0 that got as far as @to. */
static void yielding(const char *to)
{
	EMIT("ffa.direct_req", n("optee"), 0x8001, 0, 0x80000000, 0, 0, 0, 0);
	EMIT("thr.state", 0, n("free"), n("active"), n("alloc"), n("optee"));
	if (to)
		EMIT("thr.state", 0, n("active"), n(to), n("foreign"), n("optee"));
}

static void left(unsigned w4, unsigned thread)
{
	EMIT("ffa.direct_resp", n("optee"), 0x80010000, 0, 0, w4, 0, 0, thread);
}

static void row3_interrupt_of_the_os(void)
{
	raise_pending();
	yielding("suspended");
	EMIT("ffa.interrupt", n("optee"), 0x80010000);
}

static void row3_managed_exit_of_an_sp(void)
{
	raise_pending();
	thr(0, "free", "active", "alloc");
	thr(0, "active", "suspended", "foreign");
	EMIT("ffa.direct_req", n("optee"), 0x8001, 0, 0x80000001, 0, 0, 0, 0);
	left(2, 0);
}

static void row3_managed_exit_not_suspended(void)
{
	raise_pending();
	yielding(NULL);
	left(2, 0);
}

static void row3_rpc_not_suspended(void)
{
	yielding("free");
	left(1, 0);
}

static void row3_rpc_of_an_sp(void)
{
	thr(0, "free", "active", "alloc");
	thr(0, "active", "suspended", "foreign");
	EMIT("ffa.direct_req", n("optee"), 0x8001, 0, 0x80000001, 0, 0, 0, 0);
	left(1, 0);
}

static void row4_run_nobody_named(void)
{
	thr(0, "suspended", "active", "run");
}

/* The second FFA_RUN for one FFA_INTERRUPT. */
static void row4_run_twice(void)
{
	raise_pending();
	thr(0, "free", "active", "alloc");
	thr(0, "active", "suspended", "foreign");
	EMIT("sp.state", n("s1"), n("busy"), n("preempted"), 0);
	EMIT("ffa.interrupt", n("s1"), 0x80020000);
	thr(0, "suspended", "active", "run");
	thr(0, "active", "suspended", "foreign");
	thr(0, "suspended", "active", "run");
}

static void spinlock(const char *what, unsigned pe)
{
	h.m->trace.ctx.pe = (uint16_t)pe;
	h.m->trace.ctx.who = (uint32_t)n("optee");
	EMIT(what, n("L"), n("spin"), 0, 0, 0);
}

static void row5_exit_with_a_spinlock(void)
{
	pe_self()->s_irq_masked = true;
	spinlock("lock.el1_acquired", 0);
	EMIT("nwd.ret", FFA_SUCCESS, 0, 0, 0, 0, 0, 0, 0);
}

static void row5_taken_unmasked(void)
{
	pe_self()->s_irq_masked = false;
	spinlock("lock.el1_acquired", 0);
}

static void row5_given_back_elsewhere(void)
{
	pe_self()->s_irq_masked = true;
	spinlock("lock.el1_acquired", 0);
	spinlock("lock.el1_released", 1);
}

/* A partition's lock is the partition's business (S18, S19). */
static void row5_a_partition_may(void)
{
	h.m->trace.ctx.who = (uint32_t)n("s1");
	EMIT("lock.el1_acquired", n("L"), n("spin"), 0, 0, 0);
	EMIT("nwd.ret", FFA_SUCCESS, 0, 0, 0, 0, 0, 0, 0);
}

/* A mutex may be held over an exit (1.8 G). */
static void a_mutex_may_stay(void)
{
	h.m->trace.ctx.who = (uint32_t)n("optee");
	EMIT("lock.el1_acquired", n("M"), n("mutex"), 0, 0, 0);
	EMIT("nwd.ret", FFA_SUCCESS, 0, 0, 0, 0, 0, 0, 0);
}

static void row6_open_in_the_spmc(void)
{
	pe_self()->s_irq_masked = false;
	EMIT("svc.call", n("s1"), FFA_ID_GET, 0, 0, 0, 0);
}

static void row7_interrupt_gone(void)
{
	thr(0, "free", "active", "alloc");
	thr(0, "active", "suspended", "foreign");
	EMIT("sp.state", n("s1"), n("busy"), n("preempted"), 0);
	EMIT("ffa.interrupt", n("s1"), 0x80020000);
}

static void row8_reply_out_of_nowhere(void)
{
	EMIT("ffa.direct_resp", n("s1"), 0x80020000, 0, 0, 0, 0, 0, 0);
}

static void row9_third_thread(void)
{
	thr(2, "free", "active", "alloc");
}

static void row10_blocking_takes_a_thread(void)
{
	EMIT("ffa.direct_req", n("optee"), 0x8001, 0, 0, 0, 0, 0, 0);
	thr(0, "free", "active", "alloc");
}

static void sp_on_two_pes(void)
{
	EMIT("sp.enter", n("s1"), 0, 0, 2);
	h.m->trace.ctx.pe = 1;
	EMIT("sp.enter", n("s1"), 0, 0, 2);
}

static void dead_sp_changes(void)
{
	EMIT("sp.state", n("s1"), n("dead"), n("idle"), 0);
}

static void idle_preempted(void)
{
	EMIT("sp.state", n("s1"), n("idle"), n("preempted"), 0);
}

static void dead_sp_by_quirk(void)
{
	EMIT("spmc.quirk", n("d5-dead-sp-reentered"));
	EMIT("sp.state", n("s1"), n("dead"), n("idle"), 0);
}

static const struct {
	void (*body)(void);
	const char *finding; /* NULL = none */
} rows[] = {
	{row1_thread_twice, "invariant: a thread is current on two PEs (8.2 row 1)"},
	{row1_two_threads_on_a_pe, "invariant: a PE has two current threads (8.2 row 1)"},
	{row1_current_in_nwd,
	 "invariant: a thread is still current in the Normal world (8.2 row 1)"},
	{row2_not_preempted,
	 "invariant: FFA_INTERRUPT names an SP that is not preempted (8.2 row 2)"},
	{row2_thread_not_suspended,
	 "invariant: FFA_INTERRUPT names a thread that is not suspended (8.2 row 2)"},
	{row3_interrupt_of_the_os,
	 "invariant: FFA_INTERRUPT for a call of the Trusted OS (8.2 row 3)"},
	{row3_managed_exit_of_an_sp, "invariant: a managed exit of an SP's thread (8.2 row 3)"},
	{row3_managed_exit_not_suspended,
	 "invariant: a managed exit names a thread that is not suspended (8.2 row 3)"},
	{row3_rpc_not_suspended,
	 "invariant: an RPC names a thread that is not suspended (8.2 row 3)"},
	{row3_rpc_of_an_sp, "invariant: an RPC of an SP's thread (8.2 row 3)"},
	{row4_run_nobody_named,
	 "invariant: a thread was run that no FFA_INTERRUPT named (8.2 row 4)"},
	{row4_run_twice, "invariant: a thread was run that no FFA_INTERRUPT named (8.2 row 4)"},
	{row5_exit_with_a_spinlock,
	 "invariant: an exit to the Normal world with a spinlock held (8.2 row 5)"},
	{row5_taken_unmasked,
	 "invariant: a spinlock is taken with foreign interrupts open (8.2 row 5)"},
	{row5_given_back_elsewhere,
	 "invariant: a spinlock is given back on a PE that does not hold it (8.2 row 5)"},
	{row5_a_partition_may, NULL},
	{a_mutex_may_stay, NULL},
	{row6_open_in_the_spmc,
	 "invariant: SPMC code runs for an SP with foreign interrupts open (8.2 row 6)"},
	{row7_interrupt_gone,
	 "invariant: the interrupt is gone before the Normal world runs (8.2 row 7)"},
	{row8_reply_out_of_nowhere,
	 "invariant: a reply reached a PE that had not called (8.2 row 8)"},
	{row9_third_thread, "invariant: more threads than the pool has (8.2 row 9)"},
	{row10_blocking_takes_a_thread, "invariant: a blocking service took a thread (8.2 row 10)"},
	{sp_on_two_pes, "invariant: an SP runs on two PEs"},
	{dead_sp_changes, "invariant: a dead SP changed its state"},
	{idle_preempted, "invariant: an idle SP was preempted"},
	{dead_sp_by_quirk, NULL},
};

static void optee_8_2_each_rule_is_watched(void **state)
{
	static const struct hcfg cfg = {.pes = 2, .findings_expected = true, .sp = {{"s1", 2}}};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		with_machine(&cfg, rows[i].body);
		assert_string_equal(h.first_finding, rows[i].finding ? rows[i].finding : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(optee_8_2_each_rule_is_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
