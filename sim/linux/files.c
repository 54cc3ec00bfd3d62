/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Character devices, files and descriptors. The last reference to a file (descriptor, mapping, call
 * in flight) queues its release as task work, which runs when the task returns to user mode or
 * exits: that is why close() and munmap() issue their SMCs at their very end (linux-tee.md 2.3).
 *
 * Not modelled: poll and llseek from user space, file systems (but see sysfs.c), permissions of
 * device nodes.
 */
#include <linux/anon_inodes.h>
#include <linux/cdev.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include "core/fault.h"
#include "core/watch.h"
#include "linux/kdev_internal.h"
#include "linux/khost.h"

FAULT_SITE(fault_anon_fd, FAULT_PLAIN, "kern.anon_fd", "no free descriptor for an anonymous file");

#define FD_MAX 1024

/* --- character devices ------------------------------------------------------------------------ */
int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count, const char *name)
{
	struct kdevs *d = klinux_now()->devs;

	(void)count;
	(void)name;
	/* Dynamic majors are handed out from 254 downwards. */
	*dev = MKDEV(254 - d->next_major++, first);
	return 0;
}

void unregister_chrdev_region(dev_t dev, unsigned int count)
{
	(void)dev;
	(void)count;
}

void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	memset(cdev, 0, sizeof(*cdev));
	cdev->ops = fops;
}

struct cdev *kcdev_find(dev_t dev)
{
	for (struct cdev *c = klinux_now()->devs->cdevs; c; c = c->next)
		if (dev >= c->dev && dev < c->dev + c->count)
			return c;
	return NULL;
}

int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count)
{
	cdev->dev = dev;
	cdev->count = count;
	if (kcdev_find(dev))
		return -EBUSY;
	kmods_registered();
	cdev->next = klinux_now()->devs->cdevs;
	klinux_now()->devs->cdevs = cdev;
	get_device(cdev->parent);
	return 0;
}

void cdev_del(struct cdev *cdev)
{
	for (struct cdev **at = &klinux_now()->devs->cdevs; *at; at = &(*at)->next) {
		if (*at == cdev) {
			*at = cdev->next;
			put_device(cdev->parent);
			return;
		}
	}
}

int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	int err = 0;

	if (dev->devt) {
		cdev->parent = dev;
		err = cdev_add(cdev, dev->devt, 1);
		if (err)
			return err;
	}
	err = device_add(dev);
	if (err && dev->devt)
		cdev_del(cdev);
	return err;
}

void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	device_del(dev);
	if (dev->devt)
		cdev_del(cdev);
}

/* --- files ------------------------------------------------------------------------------------ */
static struct file *file_new(const char *name, const struct file_operations *fops)
{
	struct kdevs *d = klinux_now()->devs;
	struct file *f = kh_alloc(sizeof(*f));

	if (!f)
		return NULL;
	WATCH(alloc, f, sizeof(*f)); /* drivers see it; its memory may have been another file's */
	f->f_op = fops;
	f->f_count = 1;
	f->f_inode = &f->inode;
	strscpy(f->name, name, sizeof(f->name));
	f->next = d->files;
	if (f->next)
		f->next->prev = f;
	d->files = f;
	return f;
}

static void file_free(struct file *f)
{
	if (f->next)
		f->next->prev = f->prev;
	if (f->prev)
		f->prev->next = f->next;
	else
		klinux_now()->devs->files = f->next;
	kh_free(f);
}

static void file_release(void *arg)
{
	struct file *f = arg;
	struct device *held = f->inode.i_cdev ? f->inode.i_cdev->parent : NULL;

	if (f->f_op->release)
		f->f_op->release(f->f_inode, f);
	put_device(held);
	WATCH(release, f->pinned); /* unloading comes after the last user */
	module_put(f->pinned);
	file_free(f);
}

void fput(struct file *f)
{
	WATCH(release, f); /* what each holder did comes before the release of the file */
	if (--f->f_count)
		return;
	WATCH(acquire, f);
	/* A kernel thread never returns to user mode: nothing to wait for. */
	if (ktask_work_add(file_release, f))
		file_release(f);
}

struct file *fget(unsigned int fd)
{
	struct kprocess *p = ktask_process(ktask_current());

