/* SPDX-License-Identifier: BSD-3-Clause */
/* Virtual time as the kernel sees it. Wall clock = boot epoch + monotonic; no suspend. */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/types.h>

typedef long long ktime_t;

#define NSEC_PER_SEC 1000000000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_USEC 1000L
#define USEC_PER_SEC 1000000L
#define USEC_PER_MSEC 1000L
#define MSEC_PER_SEC 1000L
#define KTIME_MAX ((long long)0x7fffffffffffffffLL)

struct timespec64 {
	long long tv_sec;
	long tv_nsec;
};

ktime_t ktime_get(void);
ktime_t ktime_get_boottime(void);
ktime_t ktime_get_real(void);
void ktime_get_ts64(struct timespec64 *ts);
void ktime_get_real_ts64(struct timespec64 *ts);
unsigned long long ktime_get_ns(void);
unsigned long long ktime_get_real_ns(void);
long long ktime_get_real_seconds(void);
long long ktime_get_seconds(void);
unsigned long long local_clock(void);

static inline ktime_t ktime_set(long long secs, unsigned long nsecs)
{
	return secs * NSEC_PER_SEC + (long long)nsecs;
}
static inline long long timespec64_to_ns(const struct timespec64 *ts)
{
	return ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}
static inline ktime_t ktime_add(ktime_t a, ktime_t b)
{
	return a + b;
}
static inline ktime_t ktime_sub(ktime_t a, ktime_t b)
{
	return a - b;
}
static inline ktime_t ktime_add_ns(ktime_t a, unsigned long long ns)
{
	return a + (long long)ns;
}
static inline ktime_t ktime_add_us(ktime_t a, unsigned long long us)
{
	return a + (long long)us * 1000;
}
static inline ktime_t ktime_add_ms(ktime_t a, unsigned long long ms)
{
	return a + (long long)ms * 1000000;
}
static inline int ktime_compare(ktime_t a, ktime_t b)
{
	return a < b ? -1 : a > b;
}
static inline bool ktime_after(ktime_t a, ktime_t b)
{
	return a > b;
}
static inline bool ktime_before(ktime_t a, ktime_t b)
{
	return a < b;
}
static inline long long ktime_to_ns(ktime_t t)
{
	return t;
}
static inline long long ktime_to_us(ktime_t t)
{
	return t / 1000;
}
static inline long long ktime_to_ms(ktime_t t)
{
	return t / 1000000;
}
static inline long long ktime_us_delta(ktime_t a, ktime_t b)
{
	return (a - b) / 1000;
}
static inline long long ktime_ms_delta(ktime_t a, ktime_t b)
{
	return (a - b) / 1000000;
}
static inline ktime_t ns_to_ktime(unsigned long long ns)
{
	return (ktime_t)ns;
}
static inline ktime_t us_to_ktime(unsigned long long us)
{
	return (ktime_t)us * 1000;
}
static inline ktime_t ms_to_ktime(unsigned long long ms)
{
	return (ktime_t)ms * 1000000;
}

#endif
