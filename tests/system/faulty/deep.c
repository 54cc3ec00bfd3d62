// SPDX-License-Identifier: BSD-3-Clause
/* A module whose init never stops calling itself: the stack of its task overflows. */
#include <linux/init.h>
#include <linux/module.h>

static noinline int deep_calls(volatile int depth)
{
	volatile char room[256];

	room[depth % 256] = (char)depth;
	return depth ? deep_calls(depth - 1) + room[depth % 256] : 0;
}

static int __init deep_init(void)
{
	return deep_calls(1000000) ? 0 : -1;
}
module_init(deep_init);
MODULE_LICENSE("GPL");
