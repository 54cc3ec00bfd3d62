// SPDX-License-Identifier: GPL-2.0-only
/* Cannot be unloaded: it has no exit function. */
#include <linux/module.h>
#include <linux/platform_device.h>

static struct platform_driver noexit_driver = {.driver = {.name = "noexit"}};

static int __init noexit_init(void)
{
	return platform_driver_register(&noexit_driver);
}
module_init(noexit_init);
MODULE_LICENSE("GPL");
