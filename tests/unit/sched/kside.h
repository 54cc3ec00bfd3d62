/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel-side bodies of the tests: what needs <linux/...> is behind these functions. */
#ifndef FFASIM_TEST_KSIDE_H
#define FFASIM_TEST_KSIDE_H

#include <stdbool.h>
#include <stdint.h>

struct task_struct;
uint64_t kside_runtime_ns(const struct task_struct *task);
void kside_set_nice(struct task_struct *task, int nice);

/* locks, by number */
void kside_locks_init(void);
void kside_mutex_lock(void);
int kside_mutex_lock_killable(void);
void kside_mutex_unlock(void);
void kside_spin_lock(void);
void kside_spin_unlock(void);
unsigned long kside_spin_lock_irqsave(void);
void kside_spin_unlock_irqrestore(unsigned long flags);
void kside_completion_init(void);
void kside_complete(void);
void kside_complete_all(void);
void kside_wait(void);
long kside_wait_timeout(unsigned long jiffies_);
int kside_wait_killable(void);
void kside_cond_resched(void);
void kside_preempt_disable(void);
void kside_preempt_enable(void);
void kside_might_sleep(void);
void kside_msleep(unsigned ms);
unsigned long kside_msleep_interruptible(unsigned ms);
int kside_processor_id(void); /* the checked form */
/* euid of the caller, and whether it is in group @gid */
unsigned kside_euid(unsigned gid, bool *in_group);
void kside_fsleep(unsigned long us);
void kside_down_read(void);
void kside_up_read(void);
void kside_down_write(void);
void kside_up_write(void);

void kside_mutex2_lock(void);
void kside_read_lock(void);
void kside_read_unlock(void);
void kside_write_lock(void);
void kside_write_unlock(void);
void kside_down(void);
int kside_down_timeout(long jiffies_);
void kside_up(void);

/* wait queue: waits until *flag */
void kside_wq_init(void);
void kside_wq_wait(const bool *flag);
void kside_wq_wake(void);

/* work */
void kside_work_init(void (*fn)(unsigned which));
bool kside_work_queue_on(int cpu, unsigned which);
void kside_work_flush(unsigned which);
bool kside_work_cancel_sync(unsigned which);
void kside_work_destroy(void);
const char *kside_comm(void);
/* delayed work 0 runs work_fn(8) */
void kside_delayed_init(void (*fn)(unsigned which));
bool kside_delayed_queue(unsigned long jiffies_);
bool kside_delayed_mod(unsigned long jiffies_);
bool kside_delayed_cancel(void);

/* timers: fire in order, each appends its number to @order */
void kside_timers_start(unsigned char *order, unsigned *count);

int kside_cpuhp_setup(int (*up)(unsigned cpu), int (*down)(unsigned cpu));
int kside_call_on(int cpu, void (*fn)(void *), void *arg, int wait);
int kside_cpu(void);
uint64_t kside_refcount_misuse(void);
void kside_rcu_lock(bool on);

#endif
