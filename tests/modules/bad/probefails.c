// SPDX-License-Identifier: GPL-2.0-only
/* Its probe finds a device it should serve and fails. */
#include <linux/arm_ffa.h>
#include <linux/module.h>

static const struct ffa_device_id ids[] = {
	{UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49, 0x43, 0xac)},
	{},
};

static int probefails_probe(struct ffa_device *ffa_dev)
{
	return -EIO;
}

static struct ffa_driver probefails_driver = {
	.name = "probefails",
	.probe = probefails_probe,
	.id_table = ids,
};
module_ffa_driver(probefails_driver);
MODULE_LICENSE("GPL");
