/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Driver core. A device meets a driver when the second of the two is registered, in the caller's
 * context: match, dev->driver set, BIND_DRIVER notified, probe (linux-tee.md 3.2). No lock is held
 * across a driver's callback, because a probe may register devices itself (kernel-surface.md 8).
 *
 * Not modelled: asynchronous probing, power management, uevents to user space.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include "core/fault.h"
#include "linux/kdev_internal.h"
#include "linux/khost.h"

FAULT_SITE(fault_device_register, "kern.device_register", "device_add() fails");

struct kdrv {
	struct device_driver *drv;
	struct kdrv *next;
};

struct kbus {
	const struct bus_type *bus;
	struct list_head devices;
	struct kdrv *drivers;
	struct blocking_notifier_head notifiers;
	struct kbus *next;
};

struct kclass_reg {
	const struct class *class;
	struct list_head devices;
	struct kclass_reg *next;
	struct list_head interfaces;
};

int kdevs_create(struct klinux *k)
{
	k->devs = kh_alloc(sizeof(*k->devs));
	return k->devs ? 0 : -ENOMEM;
}

void kdevs_destroy(struct klinux *k)
{
	struct kdevs *d = k->devs;

	if (!d)
		return;
	while (d->buses) {
		struct kbus *b = d->buses;

		d->buses = b->next;
		while (b->drivers) {
			struct kdrv *r = b->drivers;

			b->drivers = r->next;
			kh_free(r);
		}
		kh_free(b);
	}
	while (d->classes) {
		struct kclass_reg *c = d->classes;

		d->classes = c->next;
		kh_free(c);
	}
	kprocess_drop_all(k);
	kh_free(d);
	k->devs = NULL;
}

static struct kbus *kbus_of(const struct bus_type *bus)
{
	for (struct kbus *b = klinux_now()->devs->buses; b; b = b->next)
		if (b->bus == bus)
			return b;
	return NULL;
}

static struct kclass_reg *kclass_of(const struct class *class)
{
	for (struct kclass_reg *c = klinux_now()->devs->classes; c; c = c->next)
		if (c->class == class)
			return c;
	return NULL;
}

/* --- notifier chains -------------------------------------------------------------------------- */
int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	struct notifier_block **at = &nh->head;

	for (; *at && (*at)->priority >= nb->priority; at = &(*at)->next)
		if (*at == nb)
			return -EEXIST;
	nb->next = *at;
	*at = nb;
	return 0;
}

int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	for (struct notifier_block **at = &nh->head; *at; at = &(*at)->next) {
		if (*at == nb) {
			*at = nb->next;
			return 0;
		}
	}
	return -ENOENT;
}

int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long v, void *data)
{
	int ret = NOTIFY_DONE;
	struct notifier_block *next;

	for (struct notifier_block *nb = nh->head; nb; nb = next) {
		next = nb->next;
		ret = nb->notifier_call(nb, v, data);
		if (ret & NOTIFY_STOP_MASK)
			break;
	}
	return ret;
}

/* --- references and names --------------------------------------------------------------------- */
void device_initialize(struct device *dev)
{
	kref_init(&dev->kobj.kref);
	INIT_LIST_HEAD(&dev->kbus_node);
	INIT_LIST_HEAD(&dev->kclass_node);
	dev->kadded = false;
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

static int bind(struct kbus *b, struct device *dev, struct device_driver *drv)
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
		if ((!dev->bus->match || dev->bus->match(dev, r->drv) > 0) && !bind(b, dev, r->drv))
			return 1;
	return 0;
}

