/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How PEs share the host thread. Each PE has a key: the time at which it next wants control. A
 * charge sets the key to its end; an interrupt that arrives in between pulls the key forward; WFI
 * sets it to never. The PE with the smallest key runs, ties by number; an event due at or before
 * that key runs first. So a flow sees an interrupt at the very nanosecond it was raised, however
 * long the charge, and a waiting loop costs one switch per turn.
 *
 * The fast path of pe_charge() is an addition and three comparisons, without a frame.
 */
#include "soc/machine.h"
#include "soc/pe_internal.h"
#include <stdio.h>
#include <stdlib.h>

/* A flow that passes this many points (or a run that handles this many events) without time moving
 * would loop for ever on the host. */
#define POINTS_MAX 1000000

static inline bool irq_masked(const struct pe *pe)
{
	return pe->world == WORLD_NS ? pe->ns_irq_masked : pe->s_irq_masked;
}

/* False when there is surely nothing to take. */
static inline bool irq_maybe(const struct pe *pe)
{
	return (pe->intc.pending & pe->intc.enabled) | pe->intc.spi_pending_count |
	       pe->intc.spi_secure_count;
}

/* Secure interrupts: the Non-secure world cannot mask them, the SPMC holds them off itself. */
static inline bool secure_due(const struct machine *m, const struct pe *pe)
{
	if (!pe->intc.spi_secure_count)
		return false;
	return pe->world == WORLD_NS ? m->s_ops && m->s_ops->secure : pe->s_secure_open;
}

static inline void key_set(struct machine *m, struct pe *pe, uint64_t key_ns)
{
	uint64_t bit = 1ULL << pe->id;

	pe->key_ns = key_ns;
	m->runnable = key_ns == EVQ_NEVER ? m->runnable & ~bit : m->runnable | bit;
}

void pe_kick(struct machine *m, struct pe *pe)
{
	if (pe == m->running && !m->in_event)
		return; /* it looks at its next point */
	if (!pe->online || !(pe_irq_pending(pe) || secure_due(m, pe)))
		return;
	if (!pe->wfi && irq_masked(pe) && !secure_due(m, pe))
		return; /* seen when it unmasks */
	pe->wfi = false;
	if (pe->key_ns > m->now_ns)
		key_set(m, pe, m->now_ns > pe->now_ns ? m->now_ns : pe->now_ns);
	if (pe != m->running && pe->key_ns < m->horizon_ns)
		m->horizon_ns = pe->key_ns;
}

static void make_running(struct machine *m, struct pe *pe)
{
	uint64_t horizon = m->cfg.time_limit_ns ? m->cfg.time_limit_ns : EVQ_NEVER;

	for (uint64_t left = m->runnable & ~(1ULL << pe->id); left; left &= left - 1) {
		const struct pe *other = &m->pe[__builtin_ctzll(left)];
		uint64_t key = m->held >> other->id & 1 ? other->hold_end_ns : other->key_ns;

		if (key < horizon)
			horizon = key;
	}
	m->horizon_ns = horizon;
	m->running = pe;
	m->trace.ctx.pe = (uint16_t)pe->id;
	m->trace.ctx.who = pe->who;
}

/* The smallest key, and in *tied the PEs that have it. */
static uint64_t smallest_key(const struct machine *m, uint64_t *tied)
{
	uint64_t key = EVQ_NEVER;

	*tied = 0;
	for (uint64_t left = m->runnable & ~m->held; left; left &= left - 1) {
		unsigned id = (unsigned)__builtin_ctzll(left);
		uint64_t k = m->pe[id].key_ns;

		if (k > key)
			continue;
		if (k < key)
			*tied = 0;
		key = k;
		*tied |= 1ULL << id;
	}
	return key;
}

