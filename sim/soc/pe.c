/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How PEs share the host thread. Each PE has a key: the time at which it next wants control. A charge
 * sets the key to its end; an interrupt that arrives in between pulls the key forward; WFI sets it to
 * never. The PE with the smallest key runs, ties by number; an event due at or before that key runs
 * first. So a flow sees an interrupt at the very nanosecond it was raised, however long the charge,
 * and a waiting loop costs one switch per turn.
 *
 * The fast path of pe_charge() is an addition and two comparisons.
 */
#include "soc/machine.h"
#include "soc/pe_internal.h"

/* A flow that passes this many points without time moving is a livelock of the host. */
#define POINTS_MAX 1000000

static inline bool irq_masked(const struct pe *pe)
{
	return pe->world == WORLD_NS ? pe->ns_irq_masked : pe->s_irq_masked;
}

void pe_kick(struct machine *m, struct pe *pe)
{
	if (pe == m->running && !m->in_event)
		return; /* it looks at its next point */
	if (!pe->online || !pe_irq_pending(pe))
		return;
	if (!pe->wfi && irq_masked(pe))
		return; /* seen when it unmasks */
	pe->wfi = false;
	if (pe->key_ns > m->now_ns)
		pe->key_ns = m->now_ns > pe->now_ns ? m->now_ns : pe->now_ns;
	if (pe != m->running && pe->key_ns < m->horizon_ns)
		m->horizon_ns = pe->key_ns;
}

void pe_make_running(struct machine *m, struct pe *pe)
{
	uint64_t horizon = m->cfg.time_limit_ns ? m->cfg.time_limit_ns : EVQ_NEVER;

	for (unsigned i = 0; i < m->pe_count; i++)
		if (&m->pe[i] != pe && m->pe[i].key_ns < horizon)
			horizon = m->pe[i].key_ns;
	m->horizon_ns = horizon;
	m->running = pe;
	m->trace.ctx.pe = (uint16_t)pe->id;
	m->trace.ctx.who = pe->who;
}

static struct pe *pick(struct machine *m)
{
	struct pe *best = NULL;
	struct pe *tied[PE_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < m->pe_count; i++) {
		struct pe *pe = &m->pe[i];

		if (pe->key_ns == EVQ_NEVER)
			continue;
		if (!best || pe->key_ns < best->key_ns) {
			best = pe;
			n = 0;
		}
		if (pe->key_ns == best->key_ns)
			tied[n++] = pe;
	}
	if (n > 1)
		return tied[oracle_choose(&m->oracle, ORACLE_PE, n, 0, "soc.pe")];
	return best;
}

static void run_event(struct machine *m, struct ev *ev)
{
	struct trace_ctx ctx = m->trace.ctx;

	if (ev->time_ns > m->now_ns)
		m->now_ns = ev->time_ns;
	m->in_event = true;
	m->trace.ctx.who = 0;
	ev->fn(ev);
	m->in_event = false;
	m->trace.ctx = ctx;
}

static void leave_run(struct machine *m)
{
	m->running = NULL;
	fiber_switch(m->host);
}

void pe_yield(struct machine *m)
{
	for (;;) {
		struct pe *pe = pick(m);
		uint64_t key = pe ? pe->key_ns : EVQ_NEVER, next = evq_next_ns(&m->evq);
		uint64_t when = next < key ? next : key;
		struct pe *self = m->running;

		if (when == EVQ_NEVER && !m->stop) {
			m->stop = MACHINE_DEADLOCK;
			m->stop_why = "every PE waits and nothing is due";
		} else if (m->cfg.time_limit_ns && when > m->cfg.time_limit_ns && !m->stop) {
			m->now_ns = m->cfg.time_limit_ns;
			m->stop = MACHINE_TIME_LIMIT;
			m->stop_why = "time limit";
		}
		if (m->stop) {
			if (fiber_self() == m->host)
				return;
			leave_run(m);
			continue; /* nobody resumes a flow of a stopped machine */
		}
		if (next <= key) {
			struct ev *ev = evq_pop_due(&m->evq, next);

			run_event(m, ev);
			continue;
		}
		m->now_ns = pe->now_ns = key;
		pe_make_running(m, pe);
		if (pe == self && pe->fiber == fiber_self())
			return;
		fiber_switch(pe->fiber);
		/* Back: somebody made this flow's PE the running one, or the run is over. */
		return;
	}
}

