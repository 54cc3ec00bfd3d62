/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads of the Trusted OS as contexts: each has a fiber of its own and leaves either because its
 * call is done or because a foreign interrupt arrived while its PSTATE let one in (optee.md 1.7,
 * 1.9). Everything live is on that fiber, so it goes on wherever it is resumed.
 * Not modelled: kernel stacks, FP and EL1 registers, native interrupts, translation tables.
 */
#include <stdlib.h>

#include "spmc/optee_os.h"

TRACE_KIND(trace_optee_enter, "optee.enter", "a yielding call is about to run", "thread", "resume");
TRACE_KIND(trace_optee_leave, "optee.leave", "a yielding call left the Secure world", "thread",
	   "why$", "ran_ns");
TRACE_KIND(trace_optee_migrated, "optee.migrated", "a yielding call goes on on another PE",
	   "thread", "from_pe", "to_pe");

static struct optee_thread *thread_of(struct ec *ec)
{
	return (struct optee_thread *)ec; /* first member */
}

static void leave(struct optee_thread *t, enum ec_exit_kind kind)
{
	t->out->kind = kind;
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
	leave(thread_of(ec), EC_EXIT_INTERRUPT);
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
		leave(t, EC_EXIT_SVC);
	}
}

struct optee_thread *optee_thread_get(struct spmc *s, uint16_t id)
{
	struct optee_thread *t = s->optee_thread[id];

	if (t)
		return t;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	ec_init(&t->ec, &thread_ops, "optee");
	t->s = s;
	t->id = id;
	t->fiber = fiber_create("optee", FIBER_STACK_SP_BYTES, thread_main, t);
	if (!t->fiber) {
		free(t);
		return NULL;
	}
	s->optee_thread[id] = t;
	return t;
}

void optee_thread_mask(struct optee_thread *t, bool masked)
{
	t->masked = masked;
	pe_self()->s_irq_masked = masked;
	if (!masked)
		pe_point();
}

bool optee_thread_run(struct optee_thread *t, bool resume)
{
	const struct trace *trace = &t->s->m->trace;
	const uint64_t ran_ns = t->ec.el0_ns;
	struct ec_exit exit = {.kind = EC_EXIT_INTERRUPT};
	struct pe *pe;

	pe_charge(cost()->sp_enter_ns);
	pe = pe_self();
	if (trace->on) {
		if (resume && t->last_pe != pe->id)
			TRACE(&t->s->m->trace, trace_optee_migrated, t->id, t->last_pe, pe->id);
		TRACE(&t->s->m->trace, trace_optee_enter, t->id, resume);
	}
	t->last_pe = pe->id;
	pe->s_irq_masked = t->masked;
	/* What is pending is taken before the first instruction (S12, S13). */
	if (t->masked || !pe_irq_pending(pe))
		ec_enter(&t->ec, NULL, &exit);
	pe_self()->s_irq_masked = true;
	if (trace->on)
		TRACE(&t->s->m->trace, trace_optee_leave, t->id,
		      trace_intern(exit.kind == EC_EXIT_SVC ? "done" : "interrupt"),
		      t->ec.el0_ns - ran_ns);
	return exit.kind == EC_EXIT_SVC;
}