/* Held PEs whose time is over go on; when nobody else can, the one held first does. */
static void release_held(struct machine *m)
{
	unsigned first = PE_MAX;

	for (uint64_t left = m->held; left; left &= left - 1) {
		unsigned id = (unsigned)__builtin_ctzll(left);

		if (m->pe[id].hold_end_ns <= m->now_ns)
			m->held &= ~(1ULL << id);
		else if (m->runnable >> id & 1 &&
			 (first == PE_MAX || m->pe[id].hold_end_ns < m->pe[first].hold_end_ns))
			first = id;
	}
	if (!(m->runnable & ~m->held) && first != PE_MAX)
		m->held &= ~(1ULL << first);
}

static struct pe *pick(struct machine *m, uint64_t tied)
{
	if (tied & (tied - 1)) {
		const unsigned n = (unsigned)__builtin_popcountll(tied);
		uint32_t skip = oracle_choose(&m->oracle, ORACLE_PE, n, 0, "soc.pe");

		while (skip--)
			tied &= tied - 1;
	}
	return &m->pe[__builtin_ctzll(tied)];
}

static void run_event(struct machine *m, struct ev *ev)
{
	struct trace_ctx ctx = m->trace.ctx;

	if (ev->time_ns > m->now_ns) {
		m->now_ns = ev->time_ns;
		m->events_still = 0;
	}
	if (++m->events_still > POINTS_MAX)
		machine_stop(m, MACHINE_LIVELOCK,
			     "events follow each other without any time passing");
	m->in_event = true;
	m->trace.ctx.who = 0;
	ev->fn(ev);
	m->in_event = false;
	m->trace.ctx = ctx;
}

static void note_stop(struct machine *m, enum machine_stop stop, const char *why)
{
	if (m->stop)
		return; /* the first reason stands */
	m->stop = stop;
	m->stop_why = why;
	if (stop != MACHINE_DONE) /* nobody asks where a run ended that did what it should */
		snprintf(m->stop_where, sizeof(m->stop_where), "%s", machine_where(m));
}

static void leave_run(struct machine *m)
{
	m->running = NULL;
	fiber_switch(m->host);
	if (m->unwind)
		m->unwind();
}

/* The running flow gives way; on return its PE has control again, at its key. */
static void yield(struct machine *m)
{
	for (;;) {
		struct pe *self = m->running, *pe;
		uint64_t tied, key, next, when;

		if (__builtin_expect(m->held != 0, 0))
			release_held(m);
		key = smallest_key(m, &tied);
		if (key < m->now_ns)
			key = m->now_ns; /* it was held */
		next = evq_next_ns(&m->evq);
		when = next < key ? next : key;
		if (when == EVQ_NEVER) {
			note_stop(m, MACHINE_DEADLOCK, "every PE waits and nothing is due");
		} else if (m->cfg.time_limit_ns && when > m->cfg.time_limit_ns && !m->stop) {
			m->now_ns = m->cfg.time_limit_ns;
			note_stop(m, MACHINE_TIME_LIMIT, "time limit");
		}
		if (m->stop) {
			if (fiber_self() == m->host)
				return;
			leave_run(m);
			continue; /* nobody resumes a flow of a stopped machine */
		}
		if (next <= key) {
			run_event(m, evq_pop_due(&m->evq, next));
			continue;
		}
		pe = pick(m, tied);
		m->now_ns = pe->now_ns = key;
		make_running(m, pe);
		if (pe == self && pe->fiber == fiber_self())
			return;
		fiber_switch(pe->fiber);
		/* Back: somebody made this flow's PE the running one, or the run is over. */
		if (__builtin_expect(m->unwind != NULL, 0))
			m->unwind();
		return;
	}
}

/*
 * A point is a question: does this PE wait here until no other can go on, does an interrupt arrive,
 * does another task get the PE, is the task moved? Only the strategy's next point costs a call.
 * A hold has an end, so that detectors of stalls see nothing that a slow PE would not show.
 */
#define HOLD_NS 5000000u
#define HOLD_MIN_NS 50000u /* long enough for a timer or a wake-up to come first */

