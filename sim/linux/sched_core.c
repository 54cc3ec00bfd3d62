/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scheduler proper: two classes (FIFO by priority, fair by weighted virtual runtime), the
 * context switch, wake-up and the four preemption models.
 *
 * The stopper (highest-priority per-CPU thread of the real kernel) is not a task of its own: its
 * work — feeding the watchdog, pushing a task to another CPU — is done inside kschedule(). What
 * matters is kept: it happens only when the CPU really schedules.
 * Not modelled: deadline class, group scheduling, RT throttling, core scheduling.
 */
#include <linux/sched.h>
#include "core/watch.h"
#include "linux/ksched.h"

TRACE_KIND(trace_sched_switch, "sched.switch", "a PE changes to another task", "prev$", "next$");
extern struct trace_kind trace_sched_migrate;
TRACE_KIND(trace_sched_wakeup, "sched.wakeup", "a task becomes runnable", "task$", "pe");

struct ksched *ksched_now;

struct task_struct *ktask_current(void)
{
	return krq_self()->curr;
}

bool kmodel_preemptible(void)
{
	enum preempt_model model = ksched_now->k->cfg.preempt;

	return model == PREEMPT_MODEL_FULL || model == PREEMPT_MODEL_LAZY;
}

static struct task_struct *task_of(struct kheap_node *node)
{
	return (struct task_struct *)((char *)node - offsetof(struct task_struct, rq_node));
}

void krq_init(struct krq *rq, unsigned cpu)
{
	struct kheap fair = rq->fair, rt = rq->rt, timers = rq->timers;

	*rq = (struct krq){.cpu = cpu, .fair = fair, .rt = rt, .timers = timers};
	kheap_reset(&rq->fair);
	kheap_reset(&rq->rt);
	kheap_reset(&rq->timers);
	rq->min_vruntime = 1ULL << 40; /* room below for sleepers' credit */
	rq->timer_prog_ns = EVQ_NEVER;
}

void krq_update_curr(struct krq *rq)
{
	struct task_struct *curr = rq->curr;
	uint64_t now = krq_now_ns(rq), delta, lead;

	if (!curr || now <= curr->exec_start_ns)
		return;
	delta = now - curr->exec_start_ns;
	curr->exec_start_ns = now;
	curr->sum_exec_ns += delta;
	if (curr->policy != KTASK_NORMAL || curr == rq->idle)
		return;
	curr->vruntime += curr->weight == 1024 ? delta : delta * 1024 / curr->weight;
	lead = curr->vruntime;
	if (rq->fair.count && rq->fair.at[0]->key < lead)
		lead = rq->fair.at[0]->key;
	if (lead > rq->min_vruntime)
		rq->min_vruntime = lead;
}

/* @head: a preempted FIFO task keeps its place before its equals. */
void krq_enqueue(struct krq *rq, struct task_struct *p, bool head)
{
	if (p->policy == KTASK_FIFO) {
		uint64_t key = 100 - (uint64_t)p->rt_prio;

		if (head)
			kheap_readd(&rq->rt, &p->rq_node, key);
		else
			kheap_add(&rq->rt, &p->rq_node, key);
	} else {
		kheap_add(&rq->fair, &p->rq_node, p->vruntime);
	}
	ksched_now->idle_mask &= ~(1ULL << rq->cpu);
}

void krq_dequeue(struct krq *rq, struct task_struct *p)
{
	kheap_del(p->policy == KTASK_FIFO ? &rq->rt : &rq->fair, &p->rq_node);
}

static void account(struct krq *rq, struct task_struct *p, int sign)
{
	rq->nr_running += (unsigned)sign;
	if (p->policy == KTASK_NORMAL)
		rq->load += (uint64_t)(int64_t)(sign * (int)p->weight);
}

/* @lazy_ok: a fair-class request, which the lazy model leaves to the next tick. */
void krq_resched(struct krq *rq, bool lazy_ok, bool force_ipi)
{
	bool idle = rq->curr == rq->idle;

	if (lazy_ok && !idle && ksched_now->k->cfg.preempt == PREEMPT_MODEL_LAZY &&
	    !rq->curr->user_mode) {
		rq->need_resched_lazy = true;
		return;
	}
	if (rq->need_resched && !force_ipi)
		return;
	rq->need_resched = true;
	if (force_ipi || !kin_flow() || machine->running->id != rq->cpu)
		intc_raise(machine, rq->cpu, INTID_RESCHED);
}

