/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fake kernel as a whole: made, booted, idle, unmade.
 *
 * The embedder starts a fiber on PE 0, calls klinux_boot() on it, creates the first user tasks and
 * ends with klinux_idle(). The boot flow is task swapper/0 with pid 1 (as init is before its exec);
 * the idle task of PE 0 is a task of its own, so boot code may sleep.
 */
#include <linux/sched.h>
#include <linux/kthread.h>
#include "linux/khost.h"
#include "linux/ksched.h"

void klinux_config_init(struct klinux_config *cfg)
{
	*cfg = (struct klinux_config){
		.preempt = PREEMPT_MODEL_FULL,
		.preempt_dynamic = true,
		.tick_ns = 4000000,
		.watchdog_thresh_s = 10,
		.rcu_stall_timeout_s = 21,
		.hung_task_timeout_s = 120,
		.hardlockup_buddy = true,
		.tee_max_arg_size = 1024,
	};
}

/* The scheduler's state is big (run queues of 64 CPUs); one is kept for the next machine. */
static struct ksched *spare;

int ksched_create(struct klinux *k)
{
	struct ksched *s = spare ? spare : kh_alloc(sizeof(*s));
	int err;

	if (!s)
		return -12; /* ENOMEM */
	spare = NULL;
	k->sched = s;
	s->k = k;
	s->m = k->m;
	s->cpus = k->m->pe_count;
	s->online = s->idle_mask = 0;
	s->possible = s->cpus == 64 ? ~0ULL : (1ULL << s->cpus) - 1;
	s->all = s->all_last = NULL;
	s->task_count = s->live_users = s->user_timers = 0;
	s->next_pid = 1;
	s->progress = 0;
	s->rcu_first = s->rcu_last = NULL;
	s->rcu_thread = NULL;
	s->rcu_busy = false;
	s->dynamic_rcu = k->cfg.preempt_dynamic || k->cfg.preempt == PREEMPT_MODEL_FULL ||
			 k->cfg.preempt == PREEMPT_MODEL_LAZY;
	for (unsigned i = 0; i < s->cpus; i++) {
		krq_init(&s->rq[i], i);
		ktimers_init(&s->rq[i]);
	}
	ksched_now = s;
	k->m->ns_ops = &klinux_ns_ops;
	err = kirqs_create(s);
	if (!err)
		err = khotplug_create(s);
	if (!err)
		err = kwatch_create(k);
	if (!err)
		err = kworkq_create(k);
	return err;
}

static void task_release(struct ksched *s, struct task_struct *p)
{
	if (!p->boot)
		fiber_destroy(p->fiber);
	while (p->works) { /* never ran: the machine ended first */
		struct ktask_work *w = p->works;

		p->works = w->next;
		kh_free(w);
	}
	kh_free(p->kthread);
	p->fiber = NULL;
	p->all_next = s->free_tasks;
	s->free_tasks = p;
}

void ksched_destroy(struct klinux *k)
{
	struct ksched *s = k->sched;

	if (!s)
		return;
	kworkq_destroy(k);
	kwatch_destroy(k);
	khotplug_destroy(s);
	kirqs_destroy(s);
	for (unsigned i = 0; i < s->cpus; i++) {
		if (s->rq[i].idle)
			task_release(s, s->rq[i].idle);
		s->rq[i].idle = s->rq[i].curr = NULL;
	}
	while (s->all) {
		struct task_struct *p = s->all;

		s->all = p->all_next;
		task_release(s, p);
	}
	k->m->ns_ops = NULL;
	ksched_now = NULL;
	k->sched = NULL;
	spare = s;
}

int klinux_create(struct machine *m, const struct klinux_config *cfg, struct klinux **out)
{
	struct klinux *k = kh_alloc(sizeof(*k));
	int err;

	if (!k)
		return -12; /* ENOMEM */
	k->m = m;
	k->cfg = *cfg;
	m->linux = k;
	kfault_reset();
	err = kslab_create(k);
	if (!err)
		err = klog_create(k);
	if (!err)
		err = ksched_create(k);
	if (!err)
		err = kdevs_create(k);
	if (!err)
		err = kmods_create(k);
	if (err) {
		klinux_destroy(k);
		return err;
	}
	*out = k;
	return 0;
}

void klinux_destroy(struct klinux *k)
{
	if (!k)
		return;
	kmods_destroy(k);
	kdevs_destroy(k);
	ksched_destroy(k);
	klog_destroy(k);
	kslab_destroy(k);
	if (k->m->linux == k)
		k->m->linux = NULL;
	kh_free(k);
}

