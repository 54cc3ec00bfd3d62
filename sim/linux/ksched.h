/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Inside the scheduler half. One rule carries the rest: run queues, timer queues and wait lists are
 * changed only between two charges, so no other PE can look at them half-done and they need no
 * locks. Whatever charges time (pe_charge, pe_wfi, a context switch) ends such a stretch.
 *
 * Time: machine->now_ns, which is the clock of the running PE and what has passed for all others.
 */
#ifndef FFASIM_LINUX_KSCHED_H
#define FFASIM_LINUX_KSCHED_H

#include <linux/sched.h>
#include <linux/klockwait.h>
#include "linux/kernel_internal.h"

#define KSCHED_SLICE_NS 3000000ULL     /* shortest turn of a fair task when others wait */
#define KSCHED_WAKE_GRAN_NS 1000000ULL /* vruntime lead a woken task needs to preempt */
#define KSCHED_SLEEPER_NS 3000000ULL   /* credit of a task that slept */
#define KSCHED_IRQ_OFFSET 16	       /* Linux irq = INTID + 16 */

struct kcall { /* a cross call on its way */
	struct kcall *next;
	void (*fn)(void *info);
	void *info;
	bool done, pooled;
};

struct krq {
	unsigned cpu;
	struct task_struct *curr, *idle;
	struct kheap fair, rt; /* runnable, without curr */
	unsigned nr_running;   /* with curr, without idle */
	uint64_t load;	       /* weights of runnable fair tasks, with curr */
	uint64_t min_vruntime;
	bool need_resched, need_resched_lazy;
	bool online, dying;
	struct task_struct *dead; /* finished task whose fiber the next one destroys */

	struct kheap timers;
	uint64_t timer_prog_ns;
	struct hrtimer tick;
	uint64_t next_balance_ns;
	unsigned balance_failed;

	struct kcall *calls, *calls_last;
	struct tasklet_struct *tasklets;

	/* detectors */
	struct hrtimer watchdog;
	bool feed_pending;		    /* the stopper is queued to feed the watchdog */
	uint64_t touch_units, report_units; /* ns >> 30 */
	uint64_t hrtimer_interrupts, hrtimer_saved;
	bool hard_touched, hard_warned;
	uint64_t last_qs_ns, qs_count, ticks_since_qs, rcu_report_ns;
	uint64_t timer_softirqs;

	struct task_struct *hotplug; /* cpuhp/N, created on first use */
};

struct khotplug;
struct kirqs;
struct rcu_head;
struct tasklet_struct;

struct ksched {
	struct klinux *k;
	struct machine *m;
	struct krq rq[PE_MAX];
	unsigned cpus;
	uint64_t online, idle_mask, possible;
	struct task_struct *all, *all_last; /* in order of creation; includes exited ones */
	struct task_struct *free_tasks;	    /* pool, survives machines */
	unsigned task_count, live_users;
	int next_pid;
	struct kcall *free_calls;
	struct kirqs *irqs;
	struct khotplug *hotplug;
	struct rcu_head *rcu_first, *rcu_last; /* callbacks waiting for a grace period */
	struct task_struct *rcu_thread;
	bool rcu_busy;
	uint64_t progress; /* non-housekeeping things that happened */
	unsigned house_timers;
	unsigned user_timers; /* queued hrtimers that are not housekeeping */
	bool dynamic_rcu;
};

extern struct ksched *ksched_now; /* of the current machine; NULL between machines */

static inline struct krq *krq_self(void)
{
	return &ksched_now->rq[machine->running->id];
}
/* Now, of whoever asks: a flow on its PE, or an event. A PE in the middle of a charge has an older
 * clock of its own, but the machine's time is what has really passed for it. */
static inline uint64_t kclock_ns(void)
{
	return machine->now_ns;
}
static inline uint64_t krq_now_ns(const struct krq *rq)
{
	(void)rq;
	return machine->now_ns;
}
/* True on a flow; false in an event, which may not charge, switch or sleep. */
static inline bool kin_flow(void)
{
	return machine->running && !machine->in_event;
}

