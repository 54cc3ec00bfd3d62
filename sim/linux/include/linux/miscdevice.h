/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H
/*
 * Character devices of the misc class: one node each, /dev/NAME. open() finds private_data set to
 * the miscdevice, as drivers rely on. Not modelled: fixed minors (every one is dynamic), modes.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/list.h>
#define MISC_DYNAMIC_MINOR 255
struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	struct list_head list; /* of the core */
	struct device *parent;
	struct device *this_device; /* between register and deregister */
	const struct attribute_group **groups;
	const char *nodename;
	umode_t mode;
};
/* -EBUSY: there is one of that name. */
int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);
#define module_misc_device(misc_) module_driver(misc_, misc_register, misc_deregister)
#endif
