/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks. Spinning kinds turn preemption off and charge time while they wait; sleeping kinds queue
 * their waiters in order and ask the oracle who is first. Each acquisition and release is traced
 * with the lock's name and an address-free number, so a validator can build the lock order.
 *
 * A spinlock whose holder will never come back (its PE is off, or it sits in the secure world for
 * good) must not hang the host: waiting grows its steps, and after LOCKUP_NS the run ends.
 */
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include "core/watch.h"
#include "linux/ksched.h"

TRACE_KIND(trace_lock_acquire, "lock.acquire", "a lock was taken", "name$", "kind");
TRACE_KIND(trace_lock_release, "lock.release", "a lock was given back", "name$", "kind");
TRACE_KIND(trace_lock_wait, "lock.wait", "a flow begins to wait for a lock", "name$", "kind");

#define CALLER __builtin_return_address(0)

enum lock_kind {
	LOCK_SPIN = WATCH_SPIN,
	LOCK_READ = WATCH_READ,
	LOCK_WRITE = WATCH_WRITE,
	LOCK_MUTEX = WATCH_MUTEX,
	LOCK_RWSEM_READ = WATCH_RWSEM_READ,
	LOCK_RWSEM_WRITE = WATCH_RWSEM_WRITE
};

#define LOCKUP_NS 100000000000ULL /* of spinning: more than any detector needs */
#define BACKOFF_MAX 64
#define BACKOFF_LONG 4096 /* after a second of spinning nobody counts microseconds */
#define MUTEX_DESTROYED 0x6d757478u

static uint32_t name_of(const char *name, unsigned int *who)
{
	if (!*who)
		*who = trace_intern(name ? name : "lock");
	return *who;
}

static void tell(void (*op)(const struct watch_lock *l), const void *lock, const char *name,
		 int kind, bool try)
{
	unsigned count = (unsigned)ktask_current()->preempt_count;
	struct watch_lock l = {
		.lock = lock,
		.name = name,
		.kind = (enum watch_lock_kind)kind,
		.context = (pe_self()->ns_irq_masked ? WATCH_IRQS_OFF : 0) |
			   (count & HARDIRQ_MASK ? WATCH_HARDIRQ : 0) |
			   (count & SOFTIRQ_MASK ? WATCH_SOFTIRQ : 0) | (try ? WATCH_TRYLOCK : 0),
	};

	op(&l);
}

/* Detectors turn the trace on, so that this costs nothing when nobody looks. */
#define NOTE(kind_, op_, lock_, what_, try_)                                                       \
	do {                                                                                       \
		if (__builtin_expect(machine->trace.on, 0)) {                                      \
			TRACE(&machine->trace, kind_, name_of((lock_)->name, &(lock_)->who),       \
			      what_);                                                              \
			if (watch_on)                                                              \
				tell(watch_ops.op_, lock_, (lock_)->name, what_, try_);            \
		}                                                                                  \
	} while (0)

/* --- spinning ----------------------------------------------------------------------------------
 */
struct backoff {
	uint64_t since_ns;
	unsigned step;
};

/* @holder: NULL = readers, who are only counted. */
static void backoff(struct backoff *b, const char *name, const struct task_struct *holder)
{
	if (!b->step) {
		b->since_ns = pe_self()->now_ns;
		b->step = 1;
	}
	pe_relax(cost()->cpu_relax_ns * b->step);
	if (b->step < BACKOFF_MAX && pe_self()->now_ns - b->since_ns > 100000)
		b->step *= 2;
	else if (pe_self()->now_ns - b->since_ns > 1000000000)
		b->step = BACKOFF_LONG;
	if (pe_self()->now_ns - b->since_ns < LOCKUP_NS)
		return;
	klog_printf(0, "BUG: spinlock lockup suspected on CPU#%u, %s/%d, lock %s", pe_self()->id,
		    kcurrent_comm(), kcurrent_pid(), name ? name : "?");
	report_add(&machine->report, FINDING_NO_PROGRESS, machine_where(machine),
		   "%s was never released: held by %s/%d, wanted by %s/%d", name ? name : "a lock",
		   holder ? holder->comm : "readers", holder ? holder->pid : 0, kcurrent_comm(),
		   kcurrent_pid());
	machine_stop(machine, MACHINE_LIVELOCK, "a spinlock was never released");
}

void kspin_init(spinlock_t *lock, const char *name)
{
	*lock = (spinlock_t){.name = name, .cpu = -1};
	WATCH(lock_init, lock, CALLER);
}

static void spin_take(spinlock_t *lock, bool try)
{
	struct task_struct *self = ktask_current();
	struct backoff b = {0};

	if (lock->owner == self && lock->cpu == self->cpu) {
		klog_printf(0, "BUG: spinlock recursion on CPU#%d, %s/%d", self->cpu, self->comm,
			    self->pid);
		report_add(&machine->report, FINDING_DETECTOR, machine_where(machine),
			   "spinlock recursion: %s", lock->name ? lock->name : "?");
	}
	if (lock->owner)
		NOTE(trace_lock_wait, lock_wait, lock, LOCK_SPIN, false);
	while (lock->owner)
		backoff(&b, lock->name, lock->owner);
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

/* --- rwlock: readers are only held off by a writer inside ---------------------------------------
 */
void krwlock_init(rwlock_t *lock, const char *name)
{
	*lock = (rwlock_t){.name = name};
	WATCH(lock_init, lock, CALLER);
}

void read_lock(rwlock_t *lock)
{
	struct backoff b = {0};

	preempt_disable();
	WATCH(point, lock, CALLER);
	if (lock->writer)
		NOTE(trace_lock_wait, lock_wait, lock, LOCK_READ, false);
	while (lock->writer)
		backoff(&b, lock->name, lock->writer);
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
	struct backoff b = {0};

	preempt_disable();
	WATCH(point, lock, CALLER);
	if (lock->writer || lock->readers)
		NOTE(trace_lock_wait, lock_wait, lock, LOCK_WRITE, false);
	while (lock->writer || lock->readers)
		backoff(&b, lock->name, lock->writer);
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

/* --- waiters of sleeping locks ------------------------------------------------------------------
 */
void klock_queue_add(struct klock_queue *q, struct klock_waiter *w)
{
	w->next = NULL;
	w->prev = q->last;
	if (q->last)
		q->last->next = w;
	else
		q->first = w;
	q->last = w;
	q->count++;
}

void klock_queue_del(struct klock_queue *q, struct klock_waiter *w)
{
	if (w->prev)
		w->prev->next = w->next;
	else
		q->first = w->next;
	if (w->next)
		w->next->prev = w->prev;
	else
		q->last = w->prev;
	q->count--;
}

struct klock_waiter *klock_queue_pick(struct klock_queue *q, const char *where)
{
	struct klock_waiter *w = q->first;

	if (q->count > 1)
		for (uint32_t n = oracle_choose(&machine->oracle, ORACLE_WAKE, q->count, 0, where);
		     n; n--)
			w = w->next;
	return w;
}

/* --- mutex -------------------------------------------------------------------------------------
 */
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

/* --- rwsem -------------------------------------------------------------------------------------
 */
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

/* --- semaphore ---------------------------------------------------------------------------------
 */
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
