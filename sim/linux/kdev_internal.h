/* SPDX-License-Identifier: BSD-3-Clause */
/* Devices, character devices and files share this; nobody else. */
#ifndef FFASIM_LINUX_KDEV_INTERNAL_H
#define FFASIM_LINUX_KDEV_INTERNAL_H

#include <linux/types.h>
#include "linux/kernel_internal.h"

struct device;
struct cdev;
struct file;
struct vm_area_struct;

#define PAGE_SIZE_SYSFS 4096

struct kdevs {
	struct kbus *buses;
	struct kclass_reg *classes;
	struct cdev *cdevs;
	unsigned int next_major, next_platform;
	unsigned long long bound; /* devices that found a driver so far */
	bool retrying;		  /* deferred probes run */
	struct kprocess *processes;
	struct file *files; /* all open ones */
};

struct kprocess {
	unsigned int refs;
	unsigned int uid, gid;
	struct file **fd;
	unsigned int fd_room;
	struct vm_area_struct *vmas, *last; /* sorted by address; the one last used */
	unsigned long next_addr;
	struct kprocess *next;
};

struct device *kdev_by_node_name(const char *name);
/* By name, in the class or on the bus of that name (NULL = in any). */
struct device *kdev_by_name(const char *group, const char *name);
void kdevres_release_all(struct device *dev);
void kdev_files_drop(struct device *dev); /* attributes created one by one */
/* Reads the attribute at a path below /sys into @buf (a page): length or -errno. */
long ksysfs_read(const char *path, char *buf);
/* A descriptor for it in the current process, or -errno. */
long ksysfs_open(const char *path, int flags);
struct cdev *kcdev_find(dev_t dev);
void kprocess_drop_all(struct klinux *k);
/* Maps @f into the current process; takes over the caller's reference. The address or -errno. */
long kuser_map_file(struct file *f, uint64_t len_bytes, int prot, uint64_t offset);
/* Unmaps everything; on the exiting task. */
void kprocess_unmap_all(struct kprocess *p);

#endif