void krq_check_preempt(struct krq *rq, struct task_struct *p, bool force_ipi)
{
	struct task_struct *curr = rq->curr;

	if (curr == rq->idle) {
		krq_resched(rq, false, force_ipi);
	} else if (p->policy == KTASK_FIFO) {
		if (curr->policy != KTASK_FIFO || curr->rt_prio < p->rt_prio)
			krq_resched(rq, false, force_ipi);
	} else if (curr->policy == KTASK_NORMAL) {
		krq_update_curr(rq);
		if (curr->vruntime > p->vruntime + KSCHED_WAKE_GRAN_NS * 1024 / p->weight)
			krq_resched(rq, true, force_ipi);
	}
}

static void change_rq(struct task_struct *p, unsigned to)
{
	struct ksched *s = ksched_now;

	TRACE(&machine->trace, trace_sched_migrate, p->who, (uint64_t)p->cpu, to);
	p->vruntime += s->rq[to].min_vruntime - s->rq[p->cpu].min_vruntime;
	p->cpu = (int)to;
	p->last_moved_ns = kclock_ns();
	s->k->stats.migrations++;
}

bool ktask_wake(struct task_struct *p, unsigned states, bool from_event)
{
	struct ksched *s = ksched_now;
	struct krq *rq;
	unsigned cpu;

	if (!(p->__state & states))
		return false;
	p->__state = TASK_RUNNING;
	WATCH(release, p);
	if (p->on_rq) /* caught between setting its state and switching out */
		return true;
	if (p->migrate_to >= 0 && (p->affinity & s->online) >> p->migrate_to & 1)
		cpu = (unsigned)p->migrate_to;
	else
		cpu = kselect_cpu(p, false);
	p->migrate_to = -1;
	if (cpu != (unsigned)p->cpu)
		change_rq(p, cpu);
	rq = &s->rq[cpu];
	krq_update_curr(rq);
	if (p->policy == KTASK_NORMAL && p->vruntime + KSCHED_SLEEPER_NS < rq->min_vruntime)
		p->vruntime = rq->min_vruntime - KSCHED_SLEEPER_NS;
	p->on_rq = true;
	account(rq, p, 1);
	krq_enqueue(rq, p, false);
	TRACE(&machine->trace, trace_sched_wakeup, p->who, cpu);
	if (p->flags & PF_WQ_WORKER)
		kworker_running(p);
	krq_check_preempt(rq, p, from_event);
	return true;
}

int wake_up_state(struct task_struct *p, unsigned int state)
{
	if (!ktask_wake(p, state, false))
		return 0;
	kcharge(cost()->wakeup_ns);
	kpreempt_check();
	return 1;
}

int wake_up_process(struct task_struct *p)
{
	return wake_up_state(p, TASK_NORMAL);
}

void kset_state(unsigned int state)
{
	ktask_current()->__state = state;
}

/* --- the switch --------------------------------------------------------------------------------
 */
static struct task_struct *pick_next(struct krq *rq)
{
	struct kheap_node *node = kheap_first(&rq->rt);

	if (node) {
		kheap_del(&rq->rt, node);
		return task_of(node);
	}
	node = kheap_first(&rq->fair);
	if (node) {
		kheap_del(&rq->fair, node);
		return task_of(node);
	}
	return rq->idle;
}

/* What the stopper would do with the task that just left the CPU. Returns where it must wait. */
static unsigned place_prev(struct krq *rq, struct task_struct *prev)
{
	uint64_t bit = 1ULL << rq->cpu;
	int want = prev->migrate_to;

	if (prev->migrate_disabled)
		return rq->cpu;
	prev->migrate_to = -1;
	if (want >= 0 && (unsigned)want != rq->cpu && (ksched_now->online >> want & 1) &&
	    (prev->affinity >> want & 1))
		return (unsigned)want;
	if (!rq->dying && ((prev->affinity & bit) || !(prev->affinity & ksched_now->online)))
		return rq->cpu;
	return kselect_cpu(prev, false);
}

