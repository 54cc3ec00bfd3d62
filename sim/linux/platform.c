/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The platform bus: devices and drivers meet by the driver's id table or by name. The bus is
 * registered when the first of them comes. Not modelled: resources, device-tree and ACPI matching.
 */
#include <linux/kernel.h>
#include <linux/platform_device.h>
#include "linux/kdev_internal.h"

static int platform_match(struct device *dev, const struct device_driver *drv)
{
	struct platform_device *pdev = to_platform_device(dev);
	const struct platform_driver *pdrv = to_platform_driver(drv);

	if (!pdrv->id_table)
		return !strcmp(pdev->name, drv->name);
	for (const struct platform_device_id *id = pdrv->id_table; id->name[0]; id++) {
		if (!strcmp(id->name, pdev->name)) {
			pdev->id_entry = id;
			return 1;
		}
	}
	return 0;
}

static int platform_probe(struct device *dev)
{
	struct platform_driver *drv = to_platform_driver(dev->driver);

	return drv->probe ? drv->probe(to_platform_device(dev)) : 0;
}

static void platform_remove(struct device *dev)
{
	struct platform_driver *drv = to_platform_driver(dev->driver);

	if (drv->remove)
		drv->remove(to_platform_device(dev));
}

const struct bus_type platform_bus_type = {
	.name = "platform",
	.match = platform_match,
	.probe = platform_probe,
	.remove = platform_remove,
};

static int bus_ready(void)
{
	int err = bus_register(&platform_bus_type);

	return err == -EEXIST ? 0 : err;
}

static int name_device(struct platform_device *pdev)
{
	if (pdev->id == PLATFORM_DEVID_NONE)
		return dev_set_name(&pdev->dev, "%s", pdev->name);
	if (pdev->id == PLATFORM_DEVID_AUTO) {
		pdev->id = (int)klinux_now()->devs->next_platform++;
		return dev_set_name(&pdev->dev, "%s.%d.auto", pdev->name, pdev->id);
	}
	return dev_set_name(&pdev->dev, "%s.%d", pdev->name, pdev->id);
}

int platform_device_register(struct platform_device *pdev)
{
	int err;

	device_initialize(&pdev->dev);
	pdev->dev.bus = &platform_bus_type;
	err = bus_ready();
	if (!err)
		err = name_device(pdev);
	return err ? err : device_add(&pdev->dev);
}

void platform_device_unregister(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		device_unregister(&pdev->dev);
}

static void simple_release(struct device *dev)
{
	kfree(to_platform_device(dev));
}

struct platform_device *platform_device_register_simple(const char *name, int id,
							const struct resource *res,
							unsigned int num)
{
	struct platform_device *pdev;
	char *copy;
	int err;

	(void)res;
	if (num)
		return ERR_PTR(-EOPNOTSUPP);
	pdev = kzalloc(sizeof(*pdev) + strlen(name) + 1, GFP_KERNEL);
	if (!pdev)
		return ERR_PTR(-ENOMEM);
	copy = (char *)(pdev + 1);
	strcpy(copy, name);
	pdev->name = copy;
	pdev->id = id;
	pdev->dev.release = simple_release;
	err = platform_device_register(pdev);
	if (err) {
		put_device(&pdev->dev);
		return ERR_PTR(err);
	}
	return pdev;
}

int kplatform_driver_register(struct platform_driver *drv, struct module *owner)
{
	int err = bus_ready();

	if (err)
		return err;
	drv->driver.bus = &platform_bus_type;
	drv->driver.owner = owner;
	return driver_register(&drv->driver);
}

void platform_driver_unregister(struct platform_driver *drv)
{
	driver_unregister(&drv->driver);
}
