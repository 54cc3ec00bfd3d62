/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tasks: creation, exit, user processes and threads.
 *
 * A task_struct stays valid until the kernel is destroyed, also after exit; its fiber goes as soon
 * as the next task runs. Structs are pooled across machines.
 * Not modelled: fork of memory, exec.
 */
#include <linux/sched.h>
#include "core/watch.h"
#include "linux/khost.h"
#include "linux/ksched.h"

TRACE_KIND(trace_task_exit, "task.exit", "a task ended", "task$", "code");

static void set_comm(struct task_struct *p, const char *comm)
{
	unsigned i = 0;

	for (; comm[i] && i < TASK_COMM_LEN - 1; i++)
		p->comm[i] = comm[i];
	p->comm[i] = 0;
	p->who = trace_intern(p->comm);
}
struct task_struct *get_task_struct(struct task_struct *p)
{
	return p;
}

void put_task_struct(struct task_struct *p)
{
	(void)p;
}

struct task_struct *ktask_alloc(struct ksched *s, const char *comm, unsigned flags)
{
	struct task_struct *p = s->free_tasks;

	if (p)
		s->free_tasks = p->all_next;
	else
		p = kh_alloc(sizeof(*p));
	if (!p)
		return NULL;
	*p = (struct task_struct){.flags = flags,
				  .affinity = ~0ULL,
				  .migrate_to = -1,
				  .__state = TASK_UNINTERRUPTIBLE | TASK_NOLOAD};
	p->pid = p->tgid = flags & PF_IDLE ? 0 : s->next_pid++;
	set_comm(p, comm);
	ktask_set_prio(p, KTASK_NORMAL, 0, 0);
	if (flags & PF_IDLE)
		return p;
	if (s->all_last)
		s->all_last->all_next = p;
	else
		s->all = p;
	s->all_last = p;
	s->task_count++;
	return p;
}

static void wake_joiners(struct task_struct *p)
{
	struct task_struct *next;

	for (struct task_struct *j = p->joiners; j; j = next) {
		next = j->join_next;
		j->join_next = NULL;
		ktask_wake(j, TASK_NORMAL, false);
	}
	p->joiners = NULL;
}

void ktask_run_works(struct task_struct *p)
{
	while (p->works) {
		struct ktask_work *w = p->works;
		ktask_work_fn *fn = w->fn;
		void *arg = w->arg;

		p->works = w->next;
		if (!p->works)
			p->works_last = NULL;
		kh_free(w);
		fn(arg);
	}
}

_Noreturn void kdo_exit(int code)
{
	struct task_struct *p = ktask_current();

	p->flags |= PF_EXITING;
	p->user_mode = false;
	p->exit_code = code;
	if (p->preempt_count)
		katomic_report();
	p->preempt_count = 0;
	ktask_run_works(p);
	if (p->process) {
		/* Still visible as the owner of its process while files and mappings go. */
		kprocess_put(p->process);
		ktask_run_works(p);
		p->process = NULL;
		p->mm = NULL;
	}
	TRACE(&machine->trace, trace_task_exit, p->who, (uint64_t)(int64_t)code);
	hrtimer_cancel(&p->sleep_timer);
	if (!(p->flags & PF_KTHREAD))
		ksched_now->live_users--;
	if (p->kthread)
		kthread_ended(p, code);
	kirq_mask();
	/* wait4() finds all that the task did done, whoever was first. */
	WATCH(release, &p->joiners);
	wake_joiners(p);
	p->__state = TASK_DEAD;
	p->on_rq = false;
	kschedule_dead();
}

static void task_main(void *arg)
{
	struct task_struct *p = arg;
	int code = 0;

	kfinish_switch();
	WATCH(acquire, p);
	kirq_unmask();
	if (p->kthread_fn) {
		code = kthread_main(p);
	} else {
		if (p->kill_pending)
			kdo_exit(9);
		p->user_mode = true;
		p->user_fn(p->user_arg);
		p->user_mode = false;
	}
	kdo_exit(code);
}

