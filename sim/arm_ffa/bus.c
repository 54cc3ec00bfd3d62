// SPDX-License-Identifier: BSD-3-Clause
/*
 * The arm_ffa bus: one device for each (partition, UUID), matched to drivers by UUID.
 *
 * A device without UUID (FF-A 1.0, and the driver's own) matches every driver; whether it becomes
 * bound is decided after the core had its chance to stamp a UUID on it. Behaviour: linux-tee.md 3.
 */
#define pr_fmt(fmt) "ffa_core: " fmt

#include <linux/arm_ffa.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uuid.h>
#include "common.h"

static DEFINE_IDA(ffa_bus_ids);

static int bus_match(struct device *dev, const struct device_driver *drv)
{
	const struct ffa_device_id *id = to_ffa_driver(drv)->id_table;
	struct ffa_device *fdev = to_ffa_dev(dev);

	if (!id)
		return 0;
	for (; !uuid_is_null(&id->uuid); id++)
		if (uuid_is_null(&fdev->uuid) || uuid_equal(&fdev->uuid, &id->uuid))
			return 1;
	return 0;
}

static int bus_probe(struct device *dev)
{
	struct ffa_driver *driver = to_ffa_driver(dev->driver);
	struct ffa_device *fdev = to_ffa_dev(dev);

	if (uuid_is_null(&fdev->uuid))
		return -ENODEV;
	return driver->probe(fdev);
}

static void bus_remove(struct device *dev)
{
	struct ffa_driver *driver = to_ffa_driver(dev->driver);

	if (driver->remove)
		driver->remove(to_ffa_dev(dev));
}

static int bus_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	const struct ffa_device *fdev = container_of_const(dev, struct ffa_device, dev);

	return add_uevent_var(env, "MODALIAS=arm_ffa:%04x:%pUb", fdev->vm_id, &fdev->uuid);
}

static ssize_t modalias_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ffa_device *fdev = to_ffa_dev(dev);

	return sysfs_emit(buf, "arm_ffa:%04x:%pUb\n", fdev->vm_id, &fdev->uuid);
}
static DEVICE_ATTR_RO(modalias);

static ssize_t partition_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%04x\n", to_ffa_dev(dev)->vm_id);
}
static DEVICE_ATTR_RO(partition_id);

static ssize_t uuid_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%pUb\n", &to_ffa_dev(dev)->uuid);
}
static DEVICE_ATTR_RO(uuid);

static struct attribute *ffa_device_attrs[] = {
	&dev_attr_partition_id.attr,
	&dev_attr_uuid.attr,
	&dev_attr_modalias.attr,
	NULL,
};
ATTRIBUTE_GROUPS(ffa_device);

const struct bus_type ffa_bus_type = {
	.name = "arm_ffa",
	.match = bus_match,
	.probe = bus_probe,
	.remove = bus_remove,
	.uevent = bus_uevent,
	.dev_groups = ffa_device_groups,
};
EXPORT_SYMBOL_GPL(ffa_bus_type);

int ffa_driver_register(struct ffa_driver *driver, struct module *owner, const char *mod_name)
{
	int ret;

	if (!driver->probe || !driver->id_table)
		return -EINVAL;

	driver->driver.bus = &ffa_bus_type;
	driver->driver.name = driver->name;
	driver->driver.owner = owner;
	driver->driver.mod_name = mod_name;

	ret = driver_register(&driver->driver);
	if (!ret)
		pr_debug("registered new ffa driver %s\n", driver->name);
	return ret;
}
EXPORT_SYMBOL_GPL(ffa_driver_register);

void ffa_driver_unregister(struct ffa_driver *driver)
{
	driver_unregister(&driver->driver);
}
EXPORT_SYMBOL_GPL(ffa_driver_unregister);

static void device_release(struct device *dev)
{
	struct ffa_device *fdev = to_ffa_dev(dev);

	ida_free(&ffa_bus_ids, fdev->id);
	kfree(fdev);
}

/* The form of 7.x (linux/arm_ffa.h). */
struct ffa_device *ffa_device_register_below(const struct ffa_partition_info *part_info,
					     const struct ffa_ops *ops, struct device *parent);
struct ffa_device *ffa_device_register_below(const struct ffa_partition_info *part_info,
					     const struct ffa_ops *ops, struct device *parent)
{
	struct ffa_device *fdev;
	struct device *dev;
	int id, ret;

	if (!part_info)
		return NULL;

	id = ida_alloc_min(&ffa_bus_ids, 1, GFP_KERNEL);
	if (id < 0)
		return NULL;
	fdev = kzalloc(sizeof(*fdev), GFP_KERNEL);
	if (!fdev) {
		ida_free(&ffa_bus_ids, id);
		return NULL;
	}

	/* Complete before it is registered: a matching driver probes it in there. */
	fdev->id = id;
	fdev->vm_id = part_info->id;
	fdev->properties = part_info->properties;
	fdev->ops = ops;
	import_uuid(&fdev->uuid, (const u8 *)part_info->uuid);

	dev = &fdev->dev;
	dev->parent = parent;
	dev->bus = &ffa_bus_type;
	dev->release = device_release;
	dev->dma_mask = &dev->coherent_dma_mask;
	dev_set_name(dev, "arm-ffa-%d", id);

	ret = device_register(dev);
	if (ret) {
		dev_err(dev, "not registered: error %d\n", ret);
		put_device(dev);
		return NULL;
	}
	return fdev;
}
EXPORT_SYMBOL_GPL(ffa_device_register_below);

struct ffa_device *ffa_device_register(const struct ffa_partition_info *part_info,
				       const struct ffa_ops *ops)
{
	return ffa_device_register_below(part_info, ops, NULL);
}
EXPORT_SYMBOL_GPL(ffa_device_register);

void ffa_device_unregister(struct ffa_device *ffa_dev)
{
	if (ffa_dev)
		device_unregister(&ffa_dev->dev);
}
EXPORT_SYMBOL_GPL(ffa_device_unregister);

static int unregister_one(struct device *dev, void *data)
{
	ffa_device_unregister(to_ffa_dev(dev));
	return 0;
}

void ffa_devices_unregister(void)
{
	bus_for_each_dev(&ffa_bus_type, NULL, NULL, unregister_one);
}
EXPORT_SYMBOL_GPL(ffa_devices_unregister);

bool ffa_device_is_valid(struct ffa_device *ffa_dev)
{
	struct device *dev = NULL;
	bool valid = false;

	/* The iterator takes a reference on what it returns and drops the one it was given. */
	while ((dev = bus_find_next_device(&ffa_bus_type, dev)) != NULL) {
		if (to_ffa_dev(dev) == ffa_dev) {
			valid = true;
			put_device(dev);
			break;
		}
	}
	return valid;
}
EXPORT_SYMBOL_GPL(ffa_device_is_valid);

static int __init arm_ffa_bus_init(void)
{
	return bus_register(&ffa_bus_type);
}
subsys_initcall(arm_ffa_bus_init);

static void __exit arm_ffa_bus_exit(void)
{
	ffa_devices_unregister();
	bus_unregister(&ffa_bus_type);
	ida_destroy(&ffa_bus_ids);
}
module_exit(arm_ffa_bus_exit);

MODULE_DESCRIPTION("Fake FF-A bus");
MODULE_LICENSE("Dual BSD/GPL");
