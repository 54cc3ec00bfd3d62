/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The border between user and kernel mode: system call entry and exit, task work, SIGKILL, and what
 * user code of a task does.
 * Not modelled: signals other than SIGKILL, wait status.
 */
#include <linux/sched.h>
#include "core/watch.h"
#include "linux/khost.h"
#include "linux/ksched.h"

TRACE_KIND(trace_syscall_enter, "syscall.enter", "a user task entered the kernel", "name$");
TRACE_KIND(trace_syscall_exit, "syscall.exit", "a system call is about to return", "name$",
	   "result");

/* User work is charged in pieces: SIGKILL is seen between them. */
#define USER_CHUNK_NS 1000000ULL

int fatal_signal_pending(struct task_struct *p)
{
	return p->kill_pending;
}

int signal_pending(struct task_struct *p)
{
	return p->kill_pending;
}

int signal_pending_state(unsigned int state, struct task_struct *p)
{
	return p->kill_pending && (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL));
}

void ktask_kill(struct task_struct *p)
{
	if (p->__state == TASK_DEAD || (p->flags & PF_KTHREAD) || p->unkillable)
		return;
	for (struct task_struct *t = ksched_now->all; t; t = t->all_next) {
		if (t->tgid != p->tgid || t->__state == TASK_DEAD)
			continue;
		t->kill_pending = true;
		if (t->__state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL))
			ktask_wake(t, TASK_INTERRUPTIBLE | TASK_WAKEKILL, true);
		else if (t->on_cpu)
			krq_resched(&ksched_now->rq[t->cpu], false, true);
	}
}
int ktask_work_add(ktask_work_fn *fn, void *arg)
{
	struct task_struct *p = ktask_current();
	struct ktask_work *w = kh_alloc(sizeof(*w));

	if (!w)
		return -12; /* ENOMEM */
	w->fn = fn;
	w->arg = arg;
	if (p->works_last)
		p->works_last->next = w;
	else
		p->works = w;
	p->works_last = w;
	return 0;
}

/* Everything that happens between the end of kernel work and user code. */
void kreturn_to_user(void)
{
	struct task_struct *p = ktask_current();

	if (p->preempt_count)
		katomic_report();
	for (;;) {
		struct krq *rq = krq_self();

		if (p->works)
			ktask_run_works(p);
		else if (p->kill_pending)
			kdo_exit(9);
		else if (rq->need_resched || rq->need_resched_lazy)
			kschedule(true);
		else
			break;
	}
	p->user_mode = true;
}

void ksys_enter(const char *name)
{
	struct task_struct *p = ktask_current();

	p->user_mode = false;
	p->syscall = name;
	ksched_now->k->stats.syscalls++;
	if (machine->trace.on)
		TRACE(&machine->trace, trace_syscall_enter, trace_intern(name));
	kcharge(cost()->syscall_ns);
	kfault_point();
}

long ksys_exit(const char *name, long result)
{
	if (machine->trace.on)
		TRACE(&machine->trace, trace_syscall_exit, trace_intern(name), (uint64_t)result);
	ktask_current()->syscall = NULL;
	kreturn_to_user();
	return result;
}

bool ksys_enter_untold(void)
{
	struct task_struct *p = ktask_current();

	if (!p || !p->user_mode)
		return false;
	p->user_mode = false;
	return true;
}

void ksys_exit_untold(bool entered)
{
	if (entered)
		kreturn_to_user();
}

void kuser_work_ns(uint64_t ns)
{
	struct task_struct *p = ktask_current();

	while (ns) {
		uint64_t part = ns < USER_CHUNK_NS ? ns : USER_CHUNK_NS;

		pe_charge(part);
		ns -= part;
		if (p->kill_pending)
			kdo_exit(9);
	}
}

void kuser_sleep_ns(uint64_t ns)
{
	uint64_t end;

	ksys_enter("nanosleep");
	end = kclock_ns() + ns;
	while (kclock_ns() < end && !signal_pending(ktask_current())) {
		kset_state(TASK_INTERRUPTIBLE);
		kschedule_until(end, end);
	}
	ksys_exit("nanosleep", 0);
}

void kuser_yield(void)
{
	ksys_enter("sched_yield");
	yield();
	ksys_exit("sched_yield", 0);
}

void kuser_wait(const bool *flag, uint64_t timeout_ns)
{
	uint64_t end;

	ksys_enter("futex");
	end = kclock_ns() + timeout_ns;
	for (;;) {
		kset_state(TASK_INTERRUPTIBLE);
		if (*flag || signal_pending(ktask_current()) || (timeout_ns && kclock_ns() >= end))
			break;
		if (timeout_ns)
			kschedule_until(end, end);
		else
			schedule();
	}
	kset_state(TASK_RUNNING);
	ksys_exit("futex", 0);
}

void kuser_wake(struct task_struct *task)
{
	wake_up_process(task);
}

void kuser_join(struct task_struct *p)
{
	struct task_struct *self = ktask_current();

	ksys_enter("wait4");
	while (p->__state != TASK_DEAD && !signal_pending(self)) {
		self->join_next = p->joiners;
		p->joiners = self;
		kset_state(TASK_INTERRUPTIBLE);
		schedule();
		for (struct task_struct **at = &p->joiners; *at; at = &(*at)->join_next)
			if (*at == self) { /* woken by a signal */
				*at = self->join_next;
				break;
			}
	}
	if (p->__state == TASK_DEAD)
		WATCH(acquire, &p->joiners);
	ksys_exit("wait4", 0);
}

long ksys_sched_setaffinity(struct task_struct *p, uint64_t mask)
{
	long ret;

	ksys_enter("sched_setaffinity");
	ret = ktask_set_affinity(p, mask & ksched_now->possible);
	/* The caller waits until a running task has left: the stopper must get that CPU. */
	while (!ret && p != ktask_current() && p->on_cpu && !(p->affinity >> p->cpu & 1) &&
	       !signal_pending(ktask_current())) {
		kset_state(TASK_UNINTERRUPTIBLE);
		kschedule_until(kclock_ns() + 100000, kclock_ns() + 100000);
	}
	return ksys_exit("sched_setaffinity", ret);
}
