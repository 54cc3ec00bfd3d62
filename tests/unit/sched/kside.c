/* SPDX-License-Identifier: BSD-3-Clause */
#include <linux/sched.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/hrtimer.h>
#include <linux/delay.h>
#include <linux/smp.h>
#include <linux/cpuhotplug.h>
#include <linux/kref.h>
#include <linux/rcupdate.h>
#include "kside.h"

uint64_t kside_runtime_ns(const struct task_struct *p)
{
	return p->sum_exec_ns;
}
void kside_set_nice(struct task_struct *p, int nice)
{
	set_user_nice(p, nice);
}

static struct mutex mutex, mutex2;
static rwlock_t rwlock;
static struct semaphore sem;
static spinlock_t spin;
static struct rw_semaphore rwsem;
static struct completion done;

void kside_locks_init(void)
{
	mutex_init(&mutex);
	mutex_init(&mutex2);
	rwlock_init(&rwlock);
	sema_init(&sem, 2);
	spin_lock_init(&spin);
	init_rwsem(&rwsem);
	init_completion(&done);
}

void kside_mutex_lock(void)
{
	mutex_lock(&mutex);
}
int kside_mutex_lock_killable(void)
{
	return mutex_lock_killable(&mutex);
}
void kside_mutex_unlock(void)
{
	mutex_unlock(&mutex);
}
void kside_spin_lock(void)
{
	spin_lock(&spin);
}
void kside_spin_unlock(void)
{
	spin_unlock(&spin);
}
unsigned long kside_spin_lock_irqsave(void)
{
	unsigned long flags;

	spin_lock_irqsave(&spin, flags);
	return flags;
}
void kside_spin_unlock_irqrestore(unsigned long flags)
{
	spin_unlock_irqrestore(&spin, flags);
}
void kside_completion_init(void)
{
	init_completion(&done);
}
void kside_complete(void)
{
	complete(&done);
}
void kside_complete_all(void)
{
	complete_all(&done);
}
void kside_wait(void)
{
	wait_for_completion(&done);
}
long kside_wait_timeout(unsigned long j)
{
	return (long)wait_for_completion_timeout(&done, j);
}
int kside_wait_killable(void)
{
	return wait_for_completion_killable(&done);
}
void kside_cond_resched(void)
{
	cond_resched();
}
void kside_preempt_disable(void)
{
	preempt_disable();
}
void kside_preempt_enable(void)
{
	preempt_enable();
}
void kside_might_sleep(void)
{
	might_sleep();
}
void kside_msleep(unsigned ms)
{
	msleep(ms);
}
unsigned long kside_msleep_interruptible(unsigned ms)
{
	return msleep_interruptible(ms);
}
int kside_processor_id(void)
{
	return smp_processor_id();
}
unsigned kside_euid(unsigned gid, bool *in_group)
{
	*in_group = in_egroup_p(make_kgid(current_user_ns(), gid));
	return current_euid().val;
}
void kside_fsleep(unsigned long us)
{
	fsleep(us);
}
void kside_down_read(void)
{
	down_read(&rwsem);
}
void kside_up_read(void)
{
	up_read(&rwsem);
}
void kside_down_write(void)
{
	down_write(&rwsem);
}
void kside_up_write(void)
{
	up_write(&rwsem);
}

void kside_mutex2_lock(void)
{
	mutex_lock(&mutex2);
}
void kside_read_lock(void)
{
	read_lock(&rwlock);
}
void kside_read_unlock(void)
{
	read_unlock(&rwlock);
}
void kside_write_lock(void)
{
	write_lock(&rwlock);
}
void kside_write_unlock(void)
{
	write_unlock(&rwlock);
}
void kside_down(void)
{
	down(&sem);
}
int kside_down_timeout(long j)
{
	return down_timeout(&sem, j);
}
void kside_up(void)
{
	up(&sem);
}

static DECLARE_WAIT_QUEUE_HEAD(queue);

void kside_wq_init(void)
{
	init_waitqueue_head(&queue);
}
void kside_wq_wait(const bool *flag)
{
	wait_event(queue, READ_ONCE(*flag));
}
void kside_wq_wake(void)
{
	wake_up_all(&queue);
}

static struct workqueue_struct *wq;
static struct work_struct work[8];
static void (*work_fn)(unsigned which);

static void run_work(struct work_struct *w)
{
	work_fn((unsigned)(w - work));
}

void kside_work_init(void (*fn)(unsigned which))
{
	work_fn = fn;
	wq = create_workqueue("test");
	for (unsigned i = 0; i < 8; i++)
		INIT_WORK(&work[i], run_work);
}
bool kside_work_queue_on(int cpu, unsigned which)
{
	return queue_work_on(cpu, wq, &work[which]);
}
void kside_work_flush(unsigned which)
{
	flush_work(&work[which]);
}
bool kside_work_cancel_sync(unsigned which)
{
	return cancel_work_sync(&work[which]);
}
void kside_work_destroy(void)
{
	destroy_workqueue(wq);
}
const char *kside_comm(void)
{
	return current->comm;
}

static struct delayed_work delayed;

static void run_delayed(struct work_struct *w)
{
	(void)w;
	work_fn(8);
}

void kside_delayed_init(void (*fn)(unsigned which))
{
	work_fn = fn;
	INIT_DELAYED_WORK(&delayed, run_delayed);
}
bool kside_delayed_queue(unsigned long j)
{
	return schedule_delayed_work(&delayed, j);
}
bool kside_delayed_mod(unsigned long j)
{
	return mod_delayed_work(system_wq, &delayed, j);
}
bool kside_delayed_cancel(void)
{
	return cancel_delayed_work_sync(&delayed);
}

struct order_timer {
	struct hrtimer t;
	unsigned char id;
};
static struct order_timer timers[5];
static unsigned char *timer_order;
static unsigned *timer_count;

static enum hrtimer_restart order_fire(struct hrtimer *t)
{
	timer_order[(*timer_count)++] = container_of(t, struct order_timer, t)->id;
	return HRTIMER_NORESTART;
}

void kside_timers_start(unsigned char *order, unsigned *count)
{
	/* 30, 10, 20, 10 (again), 40 us; the last one is cancelled */
	static const unsigned at_us[5] = {30, 10, 20, 10, 40};
	ktime_t base = ktime_get();

	timer_order = order;
	timer_count = count;
	for (unsigned i = 0; i < 5; i++) {
		timers[i].id = (unsigned char)i;
		hrtimer_setup(&timers[i].t, order_fire, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
		hrtimer_start(&timers[i].t, base + at_us[i] * 1000, HRTIMER_MODE_ABS);
	}
	hrtimer_cancel(&timers[4].t);
}

int kside_cpuhp_setup(int (*up)(unsigned cpu), int (*down)(unsigned cpu))
{
	return cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "test", up, down);
}
int kside_call_on(int cpu, void (*fn)(void *), void *arg, int wait)
{
	return smp_call_function_single(cpu, fn, arg, wait);
}
int kside_cpu(void)
{
	return raw_smp_processor_id();
}

uint64_t kside_refcount_misuse(void)
{
	refcount_t r = REFCOUNT_INIT(1);

	if (!refcount_dec_and_test(&r))
		return 0;
	refcount_inc(&r); /* from zero */
	return (uint64_t)(unsigned)r.refs.counter;
}

void kside_rcu_lock(bool on)
{
	if (on)
		rcu_read_lock();
	else
		rcu_read_unlock();
}
