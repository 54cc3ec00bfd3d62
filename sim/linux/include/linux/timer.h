/* SPDX-License-Identifier: BSD-3-Clause */
/* Jiffy timers. They run where softirqs run: right after the timer interrupt, preemption off. */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/hrtimer.h>
#include <linux/jiffies.h>

struct timer_list {
	struct hrtimer hrt;
	unsigned long expires;
	void (*function)(struct timer_list *timer);
	unsigned int flags;
};

#define TIMER_DEFERRABLE 1
#define TIMER_PINNED 2
#define TIMER_IRQSAFE 4
#define DEFINE_TIMER(name_, fn_) struct timer_list name_ = {.function = (fn_)}
#define from_timer(var, callback_timer, field) container_of(callback_timer, __typeof__(*var), field)
#define timer_container_of(var, callback_timer, field) from_timer(var, callback_timer, field)

void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *),
		 unsigned int flags);
void add_timer(struct timer_list *timer);
void add_timer_on(struct timer_list *timer, int cpu);
int mod_timer(struct timer_list *timer, unsigned long expires);
int timer_delete(struct timer_list *timer);
int timer_delete_sync(struct timer_list *timer);
int timer_shutdown_sync(struct timer_list *timer);
static inline int del_timer(struct timer_list *timer)
{
	return timer_delete(timer);
}
static inline int del_timer_sync(struct timer_list *timer)
{
	return timer_delete_sync(timer);
}
static inline bool timer_pending(const struct timer_list *timer)
{
	return hrtimer_is_queued(&timer->hrt);
}

#endif