static __attribute__((noinline)) void ask(struct machine *m, struct pe *pe)
{
	const struct ns_world_ops *ns = m->ns_ops;
	const struct oracle_may may = {
		.hold = m->pe_count > 1,
		.irq = m->ask_intid && pe->online,
		.preempt = ns && ns->may_preempt && ns->may_preempt(pe),
		.move = ns && ns->may_move ? ns->may_move(pe) : 0,
	};
	const struct oracle_act act = m->oracle.ops->point(&m->oracle, &may);

	switch (act.kind) {
	case ORACLE_HOLD:
		m->held |= 1ULL << pe->id;
		pe->hold_end_ns = m->now_ns + HOLD_NS;
		pe->key_ns = m->now_ns + HOLD_MIN_NS;
		yield(m);
		break;
	case ORACLE_IRQ:
		intc_set_target(m, m->ask_intid, pe->id);
		intc_raise(m, pe->id, m->ask_intid);
		break;
	case ORACLE_PREEMPT:
		ns->preempt(pe);
		break;
	case ORACLE_MOVE:
		ns->move(pe, act.arg);
		break;
	default:
		break;
	}
}

static inline void point(struct machine *m, struct pe *pe)
{
	if (__builtin_expect(m->asks, 0) && ++m->oracle.points == m->oracle.next_point)
		ask(m, pe);
}

/* Something is pending and unmasked. */
static inline bool due(const struct machine *m, const struct pe *pe)
{
	return irq_maybe(pe) && (secure_due(m, pe) || (!irq_masked(pe) && pe_irq_pending(pe)));
}

