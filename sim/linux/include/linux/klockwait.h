/* SPDX-License-Identifier: BSD-3-Clause */
/* FIFO of sleeping lock waiters; nodes live on the waiters' stacks. Not a kernel header. */
#ifndef _LINUX_KLOCKWAIT_H
#define _LINUX_KLOCKWAIT_H

struct task_struct;
struct klock_waiter {
	struct klock_waiter *next, *prev;
	struct task_struct *task;
	int kind;
	int granted;
};
struct klock_queue {
	struct klock_waiter *first, *last;
	unsigned int count;
};

#endif
