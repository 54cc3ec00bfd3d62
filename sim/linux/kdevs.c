/* SPDX-License-Identifier: BSD-3-Clause */
/* The registries of the driver core: which buses and classes a machine has, and whom they hold. */
#include "linux/kdev_core.h"

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

struct kbus *kbus_of(const struct bus_type *bus)
{
	for (struct kbus *b = klinux_now()->devs->buses; b; b = b->next)
		if (b->bus == bus)
			return b;
	return NULL;
}

struct kclass_reg *kclass_of(const struct class *class)
{
	for (struct kclass_reg *c = klinux_now()->devs->classes; c; c = c->next)
		if (c->class == class)
			return c;
	return NULL;
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

bool klinux_device_node(struct klinux *k, const char *name)
{
	(void)k;
	return kdev_by_node_name(name) != NULL;
}
