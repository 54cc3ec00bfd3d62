/* SPDX-License-Identifier: BSD-3-Clause */
/* Allocation scopes are not modelled; the flags are tokens that must be given back. */
#ifndef _LINUX_SCHED_MM_H
#define _LINUX_SCHED_MM_H
#include <linux/sched.h>
static inline unsigned int memalloc_nofs_save(void)
{
	return 0;
}
static inline void memalloc_nofs_restore(unsigned int flags)
{
	(void)flags;
}
static inline unsigned int memalloc_noio_save(void)
{
	return 0;
}
static inline void memalloc_noio_restore(unsigned int flags)
{
	(void)flags;
}
#endif
