/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time in the fake kernel: jiffies and ktime derived from virtual time, hrtimers on a heap per CPU
 * behind the PE's one-shot timer, jiffy timers on top of them, sleeping and busy delays, and the
 * tick, which stops while a CPU idles (NO_HZ_IDLE).
 *
 * Jiffies follow the clock of the reading CPU; a stuck timekeeper CPU is not modelled. Timer
 * callbacks of all kinds run in the timer interrupt, jiffy timers under a softirq count.
 */
#include <linux/sched.h>
#include <linux/timer.h>
#include <linux/delay.h>
#include "core/watch.h"
#include "linux/ksched.h"

#define EPOCH_NS 1700000000000000000ULL /* wall clock at power-on */

/* --- clocks ------------------------------------------------------------------------------------
 */
unsigned long long ktime_get_ns(void)
{
	return kclock_ns();
}

ktime_t ktime_get(void)
{
	return (ktime_t)kclock_ns();
}

ktime_t ktime_get_boottime(void)
{
	return ktime_get();
}

unsigned long long local_clock(void)
{
	return kclock_ns();
}

unsigned long long ktime_get_real_ns(void)
{
	return EPOCH_NS + kclock_ns();
}

ktime_t ktime_get_real(void)
{
	return (ktime_t)ktime_get_real_ns();
}

long long ktime_get_seconds(void)
{
	return (long long)(kclock_ns() / 1000000000ULL);
}

long long ktime_get_real_seconds(void)
{
	return (long long)(ktime_get_real_ns() / 1000000000ULL);
}

static void split(struct timespec64 *ts, unsigned long long ns)
{
	ts->tv_sec = (long long)(ns / 1000000000ULL);
	ts->tv_nsec = (long)(ns % 1000000000ULL);
}

void ktime_get_ts64(struct timespec64 *ts)
{
	split(ts, kclock_ns());
}

void ktime_get_real_ts64(struct timespec64 *ts)
{
	split(ts, ktime_get_real_ns());
}

unsigned long kjiffies(void)
{
	return INITIAL_JIFFIES + kclock_ns() / TICK_NSEC;
}

unsigned long round_jiffies(unsigned long j)
{
	return (j + HZ - 1) / HZ * HZ;
}

unsigned long round_jiffies_relative(unsigned long j)
{
	unsigned long now = jiffies;

	return round_jiffies(j + now) - now;
}

static uint64_t jiffy_ns(unsigned long j)
{
	long since_boot = (long)(j - INITIAL_JIFFIES);

	return since_boot <= 0 ? 0 : (uint64_t)since_boot * TICK_NSEC;
}

/* --- hrtimers ----------------------------------------------------------------------------------
 */
static struct hrtimer *timer_of(struct kheap_node *node)
{
	return (struct hrtimer *)((char *)node - offsetof(struct hrtimer, node));
}

static void program(struct krq *rq)
{
	uint64_t first = rq->timers.count ? rq->timers.at[0]->key : EVQ_NEVER;

	if (first == rq->timer_prog_ns)
		return;
	rq->timer_prog_ns = first;
	pe_timer_set(&machine->pe[rq->cpu], first);
}

static void dequeue(struct hrtimer *timer)
{
	if (!timer->node.slot)
		return;
	kheap_del(&ksched_now->rq[timer->cpu].timers, &timer->node);
	if (!timer->house)
		ksched_now->user_timers--;
}

static void enqueue(struct hrtimer *timer, unsigned cpu, uint64_t hard_ns, uint64_t soft_ns)
{
	dequeue(timer);
	timer->cpu = (int)cpu;
	timer->soft_expires = (ktime_t)soft_ns;
	kheap_add(&ksched_now->rq[cpu].timers, &timer->node, hard_ns);
	if (!timer->house)
		ksched_now->user_timers++;
}

void khrtimer_start_on(struct hrtimer *timer, unsigned cpu, uint64_t hard_ns, uint64_t soft_ns)
{
	unsigned old = (unsigned)timer->cpu;
	bool was = timer->node.slot != 0;

	WATCH(release, timer);
	enqueue(timer, cpu, hard_ns, soft_ns);
	program(&ksched_now->rq[cpu]);
	if (was && old != cpu)
		program(&ksched_now->rq[old]);
}

void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		   int clock, enum hrtimer_mode mode)
{
	(void)clock;
	(void)mode;
	*timer = (struct hrtimer){.function = function};
}

void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode)
{
	hrtimer_setup(timer, NULL, clock, mode);
}

void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, unsigned long long delta_ns,
			    enum hrtimer_mode mode)
{
	uint64_t soft = (uint64_t)time + (mode & HRTIMER_MODE_REL ? kclock_ns() : 0);

	khrtimer_start_on(timer, krq_self()->cpu, soft + delta_ns, soft);
}

void hrtimer_start(struct hrtimer *timer, ktime_t time, enum hrtimer_mode mode)
{
	hrtimer_start_range_ns(timer, time, 0, mode);
}

int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	if (timer->running)
		return -1;
	if (!timer->node.slot)
		return 0;
	dequeue(timer);
	program(&ksched_now->rq[timer->cpu]);
	return 1;
}

