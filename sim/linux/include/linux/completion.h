/* SPDX-License-Identifier: BSD-3-Clause */
/* Completions: complete() adds one, a wait consumes one, complete_all() opens for good. */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/types.h>
#include <linux/klockwait.h>

struct completion {
	unsigned int done;
	struct klock_queue wait;
};

#define COMPLETION_INITIALIZER(w)                                                                  \
	{                                                                                          \
		0                                                                                  \
	}
#define DECLARE_COMPLETION(w) struct completion w = COMPLETION_INITIALIZER(w)
#define DECLARE_COMPLETION_ONSTACK(w) DECLARE_COMPLETION(w)

void init_completion(struct completion *x);
void reinit_completion(struct completion *x);
#define init_completion_map(x, m) init_completion(x)
void wait_for_completion(struct completion *x);
void wait_for_completion_io(struct completion *x);
int wait_for_completion_interruptible(struct completion *x);
int wait_for_completion_killable(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout_jiffies);
long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout_jiffies);
long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout_jiffies);
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);
void complete(struct completion *x);
void complete_all(struct completion *x);

#endif