	if (fd >= p->fd_room || !p->fd[fd])
		return NULL;
	WATCH(acquire, p->fd[fd]); /* what its open() wrote */
	return get_file(p->fd[fd]);
}

static int fd_lowest(struct kprocess *p)
{
	unsigned int fd = 0;

	while (fd < p->fd_room && p->fd[fd])
		fd++;
	if (fd >= FD_MAX)
		return -EMFILE;
	if (fd == p->fd_room) {
		unsigned int room = p->fd_room ? 2 * p->fd_room : 16;
		struct file **bigger = kh_resize(p->fd, room * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		memset(bigger + p->fd_room, 0, (room - p->fd_room) * sizeof(*bigger));
		p->fd = bigger;
		p->fd_room = room;
	}
	return (int)fd;
}

int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	struct kprocess *p = ktask_process(ktask_current());
	int fd = fault_hit(&fault_anon_fd) ? -EMFILE : fd_lowest(p);
	struct file *f;

	if (fd < 0)
		return fd;
	f = file_new(name, fops);
	if (!f)
		return -ENOMEM;
	f->private_data = priv;
	f->f_flags = (unsigned int)flags;
	WATCH(release, f);
	p->fd[fd] = f;
	return fd;
}

static long open_path(struct kprocess *p, const char *path, int flags)
{
	static const char dir[] = "/dev/";
	struct device *dev;
	struct cdev *cdev;
	struct file *f;
	int fd, err;

	if (!strncmp(path, "/sys/", 5))
		return ksysfs_open(path, flags);
	if (strncmp(path, dir, sizeof(dir) - 1))
		return -ENOENT;
	dev = kdev_by_node_name(path + sizeof(dir) - 1);
	if (!dev)
		return -ENOENT;
	cdev = kcdev_find(dev->devt);
	if (!cdev)
		return -ENXIO;
	fd = fd_lowest(p);
	if (fd < 0)
		return fd;
	f = file_new(path + sizeof(dir) - 1, cdev->ops);
	if (!f)
		return -ENOMEM;
	f->f_flags = (unsigned int)flags;
	f->inode.i_cdev = cdev;
	f->inode.i_rdev = dev->devt;
	try_module_get(cdev->owner);
	f->pinned = cdev->owner;
	get_device(cdev->parent);
	p->fd[fd] = f; /* reserves the number; nobody knows it yet */
	err = f->f_op->open ? f->f_op->open(f->f_inode, f) : 0;
	if (err) {
		p->fd[fd] = NULL;
		put_device(cdev->parent);
		module_put(f->pinned);
		file_free(f);
		return err;
	}
	WATCH(release, f);
	return fd;
}

/* No restart here: a signal that interrupts a call kills the task, so it never sees the result. */
static long user_result(long r)
{
	return r == -ERESTARTSYS || r == -ERESTARTNOINTR ? -EINTR : r;
}

long ksys_open(const char *path, int flags)
{
	ksys_enter("open");
	return ksys_exit("open",
			 user_result(open_path(ktask_process(ktask_current()), path, flags)));
}

long ksys_close(int fd)
{
	struct kprocess *p = ktask_process(ktask_current());
	struct file *f;

	ksys_enter("close");
	if (fd < 0 || (unsigned int)fd >= p->fd_room || !p->fd[fd])
		return ksys_exit("close", -EBADF);
	f = p->fd[fd];
	p->fd[fd] = NULL;
	fput(f);
	return ksys_exit("close", 0);
}

/* @fd of @from as a new descriptor of the current process. */
static long fd_copy(struct kprocess *from, int fd)
{
	struct kprocess *p = ktask_process(ktask_current());
	int copy;

	if (fd < 0 || (unsigned int)fd >= from->fd_room || !from->fd[fd])
		return -EBADF;
	copy = fd_lowest(p);
	if (copy >= 0)
		p->fd[copy] = get_file(from->fd[fd]);
	return copy;
}

long ksys_dup(int fd)
{
	ksys_enter("dup");
	return ksys_exit("dup", fd_copy(ktask_process(ktask_current()), fd));
}

