/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads of the Trusted OS as contexts: each has a fiber of its own and leaves because its call is
 * done, because it asks the Normal world, or because a foreign interrupt arrived while its PSTATE
 * let one in (optee.md 1.7, 1.9). Everything live is on that fiber, so it goes on wherever it is
 * resumed.
 * Not modelled: kernel stacks, FP and EL1 registers, native interrupts, translation tables.
 */
#include <stdlib.h>

#include "optee/optee.h"

TRACE_KIND(trace_optee_enter, "optee.enter", "a yielding call is about to run", "thread", "resume");
TRACE_KIND(trace_optee_leave, "optee.leave", "a yielding call left the Secure world", "thread",
	   "why$", "ran_ns");
TRACE_KIND(trace_optee_migrated, "optee.migrated", "a yielding call goes on on another PE",
	   "thread", "from_pe", "to_pe");

static struct optee_thread *thread_of(struct ec *ec)
{
	return (struct optee_thread *)ec; /* first member */
}

static void leave(struct optee_thread *t, enum optee_left left)
{
	t->left = left;
	t->out->kind = left == OPTEE_LEFT_INTERRUPT ? EC_EXIT_INTERRUPT : EC_EXIT_SVC;
	pe_switch(t->caller, t->caller_who);
}

static void thread_enter(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit)
{
	struct optee_thread *t = thread_of(ec);
	struct pe *pe = pe_self();

	(void)regs; /* the call is in *t */
	t->out = exit;
	t->caller = pe->fiber;
	t->caller_who = pe->who;
	pe_switch(t->fiber, ec->who);
}

static void thread_interrupted(struct ec *ec)
{
	leave(thread_of(ec), OPTEE_LEFT_INTERRUPT);
}

static void thread_destroy(struct ec *ec)
{
	struct optee_thread *t = thread_of(ec);

	fiber_destroy(t->fiber);
	free(t);
}

static const struct ec_ops thread_ops = {
	.name = "optee",
	.enter = thread_enter,
	.interrupted = thread_interrupted,
	.destroy = thread_destroy,
};

static void thread_main(void *arg)
{
	struct optee_thread *t = arg;

	for (;;) {
		t->result = optee_call_run(t);
		leave(t, OPTEE_LEFT_DONE);
	}
}

struct optee_thread *optee_thread_get(struct trusted_os *os, uint16_t id)
{
	struct optee_thread *t = os->thread[id];

	if (t)
		return t;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	ec_init(&t->ec, &thread_ops, "optee");
	t->os = os;
	t->id = id;
	t->fiber = fiber_create("optee", FIBER_STACK_SP_BYTES, thread_main, t);
	if (!t->fiber) {
		free(t);
		return NULL;
	}
	os->thread[id] = t;
	return t;
}

void optee_thread_mask(struct optee_thread *t, bool masked)
{
	t->masked = masked;
	pe_self()->s_irq_masked = masked;
	if (!masked)
		pe_point();
}

/* Its PSTATE comes back with the resume: an interrupt pending then is taken first. */
void optee_thread_rpc(struct optee_thread *t)
{
	leave(t, OPTEE_LEFT_RPC);
}

static void trace_enter(const struct optee_thread *t, const struct pe *pe, bool resume)
{
	if (resume && t->last_pe != pe->id)
		TRACE(t->os->trace, trace_optee_migrated, t->id, t->last_pe, pe->id);
	TRACE(t->os->trace, trace_optee_enter, t->id, resume);
}

enum optee_left optee_thread_run(struct optee_thread *t, bool resume)
{
	static const char *const why[] = {[OPTEE_LEFT_DONE] = "done",
					  [OPTEE_LEFT_RPC] = "rpc",
					  [OPTEE_LEFT_INTERRUPT] = "interrupt"};
	const uint64_t ran_ns = t->ec.el0_ns;
	struct ec_exit exit;
	struct pe *pe;

	pe_charge(cost()->sp_enter_ns);
	pe = pe_self();
	if (t->os->trace->on)
		trace_enter(t, pe, resume);
	t->last_pe = pe->id;
	pe->s_irq_masked = t->masked;
	/* What is pending is taken before the first instruction (S12, S13). */
	if (t->masked || !pe_irq_pending(pe))
		ec_enter(&t->ec, NULL, &exit);
	else
		t->left = OPTEE_LEFT_INTERRUPT;
	pe_self()->s_irq_masked = true;
	if (t->os->trace->on)
		TRACE(t->os->trace, trace_optee_leave, t->id, trace_intern(why[t->left]),
		      t->ec.el0_ns - ran_ns);
	return t->left;
}
