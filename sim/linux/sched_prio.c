/* SPDX-License-Identifier: BSD-3-Clause */
/* Priorities of tasks: policy, nice, weight. */
#include <linux/sched.h>
#include "linux/ksched.h"

static const unsigned weights[40] = {
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548,  7620,  6100,  4904,  3906,  3121,  2501,	 1991,	1586,  1277,
	1024,  820,   655,   526,   423,   335,	  272,	 215,	172,   137,
	110,   87,    70,    56,    45,	   36,	  29,	 23,	18,    15,
};

void ktask_set_prio(struct task_struct *p, int policy, int nice, int rt_prio)
{
	p->policy = policy;
	p->nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
	p->rt_prio = policy == KTASK_FIFO ? (rt_prio < 1 ? 1 : rt_prio > 99 ? 99 : rt_prio) : 0;
	p->weight = weights[p->nice + 20];
}

/* For a task that may be queued or running. */
void ktask_apply_prio(struct task_struct *p, int policy, int nice, int rt_prio)
{
	struct krq *rq = &ksched_now->rq[p->cpu];
	bool queued = p->on_rq && !p->on_cpu;

	krq_update_curr(rq);
	if (queued)
		krq_dequeue(rq, p);
	if (p->on_rq && p->policy == KTASK_NORMAL)
		rq->load -= p->weight;
	ktask_set_prio(p, policy, nice, rt_prio);
	if (p->vruntime < rq->min_vruntime)
		p->vruntime = rq->min_vruntime;
	if (p->on_rq && p->policy == KTASK_NORMAL)
		rq->load += p->weight;
	if (queued) {
		krq_enqueue(rq, p, false);
		krq_check_preempt(rq, p, true);
	} else if (p->on_cpu && rq->nr_running > 1) {
		krq_resched(rq, true, true);
	}
}

void set_user_nice(struct task_struct *p, long nice)
{
	ktask_apply_prio(p, p->policy, (int)nice, p->rt_prio);
}

void sched_set_fifo(struct task_struct *p)
{
	ktask_apply_prio(p, KTASK_FIFO, p->nice, 50);
}

void sched_set_fifo_low(struct task_struct *p)
{
	ktask_apply_prio(p, KTASK_FIFO, p->nice, 1);
}

void sched_set_normal(struct task_struct *p, int nice)
{
	ktask_apply_prio(p, KTASK_NORMAL, nice, 0);
}

int task_nice(const struct task_struct *p)
{
	return p->nice;
}
