/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all kinds of locks share: telling the trace and the detectors, waiting by spinning, and the
 * queue of those who sleep.
 */
#ifndef FFASIM_LINUX_LOCK_INTERNAL_H
#define FFASIM_LINUX_LOCK_INTERNAL_H

#include "core/watch.h"
#include "linux/ksched.h"

extern struct trace_kind trace_lock_acquire, trace_lock_release, trace_lock_wait;

#define CALLER __builtin_return_address(0)

enum lock_kind {
	LOCK_SPIN = WATCH_SPIN,
	LOCK_READ = WATCH_READ,
	LOCK_WRITE = WATCH_WRITE,
	LOCK_MUTEX = WATCH_MUTEX,
	LOCK_RWSEM_READ = WATCH_RWSEM_READ,
	LOCK_RWSEM_WRITE = WATCH_RWSEM_WRITE
};

/* The interned name, kept in @who. */
uint32_t klock_name(const char *name, unsigned int *who);
void klock_tell(void (*op)(const struct watch_lock *l), const void *lock, const char *name,
		int kind, bool try);

/* Detectors turn the trace on, so that this costs nothing when nobody looks. */
#define NOTE(kind_, op_, lock_, what_, try_)                                                       \
	do {                                                                                       \
		if (__builtin_expect(machine->trace.on, 0)) {                                      \
			TRACE(&machine->trace, kind_, klock_name((lock_)->name, &(lock_)->who),    \
			      what_);                                                              \
			if (watch_on)                                                              \
				klock_tell(watch_ops.op_, lock_, (lock_)->name, what_, try_);      \
		}                                                                                  \
	} while (0)

/* Waiting by spinning: all zero at first. */
struct klock_backoff {
	uint64_t since_ns;
	unsigned step;
};
/* One step, which charges time. @holder: NULL = readers, who are only counted. */
void klock_backoff(struct klock_backoff *b, const char *name, const struct task_struct *holder);

/* Waiters of the kinds that sleep, in order of arrival. */
void klock_queue_add(struct klock_queue *q, struct klock_waiter *w);
void klock_queue_del(struct klock_queue *q, struct klock_waiter *w);
/* Who is woken: the oracle's choice, the first by default. */
struct klock_waiter *klock_queue_pick(struct klock_queue *q, const char *where);

#endif
