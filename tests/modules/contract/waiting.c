// SPDX-License-Identifier: GPL-2.0-only
/* kernel-surface.md 5.5: locks, waiting, time, processors. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spin);
static rwlock_t rw;
static int inside, most_inside, rounds;

static void enter(void)
{
	if (++inside > most_inside)
		most_inside = inside;
}

static int mutex_user(void *data)
{
	for (int i = 0; i < 20; i++) {
		mutex_lock(&mutex);
		enter();
		usleep_range(20, 30); /* a mutex may be held across sleep */
		inside--;
		mutex_unlock(&mutex);
	}
	rounds++;
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static int spin_user(void *data)
{
	for (int i = 0; i < 50; i++) {
		spin_lock(&spin);
		enter();
		udelay(3);
		inside--;
		spin_unlock(&spin);
		cond_resched();
	}
	rounds++;
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void crowd(struct kunit *test, int (*fn)(void *data))
{
	struct task_struct *t[3];

	inside = most_inside = rounds = 0;
	for (int i = 0; i < 3; i++) {
		t[i] = kthread_run(fn, NULL, "crowd/%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t[i]);
	}
	while (rounds < 3)
		msleep(1);
	for (int i = 0; i < 3; i++)
		kthread_stop(t[i]);
	KUNIT_EXPECT_EQ(test, most_inside, 1);
}

static void mutex_excludes(struct kunit *test)
{
	struct mutex own;

	crowd(test, mutex_user);
	mutex_init(&own);
	mutex_lock(&own);
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&own));
	KUNIT_EXPECT_TRUE(test, preemptible());
	KUNIT_EXPECT_EQ(test, mutex_trylock(&mutex), 1);
	mutex_unlock(&mutex);
	mutex_unlock(&own);
	mutex_destroy(&own);
}

static void spinlock_masks(struct kunit *test)
{
	spinlock_t own;
	unsigned long flags;

	crowd(test, spin_user);
	spin_lock_init(&own);
	spin_lock(&own);
	KUNIT_EXPECT_FALSE(test, preemptible());
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	spin_unlock(&own);
	spin_lock_irqsave(&own, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irqrestore(&own, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_TRUE(test, preemptible());
}

static bool writer_waits, writer_in;
static int rw_writer(void *data)
{
	writer_waits = true;
	write_lock(&rw);
	writer_in = true;
	write_unlock(&rw);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}
static bool second_in;
static void read_too(void *info)
{
	read_lock(&rw);
	second_in = true;
	read_unlock(&rw);
}

static void rwlock_shares(struct kunit *test)
{
	struct task_struct *t;

	rwlock_init(&rw);
	writer_waits = writer_in = second_in = false;
	read_lock(&rw);
	KUNIT_EXPECT_FALSE(test, preemptible());
	/* A reader elsewhere is let in beside this one. */
	smp_call_function_single(!smp_processor_id(), read_too, NULL, 1);
	KUNIT_EXPECT_TRUE(test, second_in);
	t = kthread_create(rw_writer, NULL, "writer");
	kthread_bind(t, !smp_processor_id());
	wake_up_process(t);
	while (!writer_waits)
		udelay(10);
	udelay(50);
	KUNIT_EXPECT_FALSE(test, writer_in);
	read_unlock(&rw);
	kthread_stop(t);
	KUNIT_EXPECT_TRUE(test, writer_in);
}

static struct completion done;
static enum hrtimer_restart complete_in_irq(struct hrtimer *t)
{
	complete(&done);
	return HRTIMER_NORESTART;
}

static void completion_counts(struct kunit *test)
{
	struct hrtimer t;

	init_completion(&done);
	KUNIT_EXPECT_FALSE(test, completion_done(&done));
	complete(&done);
	complete(&done);
	wait_for_completion(&done);
	KUNIT_EXPECT_TRUE(test, completion_done(&done)); /* one is left */
	wait_for_completion(&done);
	KUNIT_EXPECT_FALSE(test, completion_done(&done));
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&done, 2), 0ul);
	/* From atomic context. */
	hrtimer_setup(&t, complete_in_irq, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&t, 100000, HRTIMER_MODE_REL);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&done, 1000), 990ul);
	complete(&done);
	reinit_completion(&done);
	KUNIT_EXPECT_FALSE(test, completion_done(&done));
	complete(&done);
	KUNIT_EXPECT_EQ(test, wait_for_completion_interruptible(&done), 0);
	complete(&done);
	KUNIT_EXPECT_EQ(test, wait_for_completion_killable(&done), 0);
}

