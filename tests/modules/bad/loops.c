// SPDX-License-Identifier: GPL-2.0-only
/* Waits for a word that nobody writes. */
#include <linux/module.h>
#include <linux/processor.h>

static volatile int ready;

static int __init loops_init(void)
{
	while (!ready)
		cpu_relax();
	return 0;
}
module_init(loops_init);
MODULE_LICENSE("GPL");
