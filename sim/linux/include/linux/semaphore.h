/* SPDX-License-Identifier: BSD-3-Clause */
/* Counting semaphore. */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

#include <linux/types.h>
#include <linux/klockwait.h>

struct semaphore {
	unsigned int count;
	struct klock_queue wait;
};

#define __SEMAPHORE_INITIALIZER(n, c)                                                              \
	{                                                                                          \
		.count = (c)                                                                       \
	}
#define DEFINE_SEMAPHORE(n, c) struct semaphore n = __SEMAPHORE_INITIALIZER(n, c)
static inline void sema_init(struct semaphore *sem, int val)
{
	*sem = (struct semaphore){.count = (unsigned int)val};
}
void down(struct semaphore *sem);
int down_interruptible(struct semaphore *sem);
int down_killable(struct semaphore *sem);
int down_trylock(struct semaphore *sem); /* 0 = got it */
int down_timeout(struct semaphore *sem, long timeout_jiffies);
void up(struct semaphore *sem);

#endif