/* Makes the task's fiber and, when asked, its first wake-up. */
int ktask_start(struct task_struct *p, unsigned cpu_hint, bool wake)
{
	struct krq *rq;
	unsigned cpu = cpu_hint;

	p->fiber = fiber_create(p->comm, FIBER_STACK_TASK_BYTES, task_main, p);
	if (!p->fiber)
		return -12; /* ENOMEM */
	WATCH(release, p);
	if (cpu >= ksched_now->cpus || !(p->affinity >> cpu & 1) ||
	    !(ksched_now->online >> cpu & 1)) {
		p->cpu = machine->running ? (int)machine->running->id : 0;
		cpu = kselect_cpu(p, true);
	}
	p->cpu = (int)cpu;
	rq = &ksched_now->rq[cpu];
	krq_update_curr(rq);
	p->vruntime = rq->min_vruntime;
	if (!wake)
		return 0;
	/* Placed already: keep the wake-up from choosing again. */
	p->__state = TASK_RUNNING;
	p->on_rq = true;
	rq->nr_running++;
	if (p->policy == KTASK_NORMAL)
		rq->load += p->weight;
	krq_enqueue(rq, p, false);
	krq_check_preempt(rq, p, false);
	return 0;
}

static struct task_struct *create_user(struct klinux *k, struct kprocess *process, const char *comm,
				       void (*fn)(void *arg), void *arg,
				       const struct ktask_attr *attr, int tgid)
{
	struct task_struct *p = ktask_alloc(k->sched, comm, 0);
	unsigned hint = PE_MAX;

	if (!p)
		return NULL;
	if (tgid)
		p->tgid = tgid;
	p->process = process;
	p->mm = (struct mm_struct *)process; /* opaque: only whether it is NULL means something */
	p->user_fn = fn;
	p->user_arg = arg;
	if (attr) {
		if (attr->affinity)
			p->affinity = attr->affinity;
		ktask_set_prio(p, attr->policy, attr->nice, attr->rt_priority);
		p->unkillable = attr->unkillable;
		if (attr->start_pe >= 0)
			hint = (unsigned)attr->start_pe;
	}
	if (ktask_start(p, hint, true)) {
		p->__state = TASK_DEAD;
		return NULL;
	}
	k->sched->live_users++;
	k->sched->progress++;
	if (machine->running)
		kpreempt_check();
	return p;
}

struct task_struct *ktask_create_user(struct klinux *k, const char *comm, void (*fn)(void *arg),
				      void *arg, const struct ktask_attr *attr)
{
	struct kprocess *process = kprocess_create(k, attr ? attr->uid : 0, attr ? attr->gid : 0);
	struct task_struct *p;

	if (!process)
		return NULL;
	p = create_user(k, process, comm, fn, arg, attr, 0);
	if (!p)
		kprocess_put(process);
	return p;
}

struct task_struct *ktask_create_thread(struct klinux *k, struct task_struct *leader,
					const char *comm, void (*fn)(void *arg), void *arg,
					const struct ktask_attr *attr)
{
	struct task_struct *p;

	if (!leader->process)
		return NULL;
	kprocess_get(leader->process);
	p = create_user(k, leader->process, comm, fn, arg, attr, leader->tgid);
	if (!p)
		kprocess_put(leader->process);
	return p;
}

void ktask_hold(void)
{
	preempt_disable();
}

void ktask_release(void)
{
	preempt_enable();
}

struct kprocess *ktask_process(const struct task_struct *p)
{
	return p->process;
}

bool ktask_exited(const struct task_struct *p)
{
	return p->__state == TASK_DEAD;
}

int ktask_pe(const struct task_struct *p)
{
	return p->cpu;
}

const char *ktask_name(const struct task_struct *p)
{
	return p->comm;
}

const char *ktask_state(const struct task_struct *p)
{
	if (p->__state == TASK_DEAD)
		return "X";
	if (p->__state & TASK_UNINTERRUPTIBLE)
		return "D";
	return p->__state & TASK_INTERRUPTIBLE ? "S" : "R";
}

struct task_struct *ktask_find(struct klinux *k, const char *comm)
{
	for (struct task_struct *p = k->sched->all; p; p = p->all_next)
		if (!__builtin_strcmp(p->comm, comm))
			return p;
	return NULL;
}
