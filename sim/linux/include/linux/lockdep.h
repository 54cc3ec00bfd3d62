/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lock classes by name. What the validator of the simulator sees is the trace (lock.acquire,
 * lock.release); here are the words drivers use.
 */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

struct lock_class_key {
	char unused;
};

#define lockdep_set_class(lock, key)                                                               \
	do {                                                                                       \
		(void)(key);                                                                       \
	} while (0)
#define lockdep_set_class_and_name(lock, key, name)                                                \
	do {                                                                                       \
		(void)(key);                                                                       \
	} while (0)
#define lockdep_set_subclass(lock, sub)                                                            \
	do {                                                                                       \
	} while (0)
#define lockdep_assert_held(l) WARN_ON(!lockdep_is_held(l))
#define lockdep_assert_held_once(l) lockdep_assert_held(l)
#define lockdep_assert_not_held(l)                                                                 \
	do {                                                                                       \
	} while (0)
#define lockdep_assert_irqs_disabled() WARN_ON(!irqs_disabled())
#define lockdep_assert_irqs_enabled() WARN_ON(irqs_disabled())
#define lockdep_off()                                                                              \
	do {                                                                                       \
	} while (0)
#define lockdep_on()                                                                               \
	do {                                                                                       \
	} while (0)
#define might_lock(lock)                                                                           \
	do {                                                                                       \
		(void)(lock);                                                                      \
	} while (0)
#define lockdep_is_held(l)                                                                         \
	_Generic((l), struct mutex *                                                               \
		 : klock_held_mutex, struct rw_semaphore *                                         \
		 : klock_held_rwsem, spinlock_t *                                                  \
		 : klock_held_spin, rwlock_t *                                                     \
		 : klock_held_rwlock)((void *)(l))

int klock_held_mutex(void *lock);
int klock_held_rwsem(void *lock);
int klock_held_spin(void *lock);
int klock_held_rwlock(void *lock);

#endif
