/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RCU. A grace period ends when each CPU that was not idle at its start has passed a quiescent
 * state (switch, idle, user mode, a tick outside a read-side section) and no task that was inside a
 * section is still in it. Callbacks run in the thread rcu_preempt (rcu_sched when not preemptible).
 * Not modelled: expedited grace periods, callback batching, SRCU.
 */
#include <linux/sched.h>
#include <linux/rcupdate.h>
#include <linux/completion.h>
#include <linux/slab.h>
#include "core/watch.h"
#include "linux/ksched.h"

void rcu_read_lock(void)
{
	struct task_struct *p = ktask_current();

	p->rcu_nesting++;
	if (!ksched_now->dynamic_rcu && !kmodel_preemptible())
		p->preempt_count++;
}

void rcu_read_unlock(void)
{
	struct task_struct *p = ktask_current();

	if (!ksched_now->dynamic_rcu && !kmodel_preemptible())
		p->preempt_count--;
	p->rcu_nesting--;
	WATCH(release, &ksched_now->rcu_thread); /* what a section did comes before later frees */
}

int rcu_read_lock_held(void)
{
	return ktask_current()->rcu_nesting > 0;
}

static bool readers_before(uint64_t since_ns)
{
	/* A section that is open now and whose task has not left it since: seen by the task's own
	 * count only, so any open section delays the end. Conservative, as the kernel may be. */
	(void)since_ns;
	for (struct task_struct *p = ksched_now->all; p; p = p->all_next)
		if (p->rcu_nesting && p->__state != TASK_DEAD)
			return true;
	return false;
}

void synchronize_rcu(void)
{
	struct ksched *s = ksched_now;
	uint64_t seen[PE_MAX], start = kclock_ns();

	kmight_sleep("kernel/rcu/tree.c", 0);
	for (unsigned i = 0; i < s->cpus; i++)
		seen[i] = s->rq[i].qs_count;
	for (;;) {
		bool wait = readers_before(start);

		for (uint64_t m = s->online; m && !wait; m &= m - 1) {
			struct krq *rq = &s->rq[__builtin_ctzll(m)];

			wait = rq != krq_self() && rq->curr != rq->idle &&
			       rq->qs_count == seen[rq->cpu];
		}
		if (!wait) {
			WATCH(acquire, &s->rcu_thread);
			return;
		}
		schedule_timeout_uninterruptible(1);
	}
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	struct ksched *s = ksched_now;

	WATCH(release, head);
	head->func = func;
	head->next = NULL;
	if (s->rcu_last)
		s->rcu_last->next = head;
	else
		s->rcu_first = head;
	s->rcu_last = head;
	if (s->rcu_thread)
		ktask_wake(s->rcu_thread, TASK_NORMAL, !kin_flow());
}

/* Callbacks whose @func is a small number free the block that lies that many bytes before. */
void kkvfree_rcu(struct rcu_head *head, size_t offset)
{
	call_rcu(head, (rcu_callback_t)offset);
}

static void invoke(struct rcu_head *head)
{
	size_t offset = (size_t)head->func;

	WATCH(acquire, head);
	if (offset < 4096) {
		kfree((char *)head - offset);
		return;
	}
	local_bh_disable();
	head->func(head);
	local_bh_enable();
}

int krcu_thread(void *arg)
{
	struct ksched *s = ksched_now;

	(void)arg;
	for (;;) {
		struct rcu_head *head;

		kset_state(TASK_IDLE);
		if (!s->rcu_first) {
			s->rcu_busy = false;
			schedule();
			continue;
		}
		kset_state(TASK_RUNNING);
		s->rcu_busy = true;
		head = s->rcu_first;
		s->rcu_first = s->rcu_last = NULL;
		synchronize_rcu();
		while (head) {
			struct rcu_head *next = head->next;

			invoke(head);
			head = next;
		}
	}
	return 0;
}

void rcu_barrier(void)
{
	kmight_sleep("kernel/rcu/tree.c", 0);
	while (ksched_now->rcu_first || ksched_now->rcu_busy)
		schedule_timeout_uninterruptible(1);
}
