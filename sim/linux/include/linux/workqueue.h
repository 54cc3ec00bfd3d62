/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Work queues: one pool of workers a CPU (kworker/N:M), shared by all bound queues. A work item is
 * pending at most once and never runs twice at the same time.
 * Not modelled: unbound pools (they use the bound pool of the queueing CPU), WQ_MEM_RECLAIM
 * rescuers.
 */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/types.h>
#include <linux/timer.h>

struct work_struct;
struct workqueue_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t func;
	struct work_struct *next, *prev;
	struct workqueue_struct *wq;
	bool pending;
	signed char cpu; /* pool it is queued on */
	bool inactive;	 /* waits for the queue's max_active */
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;
	int cpu;
};

#define WQ_UNBOUND (1 << 1)
#define WQ_FREEZABLE (1 << 2)
#define WQ_MEM_RECLAIM (1 << 3)
#define WQ_HIGHPRI (1 << 4)
#define WQ_CPU_INTENSIVE (1 << 5)
#define WQ_SYSFS (1 << 6)
#define WQ_PERCPU (1 << 8)
#define WORK_CPU_UNBOUND 64

#define __WORK_INITIALIZER(n, f)                                                                   \
	{                                                                                          \
		.func = (f)                                                                        \
	}
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f) struct delayed_work n = {.work = {.func = (f)}}
void kwork_init(struct work_struct *work, work_func_t fn);
#define INIT_WORK(w, f) kwork_init((w), (f))
#define INIT_WORK_ONSTACK(w, f) kwork_init((w), (f))
void kdelayed_work_init(struct delayed_work *dw, work_func_t fn);
#define INIT_DELAYED_WORK(w, f) kdelayed_work_init((w), (f))
#define to_delayed_work(w) container_of((w), struct delayed_work, work)
#define work_pending(w) ((w)->pending)
#define delayed_work_pending(w) ((w)->work.pending)
#define destroy_work_on_stack(w)                                                                   \
	do {                                                                                       \
		(void)(w);                                                                         \
	} while (0)

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
	__attribute__((format(printf, 1, 4)));
#define alloc_ordered_workqueue(fmt, flags, ...)                                                   \
	alloc_workqueue(fmt, WQ_UNBOUND | (flags), 1, ##__VA_ARGS__)
#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 1024, (name))
#define create_singlethread_workqueue(name) alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, (name))
void destroy_workqueue(struct workqueue_struct *wq);
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dw,
			   unsigned long delay_jiffies);
bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw,
		      unsigned long delay_jiffies);
bool flush_work(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *dw);
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *dw);
bool cancel_delayed_work_sync(struct delayed_work *dw);
void flush_workqueue(struct workqueue_struct *wq);
void drain_workqueue(struct workqueue_struct *wq);
struct workqueue_struct *ksystem_wq(void);
#define system_wq ksystem_wq()
#define system_percpu_wq ksystem_wq()
#define system_unbound_wq ksystem_wq()
#define system_long_wq ksystem_wq()

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}
static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw,
				      unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dw, delay);
}
static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}
static inline bool schedule_work_on(int cpu, struct work_struct *work)
{
	return queue_work_on(cpu, system_wq, work);
}
static inline bool schedule_delayed_work(struct delayed_work *dw, unsigned long delay)
{
	return queue_delayed_work(system_wq, dw, delay);
}
#define flush_scheduled_work() flush_workqueue(system_wq)

#endif
