/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel threads. */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/sched.h>
#include <linux/err.h>
#include <linux/cpumask.h>

struct task_struct *kthread_create_on_node(int (*fn)(void *data), void *data, int node,
					   const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
#define kthread_create(fn, data, fmt, ...) kthread_create_on_node(fn, data, -1, fmt, ##__VA_ARGS__)
struct task_struct *kthread_create_on_cpu(int (*fn)(void *data), void *data, unsigned int cpu,
					  const char *fmt);
#define kthread_run(fn, data, fmt, ...)                                                            \
	({                                                                                         \
		struct task_struct *k__ = kthread_create(fn, data, fmt, ##__VA_ARGS__);            \
		if (!IS_ERR(k__))                                                                  \
			wake_up_process(k__);                                                      \
		k__;                                                                               \
	})
void kthread_bind(struct task_struct *k, unsigned int cpu);
int kthread_stop(struct task_struct *k);
bool kthread_should_stop(void);
int kthread_park(struct task_struct *k);
void kthread_unpark(struct task_struct *k);
bool kthread_should_park(void);
void kthread_parkme(void);
void *kthread_data(struct task_struct *k);

#endif
