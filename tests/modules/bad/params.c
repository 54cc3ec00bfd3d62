// SPDX-License-Identifier: GPL-2.0-only
/* Says what its parameters are; refuses to start when told to. */
#include <linux/module.h>
#include <linux/platform_device.h>

static int level = 3;
module_param(level, int, 0644);
MODULE_PARM_DESC(level, "how much");
static bool refuse;
module_param(refuse, bool, 0444);
static char *label = "none";
module_param(label, charp, 0444);
static unsigned char small;
module_param_named(tiny, small, byte, 0);

static struct platform_driver params_driver = {.driver = {.name = "params"}};

static int __init params_init(void)
{
	pr_info("params: level %d label %s tiny %u\n", level, label, small);
	return refuse ? -EPERM : platform_driver_register(&params_driver);
}
module_init(params_init);

static void __exit params_exit(void)
{
	platform_driver_unregister(&params_driver);
}
module_exit(params_exit);
MODULE_LICENSE("GPL");
