/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks: what is common to all kinds. Each acquisition and release is traced with the lock's name
 * and an address-free number, so a validator can build the lock order.
 *
 * A spinlock whose holder will never come back (its PE is off, or it sits in the secure world for
 * good) must not hang the host: waiting grows its steps, and after LOCKUP_NS the run ends.
 */
#include <linux/sched.h>
#include "linux/lock_internal.h"

TRACE_KIND(trace_lock_acquire, "lock.acquire", "a lock was taken", "name$", "kind");
TRACE_KIND(trace_lock_release, "lock.release", "a lock was given back", "name$", "kind");
TRACE_KIND(trace_lock_wait, "lock.wait", "a flow begins to wait for a lock", "name$", "kind");

#define LOCKUP_NS 100000000000ULL /* of spinning: more than any detector needs */
#define BACKOFF_MAX 64
#define BACKOFF_LONG 4096 /* after a second of spinning nobody counts microseconds */

uint32_t klock_name(const char *name, unsigned int *who)
{
	if (!*who)
		*who = trace_intern(name ? name : "lock");
	return *who;
}

void klock_tell(void (*op)(const struct watch_lock *l), const void *lock, const char *name,
		int kind, bool try)
{
	unsigned count = (unsigned)ktask_current()->preempt_count;
	struct watch_lock l = {
		.lock = lock,
		.name = name,
		.kind = (enum watch_lock_kind)kind,
		.context = (pe_self()->ns_irq_masked ? WATCH_IRQS_OFF : 0) |
			   (count & HARDIRQ_MASK ? WATCH_HARDIRQ : 0) |
			   (count & SOFTIRQ_MASK ? WATCH_SOFTIRQ : 0) | (try ? WATCH_TRYLOCK : 0),
	};

	op(&l);
}

void klock_backoff(struct klock_backoff *b, const char *name, const struct task_struct *holder)
{
	if (!b->step) {
		b->since_ns = pe_self()->now_ns;
		b->step = 1;
	}
	pe_relax(cost()->cpu_relax_ns * b->step);
	if (b->step < BACKOFF_MAX && pe_self()->now_ns - b->since_ns > 100000)
		b->step *= 2;
	else if (pe_self()->now_ns - b->since_ns > 1000000000)
		b->step = BACKOFF_LONG;
	if (pe_self()->now_ns - b->since_ns < LOCKUP_NS)
		return;
	klog_printf(0, "BUG: spinlock lockup suspected on CPU#%u, %s/%d, lock %s", pe_self()->id,
		    kcurrent_comm(), kcurrent_pid(), name ? name : "?");
	report_add(&machine->report, FINDING_NO_PROGRESS, machine_where(machine),
		   "%s was never released: held by %s/%d, wanted by %s/%d", name ? name : "a lock",
		   holder ? holder->comm : "readers", holder ? holder->pid : 0, kcurrent_comm(),
		   kcurrent_pid());
	machine_stop(machine, MACHINE_LIVELOCK, "a spinlock was never released");
}

void klock_queue_add(struct klock_queue *q, struct klock_waiter *w)
{
	w->next = NULL;
	w->prev = q->last;
	if (q->last)
		q->last->next = w;
	else
		q->first = w;
	q->last = w;
	q->count++;
}

void klock_queue_del(struct klock_queue *q, struct klock_waiter *w)
{
	if (w->prev)
		w->prev->next = w->next;
	else
		q->first = w->next;
	if (w->next)
		w->next->prev = w->prev;
	else
		q->last = w->prev;
	q->count--;
}

struct klock_waiter *klock_queue_pick(struct klock_queue *q, const char *where)
{
	struct klock_waiter *w = q->first;

	if (q->count > 1)
		for (uint32_t n = oracle_choose(&machine->oracle, ORACLE_WAKE, q->count, 0, where);
		     n; n--)
			w = w->next;
	return w;
}
