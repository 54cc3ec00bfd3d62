/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Several CPUs: masks, cross calls, per-CPU memory, hotplug states and taking a CPU down and up.
 *
 * Hotplug callbacks run on the CPU concerned, in its thread cpuhp/N, as in the real kernel. A CPU
 * going down first runs the callbacks, then leaves the online mask, then its idle task pushes
 * everything away and turns the PE off; who asked for it polls until the PE is off.
 * Not modelled: parking of smpboot threads, CPU_DEAD notifications.
 */
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include <linux/slab.h>
#include "core/watch.h"
#include "linux/khost.h"
#include "linux/kobject_internal.h"
#include "linux/ksched.h"

TRACE_KIND(trace_cpu_up, "cpu.up", "Linux brought a CPU online", "cpu");
TRACE_KIND(trace_cpu_down, "cpu.down", "Linux took a CPU offline", "cpu");

/* --- masks -------------------------------------------------------------------------------------
 */
static struct cpumask masks[4];
static struct cpumask single[NR_CPUS];

unsigned int knr_cpu_ids(void)
{
	return ksched_now->cpus;
}

/* The words are refreshed at each look, so they need no reset between machines. */
const struct cpumask *kcpu_mask(int which)
{
	masks[which].bits[0] = which < 2 ? ksched_now->possible : ksched_now->online;
	return &masks[which];
}

const struct cpumask *cpumask_of(unsigned int cpu)
{
	single[cpu].bits[0] = 1UL << cpu;
	return &single[cpu];
}

int raw_smp_processor_id(void)
{
	return (int)krq_self()->cpu;
}

int ksmp_processor_id(const char *file, int line)
{
	struct task_struct *p = ktask_current();
	unsigned cpu = krq_self()->cpu;

	if (__builtin_expect(ksched_now->cpus > 1 && kmodel_preemptible() && !p->preempt_count &&
				     !pe_self()->ns_irq_masked && !p->migrate_disabled &&
				     (p->affinity & ksched_now->possible) != 1ULL << cpu &&
				     klinux_now()->booted,
			     0)) {
		klog_printf(3,
			    "BUG: using smp_processor_id() in preemptible [00000000] code: %s/%d "
			    "(%s:%d)",
			    p->comm, p->pid, file, line);
		report_add(&machine->report, FINDING_DETECTOR, machine_where(machine),
			   "smp_processor_id() in preemptible code (%s:%d)", file, line);
	}
	return (int)cpu;
}

/* --- cross calls -------------------------------------------------------------------------------
 */
void kcalls_run(struct krq *rq)
{
	while (rq->calls) {
		struct kcall *c = rq->calls;
		bool pooled = c->pooled;

		rq->calls = c->next;
		if (!rq->calls)
			rq->calls_last = NULL;
		WATCH(acquire, c);
		c->fn(c->info);
		WATCH(release, c);
		if (pooled) {
			c->next = ksched_now->free_calls;
			ksched_now->free_calls = c;
		} else {
			c->done = true;
		}
	}
}

static void send(unsigned cpu, struct kcall *c)
{
	struct krq *rq = &ksched_now->rq[cpu];

	WATCH(release, c);
	c->next = NULL;
	if (rq->calls_last)
		rq->calls_last->next = c;
	else
		rq->calls = c;
	rq->calls_last = c;
	intc_raise(machine, cpu, INTID_CALL);
}

int kcall_post(unsigned cpu, void (*fn)(void *info), void *info)
{
	struct ksched *s = ksched_now;
	struct kcall *c = s->free_calls;

	if (c)
		s->free_calls = c->next;
	else
		c = kh_alloc(sizeof(*c));
	if (!c)
		return -12; /* ENOMEM */
	*c = (struct kcall){.fn = fn, .info = info, .pooled = true};
	send(cpu, c);
	return 0;
}

