/* SPDX-License-Identifier: BSD-3-Clause */
/* Mutexes: waiters sleep in order; owner, recursion and use after destroy are checked. */
#include <linux/sched.h>
#include <linux/mutex.h>
#include "linux/lock_internal.h"

#define MUTEX_DESTROYED 0x6d757478u

void kmutex_init(struct mutex *lock, const char *name)
{
	*lock = (struct mutex){.name = name};
	WATCH(lock_init, lock, CALLER);
}

static void mutex_bad(struct mutex *lock, const char *what)
{
	klog_printf(4, "WARNING: DEBUG_LOCKS_WARN_ON(%s) %s/%d lock %s", what, kcurrent_comm(),
		    kcurrent_pid(), lock->name ? lock->name : "?");
	report_add(&machine->report, FINDING_DETECTOR, machine_where(machine), "mutex %s: %s",
		   lock->name ? lock->name : "?", what);
}

void mutex_destroy(struct mutex *lock)
{
	if (lock->owner)
		mutex_bad(lock, "mutex_is_locked(lock)");
	lock->magic = MUTEX_DESTROYED;
}

static int mutex_take(struct mutex *lock, unsigned state, const void *caller)
{
	struct task_struct *self;
	struct klock_waiter w;
	int ret = 0;

	kmight_sleep_in("kernel/locking/mutex.c", caller);
	WATCH(point, lock, caller);
	self = ktask_current();
	if (lock->magic)
		mutex_bad(lock, "lock->magic != lock");
	if (!lock->owner) {
		lock->owner = self;
		goto got;
	}
	if (lock->owner == self)
		mutex_bad(lock, "recursive locking");
	NOTE(trace_lock_wait, lock_wait, lock, LOCK_MUTEX, false);
	w = (struct klock_waiter){.task = self};
	klock_queue_add(&lock->wait, &w);
	self->wait_site = lock->name;
	for (;;) {
		kset_state(state);
		self->wait_holder = lock->owner;
		if (!lock->owner)
			break;
		if (signal_pending_state(state, self)) {
			ret = -4; /* EINTR */
			break;
		}
		schedule();
	}
	kset_state(TASK_RUNNING);
	self->wait_site = NULL;
	self->wait_holder = NULL;
	klock_queue_del(&lock->wait, &w);
	if (ret)
		return ret;
	lock->owner = self;
got:
	kcharge(cost()->lock_ns);
	NOTE(trace_lock_acquire, locked, lock, LOCK_MUTEX, false);
	return 0;
}

void mutex_lock(struct mutex *lock)
{
	mutex_take(lock, TASK_UNINTERRUPTIBLE, CALLER);
}

int mutex_lock_interruptible(struct mutex *lock)
{
	return mutex_take(lock, TASK_INTERRUPTIBLE, CALLER);
}

int mutex_lock_killable(struct mutex *lock)
{
	return mutex_take(lock, TASK_KILLABLE, CALLER);
}

int mutex_trylock(struct mutex *lock)
{
	if (lock->owner)
		return 0;
	lock->owner = ktask_current();
	kcharge(cost()->lock_ns);
	NOTE(trace_lock_acquire, locked, lock, LOCK_MUTEX, true);
	return 1;
}

void mutex_unlock(struct mutex *lock)
{
	if (lock->owner != ktask_current())
		mutex_bad(lock, "owner != current");
	if (lock->magic)
		mutex_bad(lock, "lock->magic != lock");
	NOTE(trace_lock_release, unlock, lock, LOCK_MUTEX, false);
	lock->owner = NULL;
	if (lock->wait.first)
		wake_up_state(klock_queue_pick(&lock->wait, "mutex")->task, TASK_NORMAL);
	else
		kcharge(cost()->lock_ns);
}

bool mutex_is_locked(struct mutex *lock)
{
	return lock->owner != NULL;
}

int klock_held_mutex(void *lock)
{
	return ((struct mutex *)lock)->owner == ktask_current();
}
