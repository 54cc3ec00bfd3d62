// SPDX-License-Identifier: GPL-2.0-only
/* Forgets an allocation at exit. */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

static struct platform_driver leaks_driver = {.driver = {.name = "leaks"}};
static char *forgotten;

static int __init leaks_init(void)
{
	forgotten = kzalloc(48, GFP_KERNEL);
	return platform_driver_register(&leaks_driver);
}
module_init(leaks_init);

static void __exit leaks_exit(void)
{
	platform_driver_unregister(&leaks_driver);
}
module_exit(leaks_exit);
MODULE_LICENSE("GPL");