void device_release_driver(struct device *dev)
{
	struct kbus *b = dev->bus ? kbus_of(dev->bus) : NULL;

	if (!dev->driver)
		return;
	notify(b, BUS_NOTIFY_UNBIND_DRIVER, dev);
	if (dev->bus && dev->bus->remove)
		dev->bus->remove(dev);
	else if (dev->driver->remove)
		dev->driver->remove(dev);
	kdevres_release_all(dev);
	dev->driver = NULL;
	dev->driver_data = NULL;
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

static void retry_deferred(u64 bound_before)
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

static void tell_interfaces(struct kclass_reg *c, struct device *dev, bool added)
{
	struct class_interface *i, *next;

	list_for_each_entry_safe(i, next, &c->interfaces, node)
	{
		if (added && i->add_dev)
			i->add_dev(dev);
		else if (!added && i->remove_dev)
			i->remove_dev(dev);
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
		tell_interfaces(c, dev, true);
	retry_deferred(bound);
	return 0;
}

void device_del(struct device *dev)
{
	struct kbus *b = dev->bus ? kbus_of(dev->bus) : NULL;

	if (!dev->kadded)
		return;
	notify(b, BUS_NOTIFY_DEL_DEVICE, dev);
	if (dev->class && kclass_of(dev->class))
		tell_interfaces(kclass_of(dev->class), dev, false);
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

/* --- buses, drivers, classes -------------------------------------------------------------------
 */
int bus_register(const struct bus_type *bus)
{
	struct kbus *b, **at = &klinux_now()->devs->buses;

	if (kbus_of(bus))
		return -EEXIST;
	b = kh_alloc(sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->bus = bus;
	INIT_LIST_HEAD(&b->devices);
	while (*at)
		at = &(*at)->next;
	*at = b;
	kmods_registered();
	return 0;
}

void bus_unregister(const struct bus_type *bus)
{
	for (struct kbus **at = &klinux_now()->devs->buses; *at; at = &(*at)->next) {
		struct kbus *b = *at;

		if (b->bus != bus)
			continue;
		WARN_ON(!list_empty(&b->devices));
		*at = b->next;
		while (b->drivers) {
			struct kdrv *r = b->drivers;

			b->drivers = r->next;
			kh_free(r);
		}
		kh_free(b);
		return;
	}
}

int bus_register_notifier(const struct bus_type *bus, struct notifier_block *nb)
{
	struct kbus *b = kbus_of(bus);

	return b ? blocking_notifier_chain_register(&b->notifiers, nb) : -EINVAL;
}

int bus_unregister_notifier(const struct bus_type *bus, struct notifier_block *nb)
{
	struct kbus *b = kbus_of(bus);

	return b ? blocking_notifier_chain_unregister(&b->notifiers, nb) : -EINVAL;
}

/* The current device may go away during @fn, so the next one is held meanwhile. */
static int walk(struct list_head *list, size_t node_offset, struct device *start, void *data,
		int (*fn)(struct device *dev, void *data))
{
	struct list_head *node = start ? (struct list_head *)((char *)start + node_offset) : list;
	struct device *dev, *next;
	int err = 0;

	node = node->next;
	dev = node == list ? NULL : get_device((struct device *)((char *)node - node_offset));
	while (dev) {
		struct list_head *n = ((struct list_head *)((char *)dev + node_offset))->next;

		/* A device that the previous call removed points to itself: the walk ends there. */
		if (n == list || n == (struct list_head *)((char *)dev + node_offset))
			next = NULL;
		else
			next = get_device((struct device *)((char *)n - node_offset));
		err = dev->kadded ? fn(dev, data) : 0;
		put_device(dev);
		dev = next;
		if (err)
			break;
	}
	put_device(dev);
	return err;
}

int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data))
{
	struct kbus *b = kbus_of(bus);

	return b ? walk(&b->devices, offsetof(struct device, kbus_node), start, data, fn) : -EINVAL;
}

static struct device *find_in(struct list_head *list, size_t node_offset,
			      const struct device *start, const void *data,
			      int (*match)(struct device *, const void *))
{
	struct list_head *node = start ? (struct list_head *)((char *)start + node_offset) : list;

	for (node = node->next; node != list; node = node->next) {
		struct device *dev = (struct device *)((char *)node - node_offset);

		if (!match || match(dev, data))
			return get_device(dev);
	}
	return NULL;
}

struct device *bus_find_device(const struct bus_type *bus, struct device *start, const void *data,
			       int (*match)(struct device *dev, const void *data))
{
	struct kbus *b = kbus_of(bus);

	return b ? find_in(&b->devices, offsetof(struct device, kbus_node), start, data, match)
		 : NULL;
}

/* With a reference on the result; drops the one on @prev (kernel-surface.md 5.7). */
struct device *bus_find_next_device(const struct bus_type *bus, struct device *prev)
{
	struct device *next = bus_find_device(bus, prev, NULL, NULL);

	put_device(prev);
	return next;
}

struct attach {
	struct kbus *b;
	struct device_driver *drv;
};

static int try_bind(struct device *dev, void *data)
{
	struct attach *a = data;

	if (!dev->driver && (!dev->bus->match || dev->bus->match(dev, a->drv) > 0))
		bind(a->b, dev, a->drv);
	return 0;
}

int driver_register(struct device_driver *drv)
{
	struct kbus *b = kbus_of(drv->bus);
	u64 bound = klinux_now()->devs->bound;
	struct kdrv *r, **at;

	if (!b)
		return -EINVAL;
	for (at = &b->drivers; *at; at = &(*at)->next)
		if (!strcmp((*at)->drv->name, drv->name))
			return -EBUSY;
	r = kh_alloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->drv = drv;
	*at = r;
	kmods_registered();
	bus_for_each_dev(drv->bus, NULL, &(struct attach){b, drv}, try_bind);
	retry_deferred(bound);
	return 0;
}

static int unbind_from(struct device *dev, void *data)
{
	if (dev->driver == data)
		device_release_driver(dev);
	return 0;
}

void driver_unregister(struct device_driver *drv)
{
	struct kbus *b = kbus_of(drv->bus);

	if (!b)
		return;
	for (struct kdrv **at = &b->drivers; *at; at = &(*at)->next) {
		struct kdrv *r = *at;

		if (r->drv == drv) {
			*at = r->next;
			kh_free(r);
			break;
		}
	}
	bus_for_each_dev(drv->bus, NULL, drv, unbind_from);
}

int class_register(const struct class *class)
{
	struct kclass_reg *c;

	if (kclass_of(class))
		return -EEXIST;
	c = kh_alloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->class = class;
	INIT_LIST_HEAD(&c->devices);
	INIT_LIST_HEAD(&c->interfaces);
	kmods_registered();
	c->next = klinux_now()->devs->classes;
	klinux_now()->devs->classes = c;
	return 0;
}

void class_unregister(const struct class *class)
{
	for (struct kclass_reg **at = &klinux_now()->devs->classes; *at; at = &(*at)->next) {
		struct kclass_reg *c = *at;

		if (c->class == class) {
			*at = c->next;
			kh_free(c);
			return;
		}
	}
}

struct device *class_find_device(const struct class *class, const struct device *start,
				 const void *data, int (*match)(struct device *, const void *))
{
	struct kclass_reg *c = kclass_of(class);

	return c ? find_in(&c->devices, offsetof(struct device, kclass_node), start, data, match)
		 : NULL;
}

int class_for_each_device(const struct class *class, const struct device *start, void *data,
			  int (*fn)(struct device *dev, void *data))
{
	struct kclass_reg *c = kclass_of(class);

	return c ? walk(&c->devices, offsetof(struct device, kclass_node), (struct device *)start,
			data, fn)
		 : -EINVAL;
}

static int add_existing(struct device *dev, void *data)
{
	struct class_interface *i = data;

	if (i->add_dev)
		i->add_dev(dev);
	return 0;
}

static int remove_existing(struct device *dev, void *data)
{
	struct class_interface *i = data;

	if (i->remove_dev)
		i->remove_dev(dev);
	return 0;
}

int class_interface_register(struct class_interface *i)
{
	struct kclass_reg *c = i ? kclass_of(i->class) : NULL;

	if (!c)
		return -ENODEV;
	list_add_tail(&i->node, &c->interfaces);
	return class_for_each_device(i->class, NULL, i, add_existing);
}

void class_interface_unregister(struct class_interface *i)
{
	if (!kclass_of(i->class))
		return;
	list_del_init(&i->node);
	class_for_each_device(i->class, NULL, i, remove_existing);
}

int bus_for_each_drv(const struct bus_type *bus, struct device_driver *start, void *data,
		     int (*fn)(struct device_driver *drv, void *data))
{
	struct kbus *b = kbus_of(bus);
	bool on = !start;
	int err = 0;

	for (struct kdrv *r = b ? b->drivers : NULL, *next; r && !err; r = next) {
		next = r->next;
		if (on)
			err = fn(r->drv, data);
		on = on || r->drv == start;
	}
	return b ? err : -EINVAL;
}

struct device *kdev_by_node_name(const char *name)
{
	for (struct kclass_reg *c = klinux_now()->devs->classes; c; c = c->next) {
		struct list_head *n;

		list_for_each(n, &c->devices)
		{
			struct device *dev = list_entry(n, struct device, kclass_node);

			if (dev->devt && !strcmp(dev_name(dev), name))
				return dev;
		}
	}
	return NULL;
}

struct device *kdev_by_name(const char *group, const char *name)
{
	struct list_head *n;

	for (struct kclass_reg *c = klinux_now()->devs->classes; c; c = c->next) {
		list_for_each(n, &c->devices)
		{
			struct device *dev = list_entry(n, struct device, kclass_node);

			if ((!group || !strcmp(group, c->class->name)) &&
			    !strcmp(dev_name(dev), name))
				return dev;
		}
	}
	for (struct kbus *b = klinux_now()->devs->buses; b; b = b->next) {
		list_for_each(n, &b->devices)
		{
			struct device *dev = list_entry(n, struct device, kbus_node);

			if ((!group || !strcmp(group, b->bus->name)) &&
			    !strcmp(dev_name(dev), name))
				return dev;
		}
	}
	return NULL;
}