/* Takes what is due; the flow may come back on another PE. */
static inline struct pe *take_interrupts(struct machine *m, struct pe *pe)
{
	while (due(m, pe)) {
		const bool secure = secure_due(m, pe);

		/* A handler that neither acknowledges nor masks is an endless storm. */
		if (++pe->points > POINTS_MAX)
			machine_stop(
				m, MACHINE_LIVELOCK,
				"an interrupt is taken again and again without any time passing");
		if (pe->world == WORLD_NS && secure) {
			m->s_ops->secure(pe);
		} else if (pe->world == WORLD_NS) {
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

/* The general case, out of line so that the fast path needs no frame. */
static __attribute__((noinline)) uint64_t charge(uint64_t ns, const bool *stop, bool open)
{
	struct machine *m = machine;
	struct pe *pe = m->running;
	uint64_t end;

	if (__builtin_expect(!ns, 0)) {
		pe_point();
		return 0;
	}
	if (__builtin_expect(!pe || m->in_event, 0))
		return 0;
	pe->points = 0;
	point(m, pe);
	for (;;) {
		end = pe->now_ns + ns;
		if (end < m->horizon_ns && end < evq_next_ns(&m->evq)) {
			/* A running PE is runnable already: only the number moves. */
			m->now_ns = pe->now_ns = pe->key_ns = end;
			ns = 0;
		} else {
			pe->key_ns = end;
			yield(m);
			/* Only interrupts move a flow, so this is still the same PE. */
			ns = end > pe->now_ns ? end - pe->now_ns : 0; /* late when held */
		}
		if (!ns && open)
			return 0;
		pe = take_interrupts(m, pe);
		if (!ns || (stop && *stop))
			return ns;
	}
}

/* True when the charge is over: nobody else is due, nothing is pending, nobody asks here. */
static inline bool charge_fast(uint64_t ns)
{
	struct machine *m = machine;
	struct pe *pe = m->running;
	uint64_t end;

	if (__builtin_expect(!ns || !pe || m->in_event, 0))
		return false;
	end = pe->now_ns + ns;
	if (end >= m->horizon_ns || end >= evq_next_ns(&m->evq) || irq_maybe(pe))
		return false;
	if (__builtin_expect(m->asks, 0)) {
		if (m->oracle.points + 1 == m->oracle.next_point)
			return false;
		m->oracle.points++;
	}
	pe->points = 0;
	/* A running PE is runnable already: only the number moves. */
	m->now_ns = pe->now_ns = pe->key_ns = end;
	return true;
}

void pe_charge(uint64_t ns)
{
	if (!charge_fast(ns))
		charge(ns, NULL, false);
}

void pe_charge_open(uint64_t ns)
{
	if (!charge_fast(ns))
		charge(ns, NULL, true);
}

bool pe_due(void)
{
	return machine->running && !machine->in_event && due(machine, machine->running);
}

void pe_take(void)
{
	take_interrupts(machine, machine->running);
}

uint64_t pe_charge_until(uint64_t ns, const bool *stop)
{
	return *stop ? ns : charge(ns, stop, false);
}

void pe_point(void)
{
	struct machine *m = machine;
	struct pe *pe = m->running;

	if (__builtin_expect(!pe || m->in_event, 0))
		return;
	if (++pe->points > POINTS_MAX)
		machine_stop(m, MACHINE_LIVELOCK, "a flow loops without any time passing");
	point(m, pe);
	if (evq_next_ns(&m->evq) <= pe->now_ns) {
		pe->key_ns = pe->now_ns;
		yield(m);
	}
	take_interrupts(m, pe);
}

void pe_relax(uint64_t ns)
{
	machine->held = 0;
	pe_charge(ns);
}

void pe_wfi(void)
{
	struct machine *m = machine;
	struct pe *pe = m->running;

	/* Returning at once is no progress: an idle loop that never serves what woke it. */
	if (++pe->points > POINTS_MAX)
		machine_stop(m, MACHINE_LIVELOCK,
			     "a PE wakes from WFI without serving the interrupt");
	while (!pe_irq_pending(pe)) {
		pe->wfi = true;
		key_set(m, pe, EVQ_NEVER);
		yield(m);
		pe->wfi = false;
		if (secure_due(m, pe))
			take_interrupts(m, pe);
	}
	take_interrupts(m, pe);
}

void pe_off(void)
{
	struct machine *m = machine;
	struct pe *pe = m->running;

	pe->online = false;
	pe->fiber = NULL;
	key_set(m, pe, EVQ_NEVER);
	evq_cancel(&m->evq, &pe->timer);
	for (;;)
		yield(m);
}

void pe_switch(struct fiber *to, uint32_t who)
{
	struct machine *m = machine;

	m->running->fiber = to;
	m->running->who = who;
	m->trace.ctx.who = who;
	fiber_switch(to);
	if (__builtin_expect(m->unwind != NULL, 0))
		m->unwind();
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

	if (id >= m->pe_count)
		abort(); /* CPU_ON is checked by whoever models PSCI */
	pe->online = pe->came_on = true;
	pe->wfi = false;
	pe->fiber = fiber;
	pe->who = who;
	if (pe->now_ns < m->now_ns)
		pe->now_ns = m->now_ns;
	key_set(m, pe, pe->now_ns);
	if (m->running && pe != m->running && pe->key_ns < m->horizon_ns)
		m->horizon_ns = pe->key_ns;
}

enum machine_stop machine_run(struct machine *m)
{
	m->host = fiber_self();
	m->stop = MACHINE_RUNNING;
	m->stop_why = NULL;
	m->running = NULL;
	yield(m);
	m->running = NULL;
	return m->stop;
}

void machine_pause(void)
{
	struct machine *m = machine;

	m->paused = m->running;
	fiber_switch(m->host);
}

enum machine_stop machine_continue(struct machine *m)
{
	m->host = fiber_self();
	m->running = m->paused;
	m->paused = NULL;
	fiber_switch(m->running->fiber);
	m->running = NULL;
	return m->stop;
}

void machine_stop(struct machine *m, enum machine_stop stop, const char *why)
{
	note_stop(m, stop, why);
	if (m->in_event || !m->running || fiber_self() == m->host)
		return; /* noticed when the event is over */
	for (;;)
		leave_run(m);
}
