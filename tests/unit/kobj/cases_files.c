/* SPDX-License-Identifier: BSD-3-Clause */
/* Files, descriptors, mappings, user memory: kernel-surface.md 5.3, 5.7; linux-tee.md 1.5, 2.3. */
#include <linux/anon_inodes.h>
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include "core/fault.h"
#include "linux/kdev_internal.h"
#include "cases.h"

static const struct class node_class = {.name = "node"};
static struct module node_module = {.name = "node_driver"};
static struct node {
	struct device dev;
	struct cdev cdev;
} * node;
static int opens, releases, anon_releases, device_frees, open_result;
static char *shared; /* two pages behind the anonymous file */

static int node_open(struct inode *inode, struct file *f)
{
	struct node *n = container_of(inode->i_cdev, struct node, cdev);

	opens++;
	f->private_data = n;
	return open_result;
}
static int node_release(struct inode *inode, struct file *f)
{
	releases++;
	return 0;
}
static int anon_mmap(struct file *f, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff + vma_pages(vma) > 2)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(virt_to_page(shared)),
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}
static int anon_release(struct inode *inode, struct file *f)
{
	anon_releases++;
	free_pages_exact(f->private_data, 2 * PAGE_SIZE);
	return 0;
}
static const struct file_operations anon_fops = {.release = anon_release, .mmap = anon_mmap};
static long node_ioctl(struct file *f, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1) {
		shared = alloc_pages_exact(2 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
		return anon_inode_getfd("test_shm", &anon_fops, shared, O_RDWR);
	}
	if (cmd == 2)
		return -ENOIOCTLCMD;
	if (cmd == 3) {
		u32 v;

		if (get_user(v, (u32 __user *)arg))
			return -EFAULT;
		return put_user(v + 1, (u32 __user *)arg);
	}
	return cmd == 4 ? -ERESTARTSYS : -EINVAL;
}
static const struct file_operations node_fops = {
	.open = node_open, .release = node_release, .unlocked_ioctl = node_ioctl};
static void node_free(struct device *dev)
{
	device_frees++;
	kfree(container_of(dev, struct node, dev));
}

/* nth counts from the start of the run. */
static bool fail_next(const char *name)
{
	size_t count;
	struct fault_site *const *sites = fault_sites(&count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(sites[i]->name, name))
			return !fault_arm(name, sites[i]->passed + 1, 1, 0);
	return false;
}

static int node_begin(void)
{
	dev_t devt;

	opens = releases = anon_releases = device_frees = open_result = 0;
	node_module.refcount = 0;
	if (class_register(&node_class) || alloc_chrdev_region(&devt, 0, 32, "node"))
		return -1;
	node = kzalloc(sizeof(*node), GFP_KERNEL);
	node->dev.class = &node_class;
	node->dev.devt = MKDEV(MAJOR(devt), 3);
	node->dev.release = node_free;
	device_initialize(&node->dev);
	dev_set_name(&node->dev, "node0");
	cdev_init(&node->cdev, &node_fops);
	node->cdev.owner = &node_module;
	return cdev_device_add(&node->cdev, &node->dev);
}

static void node_end(void)
{
	cdev_device_del(&node->cdev, &node->dev);
	put_device(&node->dev);
}

int kcase_open_errors(void)
{
	CHECK(!node_begin());
	CHECK(ksys_open("/dev/none", O_RDWR) == -ENOENT);
	CHECK(ksys_open("/etc/node0", O_RDWR) == -ENOENT);
	open_result = -ENOMEM; /* the driver's value comes through */
	CHECK(ksys_open("/dev/node0", O_RDWR) == -ENOMEM && node_module.refcount == 0);
	open_result = 0;
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0); /* and its descriptor is free again */
	cdev_del(&node->cdev);
	CHECK(ksys_open("/dev/node0", O_RDWR) == -ENXIO);
	CHECK(ksys_close(0) == 0 && ksys_close(0) == -EBADF && ksys_close(-1) == -EBADF);
	CHECK(ksys_ioctl(0, 1, 0) == -EBADF && ksys_ioctl(5000, 1, 0) == -EBADF);
	device_del(&node->dev);
	put_device(&node->dev);
	CHECK(device_frees == 1);
	return 0;
}

int kcase_lowest_fd(void)
{
	CHECK(!node_begin());
	for (int i = 0; i < 5; i++)
		CHECK(ksys_open("/dev/node0", O_RDWR) == i);
	CHECK(!ksys_close(1) && !ksys_close(3));
	CHECK(ksys_open("/dev/node0", O_RDWR) == 1);
	CHECK(ksys_dup(0) == 3 && ksys_dup(77) == -EBADF);
	CHECK(releases == 2);
	CHECK(!ksys_close(0) && releases == 2); /* the duplicate keeps it */
	CHECK(!ksys_close(3) && releases == 3);
	mini_exit_process();
	node_end();
	CHECK(releases == opens && device_frees == 1);
	return 0;
}

