// SPDX-License-Identifier: GPL-2.0-only
/* Its init fails. */
#include <linux/module.h>

static int __init initfails_init(void)
{
	return -ENODEV;
}
module_init(initfails_init);
MODULE_LICENSE("GPL");
