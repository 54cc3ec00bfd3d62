/* SPDX-License-Identifier: BSD-3-Clause */
/* Delays: busy ones charge time, sleeping ones arm a timer. */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/types.h>
#include <linux/jiffies.h>

void ndelay(unsigned long ns);
void udelay(unsigned long us);
void mdelay(unsigned long ms);
void msleep(unsigned int ms);
unsigned long msleep_interruptible(unsigned int ms);
void usleep_range(unsigned long min_us, unsigned long max_us);
void ssleep(unsigned int seconds);
void fsleep(unsigned long us);

#endif
