/* SPDX-License-Identifier: BSD-3-Clause */
/* Spinning reader-writer locks: readers are only held off by a writer inside. */
#include <linux/sched.h>
#include <linux/spinlock.h>
#include "linux/lock_internal.h"

void krwlock_init(rwlock_t *lock, const char *name)
{
	*lock = (rwlock_t){.name = name};
	WATCH(lock_init, lock, CALLER);
}

void read_lock(rwlock_t *lock)
{
	struct klock_backoff b = {0};

	preempt_disable();
	WATCH(point, lock, CALLER);
	if (lock->writer)
		NOTE(trace_lock_wait, lock_wait, lock, LOCK_READ, false);
	while (lock->writer)
		klock_backoff(&b, lock->name, lock->writer);
	lock->readers++;
	kcharge(cost()->lock_ns);
	NOTE(trace_lock_acquire, locked, lock, LOCK_READ, false);
}

int read_trylock(rwlock_t *lock)
{
	if (lock->writer)
		return 0;
	read_lock(lock);
	return 1;
}

static void rwlock_bad_unlock(rwlock_t *lock)
{
	klog_printf(0, "BUG: rwlock wrong owner on CPU#%u, %s/%d", pe_self()->id, kcurrent_comm(),
		    kcurrent_pid());
	report_add(&machine->report, FINDING_DETECTOR, machine_where(machine),
		   "unlock of rwlock %s, which is not held", lock->name ? lock->name : "?");
}

static void read_drop(rwlock_t *lock)
{
	if (!lock->readers) {
		rwlock_bad_unlock(lock);
		return;
	}
	NOTE(trace_lock_release, unlock, lock, LOCK_READ, false);
	lock->readers--;
}

void read_unlock(rwlock_t *lock)
{
	read_drop(lock);
	preempt_enable();
}

void write_lock(rwlock_t *lock)
{
	struct klock_backoff b = {0};

	preempt_disable();
	WATCH(point, lock, CALLER);
	if (lock->writer || lock->readers)
		NOTE(trace_lock_wait, lock_wait, lock, LOCK_WRITE, false);
	while (lock->writer || lock->readers)
		klock_backoff(&b, lock->name, lock->writer);
	lock->writer = ktask_current();
	kcharge(cost()->lock_ns);
	NOTE(trace_lock_acquire, locked, lock, LOCK_WRITE, false);
}

int write_trylock(rwlock_t *lock)
{
	if (lock->writer || lock->readers)
		return 0;
	write_lock(lock);
	return 1;
}

static void write_drop(rwlock_t *lock)
{
	if (lock->writer != ktask_current())
		rwlock_bad_unlock(lock);
	NOTE(trace_lock_release, unlock, lock, LOCK_WRITE, false);
	lock->writer = NULL;
}

void write_unlock(rwlock_t *lock)
{
	write_drop(lock);
	preempt_enable();
}

#define RW_FORMS(kind)                                                                             \
	unsigned long k##kind##_lock_irqsave(rwlock_t *lock)                                       \
	{                                                                                          \
		unsigned long flags = klocal_irq_save();                                           \
                                                                                                   \
		kind##_lock(lock);                                                                 \
		return flags;                                                                      \
	}                                                                                          \
	void kind##_unlock_irqrestore(rwlock_t *lock, unsigned long flags)                         \
	{                                                                                          \
		kind##_drop(lock);                                                                 \
		klocal_irq_restore(flags);                                                         \
		preempt_enable();                                                                  \
	}                                                                                          \
	void kind##_lock_irq(rwlock_t *lock)                                                       \
	{                                                                                          \
		kirq_mask();                                                                       \
		kind##_lock(lock);                                                                 \
	}                                                                                          \
	void kind##_unlock_irq(rwlock_t *lock)                                                     \
	{                                                                                          \
		kind##_drop(lock);                                                                 \
		kirq_unmask();                                                                     \
		preempt_enable();                                                                  \
	}                                                                                          \
	void kind##_lock_bh(rwlock_t *lock)                                                        \
	{                                                                                          \
		local_bh_disable();                                                                \
		kind##_lock(lock);                                                                 \
	}                                                                                          \
	void kind##_unlock_bh(rwlock_t *lock)                                                      \
	{                                                                                          \
		kind##_unlock(lock);                                                               \
		local_bh_enable();                                                                 \
	}
RW_FORMS(read)
RW_FORMS(write)

int klock_held_rwlock(void *lock)
{
	const rwlock_t *l = lock;

	return l->readers > 0 || l->writer == ktask_current();
}
