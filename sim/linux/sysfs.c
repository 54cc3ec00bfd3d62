/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Attributes of devices as files: those of the device's groups, of its class, bus and driver, and
 * those created one by one. A group with a name is a folder: "group/attribute".
 * Not modelled: binary attributes, links, attributes of buses, drivers and modules, polling.
 */
#include <linux/anon_inodes.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>
#include "linux/kdev_internal.h"
#include "linux/khost.h"

struct kdev_file {
	const struct device_attribute *attr;
	struct kdev_file *next;
};

int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	struct kdev_file *f, **at = &dev->kfiles;

	if (!attr || !attr->attr.name)
		return -EINVAL;
	for (; *at; at = &(*at)->next)
		if (!strcmp((*at)->attr->attr.name, attr->attr.name))
			return -EEXIST;
	f = kh_alloc(sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->attr = attr;
	*at = f;
	return 0;
}

void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
	for (struct kdev_file **at = &dev->kfiles; *at; at = &(*at)->next) {
		struct kdev_file *f = *at;

		if (f->attr != attr)
			continue;
		*at = f->next;
		kh_free(f);
		return;
	}
}

void kdev_files_drop(struct device *dev)
{
	while (dev->kfiles)
		device_remove_file(dev, dev->kfiles->attr);
}

int sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (WARN((unsigned long)buf % PAGE_SIZE_SYSFS, "sysfs_emit: the buffer is not a page"))
		return 0;
	va_start(ap, fmt);
	n = vsnprintf(buf, PAGE_SIZE_SYSFS, fmt, ap);
	va_end(ap);
	return n < PAGE_SIZE_SYSFS ? n : PAGE_SIZE_SYSFS - 1;
}

int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	int room = PAGE_SIZE_SYSFS - at, n;
	va_list ap;

	if (WARN((unsigned long)buf % PAGE_SIZE_SYSFS || at < 0 || room <= 0,
		 "sysfs_emit_at: outside the page"))
		return 0;
	va_start(ap, fmt);
	n = vsnprintf(buf + at, (size_t)room, fmt, ap);
	va_end(ap);
	return n < room ? n : room - 1;
}

int add_uevent_var(struct kobj_uevent_env *env, const char *fmt, ...)
{
	int room = (int)sizeof(env->buf) - env->buflen, n;
	va_list ap;

	va_start(ap, fmt);
	n = vsnprintf(env->buf + env->buflen, (size_t)room, fmt, ap);
	va_end(ap);
	if (n >= room)
		return -ENOMEM;
	env->buflen += n + 1;
	env->envp_idx++;
	return 0;
}

/* "name" of an unnamed group, "group/name" of a named one. */
static bool is_called(const struct attribute_group *g, const struct attribute *a, const char *path)
{
	size_t n = g->name ? strlen(g->name) : 0;

	if (n && (strncmp(path, g->name, n) || path[n++] != '/'))
		return false;
	return !strcmp(path + n, a->name);
}

static const struct device_attribute *find_in(const struct attribute_group *const *groups,
					      struct device *dev, const char *path)
{
	for (; groups && *groups; groups++) {
		const struct attribute_group *g = *groups;

		for (int i = 0; g->attrs && g->attrs[i]; i++) {
			if (!is_called(g, g->attrs[i], path))
				continue;
			if (g->is_visible && !g->is_visible(&dev->kobj, g->attrs[i], i))
				return NULL;
			return container_of(g->attrs[i], struct device_attribute, attr);
		}
	}
	return NULL;
}

static const struct device_attribute *find(struct device *dev, const char *path)
{
	const struct device_attribute *a =
		find_in((const struct attribute_group *const *)dev->groups, dev, path);

	for (struct kdev_file *f = dev->kfiles; f && !a; f = f->next)
		if (!strcmp(f->attr->attr.name, path))
			a = f->attr;
	if (!a && dev->class)
		a = find_in((const struct attribute_group *const *)dev->class->dev_groups, dev,
			    path);
	if (!a && dev->bus)
		a = find_in((const struct attribute_group *const *)dev->bus->dev_groups, dev, path);
	if (!a && dev->driver)
		a = find_in((const struct attribute_group *const *)dev->driver->dev_groups, dev,
			    path);
	return a;
}

