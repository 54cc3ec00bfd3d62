/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_PLATFORM_DEVICE_H
#define _LINUX_PLATFORM_DEVICE_H
/* Devices that nothing announces: matched with drivers by name, or by the driver's id table. */
#include <linux/device.h>
#include <linux/mod_devicetable.h>
#include <linux/types.h>
#define PLATFORM_DEVID_NONE (-1)
#define PLATFORM_DEVID_AUTO (-2)
struct resource;
struct platform_device {
	const char *name;
	int id;
	bool id_auto;
	struct device dev;
	u32 num_resources;
	struct resource *resource;
	const struct platform_device_id *id_entry;
};
#define to_platform_device(x) container_of((x), struct platform_device, dev)
struct platform_driver {
	int (*probe)(struct platform_device *pdev);
	void (*remove)(struct platform_device *pdev);
	void (*shutdown)(struct platform_device *pdev);
	struct device_driver driver;
	const struct platform_device_id *id_table;
};
#define to_platform_driver(drv) container_of((drv), struct platform_driver, driver)
extern const struct bus_type platform_bus_type;
int platform_device_register(struct platform_device *pdev);
void platform_device_unregister(struct platform_device *pdev);
/* ERR_PTR on failure. Resources are not modelled: @num must be 0. */
struct platform_device *platform_device_register_simple(const char *name, int id,
							const struct resource *res,
							unsigned int num);
int kplatform_driver_register(struct platform_driver *drv, struct module *owner);
void platform_driver_unregister(struct platform_driver *drv);
#define platform_driver_register(drv) kplatform_driver_register(drv, THIS_MODULE)
#define module_platform_driver(drv)                                                                \
	module_driver(drv, platform_driver_register, platform_driver_unregister)
static inline void *platform_get_drvdata(const struct platform_device *pdev)
{
	return dev_get_drvdata(&pdev->dev);
}
static inline void platform_set_drvdata(struct platform_device *pdev, void *data)
{
	dev_set_drvdata(&pdev->dev, data);
}
#endif