/* sched_core.c */
void krq_init(struct krq *rq, unsigned cpu);
void krq_update_curr(struct krq *rq);
void krq_enqueue(struct krq *rq, struct task_struct *p, bool head);
void krq_dequeue(struct krq *rq, struct task_struct *p);
void krq_resched(struct krq *rq, bool lazy_ok, bool force_ipi);
void krq_check_preempt(struct krq *rq, struct task_struct *p, bool force_ipi);
bool ktask_wake(struct task_struct *p, unsigned states, bool from_event); /* charges nothing */
void kschedule(bool preempt);
_Noreturn void kschedule_dead(void);
void kfinish_switch(void);
void kpreempt_check(void); /* a place where a preemptible kernel switches if it must */
void kpreempt_irq_exit(void);
void kreturn_to_user(void);
void krq_tick(struct krq *rq);
bool kmodel_preemptible(void);

/* sched_balance.c */
unsigned kselect_cpu(struct task_struct *p, bool fork);
void ktask_move(struct task_struct *p, unsigned to); /* not running: queued or blocked */
void kbalance_tick(struct krq *rq);
bool kbalance_newidle(struct krq *rq);

/* sched_task.c */
struct task_struct *ktask_alloc(struct ksched *s, const char *comm, unsigned flags);
int ktask_start(struct task_struct *p, unsigned cpu_hint, bool wake);
_Noreturn void kdo_exit(int code);
struct task_struct *kidle_create(struct ksched *s, unsigned cpu);
void ktask_run_works(struct task_struct *p); /* what was put off to the return to user mode */

/* kthread.c */
int kthread_main(struct task_struct *p);
void kthread_ended(struct task_struct *p, int code);

/* sched_prio.c */
void ktask_set_prio(struct task_struct *p, int policy, int nice, int rt_prio);
void ktask_apply_prio(struct task_struct *p, int policy, int nice, int rt_prio);

/* sched_time.c */
void ktimers_init(struct krq *rq);
void ktimer_interrupt(struct krq *rq);
void ktick_start(struct krq *rq);
void ktick_stop(struct krq *rq);
void ktimers_move(struct krq *from, struct krq *to);
void khrtimer_start_on(struct hrtimer *timer, unsigned cpu, uint64_t hard_ns, uint64_t soft_ns);
/* Sleeps in the state already set; true = woken, false = the time is over. UINT64_MAX = no limit.
 */
bool kschedule_until(uint64_t hard_ns, uint64_t soft_ns);

/* sched_ask.c */
bool kask_may_preempt(const struct pe *pe);
uint64_t kask_may_move(const struct pe *pe);
void kask_preempt(struct pe *pe);
void kask_move(struct pe *pe, unsigned to);

/* irq.c */
int kirqs_create(struct ksched *s);
void kirqs_destroy(struct ksched *s);
extern const struct ns_world_ops klinux_ns_ops;
void kirq_mask(void);
void kirq_unmask(void); /* and takes what is pending */

/* smp.c */
void kcalls_run(struct krq *rq);
/* Queues @fn for an interrupt of @cpu without waiting; from a flow or an event. -ENOMEM. */
int kcall_post(unsigned cpu, void (*fn)(void *info), void *info);
int khotplug_create(struct ksched *s);
void khotplug_destroy(struct ksched *s);
void khotplug_cpu_dying(struct krq *rq); /* on the dying CPU's idle task; does not return */

/* workqueue.c */
int kworkq_create(struct klinux *k);
void kworkq_destroy(struct klinux *k);
void kworker_sleeping(struct task_struct *p); /* from the scheduler; may wake another worker */
void kworker_running(struct task_struct *p);

/* watchdog.c */
int kwatch_create(struct klinux *k);
void kwatch_destroy(struct klinux *k);
void kwatch_cpu_online(struct krq *rq);
void kwatch_cpu_offline(struct krq *rq);
void kwatch_feed(struct krq *rq);
void kwatch_start(struct klinux *k);
void krcu_tick(struct krq *rq, bool quiescent);
void krcu_qs(struct krq *rq);
void katomic_report(void); /* scheduling while atomic */

/* rcu.c */
int krcu_thread(void *arg);

#endif
