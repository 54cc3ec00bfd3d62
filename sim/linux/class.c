/* SPDX-License-Identifier: BSD-3-Clause */
/* Classes of devices, and the interfaces that are told of each member. */
#include "linux/kdev_core.h"

void kclass_tell_interfaces(struct kclass_reg *c, struct device *dev, bool added)
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

	return c ? kdev_find_in(&c->devices, offsetof(struct device, kclass_node), start, data,
				match)
		 : NULL;
}

int class_for_each_device(const struct class *class, const struct device *start, void *data,
			  int (*fn)(struct device *dev, void *data))
{
	struct kclass_reg *c = kclass_of(class);

	return c ? kdev_walk(&c->devices, offsetof(struct device, kclass_node),
			     (struct device *)start, data, fn)
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
