/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_RANDOM_H
#define _LINUX_RANDOM_H
/* Random numbers come from the run's seed, so that a run repeats. */
#include <linux/types.h>
void get_random_bytes(void *buf, size_t len);
static inline u32 get_random_u32(void)
{
	u32 v;

	get_random_bytes(&v, sizeof(v));
	return v;
}
static inline u64 get_random_u64(void)
{
	u64 v;

	get_random_bytes(&v, sizeof(v));
	return v;
}
#endif