int smp_call_function_single(int cpu, smp_call_func_t fn, void *info, int wait)
{
	struct ksched *s = ksched_now;
	struct kcall local = {.fn = fn, .info = info};
	int err = 0;

	if (cpu < 0 || (unsigned)cpu >= s->cpus || !(s->online >> cpu & 1))
		return -6; /* ENXIO */
	preempt_disable();
	if ((unsigned)cpu == krq_self()->cpu) {
		unsigned long flags = klocal_irq_save();

		fn(info);
		klocal_irq_restore(flags);
		preempt_enable();
		return 0;
	}
	kcharge(cost()->ipi_ns);
	if (wait)
		send((unsigned)cpu, &local);
	else
		err = kcall_post((unsigned)cpu, fn, info);
	while (wait && !local.done)
		pe_relax(cost()->cpu_relax_ns);
	WATCH(acquire, &local);
	preempt_enable();
	return err;
}

void smp_call_function_many(const struct cpumask *mask, smp_call_func_t fn, void *info, bool wait)
{
	unsigned int cpu;

	preempt_disable();
	for_each_cpu(cpu, mask) if (cpu != krq_self()->cpu)
		smp_call_function_single((int)cpu, fn, info, wait);
	preempt_enable();
}

void smp_call_function(smp_call_func_t fn, void *info, int wait)
{
	smp_call_function_many(cpu_online_mask, fn, info, wait);
}

void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t fn, void *info, bool wait)
{
	unsigned int cpu;

	preempt_disable();
	smp_call_function_many(mask, fn, info, wait);
	cpu = krq_self()->cpu;
	if (cpumask_test_cpu((int)cpu, mask))
		smp_call_function_single((int)cpu, fn, info, wait);
	preempt_enable();
}

void on_each_cpu(smp_call_func_t fn, void *info, int wait)
{
	on_each_cpu_mask(cpu_online_mask, fn, info, wait);
}

/* --- per-CPU memory ----------------------------------------------------------------------------
 */
struct percpu_head {
	size_t stride;
	char pad[64 - sizeof(size_t)];
};

void *kpercpu_alloc(size_t size, size_t align)
{
	size_t stride = (size + 63) & ~(size_t)63;
	struct percpu_head *head;

	(void)align;
	head = kmalloc_at(sizeof(*head) + stride * ksched_now->cpus, GFP_KERNEL | __GFP_ZERO,
			  __builtin_return_address(0));
	if (!head)
		return NULL;
	head->stride = stride;
	return head + 1;
}

void free_percpu(void *ptr)
{
	if (ptr)
		kfree((struct percpu_head *)ptr - 1);
}

void *kpercpu_ptr(const void *ptr, int cpu)
{
	return (char *)ptr + ((const struct percpu_head *)ptr - 1)->stride * (size_t)cpu;
}

/* --- hotplug states ----------------------------------------------------------------------------
 */
#define STATES 256
struct hp_state {
	const char *name;
	int (*up)(unsigned int cpu);
	int (*down)(unsigned int cpu);
	bool used;
};

struct hp_job {
	int (*fn)(unsigned int cpu);
	int result;
	struct completion done;
	struct hp_job *next;
};

struct khotplug {
	struct hp_state state[STATES];
	struct hp_job *jobs[PE_MAX];
	struct completion dead;
	struct rw_semaphore lock; /* cpu_hotplug_lock: written by down and up, read by who needs
				   * both the CPUs and the states as they are */
};

int khotplug_create(struct ksched *s)
{
	s->hotplug = kh_alloc(sizeof(*s->hotplug));
	if (!s->hotplug)
		return -12; /* ENOMEM */
	init_rwsem(&s->hotplug->lock);
	return 0;
}

void khotplug_destroy(struct ksched *s)
{
	kh_free(s->hotplug);
	s->hotplug = NULL;
}

static int hp_thread(void *arg)
{
	unsigned cpu = (unsigned)(unsigned long)arg;
	struct khotplug *hp = ksched_now->hotplug;

	for (;;) {
		struct hp_job *job;

		kset_state(TASK_IDLE);
		job = hp->jobs[cpu];
		if (!job) {
			schedule();
			continue;
		}
		kset_state(TASK_RUNNING);
		hp->jobs[cpu] = job->next;
		job->result = job->fn(cpu);
		complete(&job->done);
	}
	return 0;
}