static void put_prev(struct krq *rq, struct task_struct *prev, bool preempt)
{
	unsigned to;

	if (prev == rq->idle)
		return;
	if (!preempt && prev->__state != TASK_RUNNING) {
		if (signal_pending_state(prev->__state, prev)) {
			prev->__state = TASK_RUNNING;
		} else {
			prev->on_rq = false;
			account(rq, prev, -1);
			prev->blocked_since_ns = krq_now_ns(rq);
			if (prev->flags & PF_WQ_WORKER)
				kworker_sleeping(prev);
			return;
		}
	}
	to = place_prev(rq, prev);
	if (to == rq->cpu) {
		krq_enqueue(rq, prev, preempt);
		return;
	}
	account(rq, prev, -1);
	change_rq(prev, to);
	account(&ksched_now->rq[to], prev, 1);
	krq_enqueue(&ksched_now->rq[to], prev, false);
	krq_check_preempt(&ksched_now->rq[to], prev, false);
}

void kfinish_switch(void)
{
	struct krq *rq = krq_self();

	if (rq->dead) {
		fiber_destroy(rq->dead->fiber);
		rq->dead->fiber = NULL;
		rq->dead = NULL;
	}
	kcharge(cost()->context_switch_ns);
}

static void schedule_common(bool preempt, bool dying)
{
	struct pe *pe = pe_self();
	struct krq *rq = krq_self();
	struct task_struct *prev = rq->curr, *next;
	bool was_masked = pe->ns_irq_masked;

	pe->ns_irq_masked = true;
	krq_update_curr(rq);
	rq->need_resched = rq->need_resched_lazy = false;
	krcu_qs(rq);
	if (rq->feed_pending)
		kwatch_feed(rq);
	if (dying)
		account(rq, prev, -1);
	else
		put_prev(rq, prev, preempt);
	if (!rq->rt.count && !rq->fair.count && !rq->dying)
		kbalance_newidle(rq);
	next = pick_next(rq);
	/* a new idle balance or put_prev may have set it for this very pick */
	rq->need_resched = false;
	if (next == prev) {
		pe->ns_irq_masked = was_masked;
		return;
	}
	ksched_now->k->stats.context_switches++;
	prev->switches++;
	prev->on_cpu = false;
	next->on_cpu = true;
	next->exec_start_ns = next->slice_start_ns = krq_now_ns(rq);
	rq->curr = next;
	if (next == rq->idle) {
		ksched_now->idle_mask |= 1ULL << rq->cpu;
	} else {
		if (!(next->flags & PF_KTHREAD))
			ksched_now->progress++;
		if (prev == rq->idle)
			ktick_start(rq);
	}
	TRACE(&machine->trace, trace_sched_switch, prev->who, next->who);
	if (dying) {
		rq->dead = prev->boot ? NULL : prev;
		pe_finish(next->fiber, next->who);
	}
	pe_switch(next->fiber, next->who);
	/* prev again, perhaps on another PE */
	kfinish_switch();
	pe_self()->ns_irq_masked = was_masked;
}

void kschedule(bool preempt)
{
	struct krq *rq = krq_self();

	if (rq->curr->preempt_count && rq->curr != rq->idle)
		katomic_report();
	schedule_common(preempt, false);
	WATCH(acquire, ktask_current());
}

_Noreturn void kschedule_dead(void)
{
	schedule_common(false, true);
	__builtin_unreachable();
}

void schedule(void)
{
	do {
		kschedule(false);
	} while (krq_self()->need_resched);
}

/* --- preemption --------------------------------------------------------------------------------
 */
bool need_resched(void)
{
	struct krq *rq = krq_self();

	return rq->need_resched || rq->need_resched_lazy;
}

static void preempt_now(void)
{
	do {
		ksched_now->k->stats.preemptions++;
		kschedule(true);
	} while (krq_self()->need_resched);
}

