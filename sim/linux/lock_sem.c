/* SPDX-License-Identifier: BSD-3-Clause */
/* Counting semaphores. They have no owner, so lock order says nothing about them. */
#include <linux/sched.h>
#include <linux/semaphore.h>
#include "linux/lock_internal.h"

static int sem_take(struct semaphore *sem, unsigned state, uint64_t until_ns, const void *caller)
{
	struct task_struct *self = ktask_current();
	struct klock_waiter w = {.task = self};
	int ret = 0;

	kmight_sleep_in("kernel/locking/semaphore.c", caller);
	WATCH(acquire, sem);
	if (sem->count) {
		sem->count--;
		return 0;
	}
	klock_queue_add(&sem->wait, &w);
	self->wait_site = "semaphore";
	for (;;) {
		kset_state(state);
		if (w.granted)
			break;
		if (signal_pending_state(state, self)) {
			ret = -4; /* EINTR */
			break;
		}
		if (until_ns <= kclock_ns()) {
			ret = -62; /* ETIME */
			break;
		}
		kschedule_until(until_ns, until_ns);
	}
	kset_state(TASK_RUNNING);
	self->wait_site = NULL;
	if (!w.granted)
		klock_queue_del(&sem->wait, &w);
	WATCH(acquire, sem);
	return ret;
}

void down(struct semaphore *sem)
{
	sem_take(sem, TASK_UNINTERRUPTIBLE, UINT64_MAX, CALLER);
}

int down_interruptible(struct semaphore *sem)
{
	return sem_take(sem, TASK_INTERRUPTIBLE, UINT64_MAX, CALLER);
}

int down_killable(struct semaphore *sem)
{
	return sem_take(sem, TASK_KILLABLE, UINT64_MAX, CALLER);
}

int down_timeout(struct semaphore *sem, long timeout)
{
	return sem_take(sem, TASK_UNINTERRUPTIBLE, kclock_ns() + (uint64_t)timeout * TICK_NSEC,
			CALLER);
}

int down_trylock(struct semaphore *sem)
{
	if (!sem->count)
		return 1;
	sem->count--;
	return 0;
}

void up(struct semaphore *sem)
{
	struct klock_waiter *w;

	WATCH(release, sem);
	if (!sem->wait.first) {
		sem->count++;
		return;
	}
	w = klock_queue_pick(&sem->wait, "semaphore");
	klock_queue_del(&sem->wait, w);
	w->granted = 1;
	wake_up_state(w->task, TASK_NORMAL);
}