const struct klinux_stats *klinux_stats(const struct klinux *k)
{
	return &k->stats;
}

/* --- idle ----------------------------------------------------------------------------------------
 */
static void idle_main(void *arg)
{
	struct task_struct *idle = arg;
	struct krq *rq;

	(void)idle;
	rq = krq_self();
	if (rq->curr->switches || rq->dead)
		kfinish_switch();
	pe_self()->ns_irq_masked = true;
	conduit_pe_on();
	if (rq->online && !rq->watchdog.node.slot)
		kwatch_cpu_online(rq);
	for (;;) {
		kirq_mask();
		if (rq->need_resched || rq->rt.count || rq->fair.count) {
			kschedule(false);
			continue;
		}
		if (rq->dying)
			khotplug_cpu_dying(rq);
		krcu_qs(rq);
		ktick_stop(rq);
		pe_wfi();
		kirq_unmask();
	}
}

struct task_struct *kidle_create(struct ksched *s, unsigned cpu)
{
	char comm[TASK_COMM_LEN];
	struct task_struct *p;

	__builtin_snprintf(comm, sizeof(comm), "swapper/%u", cpu % 100);
	p = ktask_alloc(s, comm, PF_IDLE | PF_KTHREAD);
	if (!p)
		return NULL;
	p->cpu = (int)cpu;
	p->affinity = 1ULL << cpu;
	p->__state = TASK_RUNNING;
	p->preempt_count = 1; /* gives the CPU away in its loop only */
	p->fiber = fiber_create(comm, FIBER_STACK_TASK_BYTES, idle_main, p);
	if (!p->fiber)
		return NULL;
	return p;
}

/* --- boot ----------------------------------------------------------------------------------------
 */
static int boot_task(struct ksched *s)
{
	struct task_struct *p = ktask_alloc(s, "swapper/0", 0);
	struct krq *rq = &s->rq[0];

	if (!p)
		return -12; /* ENOMEM */
	p->flags = PF_KTHREAD;
	p->boot = true;
	p->fiber = fiber_self();
	p->__state = TASK_RUNNING;
	p->on_rq = p->on_cpu = true;
	p->vruntime = rq->min_vruntime;
	p->exec_start_ns = p->slice_start_ns = kclock_ns();
	rq->curr = p;
	rq->nr_running = 1;
	rq->load = p->weight;
	pe_self()->who = p->who;
	machine->trace.ctx.who = p->who;
	return 0;
}

int klinux_boot(struct klinux *k)
{
	struct ksched *s = k->sched;
	struct pe *pe = pe_self();
	int err;

	pe->world = WORLD_NS;
	pe->ns_irq_masked = true;
	for (unsigned i = 0; i < s->cpus; i++) {
		s->rq[i].idle = kidle_create(s, i);
		if (!s->rq[i].idle)
			return -12; /* ENOMEM */
		s->rq[i].curr = s->rq[i].idle;
		s->rq[i].last_qs_ns = kclock_ns();
		for (unsigned intid = 0; intid < 3; intid++)
			intc_enable(k->m, i, intid, true);
		intc_enable(k->m, i, INTID_TIMER, true);
	}
	err = boot_task(s);
	if (err)
		return err;
	s->online = 1;
	s->rq[0].online = true;
	kwatch_cpu_online(&s->rq[0]);
	ktick_start(&s->rq[0]);
	kwatch_start(k);
	kirq_unmask();
	for (unsigned i = 1; i < s->cpus; i++) {
		s->online |= 1ULL << i;
		s->idle_mask |= 1ULL << i;
		s->rq[i].online = true;
		k->m->pe[i].world = WORLD_NS;
		machine_pe_on(k->m, i, s->rq[i].idle->fiber, s->rq[i].idle->who);
	}
	s->rcu_thread = kthread_create(krcu_thread, NULL, "%s",
				       s->dynamic_rcu ? "rcu_preempt" : "rcu_sched");
	if (IS_ERR(s->rcu_thread)) {
		s->rcu_thread = NULL;
		return -12; /* ENOMEM */
	}
	k->initcalls = true;
	err = kmods_run_initcalls(k);
	k->booted = true;
	return err;
}

/* The boot flow is over; the CPU goes to whoever is runnable, for ever. */
_Noreturn void klinux_idle(struct klinux *k)
{
	struct task_struct *p = ktask_current();

	(void)k;
	kirq_mask();
	p->__state = TASK_DEAD;
	p->on_rq = false;
	p->on_cpu = false;
	kschedule_dead();
}
