// SPDX-License-Identifier: BSD-3-Clause
/*
 * One small kernel module per kind of defect, and its corrected twin: built once per name with
 * -DDEFECT=NAME, and again with -DFIXED=1. Two kernel threads, on CPU 0 and CPU 1, do it.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

enum {
	RACE,	  /* counter++ on two CPUs */
	MARKED,	  /* plain write, READ_ONCE */
	PUBLISH,  /* data, then a flag without release */
	COMPLETE, /* data, and nobody waits for it */
	KREF,	  /* the last of two holders frees; one of them has no reference */
	PAGE_REF, /* the same with a page */
	RCU_FREE, /* freed while a reader may be inside */
	INVERSION,
	IRQ_UNSAFE,
	SLEEPING_LOCK,
	SLEEP,
	UAF_READ,
	UAF_PAGE,
	OOB,
	LEAK,
	DEADLOCK,
};

#ifndef FIXED
#define FIXED 0
#endif

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);
static DECLARE_COMPLETION(filled);
static int counter, flag;
static int *shared;
static struct hrtimer timer;
static int sum; /* so that no read is optimised away */

static noinline void count(void)
{
	for (int i = 0; i < 20; i++) {
		if (FIXED)
			spin_lock(&lock);
		counter++;
		if (FIXED)
			spin_unlock(&lock);
	}
}

static noinline void nest(struct mutex *a, struct mutex *b)
{
	mutex_lock(a);
	if (DEFECT == DEADLOCK)
		msleep(1);
	mutex_lock(b);
	sum++;
	mutex_unlock(b);
	mutex_unlock(a);
}

static enum hrtimer_restart tick(struct hrtimer *t)
{
	spin_lock(&lock);
	counter++;
	spin_unlock(&lock);
	return HRTIMER_NORESTART;
}

static noinline void use_object(void)
{
	char *p = kmalloc(24, GFP_KERNEL);

	if (!p)
		return;
	p[0] = 1;
	if (DEFECT == OOB)
		sum += p[FIXED ? 23 : 24];
	if (DEFECT == UAF_READ && FIXED)
		sum += p[0];
	if (DEFECT != LEAK || FIXED)
		kfree(p);
	if (DEFECT == UAF_READ && !FIXED)
		sum += p[0];
}

/* Each holder has its own half, so the free is all that needs an order. */
struct counted {
	struct kref ref;
	int half[2];
};
static struct counted *counted;
static struct page *page;

static void counted_free(struct kref *k)
{
	kfree(container_of(k, struct counted, ref));
}

static noinline void hold_object(int me)
{
	struct counted *c = counted;

	c->half[me] = 7;
	if (FIXED || !me)
		kref_put(&c->ref, counted_free);
}

static noinline void hold_page(int me)
{
	int *half = page_address(page);

	half[me] = 7;
	if (FIXED || !me)
		put_page(page);
}

static int hold_init(void)
{
	if (DEFECT == PAGE_REF) {
		page = alloc_page(GFP_KERNEL);
		if (page && FIXED)
			get_page(page);
		return page ? 0 : -ENOMEM;
	}
	counted = kzalloc(sizeof(*counted), GFP_KERNEL);
	if (!counted)
		return -ENOMEM;
	kref_init(&counted->ref);
	if (FIXED)
		kref_get(&counted->ref);
	return 0;
}

static noinline void use_page(void)
{
	char *p = (char *)__get_free_pages(GFP_KERNEL, 0);

	if (!p)
		return;
	if (FIXED)
		sum += p[100];
	free_pages((unsigned long)p, 0);
	if (!FIXED)
		sum += p[100];
}

static int first(void *arg)
{
	unsigned long flags = 0;
	int *old;

	switch (DEFECT) {
	case KREF:
		hold_object(0);
		break;
	case PAGE_REF:
		hold_page(0);
		break;
	case RACE:
		count();
		break;
	case MARKED:
		if (FIXED)
			WRITE_ONCE(flag, 1);
		else
			flag = 1;
		break;
	case PUBLISH:
		counter = 7;
		if (FIXED)
			smp_store_release(&flag, 1);
		else
			WRITE_ONCE(flag, 1);
		break;
	case COMPLETE:
		counter = 7;
		complete(&filled);
		break;
	case RCU_FREE:
		old = shared;
		rcu_assign_pointer(shared, NULL);
		if (FIXED)
			synchronize_rcu();
		kfree(old);
		break;
	case INVERSION:
		nest(&outer, &inner);
		nest(FIXED ? &outer : &inner, FIXED ? &inner : &outer);
		break;
	case DEADLOCK:
		nest(&outer, &inner);
		break;
	case IRQ_UNSAFE:
		hrtimer_setup(&timer, tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hrtimer_start(&timer, ms_to_ktime(1), HRTIMER_MODE_REL);
		msleep(5);
		if (FIXED)
			spin_lock_irqsave(&lock, flags);
		else
			spin_lock(&lock);
		counter++;
		if (FIXED)
			spin_unlock_irqrestore(&lock, flags);
		else
			spin_unlock(&lock);
		break;
	case SLEEPING_LOCK:
		spin_lock(&lock);
		if (!FIXED)
			mutex_lock(&inner);
		sum++;
		if (!FIXED)
			mutex_unlock(&inner);
		spin_unlock(&lock);
		break;
	case SLEEP:
		spin_lock(&lock);
		kfree(kmalloc(8, FIXED ? GFP_ATOMIC : GFP_KERNEL));
		spin_unlock(&lock);
		break;
	case UAF_PAGE:
		use_page();
		break;
	default:
		use_object();
	}
	return 0;
}

static int second(void *arg)
{
	int *p;

	switch (DEFECT) {
	case RACE:
		count();
		break;
	case KREF:
		hold_object(1);
		break;
	case PAGE_REF:
		hold_page(1);
		break;
	case MARKED:
		sum += READ_ONCE(flag);
		break;
	case PUBLISH:
		while (!(FIXED ? smp_load_acquire(&flag) : READ_ONCE(flag)))
			cpu_relax();
		sum += counter;
		break;
	case COMPLETE:
		if (FIXED)
			wait_for_completion(&filled);
		sum += counter;
		break;
	case RCU_FREE:
		rcu_read_lock();
		p = rcu_dereference(shared);
		if (p)
			sum += *p;
		rcu_read_unlock();
		break;
	case DEADLOCK:
		nest(FIXED ? &outer : &inner, FIXED ? &inner : &outer);
		break;
	default:
		break;
	}
	return 0;
}

static int __init defect_init(void)
{
	struct task_struct *a, *b;

	if ((DEFECT == KREF || DEFECT == PAGE_REF) && hold_init())
		return -ENOMEM;
	if (DEFECT == RCU_FREE) {
		shared = kzalloc(sizeof(*shared), GFP_KERNEL);
		if (!shared)
			return -ENOMEM;
	}
	a = kthread_create(first, NULL, "first");
	b = kthread_create(second, NULL, "second");
	if (IS_ERR(a) || IS_ERR(b))
		return -ENOMEM;
	kthread_bind(a, 0);
	kthread_bind(b, 1);
	wake_up_process(b);
	wake_up_process(a);
	return 0;
}

static void __exit defect_exit(void) {}

module_init(defect_init);
module_exit(defect_exit);
MODULE_LICENSE("GPL");
