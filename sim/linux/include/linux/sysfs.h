/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_SYSFS_H
#define _LINUX_SYSFS_H
#include <linux/kobject.h>
#include <linux/types.h>
struct attribute {
	const char *name;
	umode_t mode;
};
struct attribute_group {
	const char *name;
	umode_t (*is_visible)(struct kobject *kobj, struct attribute *attr, int n);
	struct attribute **attrs;
};
int sysfs_emit_at(char *buf, int at, const char *fmt, ...);
#define SYSFS_GROUP_INVISIBLE 020000
int sysfs_emit(char *buf, const char *fmt, ...);
#define __ATTRIBUTE_GROUPS(name_)                                                                  \
	static const struct attribute_group *name_##_groups[] = {&name_##_group, NULL}
#define ATTRIBUTE_GROUPS(name_)                                                                    \
	static const struct attribute_group name_##_group = {.attrs = name_##_attrs};              \
	static const struct attribute_group *name_##_groups[] = {&name_##_group, NULL}
#endif
