// SPDX-License-Identifier: GPL-2.0-only
/* A driver whose author forgot module_ffa_driver(): init does nothing. */
#include <linux/arm_ffa.h>
#include <linux/module.h>

static int silent_probe(struct ffa_device *ffa_dev)
{
	return 0;
}

static struct ffa_driver silent_driver = {.name = "silent", .probe = silent_probe};

static int __init silent_init(void)
{
	return silent_driver.probe ? 0 : -EINVAL;
}
module_init(silent_init);
MODULE_LICENSE("GPL");