/* Runs @fn on @cpu in its hotplug thread and waits for it. */
static int run_on(unsigned cpu, int (*fn)(unsigned int cpu))
{
	struct krq *rq = &ksched_now->rq[cpu];
	struct hp_job job = {.fn = fn};

	if (!rq->hotplug) {
		struct task_struct *p = kthread_create_on_cpu(hp_thread, (void *)(unsigned long)cpu,
							      cpu, "cpuhp/%u");

		if (IS_ERR(p))
			return -12; /* ENOMEM */
		rq->hotplug = p;
	}
	job.next = ksched_now->hotplug->jobs[cpu];
	ksched_now->hotplug->jobs[cpu] = &job;
	wake_up_process(rq->hotplug);
	wait_for_completion(&job.done);
	return job.result;
}

void cpus_read_lock(void)
{
	down_read(&ksched_now->hotplug->lock);
}

void cpus_read_unlock(void)
{
	up_read(&ksched_now->hotplug->lock);
}

static int setup_state(enum cpuhp_state state, const char *name, int (*up)(unsigned int cpu),
		       int (*down)(unsigned int cpu), bool call)
{
	struct hp_state *table = ksched_now->hotplug->state;
	int slot = (int)state;
	bool dynamic = state == CPUHP_AP_ONLINE_DYN || state == CPUHP_BP_PREPARE_DYN;

	if (slot <= 0 || slot >= STATES)
		return -22; /* EINVAL */
	if (dynamic) {
		int end = state == CPUHP_AP_ONLINE_DYN ? CPUHP_AP_ONLINE_DYN_END
						       : CPUHP_BP_PREPARE_DYN_END;

		while (slot <= end && table[slot].used)
			slot++;
		if (slot > end)
			return -28; /* ENOSPC */
	} else if (table[slot].used) {
		return -16; /* EBUSY */
	}
	table[slot] = (struct hp_state){.name = name, .up = up, .down = down, .used = true};
	if (call && up) {
		for (uint64_t m = ksched_now->online; m; m &= m - 1) {
			unsigned cpu = (unsigned)__builtin_ctzll(m);
			int ret = run_on(cpu, up);

			if (!ret)
				continue;
			for (uint64_t r = ksched_now->online & ((1ULL << cpu) - 1); r && down;
			     r &= r - 1)
				run_on((unsigned)__builtin_ctzll(r), down);
			table[slot].used = false;
			return ret;
		}
	}
	return dynamic ? slot : 0;
}

int cpuhp_setup_state(enum cpuhp_state state, const char *name, int (*up)(unsigned int cpu),
		      int (*down)(unsigned int cpu))
{
	int ret;

	kmight_sleep("kernel/cpu.c", 0);
	cpus_read_lock();
	ret = setup_state(state, name, up, down, true);
	cpus_read_unlock();
	return ret;
}

int cpuhp_setup_state_nocalls(enum cpuhp_state state, const char *name, int (*up)(unsigned int cpu),
			      int (*down)(unsigned int cpu))
{
	int ret;

	cpus_read_lock();
	ret = setup_state(state, name, up, down, false);
	cpus_read_unlock();
	return ret;
}

void cpuhp_remove_state_nocalls(enum cpuhp_state state)
{
	if (state <= 0 || state >= STATES)
		return;
	cpus_read_lock();
	ksched_now->hotplug->state[state].used = false;
	cpus_read_unlock();
}

void cpuhp_remove_state(enum cpuhp_state state)
{
	struct hp_state *st = &ksched_now->hotplug->state[state];

	kmight_sleep("kernel/cpu.c", 0);
	if (state <= 0 || state >= STATES || !st->used)
		return;
	cpus_read_lock();
	for (uint64_t m = ksched_now->online; m && st->down; m &= m - 1)
		run_on((unsigned)__builtin_ctzll(m), st->down);
	st->used = false;
	cpus_read_unlock();
}

/* --- down and up -------------------------------------------------------------------------------
 */
/* On the idle task of the dying CPU: nothing is left to run here. */
void khotplug_cpu_dying(struct krq *rq)
{
	struct ksched *s = ksched_now;
	struct krq *to = &s->rq[__builtin_ctzll(s->online)];

	ktick_stop(rq);
	kwatch_cpu_offline(rq);
	ktimers_move(rq, to);
	kcalls_run(rq);
	for (unsigned i = 32; i < INTID_MAX; i++)
		if (machine->intc.spi_target[i] == rq->cpu)
			intc_set_target(machine, i, to->cpu);
	rq->online = false;
	s->idle_mask &= ~(1ULL << rq->cpu);
	TRACE(&machine->trace, trace_cpu_down, rq->cpu);
	complete_all(&s->hotplug->dead);
	rq->dying = false;
	conduit_pe_off();
	pe_off();
	__builtin_unreachable();
}

