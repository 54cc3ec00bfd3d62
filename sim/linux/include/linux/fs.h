/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H
/* Files as drivers see them. */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/types.h>
#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2
#define O_CLOEXEC 02000000
#define O_NONBLOCK 04000
struct cdev;
struct inode {
	struct cdev *i_cdev;
	dev_t i_rdev;
};
struct file_operations;
struct file {
	const struct file_operations *f_op;
	void *private_data;
	unsigned int f_flags;
	struct inode *f_inode;
	loff_t f_pos;
	int f_count;	    /* descriptors, mappings, calls in flight */
	struct inode inode; /* of the simulator: one per open */
	struct module *pinned;
	char name[32];
	struct file *next, *prev; /* all files, of the simulator */
};
struct kiocb;
struct iov_iter;
struct poll_table_struct;
struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *, loff_t, int);
	ssize_t (*read)(struct file *, char __user *, size_t, loff_t *);
	ssize_t (*write)(struct file *, const char __user *, size_t, loff_t *);
	unsigned int (*poll)(struct file *, struct poll_table_struct *);
	long (*unlocked_ioctl)(struct file *, unsigned int, unsigned long);
	long (*compat_ioctl)(struct file *, unsigned int, unsigned long);
	int (*mmap)(struct file *, struct vm_area_struct *);
	int (*open)(struct inode *, struct file *);
	int (*flush)(struct file *, void *id);
	int (*release)(struct inode *, struct file *);
};
int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count, const char *name);
void unregister_chrdev_region(dev_t dev, unsigned int count);
long compat_ptr_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
struct file *fget(unsigned int fd);
void fput(struct file *file);
static inline struct file *get_file(struct file *f)
{
	f->f_count++;
	return f;
}
#endif
