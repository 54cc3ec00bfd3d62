/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Thread pool of the S-EL1 SPMC (optee.md 1.2, 1.3): lowest free first, FREE / ACTIVE / SUSPENDED,
 * no queue, no owner, no timeout. A thread is not bound to a PE; an ACTIVE one sits on exactly one.
 * Not modelled: kernel stacks.
 */
#include "spmc/spmc_internal.h"

TRACE_KIND(trace_thr_state, "thr.state", "a thread of the SPMC changed state", "thread", "from$",
	   "to$", "reason$", "sp$");

static const char *const names[] = {
	[THREAD_FREE] = "free", [THREAD_ACTIVE] = "active", [THREAD_SUSPENDED] = "suspended"};

static void set(struct spmc *s, uint16_t id, enum thread_state to, const char *reason)
{
	struct thread *t = &s->thread[id];
	const enum thread_state from = t->state;
	const uint32_t who = t->yielding ? s->optee.who : t->top ? t->top->who : 0;

	t->state = to;
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_thr_state, id, trace_intern(names[from]),
		      trace_intern(names[to]), trace_intern(reason), who);
}

static void attach(struct spmc *s, uint16_t id)
{
	const struct pe *pe = pe_self();

	/* The mark of a thread goes with it when it is suspended (optee.md D27). */
	if (s->pe_thread[pe->id] != SPMC_NO_THREAD)
		spmc_panic(s, "assertion failed: the PE already has a current thread");
	s->thread[id].pe = pe->id;
	s->pe_thread[pe->id] = id;
}

uint16_t thread_alloc(struct spmc *s, struct sp_ec *top)
{
	for (uint16_t id = 0; id < s->thread_count; id++)
		if (s->thread[id].state == THREAD_FREE) {
			s->thread[id].top = top;
			s->thread[id].yielding = !top;
			attach(s, id);
			set(s, id, THREAD_ACTIVE, "alloc");
			return id;
		}
	return SPMC_NO_THREAD;
}

void thread_suspend(struct spmc *s, uint16_t id, struct sp_ec *top, const char *reason)
{
	s->thread[id].top = top;
	s->pe_thread[s->thread[id].pe] = SPMC_NO_THREAD;
	set(s, id, THREAD_SUSPENDED, reason);
}

bool thread_resume(struct spmc *s, uint16_t id, const char *reason)
{
	if (id >= s->thread_count || s->thread[id].state != THREAD_SUSPENDED)
		return false;
	attach(s, id);
	set(s, id, THREAD_ACTIVE, reason);
	return true;
}

void thread_free(struct spmc *s, uint16_t id)
{
	s->pe_thread[s->thread[id].pe] = SPMC_NO_THREAD;
	s->thread[id].top = NULL;
	s->thread[id].yielding = false;
	set(s, id, THREAD_FREE, "free");
}

unsigned spmc_threads_in_use(const struct spmc *spmc)
{
	unsigned n = 0;

	for (unsigned i = 0; i < spmc->thread_count; i++)
		n += spmc->thread[i].state != THREAD_FREE;
	return n;
}

unsigned spmc_thread_count(const struct spmc *spmc)
{
	return quirk(spmc, Q_THREAD_POOL) ? spmc->thread_count : 0;
}