/* Takes what is pending and unmasked; the flow may come back on another PE. */
static inline struct pe *take_interrupts(struct machine *m, struct pe *pe)
{
	while (pe_irq_pending(pe) && !irq_masked(pe)) {
		if (pe->world == WORLD_NS) {
			if (!m->ns_ops)
				break;
			m->ns_ops->interrupt(pe);
		} else {
			m->s_ops->interrupt(pe);
		}
		pe = m->running;
	}
	return pe;
}

void pe_charge(uint64_t ns)
{
	struct machine *m = machine;
	struct pe *pe = m->running;
	uint64_t end;

	pe->points = 0;
	for (;;) {
		end = pe->now_ns + ns;
		if (end < m->horizon_ns && end < evq_next_ns(&m->evq)) {
			m->now_ns = pe->now_ns = pe->key_ns = end;
			ns = 0;
		} else {
			pe->key_ns = end;
			pe_yield(m);
			/* Only interrupts move a flow, so this is still the same PE. */
			ns = end - pe->now_ns;
		}
		pe = take_interrupts(m, pe);
		if (!ns)
			return;
	}
}

void pe_point(void)
{
	struct machine *m = machine;
	struct pe *pe = m->running;

	if (++pe->points > POINTS_MAX)
		machine_stop(m, MACHINE_LIVELOCK, "a flow loops without any time passing");
	if (evq_next_ns(&m->evq) <= pe->now_ns) {
		pe->key_ns = pe->now_ns;
		pe_yield(m);
	}
	take_interrupts(m, pe);
}

void pe_wfi(void)
{
	struct machine *m = machine;
	struct pe *pe = m->running;

	pe->points = 0;
	while (!pe_irq_pending(pe)) {
		pe->wfi = true;
		pe->key_ns = EVQ_NEVER;
		pe_yield(m);
		pe->wfi = false;
	}
}

void pe_off(void)
{
	struct machine *m = machine;
	struct pe *pe = m->running;

	pe->online = false;
	pe->fiber = NULL;
	pe->key_ns = EVQ_NEVER;
	evq_cancel(&m->evq, &pe->timer);
	for (;;)
		pe_yield(m);
}

void pe_switch(struct fiber *to, uint32_t who)
{
	struct machine *m = machine;

	m->running->fiber = to;
	m->running->who = who;
	m->trace.ctx.who = who;
	fiber_switch(to);
}

void pe_finish(struct fiber *to, uint32_t who)
{
	struct machine *m = machine;

	m->running->fiber = to;
	m->running->who = who;
	m->trace.ctx.who = who;
	fiber_finish(to);
}

static void timer_fired(struct ev *ev)
{
	struct pe *pe = ev->ctx;

	intc_raise(machine, pe->id, INTID_TIMER);
}

void pe_timer_set(struct pe *pe, uint64_t deadline_ns)
{
	struct machine *m = machine;

	if (deadline_ns == EVQ_NEVER) {
		evq_cancel(&m->evq, &pe->timer);
		return;
	}
	pe->timer.fn = timer_fired;
	pe->timer.ctx = pe;
	evq_add(&m->evq, &pe->timer, deadline_ns > m->now_ns ? deadline_ns : m->now_ns);
}

void machine_pe_on(struct machine *m, unsigned id, struct fiber *fiber, uint32_t who)
{
	struct pe *pe = &m->pe[id];

	pe->online = true;
	pe->wfi = false;
	pe->fiber = fiber;
	pe->who = who;
	if (pe->now_ns < m->now_ns)
		pe->now_ns = m->now_ns;
	pe->key_ns = pe->now_ns;
	if (m->running && pe != m->running && pe->key_ns < m->horizon_ns)
		m->horizon_ns = pe->key_ns;
}

enum machine_stop machine_run(struct machine *m)
{
	m->host = fiber_self();
	m->stop = MACHINE_RUNNING;
	m->running = NULL;
	pe_yield(m);
	m->running = NULL;
	return m->stop;
}

void machine_stop(struct machine *m, enum machine_stop stop, const char *why)
{
	if (!m->stop) {
		m->stop = stop;
		m->stop_why = why;
	}
	if (m->in_event || !m->running || fiber_self() == m->host)
		return; /* noticed when the event is over */
	for (;;)
		leave_run(m);
}