int kcase_fd_limit(void)
{
	long fd = 0;

	CHECK(!node_begin());
	for (int i = 0; i < 1024; i++)
		fd = ksys_open("/dev/node0", O_RDWR);
	CHECK(fd == 1023 && ksys_open("/dev/node0", O_RDWR) == -EMFILE);
	CHECK(ksys_ioctl(0, 1, 0) == -EMFILE);
	free_pages_exact(shared, 2 * PAGE_SIZE);
	CHECK(!ksys_close(500) && ksys_open("/dev/node0", O_RDWR) == 500);
	CHECK(!ksys_close(7) && fail_next("kern.anon_fd"));
	CHECK(ksys_ioctl(0, 1, 0) == -EMFILE); /* injected */
	free_pages_exact(shared, 2 * PAGE_SIZE);
	mini_exit_process();
	node_end();
	CHECK(releases == opens);
	return 0;
}

int kcase_ioctl_result(void)
{
	uint64_t u;

	CHECK(!node_begin());
	u = kuser_alloc(8);
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0);
	*(u32 *)kuser_ptr(u, 4) = 41;
	CHECK(ksys_ioctl(0, 3, u) == 0 && *(u32 *)kuser_ptr(u, 4) == 42);
	CHECK(ksys_ioctl(0, 3, 8) == -EFAULT);
	CHECK(ksys_ioctl(0, 2, 0) == -ENOTTY && ksys_ioctl(0, 4, 0) == -EINTR);
	CHECK(ksys_ioctl(0, 99, 0) == -EINVAL);
	mini_exit_process();
	node_end();
	return 0;
}

int kcase_cdev_pins(void)
{
	CHECK(!node_begin());
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0 && node_module.refcount == 1);
	CHECK(ksys_ioctl(0, 1, 0) == 1);
	CHECK(!ksys_close(0) && node_module.refcount == 0); /* the anonymous file does not pin */
	CHECK(!ksys_close(1) && anon_releases == 1);
	node_end();
	return 0;
}

int kcase_cdev_del_keeps_files(void)
{
	CHECK(!node_begin());
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0);
	node_end();
	CHECK(device_frees == 0); /* outlives its registration while a file is open */
	CHECK(ksys_open("/dev/node0", O_RDWR) == -ENOENT);
	CHECK(ksys_ioctl(0, 99, 0) == -EINVAL); /* existing files keep working */
	CHECK(!ksys_close(0) && releases == 1 && device_frees == 1);
	CHECK(mini_findings() == 0);
	return 0;
}

int kcase_fput_deferred(void)
{
	struct file *f;

	CHECK(!node_begin());
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0);
	f = fget(0);
	CHECK(f && !ksys_close(0) && releases == 0); /* a call in flight holds it */
	fput(f);
	CHECK(releases == 0); /* only at return to user mode */
	mini_user_mode();
	CHECK(releases == 1);
	node_end();
	return 0;
}

int kcase_mapping_keeps_file(void)
{
	long addr;
	u32 v = 0;

	CHECK(!node_begin());
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0 && ksys_ioctl(0, 1, 0) == 1);
	addr = ksys_mmap(2 * PAGE_SIZE, 3, 1, 0);
	CHECK(addr > 0 && !(addr % (long)PAGE_SIZE));
	CHECK(kuser_ptr((uint64_t)addr, 2 * PAGE_SIZE) == shared); /* the same memory */
	shared[PAGE_SIZE] = 0x5a;
	CHECK(!copy_from_user(&v, (void __user *)(addr + (long)PAGE_SIZE), 1) && v == 0x5a);
	CHECK(!ksys_close(1) && anon_releases == 0);
	CHECK(!ksys_munmap((uint64_t)addr, 2 * PAGE_SIZE) && anon_releases == 1);
	CHECK(!kuser_ptr((uint64_t)addr, 1));
	CHECK(ksys_munmap((uint64_t)addr, PAGE_SIZE) == 0); /* nothing there: no error */
	CHECK(!ksys_close(0));
	node_end();
	CHECK(mini_findings() == 0);
	return 0;
}

int kcase_exit_order(void)
{
	CHECK(!node_begin());
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0 && ksys_ioctl(0, 1, 0) == 1);
	CHECK(ksys_mmap(PAGE_SIZE, 3, 1, 0) > 0 && kuser_alloc(100));
	CHECK(!ksys_close(1) && anon_releases == 0);
	mini_exit_process();
	CHECK(anon_releases == 1 && releases == 1);
	node_end();
	CHECK(device_frees == 1 && klinux_check_leaks(mini_linux()) == 0);
	return 0;
}

int kcase_mmap_errors(void)
{
	CHECK(!node_begin());
	CHECK(ksys_open("/dev/node0", O_RDWR) == 0 && ksys_ioctl(0, 1, 0) == 1);
	CHECK(ksys_mmap(PAGE_SIZE, 3, 9, 0) == -EBADF);
	CHECK(ksys_mmap(PAGE_SIZE, 3, 0, 0) == -ENODEV); /* no mmap operation */
	CHECK(ksys_mmap(0, 3, 1, 0) == -EINVAL && ksys_mmap(PAGE_SIZE, 3, 1, 5) == -EINVAL);
	CHECK(ksys_mmap(3 * PAGE_SIZE, 3, 1, 0) == -EINVAL); /* the driver's refusal */
	CHECK(!ksys_close(1) && anon_releases == 1);	     /* failed mappings hold nothing */
	CHECK(!ksys_close(0));
	node_end();
	return 0;
}