int hrtimer_cancel(struct hrtimer *timer)
{
	int ret;

	while ((ret = hrtimer_try_to_cancel(timer)) < 0)
		pe_relax(cost()->cpu_relax_ns); /* the callback runs on another CPU */
	return ret;
}

unsigned long long hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	uint64_t at = timer->node.key, n;

	if ((uint64_t)now < at || interval <= 0)
		return 0;
	n = ((uint64_t)now - at) / (uint64_t)interval + 1;
	timer->node.key = at + n * (uint64_t)interval;
	timer->soft_expires = (ktime_t)timer->node.key;
	return n;
}

unsigned long long hrtimer_forward_now(struct hrtimer *timer, ktime_t interval)
{
	return hrtimer_forward(timer, ktime_get(), interval);
}

ktime_t hrtimer_get_remaining(const struct hrtimer *timer)
{
	return (ktime_t)(timer->node.key - kclock_ns());
}

/* The PE's timer interrupt. Timers whose earliest allowed time is past go with the rest. */
void ktimer_interrupt(struct krq *rq)
{
	rq->timer_prog_ns = EVQ_NEVER; /* it has fired */
	while (rq->timers.count) {
		struct hrtimer *timer = timer_of(rq->timers.at[0]);
		enum hrtimer_restart again;

		if ((uint64_t)timer->soft_expires > krq_now_ns(rq))
			break;
		dequeue(timer);
		timer->running = 1;
		WATCH(acquire, timer);
		again = timer->function(timer);
		/* A callback may free or re-arm its timer only when it does not ask to restart. */
		if (again == HRTIMER_RESTART) {
			timer->running = 0;
			enqueue(timer, rq->cpu, timer->node.key, (uint64_t)timer->soft_expires);
		} else if (again == HRTIMER_NORESTART) {
			timer->running = 0;
		}
	}
	program(rq);
}

void ktimers_move(struct krq *from, struct krq *to)
{
	while (from->timers.count) {
		struct hrtimer *timer = timer_of(from->timers.at[0]);

		enqueue(timer, to->cpu, timer->node.key, (uint64_t)timer->soft_expires);
	}
	program(from);
	program(to);
}

/* --- tick --------------------------------------------------------------------------------------
 */
static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct krq *rq = krq_self();
	struct klinux *k = ksched_now->k;

	k->stats.ticks++;
	kcharge(cost()->tick_ns);
	rq->timer_softirqs++;
	krq_tick(rq);
	krcu_tick(rq, rq->curr == rq->idle || rq->curr->user_mode ||
			      (ksched_now->dynamic_rcu && !rq->curr->rcu_nesting));
	hrtimer_forward(timer, (ktime_t)krq_now_ns(rq), (ktime_t)k->cfg.tick_ns);
	return HRTIMER_RESTART;
}

void ktimers_init(struct krq *rq)
{
	hrtimer_setup(&rq->tick, tick, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED);
	rq->tick.house = 1;
}

void ktick_start(struct krq *rq)
{
	uint64_t period = ksched_now->k->cfg.tick_ns, at;

	if (rq->tick.node.slot || rq->tick.running)
		return;
	at = (krq_now_ns(rq) / period + 1) * period;
	khrtimer_start_on(&rq->tick, rq->cpu, at, at);
}

void ktick_stop(struct krq *rq)
{
	if (!rq->tick.node.slot)
		return;
	dequeue(&rq->tick);
	program(rq);
}

/* --- sleeping ----------------------------------------------------------------------------------
 */
static enum hrtimer_restart sleep_over(struct hrtimer *timer)
{
	struct task_struct *p =
		(struct task_struct *)((char *)timer - offsetof(struct task_struct, sleep_timer));

	p->timed_out = true;
	if (ktask_wake(p, TASK_NORMAL, false))
		kcharge(cost()->wakeup_ns);
	return HRTIMER_NORESTART;
}

bool kschedule_until(uint64_t hard_ns, uint64_t soft_ns)
{
	struct task_struct *p = ktask_current();

	if (hard_ns == UINT64_MAX) {
		schedule();
		return true;
	}
	p->timed_out = false;
	p->sleep_timer.function = sleep_over;
	khrtimer_start_on(&p->sleep_timer, krq_self()->cpu, hard_ns, soft_ns);
	schedule();
	hrtimer_cancel(&p->sleep_timer);
	return !p->timed_out;
}

long schedule_timeout(long timeout)
{
	unsigned long end;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (timeout < 0)
		timeout = 0;
	end = jiffies + (unsigned long)timeout;
	if (timeout == 0) {
		kset_state(TASK_RUNNING);
		return 0;
	}
	kschedule_until(jiffy_ns(end), jiffy_ns(end));
	return time_after(end, jiffies) ? (long)(end - jiffies) : 0;
}

static long timeout_in(unsigned state, long timeout)
{
	kset_state(state);
	return schedule_timeout(timeout);
}

long schedule_timeout_interruptible(long timeout)
{
	return timeout_in(TASK_INTERRUPTIBLE, timeout);
}

long schedule_timeout_killable(long timeout)
{
	return timeout_in(TASK_KILLABLE, timeout);
}

