/* SPDX-License-Identifier: BSD-3-Clause */
/* Sleeping reader-writer locks, handed over in order of arrival. */
#include <linux/sched.h>
#include <linux/rwsem.h>
#include "linux/lock_internal.h"

void krwsem_init(struct rw_semaphore *sem, const char *name)
{
	*sem = (struct rw_semaphore){.name = name};
	WATCH(lock_init, sem, CALLER);
}

static bool rwsem_free_for(const struct rw_semaphore *sem, int kind)
{
	return kind == LOCK_RWSEM_WRITE ? !sem->writer && !sem->readers : !sem->writer;
}

static void rwsem_grant(struct rw_semaphore *sem, int kind, struct task_struct *p)
{
	if (kind == LOCK_RWSEM_WRITE)
		sem->writer = p;
	else
		sem->readers++;
}

/* Hands the semaphore to the waiters at the front: one writer or all readers before the next. */
static void rwsem_wake(struct rw_semaphore *sem)
{
	while (sem->wait.first && rwsem_free_for(sem, sem->wait.first->kind)) {
		struct klock_waiter *w = sem->wait.first;
		struct task_struct *p = w->task;

		klock_queue_del(&sem->wait, w);
		rwsem_grant(sem, w->kind, p);
		w->granted = 1;
		ktask_wake(p, TASK_NORMAL, false);
		if (w->kind == LOCK_RWSEM_WRITE)
			break;
	}
	kcharge(cost()->wakeup_ns);
	kpreempt_check();
}

static int rwsem_take(struct rw_semaphore *sem, int kind, unsigned state, const void *caller)
{
	struct task_struct *self;
	struct klock_waiter w;

	kmight_sleep_in("kernel/locking/rwsem.c", caller);
	WATCH(point, sem, caller);
	self = ktask_current();
	if (!sem->wait.first && rwsem_free_for(sem, kind)) {
		rwsem_grant(sem, kind, self);
		goto got;
	}
	NOTE(trace_lock_wait, lock_wait, sem, kind, false);
	w = (struct klock_waiter){.task = self, .kind = kind};
	klock_queue_add(&sem->wait, &w);
	self->wait_site = sem->name;
	for (;;) {
		kset_state(state);
		if (w.granted)
			break;
		if (signal_pending_state(state, self)) {
			kset_state(TASK_RUNNING);
			self->wait_site = NULL;
			klock_queue_del(&sem->wait, &w);
			rwsem_wake(sem); /* who was queued behind may go now */
			return -4;	 /* EINTR */
		}
		schedule();
	}
	kset_state(TASK_RUNNING);
	self->wait_site = NULL;
got:
	kcharge(cost()->lock_ns);
	NOTE(trace_lock_acquire, locked, sem, kind, false);
	return 0;
}

void down_read(struct rw_semaphore *sem)
{
	rwsem_take(sem, LOCK_RWSEM_READ, TASK_UNINTERRUPTIBLE, CALLER);
}

int down_read_interruptible(struct rw_semaphore *sem)
{
	return rwsem_take(sem, LOCK_RWSEM_READ, TASK_INTERRUPTIBLE, CALLER);
}

int down_read_killable(struct rw_semaphore *sem)
{
	return rwsem_take(sem, LOCK_RWSEM_READ, TASK_KILLABLE, CALLER);
}

void down_write(struct rw_semaphore *sem)
{
	rwsem_take(sem, LOCK_RWSEM_WRITE, TASK_UNINTERRUPTIBLE, CALLER);
}

int down_write_killable(struct rw_semaphore *sem)
{
	return rwsem_take(sem, LOCK_RWSEM_WRITE, TASK_KILLABLE, CALLER);
}

int down_read_trylock(struct rw_semaphore *sem)
{
	if (sem->wait.first || sem->writer)
		return 0;
	rwsem_grant(sem, LOCK_RWSEM_READ, ktask_current());
	NOTE(trace_lock_acquire, locked, sem, LOCK_RWSEM_READ, true);
	return 1;
}

int down_write_trylock(struct rw_semaphore *sem)
{
	if (sem->wait.first || !rwsem_free_for(sem, LOCK_RWSEM_WRITE))
		return 0;
	rwsem_grant(sem, LOCK_RWSEM_WRITE, ktask_current());
	NOTE(trace_lock_acquire, locked, sem, LOCK_RWSEM_WRITE, true);
	return 1;
}

void up_read(struct rw_semaphore *sem)
{
	NOTE(trace_lock_release, unlock, sem, LOCK_RWSEM_READ, false);
	sem->readers--;
	if (sem->wait.first)
		rwsem_wake(sem);
}

void up_write(struct rw_semaphore *sem)
{
	NOTE(trace_lock_release, unlock, sem, LOCK_RWSEM_WRITE, false);
	sem->writer = NULL;
	if (sem->wait.first)
		rwsem_wake(sem);
}

void downgrade_write(struct rw_semaphore *sem)
{
	NOTE(trace_lock_release, unlock, sem, LOCK_RWSEM_WRITE, false);
	sem->writer = NULL;
	sem->readers++;
	NOTE(trace_lock_acquire, locked, sem, LOCK_RWSEM_READ, true);
	if (sem->wait.first)
		rwsem_wake(sem);
}

int rwsem_is_locked(struct rw_semaphore *sem)
{
	return sem->writer || sem->readers;
}

int klock_held_rwsem(void *lock)
{
	const struct rw_semaphore *s = lock;

	return s->readers > 0 || s->writer == ktask_current();
}
