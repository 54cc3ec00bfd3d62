/* SPDX-License-Identifier: BSD-3-Clause */
/* The driver core's registries and what its files share: kdevs.c, device.c, bus.c, class.c. */
#ifndef FFASIM_LINUX_KDEV_CORE_H
#define FFASIM_LINUX_KDEV_CORE_H

#include <linux/device.h>
#include <linux/kernel.h>
#include "linux/kdev_internal.h"
#include "linux/khost.h"

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

struct kbus *kbus_of(const struct bus_type *bus);
struct kclass_reg *kclass_of(const struct class *class);

/* device.c: gives @dev to @drv; what its probe said. */
int kdev_bind(struct kbus *b, struct device *dev, struct device_driver *drv);
/* More devices bound than @bound_before: deferred ones try again. */
void kdev_retry_deferred(u64 bound_before);

/* bus.c: over a list that links devices @node_offset inside them, after @start (NULL = all). */
int kdev_walk(struct list_head *list, size_t node_offset, struct device *start, void *data,
	      int (*fn)(struct device *dev, void *data));
/* With a reference. */
struct device *kdev_find_in(struct list_head *list, size_t node_offset, const struct device *start,
			    const void *data, int (*match)(struct device *, const void *));

/* class.c */
void kclass_tell_interfaces(struct kclass_reg *c, struct device *dev, bool added);

#endif