long schedule_timeout_uninterruptible(long timeout)
{
	return timeout_in(TASK_UNINTERRUPTIBLE, timeout);
}

long schedule_timeout_idle(long timeout)
{
	return timeout_in(TASK_IDLE, timeout);
}

int schedule_hrtimeout_range(ktime_t *expires, unsigned long long delta_ns, enum hrtimer_mode mode)
{
	uint64_t soft;

	if (!expires) {
		schedule();
		return -4; /* EINTR */
	}
	soft = (uint64_t)*expires + (mode & HRTIMER_MODE_REL ? kclock_ns() : 0);
	return kschedule_until(soft + delta_ns, soft) ? -4 : 0;
}

int schedule_hrtimeout(ktime_t *expires, enum hrtimer_mode mode)
{
	return schedule_hrtimeout_range(expires, 0, mode);
}

void msleep(unsigned int ms)
{
	long left = (long)msecs_to_jiffies(ms);

	kmight_sleep_in("kernel/time/sleep_timeout.c", __builtin_return_address(0));
	while (left)
		left = schedule_timeout_uninterruptible(left);
}

unsigned long msleep_interruptible(unsigned int ms)
{
	long left = (long)msecs_to_jiffies(ms);

	kmight_sleep_in("kernel/time/sleep_timeout.c", __builtin_return_address(0));
	while (left && !signal_pending(ktask_current()))
		left = schedule_timeout_interruptible(left);
	return jiffies_to_msecs((unsigned long)left);
}

void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

void usleep_range(unsigned long min_us, unsigned long max_us)
{
	uint64_t soft = kclock_ns() + min_us * 1000, hard = soft + (max_us - min_us) * 1000;

	kmight_sleep_in("kernel/time/sleep_timeout.c", __builtin_return_address(0));
	do {
		kset_state(TASK_UNINTERRUPTIBLE);
	} while (kschedule_until(hard, soft));
}

/* 6.12: up to 10 us busy, up to 20 ms a range of one to two times, else jiffies. */
void fsleep(unsigned long us)
{
	if (us <= 10)
		udelay(us);
	else if (us <= 20000)
		usleep_range(us, 2 * us);
	else
		msleep((unsigned)((us + 999) / 1000));
}

void ndelay(unsigned long ns)
{
	kcharge(ns);
}

void udelay(unsigned long us)
{
	kcharge((uint64_t)us * 1000);
}

void mdelay(unsigned long ms)
{
	kcharge((uint64_t)ms * 1000000);
}

/* A module that waits like this for what never comes must not keep the host busy for an hour of
 * virtual time in steps of nanoseconds: after a long wait a step is a small part of it. */
#define RELAX_LONG_NS 20000000ULL
#define RELAX_PAUSE_NS 100000ULL /* of other work: then it is another wait */

void cpu_relax(void)
{
	struct task_struct *p = ktask_current();
	uint64_t now_ns = pe_self()->now_ns, step_ns = cost()->cpu_relax_ns;

	if (now_ns - p->relaxed_ns > RELAX_PAUSE_NS)
		p->relaxing_since_ns = now_ns;
	if (now_ns - p->relaxing_since_ns > RELAX_LONG_NS)
		step_ns += (now_ns - p->relaxing_since_ns) / 1024;
	pe_relax(step_ns);
	p->relaxed_ns = pe_self()->now_ns;
}

/* --- jiffy timers ------------------------------------------------------------------------------
 */
static enum hrtimer_restart timer_softirq(struct hrtimer *hrt)
{
	struct timer_list *timer =
		(struct timer_list *)((char *)hrt - offsetof(struct timer_list, hrt));

	krq_self()->timer_softirqs++;
	hrt->running = 0; /* the callback may free or re-arm it */
	preempt_count_add(SOFTIRQ_OFFSET);
	timer->function(timer);
	preempt_count_sub(SOFTIRQ_OFFSET);
	return (enum hrtimer_restart) - 1; /* do not look at it again */
}

void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *),
		 unsigned int flags)
{
	*timer = (struct timer_list){.function = function, .flags = flags};
	timer->hrt.function = timer_softirq;
}

static int timer_arm(struct timer_list *timer, unsigned cpu, unsigned long expires)
{
	int was = timer_pending(timer);

	timer->expires = expires;
	timer->hrt.function = timer_softirq;
	khrtimer_start_on(&timer->hrt, cpu, jiffy_ns(expires), jiffy_ns(expires));
	return was;
}

void add_timer(struct timer_list *timer)
{
	timer_arm(timer, krq_self()->cpu, timer->expires);
}

void add_timer_on(struct timer_list *timer, int cpu)
{
	timer_arm(timer, (unsigned)cpu, timer->expires);
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return timer_arm(timer, krq_self()->cpu, expires);
}

int timer_delete(struct timer_list *timer)
{
	return hrtimer_try_to_cancel(&timer->hrt) > 0;
}

int timer_delete_sync(struct timer_list *timer)
{
	return hrtimer_cancel(&timer->hrt);
}

int timer_shutdown_sync(struct timer_list *timer)
{
	return timer_delete_sync(timer);
}