void kpreempt_check(void)
{
	struct krq *rq = krq_self();

	if (!rq->need_resched || !kin_flow() || !kmodel_preemptible() || rq->curr->preempt_count ||
	    pe_self()->ns_irq_masked)
		return;
	if (rq->curr != rq->idle)
		preempt_now();
}

/* Interrupts masked; the hard-irq count is already dropped. */
void kpreempt_irq_exit(void)
{
	struct krq *rq = krq_self();
	struct task_struct *curr = rq->curr;

	if (curr == rq->idle)
		return;
	if (curr->user_mode) {
		if (rq->need_resched || rq->need_resched_lazy)
			preempt_now();
	} else if (rq->need_resched && !curr->preempt_count && kmodel_preemptible()) {
		preempt_now();
	}
}

int kcond_resched(void)
{
	struct krq *rq = krq_self();

	if (kmodel_preemptible())
		return 0;
	krcu_qs(rq);
	if (!rq->need_resched || rq->curr->preempt_count || pe_self()->ns_irq_masked)
		return 0;
	kschedule(true);
	return 1;
}

void yield(void)
{
	struct krq *rq = krq_self();
	struct task_struct *curr = rq->curr;

	/* to the end of the line: behind whoever waits */
	krq_update_curr(rq);
	if (curr->policy == KTASK_NORMAL) {
		for (unsigned i = 0; i < rq->fair.count && i < 3; i++)
			if (rq->fair.at[i]->key > curr->vruntime)
				curr->vruntime = rq->fair.at[i]->key;
	}
	curr->__state = TASK_RUNNING;
	kschedule(false);
}

/* The periodic tick, in hard-irq context. */
void krq_tick(struct krq *rq)
{
	struct task_struct *curr = rq->curr;

	if (rq->need_resched_lazy) {
		rq->need_resched_lazy = false;
		krq_resched(rq, false, false);
	}
	if (curr == rq->idle)
		return;
	krq_update_curr(rq);
	if (curr->policy == KTASK_NORMAL && rq->nr_running > 1) {
		uint64_t now = krq_now_ns(rq);

		if (rq->rt.count || (now - curr->slice_start_ns >= KSCHED_SLICE_NS &&
				     rq->fair.count && rq->fair.at[0]->key < curr->vruntime))
			krq_resched(rq, true, false);
	}
	kbalance_tick(rq);
}

/* --- preempt count -----------------------------------------------------------------------------
 */
int preempt_count(void)
{
	return ktask_current()->preempt_count;
}

void preempt_count_add(int val)
{
	ktask_current()->preempt_count += val;
}

void preempt_count_sub(int val)
{
	ktask_current()->preempt_count -= val;
}

void preempt_disable(void)
{
	ktask_current()->preempt_count++;
}

void preempt_enable_no_resched(void)
{
	ktask_current()->preempt_count--;
}

void preempt_enable(void)
{
	struct krq *rq = krq_self();

	if (!--rq->curr->preempt_count && rq->need_resched)
		kpreempt_check();
}

bool preemptible(void)
{
	return !ktask_current()->preempt_count && !pe_self()->ns_irq_masked;
}

void migrate_disable(void)
{
	ktask_current()->migrate_disabled++;
}

void migrate_enable(void)
{
	ktask_current()->migrate_disabled--;
}

void local_bh_disable(void)
{
	ktask_current()->preempt_count += 2 * SOFTIRQ_OFFSET;
}

void local_bh_enable(void)
{
	struct krq *rq = krq_self();

	rq->curr->preempt_count -= 2 * SOFTIRQ_OFFSET;
	if (rq->need_resched)
		kpreempt_check();
}

bool kin_atomic(void)
{
	return ktask_current()->preempt_count || pe_self()->ns_irq_masked;
}

void kcharge(uint64_t ns)
{
	pe_charge(ns);
}

const char *kcurrent_comm(void)
{
	struct task_struct *t = ksched_now && machine->running ? ktask_current() : NULL;

	return t ? t->comm : "swapper/0";
}

int kcurrent_pid(void)
{
	struct task_struct *t = ksched_now && machine->running ? ktask_current() : NULL;

	return t ? t->pid : 0;
}
