/* SPDX-License-Identifier: BSD-3-Clause */
/* Jiffies: derived from virtual time, 4 ms each whatever the tick period of the machine is. */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/types.h>
#include <linux/ktime.h>

#define HZ 250
#define TICK_NSEC (NSEC_PER_SEC / HZ)
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))
#define MAX_JIFFY_OFFSET ((long)(~0UL >> 2))

unsigned long kjiffies(void);
#define jiffies kjiffies()
static inline unsigned long long get_jiffies_64(void)
{
	return kjiffies();
}

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))

static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	if ((int)ms < 0)
		return MAX_JIFFY_OFFSET;
	return ((unsigned long)ms + 1000 / HZ - 1) / (1000 / HZ);
}
static inline unsigned long usecs_to_jiffies(unsigned int us)
{
	return ((unsigned long)us + 1000000 / HZ - 1) / (1000000 / HZ);
}
static inline unsigned long nsecs_to_jiffies(unsigned long long ns)
{
	return ns / TICK_NSEC;
}
static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return j * (1000 / HZ);
}
static inline unsigned int jiffies_to_usecs(unsigned long j)
{
	return j * (1000000 / HZ);
}
static inline unsigned long long jiffies_to_nsecs(unsigned long j)
{
	return (unsigned long long)j * TICK_NSEC;
}
unsigned long round_jiffies(unsigned long j);
unsigned long round_jiffies_relative(unsigned long j);

#endif
