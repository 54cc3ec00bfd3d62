/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Driver core. A device meets a driver when the second of the two is registered, in the caller's
 * context: match, dev->driver set, BIND_DRIVER notified, probe (linux-tee.md 3.2). No lock is held
 * across a driver's callback, because a probe may register devices itself (kernel-surface.md 8).
 *
 * Not modelled: asynchronous probing, power management, uevents to user space.
 */
#include <linux/delay.h>

#include "core/fault.h"
#include "core/watch.h"
#include "linux/kdev_core.h"

FAULT_SITE(fault_device_register, FAULT_PLAIN, "kern.device_register", "device_add() fails");

/* --- references and names --------------------------------------------------------------------- */
void device_initialize(struct device *dev)
{
	kref_init(&dev->kobj.kref);
	INIT_LIST_HEAD(&dev->kbus_node);
	INIT_LIST_HEAD(&dev->kclass_node);
	dev->kadded = false;
	dev->kleaving = false;
}

struct device *get_device(struct device *dev)
{
	if (dev)
		kref_get(&dev->kobj.kref);
	return dev;
}

static void device_free(struct kref *kref)
{
	struct device *dev = container_of(kref, struct device, kobj.kref);
	const char *name = dev->kobj.name;

	dev->kobj.name = NULL;
	kdevres_release_all(dev);
	kdev_files_drop(dev);
	if (dev->release)
		dev->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		WARN(1, "device does not have a release() function");
	kfree(name);
}

void put_device(struct device *dev)
{
	if (dev)
		kref_put(&dev->kobj.kref, device_free);
}

int dev_set_name(struct device *dev, const char *fmt, ...)
{
	char text[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	kfree(dev->kobj.name);
	dev->kobj.name = kstrdup(text, GFP_KERNEL);
	return dev->kobj.name ? 0 : -ENOMEM;
}

void dev_printk_(int level, const struct device *dev, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!dev)
		klog_printf(level, "(NULL device *): %s", text);
	else
		klog_printf(level, "%s %s: %s",
			    dev->driver	 ? dev->driver->name
			    : dev->bus	 ? dev->bus->name
			    : dev->class ? dev->class->name
					 : "",
			    dev_name(dev), text);
}

int kdev_err_probe(const struct device *dev, int err, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (err != -EPROBE_DEFER && err != -ENOMEM)
		dev_printk_(3, dev, "error %pe: %s", ERR_PTR(err), text);
	return err;
}

/* --- binding ---------------------------------------------------------------------------------- */
static void notify(struct kbus *b, unsigned long action, struct device *dev)
{
	if (b)
		blocking_notifier_call_chain(&b->notifiers, action, dev);
}

int kdev_bind(struct kbus *b, struct device *dev, struct device_driver *drv)
{
	int err;

	dev->driver = drv;
	notify(b, BUS_NOTIFY_BIND_DRIVER, dev);
	err = dev->bus->probe ? dev->bus->probe(dev) : drv->probe ? drv->probe(dev) : 0;
	dev->kdeferred = err == -EPROBE_DEFER;
	if (err) {
		if (err == -EPROBE_DEFER)
			klog_printf(7, "%s: deferred probe of %s", drv->name, dev_name(dev));
		else if (err != -ENODEV && err != -ENXIO)
			klog_printf(4, "%s: probe of %s failed with error %d", drv->name,
				    dev_name(dev), err);
		kdevres_release_all(dev);
		notify(b, BUS_NOTIFY_DRIVER_NOT_BOUND, dev);
		dev->driver = NULL;
		dev->driver_data = NULL;
		if (err != -EPROBE_DEFER)
			kmods_probe_failed(drv->owner, drv->name, dev_name(dev), err);
		return err;
	}
	notify(b, BUS_NOTIFY_BOUND_DRIVER, dev);
	klinux_now()->devs->bound++;
	return 0;
}

int device_attach(struct device *dev)
{
	struct kbus *b = dev->bus ? kbus_of(dev->bus) : NULL;

	if (!b || dev->driver)
		return dev->driver != NULL;
	for (struct kdrv *r = b->drivers; r; r = r->next)
		if ((!dev->bus->match || dev->bus->match(dev, r->drv) > 0) &&
		    !kdev_bind(b, dev, r->drv))
			return 1;
	return 0;
}

void device_release_driver(struct device *dev)
{
	struct kbus *b = dev->bus ? kbus_of(dev->bus) : NULL;

	/* Who comes second waits for the first, as for the device's lock. */
	while (dev->kleaving)
		msleep(1);
	WATCH(acquire, dev);
	if (!dev->driver)
		return;
	dev->kleaving = true;
	notify(b, BUS_NOTIFY_UNBIND_DRIVER, dev);
	if (dev->bus && dev->bus->remove)
		dev->bus->remove(dev);
	else if (dev->driver->remove)
		dev->driver->remove(dev);
	kdevres_release_all(dev);
	dev->driver = NULL;
	dev->driver_data = NULL;
	WATCH(release, dev);
	dev->kleaving = false;
	notify(b, BUS_NOTIFY_UNBOUND_DRIVER, dev);
}

/* Each device that found its driver may be what a deferred one waits for: they try again, in order
 * of registration, until a round binds nothing. The kernel does this on a work queue, here it is
 * done before the registration that helped returns. */
static int retry(struct device *dev, void *data)
{
	(void)data;
	if (dev->kdeferred && !dev->driver)
		device_attach(dev);
	return 0;
}

void kdev_retry_deferred(u64 bound_before)
{
	struct kdevs *d = klinux_now()->devs;

	while (d->bound != bound_before && !d->retrying) {
		bound_before = d->bound;
		d->retrying = true;
		for (struct kbus *b = d->buses, *next; b; b = next) {
			next = b->next;
			bus_for_each_dev(b->bus, NULL, NULL, retry);
		}
		d->retrying = false;
	}
}
int device_add(struct device *dev)
{
	struct kbus *b = dev->bus ? kbus_of(dev->bus) : NULL;
	struct kclass_reg *c = dev->class ? kclass_of(dev->class) : NULL;
	u64 bound = klinux_now()->devs->bound;

	if (!dev->kobj.name && dev->init_name && dev_set_name(dev, "%s", dev->init_name))
		return -ENOMEM;
	if (!dev->kobj.name || (dev->bus && !b) || (dev->class && !c))
		return -EINVAL;
	if (fault_hit(&fault_device_register))
		return -ENOMEM;
	get_device(dev);
	get_device(dev->parent);
	if (b)
		list_add_tail(&dev->kbus_node, &b->devices);
	if (c)
		list_add_tail(&dev->kclass_node, &c->devices);
	dev->kadded = true;
	notify(b, BUS_NOTIFY_ADD_DEVICE, dev);
	kmods_registered();
	device_attach(dev);
	if (c)
		kclass_tell_interfaces(c, dev, true);
	kdev_retry_deferred(bound);
	return 0;
}

void device_del(struct device *dev)
{
	struct kbus *b = dev->bus ? kbus_of(dev->bus) : NULL;

	if (!dev->kadded)
		return;
	notify(b, BUS_NOTIFY_DEL_DEVICE, dev);
	if (dev->class && kclass_of(dev->class))
		kclass_tell_interfaces(kclass_of(dev->class), dev, false);
	device_release_driver(dev);
	dev->kadded = false;
	list_del_init(&dev->kbus_node);
	list_del_init(&dev->kclass_node);
	notify(b, BUS_NOTIFY_REMOVED_DEVICE, dev);
	put_device(dev->parent);
	put_device(dev);
}

int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}
