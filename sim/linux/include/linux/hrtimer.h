/* SPDX-License-Identifier: BSD-3-Clause */
/* High-resolution timers: one queue a CPU, run in hard-interrupt context of the timer interrupt. */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <linux/types.h>
#include <linux/ktime.h>
#include <linux/kheap.h>

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0,
	HRTIMER_MODE_REL = 1,
	HRTIMER_MODE_PINNED = 2,
	HRTIMER_MODE_SOFT = 4,
	HRTIMER_MODE_HARD = 8,
	HRTIMER_MODE_ABS_PINNED = HRTIMER_MODE_ABS | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_PINNED = HRTIMER_MODE_REL | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_SOFT = HRTIMER_MODE_REL | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_HARD = HRTIMER_MODE_REL | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_PINNED_HARD = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_HARD,
};

#ifndef CLOCK_MONOTONIC
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_BOOTTIME 7
#endif

struct hrtimer {
	struct kheap_node node; /* key = hard expiry */
	ktime_t soft_expires;
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	int cpu; /* queue it is on */
	unsigned char running;
	unsigned char house; /* housekeeping of the kernel: no sign of progress */
};

void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode);
void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		   int clock, enum hrtimer_mode mode);
void hrtimer_start(struct hrtimer *timer, ktime_t time, enum hrtimer_mode mode);
void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, unsigned long long delta_ns,
			    enum hrtimer_mode mode);
int hrtimer_cancel(struct hrtimer *timer); /* 1 = was queued */
int hrtimer_try_to_cancel(struct hrtimer *timer);
unsigned long long hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval);
unsigned long long hrtimer_forward_now(struct hrtimer *timer, ktime_t interval);
ktime_t hrtimer_get_remaining(const struct hrtimer *timer);
static inline bool hrtimer_is_queued(const struct hrtimer *timer)
{
	return timer->node.slot != 0;
}
static inline bool hrtimer_active(const struct hrtimer *timer)
{
	return timer->node.slot != 0 || timer->running;
}
static inline ktime_t hrtimer_get_expires(const struct hrtimer *timer)
{
	return (ktime_t)timer->node.key;
}
int schedule_hrtimeout(ktime_t *expires, enum hrtimer_mode mode);
int schedule_hrtimeout_range(ktime_t *expires, unsigned long long delta_ns, enum hrtimer_mode mode);

#endif
