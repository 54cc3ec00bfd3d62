/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DEBUGFS_H
#define _LINUX_DEBUGFS_H
/* CONFIG_DEBUG_FS is not set: nothing is created, and creation says so. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/types.h>
struct dentry;
static inline struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	(void)name;
	(void)parent;
	return (struct dentry *)ERR_PTR(-ENODEV);
}
static inline struct dentry *debugfs_create_file(const char *name, umode_t mode,
						 struct dentry *parent, void *data,
						 const struct file_operations *fops)
{
	(void)name;
	(void)mode;
	(void)parent;
	(void)data;
	(void)fops;
	return (struct dentry *)ERR_PTR(-ENODEV);
}
static inline void debugfs_remove(struct dentry *dentry)
{
	(void)dentry;
}
#define debugfs_remove_recursive debugfs_remove
#endif
