/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tasks and the scheduler as drivers see them. task_struct holds what drivers read (pid, comm, mm,
 * flags) and the fake scheduler's own fields, which only sim/linux touches.
 */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>
#include <linux/kheap.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>

#define TASK_RUNNING 0x0000
#define TASK_INTERRUPTIBLE 0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_DEAD 0x0080
#define TASK_WAKEKILL 0x0100
#define TASK_NOLOAD 0x0400
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define TASK_COMM_LEN 16

#define PF_IDLE 0x00000002
#define PF_EXITING 0x00000004
#define PF_WQ_WORKER 0x00000020
#define PF_KTHREAD 0x00200000
#define PF_NO_SETAFFINITY 0x04000000

#define MAX_SCHEDULE_TIMEOUT ((long)(~0UL >> 1))
#define SCHED_NORMAL 0
#define SCHED_FIFO 1
#define SCHED_RR 2

struct mm_struct;
struct kprocess;
struct fiber;
struct kworker;
struct kthread_info;
struct ktask_work {
	struct ktask_work *next;
	void (*fn)(void *arg);
	void *arg;
};

struct task_struct {
	unsigned int __state;
	unsigned int flags; /* PF_* */
	int pid, tgid;
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm; /* non-NULL for user tasks */
	int exit_code;
	int preempt_count;
	int rcu_nesting;
	int migrate_disabled;
	int bh_irq_depth;

	/* scheduler */
	struct kheap_node rq_node;
	struct fiber *fiber;
	unsigned int who;
	int cpu; /* where it runs, waits, or ran last */
	bool on_rq, on_cpu, kill_pending, user_mode, preempted_head;
	bool boot; /* the fiber belongs to the embedder */
	bool unkillable;
	int policy, nice, rt_prio;
	unsigned int weight;
	unsigned long long affinity;
	int migrate_to; /* -1 = none */
	unsigned long long vruntime, exec_start_ns, sum_exec_ns, slice_start_ns, last_moved_ns;
	unsigned long long switches;
	unsigned long long blocked_since_ns, hung_switches;
	unsigned int hung_reported;

	/* life */
	void (*user_fn)(void *arg);
	void *user_arg;
	int (*kthread_fn)(void *arg);
	struct kthread_info *kthread;
	struct kworker *worker;
	struct kprocess *process;
	struct ktask_work *works, *works_last;
	struct hrtimer sleep_timer;
	bool timed_out;
	struct task_struct *all_next;
	struct task_struct *joiners, *join_next;
	const char *wait_site; /* what it waits for, for reports */
	const struct task_struct
		*wait_holder; /* who had it when the wait began, NULL = not known */
	const char *syscall;
	unsigned long long relaxing_since_ns, relaxed_ns; /* of a loop with cpu_relax() */
};

struct task_struct *ktask_current(void);
#define current ktask_current()
#define get_current() ktask_current()

#define set_current_state(s) kset_state(s)
#define __set_current_state(s) kset_state(s)
void kset_state(unsigned int state);
#define get_current_state() (current->__state)
static inline int task_cpu(const struct task_struct *p)
{
	return p->cpu;
}
static inline int task_pid_nr(const struct task_struct *p)
{
	return p->pid;
}
static inline int task_tgid_nr(const struct task_struct *p)
{
	return p->tgid;
}

void schedule(void);
long schedule_timeout(long timeout_jiffies);
long schedule_timeout_interruptible(long timeout_jiffies);
long schedule_timeout_killable(long timeout_jiffies);
long schedule_timeout_uninterruptible(long timeout_jiffies);
long schedule_timeout_idle(long timeout_jiffies);
int wake_up_process(struct task_struct *p);
int wake_up_state(struct task_struct *p, unsigned int state);
void yield(void);
int kcond_resched(void);
#define cond_resched() kcond_resched()
#define cond_resched_lock(l)                                                                       \
	({                                                                                         \
		(void)(l);                                                                         \
		0;                                                                                 \
	})
bool need_resched(void);
int task_nice(const struct task_struct *p);
void set_user_nice(struct task_struct *p, long nice);
void sched_set_fifo(struct task_struct *p);
void sched_set_fifo_low(struct task_struct *p);
void sched_set_normal(struct task_struct *p, int nice);
int signal_pending(struct task_struct *p);
int fatal_signal_pending(struct task_struct *p);
int signal_pending_state(unsigned int state, struct task_struct *p);
struct task_struct *get_task_struct(struct task_struct *p);
void put_task_struct(struct task_struct *p);
struct cpumask;
int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *mask);
static inline void get_task_comm_(char *buf, const struct task_struct *p)
{
	for (int i = 0; i < TASK_COMM_LEN; i++)
		buf[i] = p->comm[i];
}
#define get_task_comm(buf, p)                                                                      \
	({                                                                                         \
		get_task_comm_(buf, p);                                                            \
		(buf);                                                                             \
	})

#endif
