/* SPDX-License-Identifier: BSD-3-Clause */
/* Spinlocks and reader-writer spinlocks: preemption off, waiting charges time. */
#ifndef _LINUX_SPINLOCK_TYPES_H
#define _LINUX_SPINLOCK_TYPES_H

struct task_struct;

typedef struct spinlock {
	struct task_struct *owner; /* NULL = free */
	int cpu;
	const char *name;
	unsigned int who;
} spinlock_t;
typedef spinlock_t raw_spinlock_t;

typedef struct rwlock {
	struct task_struct *writer;
	int readers;
	const char *name;
	unsigned int who;
} rwlock_t;

#define __SPIN_LOCK_UNLOCKED(n)                                                                    \
	{                                                                                          \
		.name = #n                                                                         \
	}
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)
#define DEFINE_RAW_SPINLOCK(x) raw_spinlock_t x = __SPIN_LOCK_UNLOCKED(x)
#define __RW_LOCK_UNLOCKED(n)                                                                      \
	{                                                                                          \
		.name = #n                                                                         \
	}
#define DEFINE_RWLOCK(x) rwlock_t x = __RW_LOCK_UNLOCKED(x)

#endif
