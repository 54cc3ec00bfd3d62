/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sleeping mutex: non-recursive, owner-checked. The waiter that is woken competes with new callers,
 * as the kernel's does. Not modelled: optimistic spinning, wound/wait.
 */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/cleanup.h>
#include <linux/types.h>
#include <linux/bug.h>
#include <linux/klockwait.h>
#include <linux/spinlock_types.h>
#include <linux/lockdep.h>

struct mutex {
	struct task_struct *owner;
	struct klock_queue wait;
	const char *name;
	unsigned int who;
	unsigned int magic; /* set by mutex_destroy: use after destroy */
};

#define __MUTEX_INITIALIZER(n)                                                                     \
	{                                                                                          \
		.name = #n                                                                         \
	}
#define DEFINE_MUTEX(n) struct mutex n = __MUTEX_INITIALIZER(n)

void kmutex_init(struct mutex *lock, const char *name);
void mutex_destroy(struct mutex *lock);
void mutex_lock(struct mutex *lock);
int mutex_lock_interruptible(struct mutex *lock);
int mutex_lock_killable(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
bool mutex_is_locked(struct mutex *lock);
#define mutex_init(l) kmutex_init((l), #l)
#define mutex_lock_nested(l, sub) mutex_lock(l)
#define mutex_lock_interruptible_nested(l, sub) mutex_lock_interruptible(l)

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)

#endif
