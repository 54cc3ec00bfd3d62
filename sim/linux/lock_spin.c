/* SPDX-License-Identifier: BSD-3-Clause */
/* Spinlocks: preemption is off while one is held, and waiting charges time. */
#include <linux/sched.h>
#include <linux/spinlock.h>
#include "linux/lock_internal.h"

void kspin_init(spinlock_t *lock, const char *name)
{
	*lock = (spinlock_t){.name = name, .cpu = -1};
	WATCH(lock_init, lock, CALLER);
}

static void spin_take(spinlock_t *lock, bool try)
{
	struct task_struct *self = ktask_current();
	struct klock_backoff b = {0};

	if (lock->owner == self && lock->cpu == self->cpu) {
		klog_printf(0, "BUG: spinlock recursion on CPU#%d, %s/%d", self->cpu, self->comm,
			    self->pid);
		report_add(&machine->report, FINDING_DETECTOR, machine_where(machine),
			   "spinlock recursion: %s", lock->name ? lock->name : "?");
	}
	if (lock->owner)
		NOTE(trace_lock_wait, lock_wait, lock, LOCK_SPIN, false);
	while (lock->owner)
		klock_backoff(&b, lock->name, lock->owner);
	lock->owner = self;
	lock->cpu = self->cpu;
	kcharge(cost()->lock_ns);
	NOTE(trace_lock_acquire, locked, lock, LOCK_SPIN, try);
}

void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	WATCH(point, lock, CALLER);
	spin_take(lock, false);
}

int spin_trylock(spinlock_t *lock)
{
	preempt_disable();
	WATCH(point, lock, CALLER);
	if (lock->owner) {
		preempt_enable();
		return 0;
	}
	spin_take(lock, true);
	return 1;
}

static void spin_drop(spinlock_t *lock)
{
	if (lock->owner != ktask_current()) {
		klog_printf(0, "BUG: spinlock %s on CPU#%d, %s/%d",
			    lock->owner ? "wrong owner" : "already unlocked", ktask_current()->cpu,
			    kcurrent_comm(), kcurrent_pid());
		report_add(&machine->report, FINDING_DETECTOR, machine_where(machine),
			   "spin_unlock of %s: %s", lock->name ? lock->name : "?",
			   lock->owner ? "wrong owner" : "already unlocked");
	}
	NOTE(trace_lock_release, unlock, lock, LOCK_SPIN, false);
	lock->owner = NULL;
}

void spin_unlock(spinlock_t *lock)
{
	spin_drop(lock);
	preempt_enable();
}

void spin_lock_irq(spinlock_t *lock)
{
	kirq_mask();
	spin_lock(lock);
}

void spin_unlock_irq(spinlock_t *lock)
{
	spin_drop(lock);
	kirq_unmask();
	preempt_enable();
}

unsigned long kspin_lock_irqsave(spinlock_t *lock)
{
	unsigned long flags = klocal_irq_save();

	spin_lock(lock);
	return flags;
}

void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	spin_drop(lock);
	klocal_irq_restore(flags);
	preempt_enable();
}

void spin_lock_bh(spinlock_t *lock)
{
	local_bh_disable();
	WATCH(point, lock, CALLER);
	spin_take(lock, false);
}

void spin_unlock_bh(spinlock_t *lock)
{
	spin_drop(lock);
	local_bh_enable();
}

int klock_held_spin(void *lock)
{
	return ((spinlock_t *)lock)->owner == ktask_current();
}
