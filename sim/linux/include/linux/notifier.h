/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H
#include <linux/mutex.h>
#include <linux/types.h>
struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};
struct blocking_notifier_head {
	struct notifier_block *head;
};
#define BLOCKING_NOTIFIER_INIT(name)                                                               \
	{                                                                                          \
		.head = NULL                                                                       \
	}
#define BLOCKING_NOTIFIER_HEAD(name) struct blocking_notifier_head name = {NULL}
#define BLOCKING_INIT_NOTIFIER_HEAD(name) ((name)->head = NULL)
#define NOTIFY_DONE 0
#define NOTIFY_OK 1
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 2)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)
int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb);
int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb);
int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long v, void *data);
#endif
