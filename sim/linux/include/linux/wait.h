/* SPDX-License-Identifier: BSD-3-Clause */
/* Wait queues. A queue may live in zeroed memory. */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/types.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

typedef struct wait_queue_entry wait_queue_entry_t;
typedef int (*wait_queue_func_t)(wait_queue_entry_t *entry, unsigned int mode, int flags,
				 void *key);

#define WQ_FLAG_EXCLUSIVE 1

struct wait_queue_entry {
	unsigned int flags;
	void *private;
	wait_queue_func_t func;
	struct wait_queue_entry *next, *prev;
	bool queued;
};

struct wait_queue_head {
	spinlock_t lock;
	struct wait_queue_entry *first, *last;
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(n)                                                           \
	{                                                                                          \
		.lock = __SPIN_LOCK_UNLOCKED(n)                                                    \
	}
#define DECLARE_WAIT_QUEUE_HEAD(n) struct wait_queue_head n = __WAIT_QUEUE_HEAD_INITIALIZER(n)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(n) DECLARE_WAIT_QUEUE_HEAD(n)
#define DECLARE_WAITQUEUE(n, tsk)                                                                  \
	struct wait_queue_entry n = {.private = (tsk), .func = default_wake_function}
#define DEFINE_WAIT_FUNC(n, f) struct wait_queue_entry n = {.private = current, .func = (f)}
#define DEFINE_WAIT(n) DEFINE_WAIT_FUNC(n, autoremove_wake_function)

void init_waitqueue_head(struct wait_queue_head *head);
int default_wake_function(wait_queue_entry_t *entry, unsigned int mode, int flags, void *key);
int autoremove_wake_function(wait_queue_entry_t *entry, unsigned int mode, int flags, void *key);
void add_wait_queue(struct wait_queue_head *head, wait_queue_entry_t *entry);
void add_wait_queue_exclusive(struct wait_queue_head *head, wait_queue_entry_t *entry);
void remove_wait_queue(struct wait_queue_head *head, wait_queue_entry_t *entry);
void prepare_to_wait(struct wait_queue_head *head, wait_queue_entry_t *entry, int state);
void prepare_to_wait_exclusive(struct wait_queue_head *head, wait_queue_entry_t *entry, int state);
/* -ERESTARTSYS when a signal is pending for the state, else 0 with the entry queued. */
long prepare_to_wait_event(struct wait_queue_head *head, wait_queue_entry_t *entry, int state);
void finish_wait(struct wait_queue_head *head, wait_queue_entry_t *entry);
void __wake_up(struct wait_queue_head *head, unsigned int mode, int nr_exclusive, void *key);
static inline int waitqueue_active(const struct wait_queue_head *head)
{
	return head->first != (void *)0;
}
#define wq_has_sleeper(h) waitqueue_active(h)

#define wake_up(h) __wake_up((h), TASK_NORMAL, 1, NULL)
#define wake_up_nr(h, n) __wake_up((h), TASK_NORMAL, (n), NULL)
#define wake_up_all(h) __wake_up((h), TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(h) __wake_up((h), TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_all(h) __wake_up((h), TASK_INTERRUPTIBLE, 0, NULL)

#define ___wait_event(head, cond, state, exclusive, ret0, cmd)                                     \
	({                                                                                         \
		struct wait_queue_entry wqe__ = {.flags = (exclusive) ? WQ_FLAG_EXCLUSIVE : 0,     \
						 .private = current,                               \
						 .func = autoremove_wake_function};                \
		long ret__ = (ret0);                                                               \
		for (;;) {                                                                         \
			long int__ = prepare_to_wait_event(&(head), &wqe__, (state));              \
			if (cond)                                                                  \
				break;                                                             \
			if (int__) {                                                               \
				ret__ = int__;                                                     \
				break;                                                             \
			}                                                                          \
			cmd;                                                                       \
		}                                                                                  \
		finish_wait(&(head), &wqe__);                                                      \
		ret__;                                                                             \
	})
#define ___wait_cond_timeout(cond)                                                                 \
	({                                                                                         \
		bool c__ = (cond);                                                                 \
		if (c__ && !ret__)                                                                 \
			ret__ = 1;                                                                 \
		c__ || !ret__;                                                                     \
	})
#define ___wait_timed(head, cond, timeout, state)                                                  \
	({                                                                                         \
		long ret__ = (timeout);                                                            \
		might_sleep();                                                                     \
		if (!___wait_cond_timeout(cond))                                                   \
			ret__ = ___wait_event(head, ___wait_cond_timeout(cond), state, 0, ret__,   \
					      ret__ = schedule_timeout(ret__));                    \
		ret__;                                                                             \
	})

#define wait_event(head, cond)                                                                     \
	do {                                                                                       \
		might_sleep();                                                                     \
		if (!(cond))                                                                       \
			(void)___wait_event(head, cond, TASK_UNINTERRUPTIBLE, 0, 0, schedule());   \
	} while (0)
#define ___wait_ret(head, cond, state, excl)                                                       \
	({                                                                                         \
		int r__ = 0;                                                                       \
		might_sleep();                                                                     \
		if (!(cond))                                                                       \
			r__ = (int)___wait_event(head, cond, state, excl, 0, schedule());          \
		r__;                                                                               \
	})
#define wait_event_interruptible(head, cond) ___wait_ret(head, cond, TASK_INTERRUPTIBLE, 0)
#define wait_event_interruptible_exclusive(head, cond)                                             \
	___wait_ret(head, cond, TASK_INTERRUPTIBLE, 1)
#define wait_event_killable(head, cond) ___wait_ret(head, cond, TASK_KILLABLE, 0)
#define wait_event_timeout(head, cond, t) ___wait_timed(head, cond, t, TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_timeout(head, cond, t)                                            \
	___wait_timed(head, cond, t, TASK_INTERRUPTIBLE)
#define wait_event_killable_timeout(head, cond, t) ___wait_timed(head, cond, t, TASK_KILLABLE)

#endif