/* What the machine's clock says around a sleep of 1 ms. */
static void fsleep_lasts(struct kunit *test)
{
	s64 t0 = ktime_get_ns(), slept;

	fsleep(1000);
	slept = ktime_get_ns() - t0;
	KUNIT_EXPECT_GE(test, slept, 1000000);
	KUNIT_EXPECT_LE(test, slept, 2100000);
}

static void msleep_interruptible_lasts(struct kunit *test)
{
	s64 t0 = ktime_get_ns();

	KUNIT_EXPECT_EQ(test, msleep_interruptible(5), 0ul); /* nothing left */
	KUNIT_EXPECT_GE(test, ktime_get_ns() - t0, 5000000);
}

static void real_time(struct kunit *test)
{
	struct timespec64 a, b;

	ktime_get_real_ts64(&a);
	msleep(10);
	ktime_get_real_ts64(&b);
	KUNIT_EXPECT_GT(test, a.tv_sec, 1000000000ll); /* a date, not the time since boot */
	KUNIT_EXPECT_LT(test, a.tv_nsec, 1000000000l);
	KUNIT_EXPECT_GE(test, timespec64_to_ns(&b) - timespec64_to_ns(&a), 10000000);
}

static int where_am_i(void *data)
{
	*(int *)data = smp_processor_id(); /* bound: no warning */
	return 0;
}

static void processor_id(struct kunit *test)
{
	int on = -1;
	struct task_struct *t = kthread_create(where_am_i, &on, "bound");

	kthread_bind(t, 1);
	wake_up_process(t);
	kthread_stop(t);
	KUNIT_EXPECT_EQ(test, on, 1);
}

struct called {
	int cpu;
	bool masked, hardirq;
};
static void note_call(void *arg)
{
	*(struct called *)arg = (struct called){smp_processor_id(), irqs_disabled(), in_hardirq()};
}

static void cross_call(struct kunit *test)
{
	struct called c = {-1};
	int self;

	preempt_disable();
	self = smp_processor_id();
	KUNIT_EXPECT_EQ(test, smp_call_function_single(!self, note_call, &c, 1), 0);
	KUNIT_EXPECT_EQ(test, c.cpu, !self);
	KUNIT_EXPECT_TRUE(test, c.masked && c.hardirq);
	c.cpu = -1;
	KUNIT_EXPECT_EQ(test, smp_call_function_single(self, note_call, &c, 0), 0);
	KUNIT_EXPECT_EQ(test, c.cpu, self); /* a direct call */
	KUNIT_EXPECT_TRUE(test, c.masked);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	c.cpu = -1;
	KUNIT_EXPECT_EQ(test, smp_call_function_single(nr_cpu_ids, note_call, &c, 0), -ENXIO);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(-1, note_call, &c, 0), -ENXIO);
	KUNIT_EXPECT_EQ(test, c.cpu, -1);
	preempt_enable();
}

static void per_cpu_memory(struct kunit *test)
{
	int __percpu *v = alloc_percpu(int);
	unsigned int cpu, n = 0;

	for_each_present_cpu(cpu)
	{
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(v, cpu), 0);
		*per_cpu_ptr(v, cpu) = 100 + cpu;
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, nr_cpu_ids);
	for_each_present_cpu(cpu) KUNIT_EXPECT_EQ(test, *per_cpu_ptr(v, cpu), 100 + (int)cpu);
	free_percpu(v);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(mutex_excludes),
	KUNIT_CASE(spinlock_masks),
	KUNIT_CASE(rwlock_shares),
	KUNIT_CASE(completion_counts),
	KUNIT_CASE(fsleep_lasts),
	KUNIT_CASE(msleep_interruptible_lasts),
	KUNIT_CASE(real_time),
	KUNIT_CASE(processor_id),
	KUNIT_CASE(cross_call),
	KUNIT_CASE(per_cpu_memory),
	{},
};
static struct kunit_suite suite = {.name = "waiting", .test_cases = cases};
kunit_test_suite(suite);
