/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the oracle may do to the running task at a point: another runnable task gets the CPU as soon
 * as the preemption model allows, or the task goes to another CPU. Both are requests like those of
 * a wake-up on another CPU, so nothing happens that the model forbids.
 */
#include <linux/sched.h>
#include "linux/ksched.h"

static struct task_struct *task_on(const struct pe *pe)
{
	struct krq *rq = &ksched_now->rq[pe->id];

	return rq->curr && rq->curr != rq->idle && rq->online ? rq->curr : NULL;
}

bool kask_may_preempt(const struct pe *pe)
{
	struct task_struct *curr = task_on(pe);

	return curr && curr->policy == KTASK_NORMAL && ksched_now->rq[pe->id].fair.count;
}

void kask_preempt(struct pe *pe)
{
	struct krq *rq = &ksched_now->rq[pe->id];

	/* Behind the next in line, or the scheduler would only pick it again. */
	krq_update_curr(rq);
	if (rq->fair.at[0]->key >= rq->curr->vruntime)
		rq->curr->vruntime = rq->fair.at[0]->key + 1;
	krq_resched(rq, false, true);
}

uint64_t kask_may_move(const struct pe *pe)
{
	struct task_struct *curr = task_on(pe);

	if (!curr || curr->boot || curr->migrate_disabled || curr->__state == TASK_DEAD)
		return 0;
	return curr->affinity & ksched_now->online & ~(1ULL << pe->id);
}

void kask_move(struct pe *pe, unsigned to)
{
	ktask_migrate(ksched_now->rq[pe->id].curr, to);
}
