/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_CRASH_DUMP_H
#define _LINUX_CRASH_DUMP_H
#include <linux/types.h>
static inline bool is_kdump_kernel(void)
{
	return false;
}
#endif
