/* SPDX-License-Identifier: BSD-3-Clause */
/* Buses and drivers. A driver meets the devices that wait for it when it is registered. */
#include "linux/kdev_core.h"

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
int kdev_walk(struct list_head *list, size_t node_offset, struct device *start, void *data,
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

	return b ? kdev_walk(&b->devices, offsetof(struct device, kbus_node), start, data, fn)
		 : -EINVAL;
}

struct device *kdev_find_in(struct list_head *list, size_t node_offset, const struct device *start,
			    const void *data, int (*match)(struct device *, const void *))
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

	return b ? kdev_find_in(&b->devices, offsetof(struct device, kbus_node), start, data, match)
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
		kdev_bind(a->b, dev, a->drv);
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
	kdev_retry_deferred(bound);
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