int kcase_copy_faults(void)
{
	char buf[16] = "abcdefghijklmno";
	uint64_t u = kuser_alloc(PAGE_SIZE);
	char *user = (char *)(unsigned long)u;

	CHECK(!copy_to_user(user, buf, 16) && !memcmp(kuser_ptr(u, 16), buf, 16));
	CHECK(copy_to_user(user + PAGE_SIZE - 4, buf, 16) == 12); /* bytes not copied */
	CHECK(!memcmp(kuser_ptr(u + PAGE_SIZE - 4, 4), "abcd", 4));
	CHECK(copy_from_user(buf, NULL, 4) == 4);
	CHECK(copy_from_user(buf, kuser_ptr(u, 1), 4) == 4); /* a kernel address */
	CHECK(fail_next("kern.copy_from_user") && copy_from_user(buf, user, 4) == 4);
	CHECK(!copy_from_user(buf, user, 4));
	CHECK(!clear_user(user, 600) && !((char *)kuser_ptr(u, 600))[599]);
	kuser_free(u);
	CHECK(copy_from_user(buf, user, 4) == 4);
	return 0;
}

int kcase_copy_across(void)
{
	/* Between two mappings there is a hole, so that overruns fault. */
	uint64_t a = kuser_alloc(PAGE_SIZE), b = kuser_alloc(PAGE_SIZE);
	static char big[3 * 4096];

	CHECK(a && b && a != b && !kuser_ptr(a, PAGE_SIZE + 1) && kuser_ptr(a, PAGE_SIZE));
	CHECK(copy_from_user(big, (void __user *)(unsigned long)a, sizeof(big)) ==
	      sizeof(big) - PAGE_SIZE);
	/* Freed memory comes back zeroed. */
	memset(kuser_ptr(a, PAGE_SIZE), 0xee, PAGE_SIZE);
	kuser_free(a);
	a = kuser_alloc(PAGE_SIZE);
	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		CHECK(!((char *)kuser_ptr(a, PAGE_SIZE))[i]);
	return 0;
}

int kcase_access_ok_ranges(void)
{
	static char kernel_data;
	void *object = kmalloc(8, GFP_KERNEL);

	CHECK(access_ok((void *)0x10000000ul, 4096) && access_ok((void *)0ul, 0));
	CHECK(!access_ok((void *)~0xffful, 4096));     /* kernel half */
	CHECK(!access_ok((void *)0x10000000ul, ~0ul)); /* wraps */
	CHECK(!access_ok((void *)(~0ul - 10), 100));
	kfree(object);
	(void)kernel_data;
	return 0;
}

int kcase_iov_pins(void)
{
	uint64_t u = kuser_alloc(3 * PAGE_SIZE);
	struct page *pages[8], **list = pages;
	struct iov_iter it;
	size_t off;
	char *k = alloc_pages_exact(PAGE_SIZE, GFP_KERNEL);
	struct kvec vec = {.iov_base = k + 16, .iov_len = 100};
	struct page *first;

	iov_iter_ubuf(&it, ITER_DEST, (void __user *)(unsigned long)(u + 100), 2 * PAGE_SIZE);
	CHECK(!iov_iter_is_kvec(&it) && iov_iter_npages(&it, 100) == 3);
	CHECK(iter_iov_addr(&it) == (void *)(unsigned long)(u + 100));
	CHECK(iov_iter_extract_pages(&it, &list, LONG_MAX, INT_MAX, 0, &off) == 2 * PAGE_SIZE);
	CHECK(off == 100);
	first = virt_to_page(kuser_ptr(u, 1));
	CHECK(pages[0] == first && pages[2] == first + 2 && page_count(first) == 2);
	kuser_free(u); /* pinned: the memory stays */
	CHECK(page_count(first) == 1);
	unpin_user_pages(pages, 3);
	CHECK(page_count(first) == 0 && mini_findings() == 0);
	iov_iter_ubuf(&it, ITER_DEST, (void __user *)8, 100);
	CHECK(iov_iter_extract_pages(&it, &list, LONG_MAX, INT_MAX, 0, &off) == -EFAULT);
	iov_iter_ubuf(&it, ITER_DEST, (void __user *)(unsigned long)u, 0);
	CHECK(iov_iter_npages(&it, 100) == 0);
	iov_iter_kvec(&it, ITER_DEST, &vec, 1, 100);
	CHECK(iov_iter_is_kvec(&it));
	CHECK(iov_iter_extract_pages(&it, &list, LONG_MAX, INT_MAX, 0, &off) == 100 && off == 16);
	CHECK(pages[0] == virt_to_page(k) && page_count(pages[0]) == 1); /* no reference taken */
	free_pages_exact(k, PAGE_SIZE);
	return 0;
}
