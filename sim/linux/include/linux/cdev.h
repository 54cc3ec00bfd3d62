/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_CDEV_H
#define _LINUX_CDEV_H
#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/types.h>
struct file_operations;
struct inode;
struct cdev {
	struct module *owner;
	const struct file_operations *ops;
	dev_t dev;
	unsigned int count;
	struct device *parent; /* referenced while the cdev can be opened or is open */
	struct cdev *next;     /* of the core */
};
void cdev_init(struct cdev *cdev, const struct file_operations *fops);
int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count);
void cdev_del(struct cdev *cdev);
int cdev_device_add(struct cdev *cdev, struct device *dev);
void cdev_device_del(struct cdev *cdev, struct device *dev);
#endif
