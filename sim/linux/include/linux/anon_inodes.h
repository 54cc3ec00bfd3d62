/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_ANON_INODES_H
#define _LINUX_ANON_INODES_H
#include <linux/fs.h>
/* A descriptor for @fops/@priv in the current process: >= 0, -EMFILE, -ENOMEM. */
int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags);
#endif
