/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Completions and wait queues. Both may be used from interrupt handlers; wake-ups of several
 * exclusive waiters ask the oracle for the first one. A waiter's record lives on its own stack.
 */
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/completion.h>
#include "core/watch.h"
#include "linux/lock_internal.h"

/* --- completions -------------------------------------------------------------------------------
 */
#define CALLER __builtin_return_address(0)
#define DONE_ALL (~0U)

void init_completion(struct completion *x)
{
	*x = (struct completion){0};
}

void reinit_completion(struct completion *x)
{
	x->done = 0;
}

/* >= 1: completed, jiffies left; 0: time over; -ERESTARTSYS: signal */
static long wait_common(struct completion *x, unsigned long timeout, unsigned state)
{
	struct task_struct *self;
	struct klock_waiter w;
	unsigned long end = jiffies + timeout;
	long left = (long)timeout;

	kmight_sleep("kernel/sched/completion.c", 0);
	self = ktask_current();
	w = (struct klock_waiter){.task = self};
	if (!x->done) {
		klock_queue_add(&x->wait, &w);
		self->wait_site = "completion";
		do {
			if (signal_pending_state(state, self)) {
				left = -512; /* ERESTARTSYS */
				break;
			}
			kset_state(state);
			if (timeout == MAX_SCHEDULE_TIMEOUT) {
				schedule();
			} else {
				left = time_after(end, jiffies) ? (long)(end - jiffies) : 0;
				left = schedule_timeout(left);
			}
		} while (!x->done && left);
		kset_state(TASK_RUNNING);
		self->wait_site = NULL;
		klock_queue_del(&x->wait, &w);
		if (!x->done)
			return left;
	}
	WATCH(acquire, x);
	if (x->done != DONE_ALL)
		x->done--;
	return left > 0 ? left : 1;
}

void wait_for_completion(struct completion *x)
{
	wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE);
}

void wait_for_completion_io(struct completion *x)
{
	wait_for_completion(x);
}

int wait_for_completion_interruptible(struct completion *x)
{
	long ret = wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_INTERRUPTIBLE);

	return ret < 0 ? (int)ret : 0;
}

int wait_for_completion_killable(struct completion *x)
{
	long ret = wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_KILLABLE);

	return ret < 0 ? (int)ret : 0;
}

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	return (unsigned long)wait_common(x, timeout, TASK_UNINTERRUPTIBLE);
}

long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, timeout, TASK_INTERRUPTIBLE);
}

long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, timeout, TASK_KILLABLE);
}

bool try_wait_for_completion(struct completion *x)
{
	WATCH(point, x, CALLER);
	if (!x->done)
		return false;
	WATCH(acquire, x);
	if (x->done != DONE_ALL)
		x->done--;
	return true;
}

bool completion_done(struct completion *x)
{
	WATCH(acquire, x);
	return x->done != 0;
}

void complete(struct completion *x)
{
	struct klock_waiter *w;

	WATCH(point, x, CALLER);
	WATCH(release, x);
	if (x->done != DONE_ALL)
		x->done++;
	if (!x->wait.first)
		return;
	w = klock_queue_pick(&x->wait, "completion");
	wake_up_state(w->task, TASK_NORMAL);
}

void complete_all(struct completion *x)
{
	bool any = x->wait.first != NULL;

	WATCH(release, x);
	x->done = DONE_ALL;
	for (struct klock_waiter *w = x->wait.first; w; w = w->next)
		ktask_wake(w->task, TASK_NORMAL, false);
	if (any) {
		kcharge(cost()->wakeup_ns);
		kpreempt_check();
	}
}

/* --- wait queues -------------------------------------------------------------------------------
 */
void init_waitqueue_head(struct wait_queue_head *head)
{
	*head = (struct wait_queue_head){0};
}

/* The real ones take the lock of the queue; here only the order that follows from it. */
static void queue_lock_order(struct wait_queue_head *head)
{
	WATCH(acquire, head);
	WATCH(release, head);
}

static void unlink_entry(struct wait_queue_head *head, wait_queue_entry_t *e)
{
	if (!e->queued)
		return;
	if (e->prev)
		e->prev->next = e->next;
	else
		head->first = e->next;
	if (e->next)
		e->next->prev = e->prev;
	else
		head->last = e->prev;
	e->queued = false;
}

static void link_entry(struct wait_queue_head *head, wait_queue_entry_t *e, bool tail)
{
	if (e->queued)
		return;
	e->queued = true;
	if (tail) {
		e->next = NULL;
		e->prev = head->last;
	} else {
		e->prev = NULL;
		e->next = head->first;
	}
	if (e->prev)
		e->prev->next = e;
	else
		head->first = e;
	if (e->next)
		e->next->prev = e;
	else
		head->last = e;
}

int default_wake_function(wait_queue_entry_t *e, unsigned int mode, int flags, void *key)
{
	(void)flags;
	(void)key;
	return ktask_wake(e->private, mode, false);
}

/* The caller of func unlinks an entry of this kind when it was woken; see __wake_up(). */
int autoremove_wake_function(wait_queue_entry_t *e, unsigned int mode, int flags, void *key)
{
	return default_wake_function(e, mode, flags, key);
}

void add_wait_queue(struct wait_queue_head *head, wait_queue_entry_t *e)
{
	e->flags &= ~(unsigned)WQ_FLAG_EXCLUSIVE;
	link_entry(head, e, false);
}

void add_wait_queue_exclusive(struct wait_queue_head *head, wait_queue_entry_t *e)
{
	e->flags |= WQ_FLAG_EXCLUSIVE;
	link_entry(head, e, true);
}

void remove_wait_queue(struct wait_queue_head *head, wait_queue_entry_t *e)
{
	unlink_entry(head, e);
}

void prepare_to_wait(struct wait_queue_head *head, wait_queue_entry_t *e, int state)
{
	e->flags &= ~(unsigned)WQ_FLAG_EXCLUSIVE;
	link_entry(head, e, false);
	kset_state((unsigned)state);
}

void prepare_to_wait_exclusive(struct wait_queue_head *head, wait_queue_entry_t *e, int state)
{
	e->flags |= WQ_FLAG_EXCLUSIVE;
	link_entry(head, e, true);
	kset_state((unsigned)state);
}

long prepare_to_wait_event(struct wait_queue_head *head, wait_queue_entry_t *e, int state)
{
	queue_lock_order(head);
	if (signal_pending_state((unsigned)state, ktask_current())) {
		unlink_entry(head, e);
		return -512; /* ERESTARTSYS */
	}
	link_entry(head, e, e->flags & WQ_FLAG_EXCLUSIVE);
	kset_state((unsigned)state);
	return 0;
}

void finish_wait(struct wait_queue_head *head, wait_queue_entry_t *e)
{
	queue_lock_order(head);
	kset_state(TASK_RUNNING);
	unlink_entry(head, e);
}

void __wake_up(struct wait_queue_head *head, unsigned int mode, int nr_exclusive, void *key)
{
	wait_queue_entry_t *next;
	bool any = false;

	queue_lock_order(head);
	for (wait_queue_entry_t *e = head->first; e; e = next) {
		bool exclusive = e->flags & WQ_FLAG_EXCLUSIVE;

		next = e->next;
		if (!e->func(e, mode, 0, key))
			continue;
		any = true;
		if (e->func == autoremove_wake_function)
			unlink_entry(head, e);
		if (exclusive && nr_exclusive && !--nr_exclusive)
			break;
	}
	if (any) {
		kcharge(cost()->wakeup_ns);
		kpreempt_check();
	}
}
