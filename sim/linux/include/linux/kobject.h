/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_KOBJECT_H
#define _LINUX_KOBJECT_H
#include <linux/kref.h>
#include <linux/types.h>
struct kobj_uevent_env {
	char buf[2048];
	int buflen;
	int envp_idx;
};
struct kobject {
	const char *name;
	struct kref kref;
};
int add_uevent_var(struct kobj_uevent_env *env, const char *fmt, ...);
#endif
