/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tasks: creation, exit, priorities, kernel threads, user processes and threads, the border between
 * user and kernel mode (system call entry and exit, task work, SIGKILL).
 *
 * A task_struct stays valid until the kernel is destroyed, also after exit; its fiber goes as soon
 * as the next task runs. Structs are pooled across machines.
 * Not modelled: fork of memory, exec, signals other than SIGKILL, wait status.
 */
#include <linux/sched.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include "core/watch.h"
#include "linux/khost.h"
#include "linux/ksched.h"

TRACE_KIND(trace_task_exit, "task.exit", "a task ended", "task$", "code");
TRACE_KIND(trace_syscall_enter, "syscall.enter", "a user task entered the kernel", "name$");
TRACE_KIND(trace_syscall_exit, "syscall.exit", "a system call is about to return", "name$",
	   "result");

#define USER_CHUNK_NS                                                                              \
	1000000ULL /* user work is charged in pieces: SIGKILL is seen between them                 \
		    */

struct kthread_info {
	void *data;
	struct completion done, parked;
	int result;
	bool stop, park, is_parked;
};

static const unsigned weights[40] = {
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548,  7620,  6100,  4904,  3906,  3121,  2501,	 1991,	1586,  1277,
	1024,  820,   655,   526,   423,   335,	  272,	 215,	172,   137,
	110,   87,    70,    56,    45,	   36,	  29,	 23,	18,    15,
};

static void set_comm(struct task_struct *p, const char *comm)
{
	unsigned i = 0;

	for (; comm[i] && i < TASK_COMM_LEN - 1; i++)
		p->comm[i] = comm[i];
	p->comm[i] = 0;
	p->who = trace_intern(p->comm);
}

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

struct task_struct *get_task_struct(struct task_struct *p)
{
	return p;
}

void put_task_struct(struct task_struct *p)
{
	(void)p;
}

/* --- signals -----------------------------------------------------------------------------------
 */
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
	if (p->__state == TASK_DEAD || (p->flags & PF_KTHREAD))
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

/* --- birth and death ---------------------------------------------------------------------------
 */
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

static void run_works(struct task_struct *p)
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
	run_works(p);
	if (p->process) {
		/* Still visible as the owner of its process while files and mappings go. */
		kprocess_put(p->process);
		run_works(p);
		p->process = NULL;
		p->mm = NULL;
	}
	TRACE(&machine->trace, trace_task_exit, p->who, (uint64_t)(int64_t)code);
	hrtimer_cancel(&p->sleep_timer);
	if (!(p->flags & PF_KTHREAD))
		ksched_now->live_users--;
	if (p->kthread) {
		p->kthread->result = code;
		complete_all(&p->kthread->done);
	}
	kirq_mask();
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
		code = p->kthread_fn(p->kthread->data);
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

/* --- user mode ---------------------------------------------------------------------------------
 */
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
			run_works(p);
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
}

long ksys_exit(const char *name, long result)
{
	if (machine->trace.on)
		TRACE(&machine->trace, trace_syscall_exit, trace_intern(name), (uint64_t)result);
	ktask_current()->syscall = NULL;
	kreturn_to_user();
	return result;
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

/* --- kernel threads ----------------------------------------------------------------------------
 */
static struct task_struct *kthread_make(int (*fn)(void *data), void *data, const char *comm,
					uint64_t affinity)
{
	struct task_struct *p = ktask_alloc(ksched_now, comm, PF_KTHREAD);

	if (!p)
		return ERR_PTR(-12); /* ENOMEM */
	p->kthread = kh_alloc(sizeof(*p->kthread));
	if (!p->kthread) {
		p->__state = TASK_DEAD;
		return ERR_PTR(-12);
	}
	p->kthread->data = data;
	p->kthread_fn = fn;
	p->affinity = affinity;
	if (ktask_start(p, PE_MAX, false)) {
		p->__state = TASK_DEAD;
		return ERR_PTR(-12);
	}
	return p;
}

struct task_struct *kthread_create_on_node(int (*fn)(void *data), void *data, int node,
					   const char *fmt, ...)
{
	char comm[TASK_COMM_LEN * 2];
	__builtin_va_list args;

	(void)node;
	__builtin_va_start(args, fmt);
	__builtin_vsnprintf(comm, sizeof(comm), fmt, args);
	__builtin_va_end(args);
	return kthread_make(fn, data, comm, ~0ULL);
}

static void format_cpu(char *buf, size_t size, const char *fmt, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, fmt);
	__builtin_vsnprintf(buf, size, fmt, args);
	__builtin_va_end(args);
}

struct task_struct *kthread_create_on_cpu(int (*fn)(void *data), void *data, unsigned int cpu,
					  const char *fmt)
{
	char comm[TASK_COMM_LEN * 2];

	format_cpu(comm, sizeof(comm), fmt, cpu);
	return kthread_make(fn, data, comm, 1ULL << cpu);
}

void kthread_bind(struct task_struct *k, unsigned int cpu)
{
	k->affinity = 1ULL << cpu;
	k->flags |= PF_NO_SETAFFINITY;
}

bool kthread_should_stop(void)
{
	return ktask_current()->kthread->stop;
}

bool kthread_should_park(void)
{
	return ktask_current()->kthread->park;
}

int kthread_stop(struct task_struct *k)
{
	k->kthread->stop = true;
	k->kthread->park = false;
	ktask_wake(k, TASK_NORMAL, false);
	wait_for_completion(&k->kthread->done);
	return k->kthread->result;
}

int kthread_park(struct task_struct *k)
{
	if (k->__state == TASK_DEAD)
		return -38; /* ENOSYS */
	init_completion(&k->kthread->parked);
	k->kthread->park = true;
	ktask_wake(k, TASK_NORMAL, false);
	wait_for_completion(&k->kthread->parked);
	return 0;
}

void kthread_unpark(struct task_struct *k)
{
	k->kthread->park = false;
	wake_up_process(k);
}

void kthread_parkme(void)
{
	struct kthread_info *info = ktask_current()->kthread;

	while (info->park) {
		kset_state(TASK_IDLE);
		if (!info->is_parked) {
			info->is_parked = true;
			complete(&info->parked);
		}
		if (info->park)
			schedule();
	}
	info->is_parked = false;
	kset_state(TASK_RUNNING);
}

void *kthread_data(struct task_struct *k)
{
	return k->kthread->data;
}
