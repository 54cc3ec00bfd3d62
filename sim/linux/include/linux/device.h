/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H
/*
 * Driver core: devices, buses, classes, drivers. bus_type, class and device_driver may be const:
 * what the core has to remember about them is kept on its own side.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/irqreturn.h>
#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/types.h>

struct device;
struct device_driver;
struct kdevres;
struct kdev_file;
struct of_device_id;
struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};
#define __ATTR_RO(name_)                                                                           \
	{                                                                                          \
		.attr = {.name = #name_, .mode = 0444}, .show = name_##_show                       \
	}
#define __ATTR_WO(name_)                                                                           \
	{                                                                                          \
		.attr = {.name = #name_, .mode = 0200}, .store = name_##_store                     \
	}
#define DEVICE_ATTR_WO(name_) struct device_attribute dev_attr_##name_ = __ATTR_WO(name_)
#define DEVICE_ATTR_RO(name_) struct device_attribute dev_attr_##name_ = __ATTR_RO(name_)
#define DEVICE_ATTR_RW(name_)                                                                      \
	struct device_attribute dev_attr_##name_ = {.attr = {.name = #name_, .mode = 0644},        \
						    .show = name_##_show,                          \
						    .store = name_##_store}
#define DEVICE_ATTR(name_, mode_, show_, store_)                                                   \
	struct device_attribute dev_attr_##name_ = {                                               \
		.attr = {.name = #name_, .mode = mode_}, .show = show_, .store = store_}

struct bus_type {
	const char *name;
	const struct attribute_group **bus_groups, **dev_groups, **drv_groups;
	int (*match)(struct device *dev, const struct device_driver *drv);
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
	int (*probe)(struct device *dev);
	void (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
};
struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const char *mod_name;
	const struct of_device_id *of_match_table;
	int (*probe)(struct device *dev);
	int (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	const struct attribute_group **groups, **dev_groups;
};
struct class
{
	const char *name;
	const struct attribute_group **class_groups, **dev_groups;
	int (*dev_uevent)(const struct device *dev, struct kobj_uevent_env *env);
	char *(*devnode)(const struct device *dev, umode_t *mode);
	void (*dev_release)(struct device *dev);
};
struct device_node;
struct device {
	struct kobject kobj;
	struct device *parent;
	const char *init_name;
	const struct bus_type *bus;
	const struct class *class;
	struct device_driver *driver;
	void *driver_data, *platform_data;
	u64 *dma_mask, coherent_dma_mask;
	struct device_node *of_node;
	dev_t devt;
	u32 id;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);
	/* Of the core: */
	struct list_head kbus_node, kclass_node;
	struct kdevres *kdevres;  /* managed resources, the newest first */
	struct kdev_file *kfiles; /* attributes created one by one */
	bool kadded, kdeferred;
	bool kleaving; /* its driver's remove() is running */
};
#define kobj_to_dev(k) container_of(k, struct device, kobj)

enum bus_notifier_event {
	BUS_NOTIFY_ADD_DEVICE,
	BUS_NOTIFY_DEL_DEVICE,
	BUS_NOTIFY_REMOVED_DEVICE,
	BUS_NOTIFY_BIND_DRIVER,
	BUS_NOTIFY_BOUND_DRIVER,
	BUS_NOTIFY_UNBIND_DRIVER,
	BUS_NOTIFY_UNBOUND_DRIVER,
	BUS_NOTIFY_DRIVER_NOT_BOUND,
};
int bus_register(const struct bus_type *bus);
void bus_unregister(const struct bus_type *bus);
int bus_register_notifier(const struct bus_type *bus, struct notifier_block *nb);
int bus_unregister_notifier(const struct bus_type *bus, struct notifier_block *nb);
int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data));
struct device *bus_find_device(const struct bus_type *bus, struct device *start, const void *data,
			       int (*match)(struct device *dev, const void *data));
struct device *bus_find_next_device(const struct bus_type *bus, struct device *prev);
int driver_register(struct device_driver *drv);
void driver_unregister(struct device_driver *drv);
int class_register(const struct class *class);
void class_unregister(const struct class *class);
struct device *class_find_device(const struct class *class, const struct device *start,
				 const void *data, int (*match)(struct device *, const void *));
int class_for_each_device(const struct class *class, const struct device *start, void *data,
			  int (*fn)(struct device *dev, void *data));
struct class_interface {
	struct list_head node; /* of the core */
	const struct class *class;
	int (*add_dev)(struct device *dev);
	void (*remove_dev)(struct device *dev);
};
int class_interface_register(struct class_interface *intf);
void class_interface_unregister(struct class_interface *intf);
int bus_for_each_drv(const struct bus_type *bus, struct device_driver *start, void *data,
		     int (*fn)(struct device_driver *drv, void *data));
void device_initialize(struct device *dev);
int device_add(struct device *dev);
void device_del(struct device *dev);
int device_register(struct device *dev);
void device_unregister(struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
int dev_set_name(struct device *dev, const char *fmt, ...);
static inline const char *dev_name(const struct device *dev)
{
	return dev->kobj.name ? dev->kobj.name : dev->init_name ? dev->init_name : "(null)";
}
static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}
static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}
int device_create_file(struct device *dev, const struct device_attribute *attr);
void device_remove_file(struct device *dev, const struct device_attribute *attr);
/* Unbinds and binds as sysfs does. */
void device_release_driver(struct device *dev);
int device_attach(struct device *dev);
static inline bool device_is_registered(struct device *dev)
{
	return dev->kadded;
}
void dev_printk_(int level, const struct device *dev, const char *fmt, ...);
#ifndef dev_fmt
#define dev_fmt(fmt) fmt
#endif
#define dev_err(dev, fmt, ...) dev_printk_(3, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) dev_printk_(4, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) dev_printk_(5, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) dev_printk_(6, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_dbg(dev, fmt, ...)                                                                     \
	do {                                                                                       \
		if (0)                                                                             \
			dev_printk_(7, dev, fmt, ##__VA_ARGS__);                                   \
	} while (0)
int kdev_err_probe(const struct device *dev, int err, const char *fmt, ...);
/* Logs with the error's name and returns it; -EPROBE_DEFER and -ENOMEM are not worth a line. */
#define dev_err_probe(dev, err_, fmt, ...) kdev_err_probe(dev, err_, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_WARN_ONCE(dev, cond, fmt, ...) WARN_ONCE(cond, fmt, ##__VA_ARGS__)

/* --- managed resources: undone when the driver lets go of the device, the newest first ---------
 */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp);
void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp);
void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t gfp);
void *devm_kmalloc_array(struct device *dev, size_t n, size_t size, gfp_t gfp);
void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp);
char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp);
char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...);
void devm_kfree(struct device *dev, const void *p);
int devm_add_action(struct device *dev, void (*action)(void *), void *data);
int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data);
void devm_remove_action(struct device *dev, void (*action)(void *), void *data);
void devm_release_action(struct device *dev, void (*action)(void *), void *data);

DEFINE_FREE(put_device, struct device *, if (_T) put_device(_T))
#endif
