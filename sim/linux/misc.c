/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The misc class (linux/miscdevice.h). Each device has a cdev of its own, whose open() hands over
 * to the driver's operations with private_data set. The device outlives open files; the driver's
 * struct miscdevice need not, but its file operations must (the module is pinned).
 */
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>
#include "linux/kdev_internal.h"
#include "linux/khost.h"

static const struct class misc_class = {.name = "misc"};

struct kmisc {
	struct device dev;
	struct cdev cdev;
	struct miscdevice *misc; /* NULL once deregistered */
};

static int misc_open(struct inode *inode, struct file *file)
{
	struct kmisc *m = container_of(inode->i_cdev, struct kmisc, cdev);

	if (!m->misc)
		return -ENODEV;
	file->f_op = m->misc->fops;
	file->private_data = m->misc;
	return file->f_op->open ? file->f_op->open(inode, file) : 0;
}

static const struct file_operations misc_fops = {.open = misc_open};

static void misc_free(struct device *dev)
{
	kh_free(container_of(dev, struct kmisc, dev));
}

int misc_register(struct miscdevice *misc)
{
	static const char *const builtin[] = {"null", "zero", "full", "random", "urandom"};
	struct kmisc *m;
	dev_t devt;
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(builtin); i++)
		if (!strcmp(misc->name, builtin[i]))
			return -EBUSY;
	if (kdev_by_node_name(misc->name))
		return -EBUSY;
	err = class_register(&misc_class);
	if (err && err != -EEXIST)
		return err;
	m = kh_alloc(sizeof(*m));
	if (!m)
		return -ENOMEM;
	err = alloc_chrdev_region(&devt, 0, 1, misc->name);
	if (err) {
		kh_free(m);
		return err;
	}
	m->misc = misc;
	m->dev.class = &misc_class;
	m->dev.parent = misc->parent;
	m->dev.groups = misc->groups;
	m->dev.devt = devt;
	m->dev.release = misc_free;
	device_initialize(&m->dev);
	err = dev_set_name(&m->dev, "%s", misc->name);
	cdev_init(&m->cdev, &misc_fops);
	m->cdev.owner = misc->fops->owner;
	if (!err)
		err = cdev_device_add(&m->cdev, &m->dev);
	if (err) {
		put_device(&m->dev);
		return err;
	}
	dev_set_drvdata(&m->dev, misc);
	misc->this_device = &m->dev;
	misc->minor = MINOR(devt);
	return 0;
}

void misc_deregister(struct miscdevice *misc)
{
	struct kmisc *m;

	if (!misc->this_device)
		return;
	m = container_of(misc->this_device, struct kmisc, dev);
	cdev_device_del(&m->cdev, &m->dev);
	m->misc = NULL;
	misc->this_device = NULL;
	put_device(&m->dev);
}