static void push_all(struct krq *rq)
{
	while (rq->rt.count || rq->fair.count) {
		struct kheap_node *node = rq->rt.count ? rq->rt.at[0] : rq->fair.at[0];
		struct task_struct *p =
			(struct task_struct *)((char *)node -
					       offsetof(struct task_struct, rq_node));

		ktask_move(p, kselect_cpu(p, false));
	}
}

/* PSCI AFFINITY_INFO until it says OFF: a CPU tells that it is dead before it calls CPU_OFF, and
 * until that is over its PE can neither be turned on nor its idle task be taken away. */
static void wait_pe_off(unsigned cpu)
{
	const unsigned long end = jiffies + msecs_to_jiffies(100);

	while (machine->pe[cpu].online && time_before(jiffies, end))
		usleep_range(100, 1000);
	if (machine->pe[cpu].online)
		klog_printf(4,
			    "psci: CPU%u may not have shut down cleanly (AFFINITY_INFO reports 0)",
			    cpu);
}

static int take_down(struct klinux *k, unsigned cpu)
{
	struct ksched *s = k->sched;
	struct krq *rq = &s->rq[cpu];
	int ret = 0;

	if (cpu >= s->cpus || !(s->online >> cpu & 1))
		return -22; /* EINVAL */
	if (!(s->online & (s->online - 1)))
		return -16; /* EBUSY: the last one */
	for (int i = STATES - 1; i > 0 && !ret; i--)
		if (s->hotplug->state[i].used && s->hotplug->state[i].down)
			ret = run_on(cpu, s->hotplug->state[i].down);
	if (ret)
		return ret;
	init_completion(&s->hotplug->dead);
	s->online &= ~(1ULL << cpu);
	s->idle_mask &= ~(1ULL << cpu);
	rq->dying = true;
	push_all(rq);
	krq_resched(rq, false, true);
	if (krq_self() == rq)
		schedule(); /* moves the caller away */
	wait_for_completion(&s->hotplug->dead);
	wait_pe_off(cpu);
	return 0;
}

static int bring_up(struct klinux *k, unsigned cpu)
{
	struct ksched *s = k->sched;
	struct krq *rq = &s->rq[cpu];
	int ret = 0;

	if (cpu >= s->cpus || (s->online >> cpu & 1) || rq->online)
		return -22; /* EINVAL */
	if (machine->pe[cpu].online)
		return -22; /* PSCI says ALREADY_ON */
	fiber_destroy(rq->idle->fiber);
	kh_free(rq->idle);
	rq->curr = rq->idle = kidle_create(s, cpu);
	if (!rq->idle)
		return -12; /* ENOMEM */
	rq->need_resched = rq->need_resched_lazy = false;
	s->online |= 1ULL << cpu;
	s->idle_mask |= 1ULL << cpu;
	rq->online = true;
	TRACE(&machine->trace, trace_cpu_up, cpu);
	machine_pe_on(machine, cpu, rq->idle->fiber, rq->idle->who);
	for (int i = 1; i < STATES && !ret; i++)
		if (s->hotplug->state[i].used && s->hotplug->state[i].up)
			ret = run_on(cpu, s->hotplug->state[i].up);
	return ret;
}

int klinux_cpu_down(struct klinux *k, unsigned cpu)
{
	int ret;

	down_write(&k->sched->hotplug->lock);
	ret = take_down(k, cpu);
	up_write(&k->sched->hotplug->lock);
	return ret;
}

int klinux_cpu_up(struct klinux *k, unsigned cpu)
{
	int ret;

	down_write(&k->sched->hotplug->lock);
	ret = bring_up(k, cpu);
	up_write(&k->sched->hotplug->lock);
	return ret;
}

int remove_cpu(unsigned int cpu)
{
	return klinux_cpu_down(klinux_now(), cpu);
}

int add_cpu(unsigned int cpu)
{
	return klinux_cpu_up(klinux_now(), cpu);
}