long kuser_fd_from(const struct task_struct *from, int fd)
{
	ksys_enter("recvmsg");
	return ksys_exit("recvmsg",
			 ktask_process(from) ? fd_copy(ktask_process(from), fd) : -EBADF);
}

long ksys_ioctl(int fd, unsigned int cmd, uint64_t arg)
{
	struct file *f;
	long r;

	ksys_enter("ioctl");
	f = fget((unsigned int)fd);
	if (!f)
		return ksys_exit("ioctl", -EBADF);
	r = f->f_op->unlocked_ioctl ? f->f_op->unlocked_ioctl(f, cmd, arg) : -ENOTTY;
	if (r == -ENOIOCTLCMD)
		r = -ENOTTY;
	fput(f);
	return ksys_exit("ioctl", user_result(r));
}

long ksys_read(int fd, uint64_t buf, uint64_t len_bytes)
{
	struct file *f;
	long r;

	ksys_enter("read");
	f = fget((unsigned int)fd);
	if (!f)
		return ksys_exit("read", -EBADF);
	r = f->f_op->read ? f->f_op->read(f, (char __user *)buf, len_bytes, &f->f_pos) : -EINVAL;
	fput(f);
	return ksys_exit("read", user_result(r));
}

long ksys_write(int fd, uint64_t buf, uint64_t len_bytes)
{
	struct file *f;
	long r;

	ksys_enter("write");
	f = fget((unsigned int)fd);
	if (!f)
		return ksys_exit("write", -EBADF);
	r = f->f_op->write ? f->f_op->write(f, (const char __user *)buf, len_bytes, &f->f_pos)
			   : -EINVAL;
	fput(f);
	return ksys_exit("write", user_result(r));
}

long compat_ptr_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return file->f_op->unlocked_ioctl ? file->f_op->unlocked_ioctl(file, cmd, (u32)arg)
					  : -ENOIOCTLCMD;
}

/* --- processes -------------------------------------------------------------------------------- */
struct kprocess *kprocess_create(struct klinux *k, unsigned uid, unsigned gid)
{
	struct kprocess *p = kh_alloc(sizeof(*p));

	if (!p)
		return NULL;
	p->refs = 1;
	p->uid = uid;
	p->gid = gid;
	p->next_addr = 0x10000000ul;
	p->next = k->devs->processes;
	k->devs->processes = p;
	return p;
}

void kprocess_get(struct kprocess *p)
{
	p->refs++;
}

static void process_unlink(struct klinux *k, struct kprocess *p)
{
	for (struct kprocess **at = &k->devs->processes; *at; at = &(*at)->next) {
		if (*at == p) {
			*at = p->next;
			break;
		}
	}
	kh_free(p->fd);
	kh_free(p);
}

void kprocess_put(struct kprocess *p)
{
	/* As with files: what the other threads did comes before the process is taken apart. */
	WATCH(release, &p->refs);
	if (--p->refs)
		return;
	WATCH(acquire, &p->refs);
	kprocess_unmap_all(p);
	for (unsigned int fd = 0; fd < p->fd_room; fd++) {
		struct file *f = p->fd[fd];

		p->fd[fd] = NULL;
		if (f)
			fput(f);
	}
	process_unlink(klinux_now(), p);
}

/* The machine ends with processes alive: only host memory is given back, no code of theirs runs. */
void kprocess_drop_all(struct klinux *k)
{
	while (k->devs->processes) {
		struct kprocess *p = k->devs->processes;

		while (p->vmas) {
			struct vm_area_struct *v = p->vmas;

			p->vmas = v->next;
			kh_free(v);
		}
		process_unlink(k, p);
	}
	while (k->devs->files) {
		struct file *f = k->devs->files;

		k->devs->files = f->next;
		kh_free(f);
	}
}

kuid_t kcurrent_euid(void)
{
	struct kprocess *p = ktask_process(ktask_current());

	return (kuid_t){p ? p->uid : 0};
}

kgid_t kcurrent_egid(void)
{
	struct kprocess *p = ktask_process(ktask_current());

	return (kgid_t){p ? p->gid : 0};
}

int in_egroup_p(kgid_t gid)
{
	return gid.val == kcurrent_egid().val;
}
