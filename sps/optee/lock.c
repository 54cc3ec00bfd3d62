/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks at S-EL1 (optee.md 1.7, 1.12). A spinlock masks foreign interrupts from before it is tried
 * until after it is given back: a holder is never suspended, a waiter burns its PE. A mutex (0
 * free, -1 written, n > 0 readers) and a condvar leave interrupts open, so their holder can be
 * suspended by a managed exit; who must wait sleeps in the Normal world by RPC. None is recursive,
 * a waiting writer does not hold readers back.
 *
 * SP threads have no argument to ask by: on the one mutex that they share with yielding calls, the
 * page-table cache's, they turn in place with foreign interrupts masked and complain on the secure
 * console each time (D17).
 *
 * No time passes between a test and what it decides.
 */
#include "optee/optee.h"

TRACE_KIND(trace_el1_lock_wait, "lock.el1_wait", "a thread at S-EL1 begins to wait for a lock",
	   "lock$", "kind$", "thread");
TRACE_KIND(trace_el1_lock_acquired, "lock.el1_acquired", "a thread at S-EL1 took a lock", "lock$",
	   "kind$", "thread", "wait_ns", "spin_ns");
TRACE_KIND(trace_el1_lock_released, "lock.el1_released", "a thread at S-EL1 gave a lock back",
	   "lock$", "kind$", "thread", "hold_ns");

static void waits(struct trusted_os *os, uint32_t name, const char *kind, uint16_t thread)
{
	if (os->trace->on)
		TRACE(os->trace, trace_el1_lock_wait, name, trace_intern(kind), thread);
}

static void acquired(struct trusted_os *os, uint32_t name, const char *kind, uint16_t thread,
		     uint64_t wait_ns, uint64_t spin_ns)
{
	if (os->trace->on)
		TRACE(os->trace, trace_el1_lock_acquired, name, trace_intern(kind), thread, wait_ns,
		      spin_ns);
}

static void released(struct trusted_os *os, uint32_t name, const char *kind, uint16_t thread,
		     uint64_t since_ns)
{
	if (os->trace->on)
		TRACE(os->trace, trace_el1_lock_released, name, trace_intern(kind), thread,
		      machine->now_ns - since_ns);
}

/* --- spinlock -----------------------------------------------------------------------------------
 */

bool optee_spin_lock(struct optee_thread *t, struct optee_spinlock *l)
{
	const bool was_masked = t->masked;
	uint64_t from_ns, wait_ns;

	optee_thread_mask(t, true);
	pe_charge(cost()->lock_ns);
	from_ns = machine->now_ns;
	if (l->held)
		waits(t->os, l->name, "spin", t->id);
	while (l->held)
		pe_charge(cost()->cpu_relax_ns);
	l->held = true;
	l->since_ns = machine->now_ns;
	wait_ns = l->since_ns - from_ns;
	acquired(t->os, l->name, "spin", t->id, wait_ns, wait_ns);
	return was_masked;
}

void optee_spin_unlock(struct optee_thread *t, struct optee_spinlock *l, bool was_masked)
{
	l->held = false;
	released(t->os, l->name, "spin", t->id, l->since_ns);
	if (!was_masked)
		optee_thread_mask(t, false); /* what is pending is taken here (1.8 F) */
}

/* --- mutex, condvar -----------------------------------------------------------------------------
 */

static const char *mutex_kind(bool reader)
{
	return reader ? "read" : "mutex";
}

/* The SPMC asks for SP threads only when somebody has it. */
static void set_state(struct optee_thread *t, struct optee_mutex *m, int state)
{
	m->state = state;
	if (m == &t->os->tables)
		tos_tables_taken(t->os->s, state != 0);
}

static bool can_take(const struct optee_mutex *m, bool reader)
{
	return reader ? m->state >= 0 : !m->state;
}

void optee_mutex_lock(struct optee_thread *t, struct optee_mutex *m, bool reader)
{
	uint64_t from_ns;

	pe_charge(cost()->lock_ns);
	from_ns = machine->now_ns;
	if (!can_take(m, reader))
		waits(t->os, m->queue.name, mutex_kind(reader), t->id);
	while (!can_take(m, reader)) {
		struct optee_waiter w;

		optee_queue_add(&m->queue, &w, t, reader);
		optee_queue_sleep(&m->queue, &w, 0);
	}
	set_state(t, m, reader ? m->state + 1 : -1);
	m->since_ns[t->id] = machine->now_ns;
	acquired(t->os, m->queue.name, mutex_kind(reader), t->id, machine->now_ns - from_ns, 0);
}

void optee_mutex_unlock(struct optee_thread *t, struct optee_mutex *m)
{
	const bool reader = m->state > 0;

	set_state(t, m, reader ? m->state - 1 : 0);
	released(t->os, m->queue.name, mutex_kind(reader), t->id, m->since_ns[t->id]);
	if (!m->state)
		optee_queue_wake(t, &m->queue);
}

uint32_t optee_condvar_wait(struct optee_thread *t, struct optee_queue *cv, struct optee_mutex *m,
			    uint32_t timeout_ms)
{
	struct optee_waiter w;
	uint32_t ret;

	optee_queue_add(cv, &w, t, false);
	optee_mutex_unlock(t, m);
	ret = optee_queue_sleep(cv, &w, timeout_ms);
	optee_mutex_lock(t, m, false);
	return ret;
}

/* --- SP threads ---------------------------------------------------------------------------------
 */

void trusted_os_sp_tables(struct trusted_os *os)
{
	struct optee_mutex *m = &os->tables;
	const uint16_t thread = tos_thread_current(os->s);
	const uint64_t from_ns = machine->now_ns;

	waits(os, m->queue.name, mutex_kind(false), thread);
	tos_quirk_acts(os->s, Q_D17);
	while (m->state)
		pe_charge(cost()->console_line_ns);
	acquired(os, m->queue.name, mutex_kind(false), thread, machine->now_ns - from_ns,
		 machine->now_ns - from_ns);
	released(os, m->queue.name, mutex_kind(false), thread, machine->now_ns);
}