static long show(struct device *dev, const char *path, char *buf)
{
	const struct device_attribute *a = find(dev, path);
	char *page;
	long n;

	if (!a)
		return -ENOENT;
	if (!a->show || !(a->attr.mode & 0444))
		return -EIO;
	page = (char *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	get_device(dev);
	n = a->show(dev, (struct device_attribute *)a, page);
	put_device(dev);
	if (n > PAGE_SIZE_SYSFS) {
		WARN(1, "an attribute's show() returned more than a page");
		n = PAGE_SIZE_SYSFS;
	}
	if (n >= 0)
		memcpy(buf, page, (size_t)n);
	if (n >= 0 && n < PAGE_SIZE_SYSFS)
		buf[n] = 0;
	free_page((unsigned long)page);
	return n;
}

long klinux_device_attr(struct klinux *k, const char *device, const char *attr, char *buf)
{
	struct device *dev = kdev_by_name(NULL, device);

	(void)k;
	return dev ? show(dev, attr, buf) : -ENOENT;
}

/* /sys/class/CLASS/DEVICE/ATTR and /sys/bus/BUS/devices/DEVICE/ATTR */
long ksysfs_read(const char *path, char *buf)
{
	const bool class = !strncmp(path, "/sys/class/", 11);
	char group[32], name[64];
	struct device *dev;
	const char *rest;

	if (!class && strncmp(path, "/sys/bus/", 9))
		return -ENOENT;
	path += class ? 11 : 9;
	rest = strchr(path, '/');
	if (!rest || rest - path >= (long)sizeof(group))
		return -ENOENT;
	strscpy(group, path, (size_t)(rest - path) + 1);
	path = rest + 1;
	if (!class) {
		if (strncmp(path, "devices/", 8))
			return -ENOENT;
		path += 8;
	}
	rest = strchr(path, '/');
	if (!rest || rest - path >= (long)sizeof(name))
		return -ENOENT;
	strscpy(name, path, (size_t)(rest - path) + 1);
	dev = kdev_by_name(group, name);
	return dev ? show(dev, rest + 1, buf) : -ENOENT;
}

/* An open attribute: its text is made when it is read from the start, as in the kernel. */
struct open_attr {
	char *text;
	long len;
	char path[200];
};

static ssize_t attr_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct open_attr *a = file->private_data;

	if (*pos == 0) {
		a->len = ksysfs_read(a->path, a->text);
		if (a->len < 0)
			return a->len;
	}
	if (*pos >= a->len)
		return 0;
	if (len > (size_t)(a->len - *pos))
		len = (size_t)(a->len - *pos);
	if (copy_to_user(buf, a->text + *pos, len))
		return -EFAULT;
	*pos += (loff_t)len;
	return (ssize_t)len;
}

static int attr_release(struct inode *inode, struct file *file)
{
	(void)inode;
	kh_free(((struct open_attr *)file->private_data)->text);
	kh_free(file->private_data);
	return 0;
}

static const struct file_operations attr_fops = {.read = attr_read, .release = attr_release};

long ksysfs_open(const char *path, int flags)
{
	struct open_attr *a = kh_alloc(sizeof(*a));
	long fd = -ENOMEM;

	if (!a)
		return fd;
	a->text = kh_alloc(PAGE_SIZE_SYSFS + 1);
	if (!a->text)
		goto free;
	fd = strscpy(a->path, path, sizeof(a->path)) < 0 ? -ENAMETOOLONG
							 : ksysfs_read(path, a->text);
	if (fd >= 0 || fd == -EIO)
		fd = anon_inode_getfd("[sysfs]", &attr_fops, a, flags);
	if (fd >= 0)
		return fd;
	kh_free(a->text);
free:
	kh_free(a);
	return fd;
}
