/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * User memory. A process has mappings at simulated user addresses, handed out upwards and never
 * twice; each is contiguous in physical memory. Copies go through the mapping that was used last.
 *
 * Not modelled: copy on write, page faults, protections of anonymous memory.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/slab.h>
#include "core/watch.h"
#include "core/fault.h"
#include "linux/kdev_internal.h"
#include "linux/khost.h"
#include "linux/kobject_internal.h"

FAULT_SITE(fault_copy_from_user, FAULT_PLAIN, "kern.copy_from_user",
	   "a read of user memory faults");
FAULT_SITE(fault_copy_to_user, FAULT_PLAIN, "kern.copy_to_user", "a write of user memory faults");

#define USER_END 0x0001000000000000ul /* 48-bit user addresses */

static struct kprocess *process(void)
{
	struct task_struct *t = ktask_current();

	return t ? ktask_process(t) : NULL;
}

static struct vm_area_struct *vma_of(struct kprocess *p, unsigned long addr)
{
	struct vm_area_struct *v;

	if (!p)
		return NULL;
	v = p->last;
	if (v && addr >= v->vm_start && addr < v->vm_end)
		return v;
	for (v = p->vmas; v && addr >= v->vm_end; v = v->next)
		;
	if (!v || addr < v->vm_start)
		return NULL;
	p->last = v;
	return v;
}

static struct vm_area_struct *vma_new(struct kprocess *p, unsigned long bytes)
{
	struct vm_area_struct *v = kh_alloc(sizeof(*v)), **at;

	if (!v)
		return NULL;
	WATCH(alloc, v, sizeof(*v));
	v->vm_start = p->next_addr;
	v->vm_end = v->vm_start + PAGE_ALIGN(bytes);
	/* An unmapped page between mappings, so that running over an end is a fault. */
	p->next_addr = v->vm_end + PAGE_SIZE;
	for (at = &p->vmas; *at; at = &(*at)->next)
		;
	*at = v;
	return v;
}

static void vma_drop(struct kprocess *p, struct vm_area_struct *v)
{
	for (struct vm_area_struct **at = &p->vmas; *at; at = &(*at)->next) {
		if (*at == v) {
			*at = v->next;
			break;
		}
	}
	if (p->last == v)
		p->last = NULL;
	if (v->anonymous)
		free_pages_exact(v->host, v->vm_end - v->vm_start);
	if (v->vm_file)
		fput(v->vm_file);
	kh_free(v);
}

void kprocess_unmap_all(struct kprocess *p)
{
	while (p->vmas)
		vma_drop(p, p->vmas);
}

uint64_t kuser_alloc(size_t bytes)
{
	struct kprocess *p = process();
	struct vm_area_struct *v;
	size_t size = PAGE_ALIGN(bytes ? bytes : 1);
	void *host = kpages_alloc(size / PAGE_SIZE, __GFP_NOWARN, NULL);

	if (!host)
		return 0;
	v = vma_new(p, size);
	if (!v) {
		free_pages_exact(host, size);
		return 0;
	}
	for (size_t i = 0; i < size / PAGE_SIZE; i++)
		virt_to_page((char *)host + i * PAGE_SIZE)->flags |= PG_user;
	v->host = host;
	v->anonymous = true;
	v->vm_flags = VM_READ | VM_WRITE;
	return v->vm_start;
}

void kuser_free(uint64_t addr)
{
	struct kprocess *p = process();
	struct vm_area_struct *v = vma_of(p, addr);

	if (v)
		vma_drop(p, v);
}

/* Host pointer of the part of [addr, addr + len) that lies in one mapping; *part = its length. */
static void *user_part(struct kprocess *p, unsigned long addr, unsigned long len,
		       unsigned long *part)
{
	struct vm_area_struct *v = vma_of(p, addr);

	if (!v || !v->host)
		return NULL;
	*part = min_t(unsigned long, len, v->vm_end - addr);
	return (char *)v->host + (addr - v->vm_start);
}

void *kuser_ptr(uint64_t addr, size_t len_bytes)
{
	unsigned long part = 0;
	void *host = user_part(process(), addr, len_bytes, &part);

	return host && part == len_bytes ? host : NULL;
}

bool kaccess_ok(unsigned long addr, unsigned long size)
{
	return size <= USER_END && addr <= USER_END - size;
}

static unsigned long copy_user(unsigned long user, void *kernel, unsigned long n, bool to_user)
{
	struct kprocess *p = process();

	if (!kaccess_ok(user, n))
		return n;
	while (n) {
		unsigned long part;
		void *host = user_part(p, user, n, &part);

		if (!host)
			return n;
		if (to_user)
			memcpy(host, kernel, part);
		else
			memcpy(kernel, host, part);
		user += part;
		kernel = (char *)kernel + part;
		n -= part;
	}
	return 0;
}

/* What small copies cost is in the cost of the system call. */
#define CHARGED_COPY_BYTES 256

static void charge_copy(unsigned long n)
{
	if (n >= CHARGED_COPY_BYTES)
		kcharge(n * cost()->copy_per_kib_ns / 1024);
}

/* The common case: inside the mapping used last. */
static inline void *user_fast(unsigned long addr, unsigned long n)
{
	struct kprocess *p = process();
	struct vm_area_struct *v = p ? p->last : NULL;

	if (likely(v && v->host && addr >= v->vm_start && addr < v->vm_end &&
		   n <= v->vm_end - addr))
		return (char *)v->host + (addr - v->vm_start);
	return NULL;
}

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	void *host;

	kmight_sleep_at(__builtin_return_address(0));
	WATCH(range, to, n, true, __builtin_return_address(0));
	if (unlikely(fault_hit(&fault_copy_from_user)))
		return n;
	charge_copy(n);
	host = user_fast((unsigned long)from, n);
	if (likely(host)) {
		memcpy(to, host, n);
		return 0;
	}
	return copy_user((unsigned long)from, to, n, false);
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	void *host;

	kmight_sleep_at(__builtin_return_address(0));
	WATCH(range, from, n, false, __builtin_return_address(0));
	if (unlikely(fault_hit(&fault_copy_to_user)))
		return n;
	charge_copy(n);
	host = user_fast((unsigned long)to, n);
	if (likely(host)) {
		memcpy(host, from, n);
		return 0;
	}
	return copy_user((unsigned long)to, (void *)from, n, true);
}

unsigned long clear_user(void __user *to, unsigned long n)
{
	static const char zeros[256];

	while (n) {
		unsigned long part = min_t(unsigned long, n, sizeof(zeros));

		if (copy_to_user(to, zeros, part))
			return n;
		to = (char *)to + part;
		n -= part;
	}
	return 0;
}

long strncpy_from_user(char *to, const char __user *from, long n)
{
	for (long i = 0; i < n; i++) {
		if (copy_from_user(&to[i], from + i, 1))
			return -EFAULT;
		if (!to[i])
			return i;
	}
	return n;
}

/* --- mmap ------------------------------------------------------------------------------------- */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot)
{
	(void)prot;
	if (addr != vma->vm_start || size > vma->vm_end - vma->vm_start)
		return -EINVAL;
	vma->host = phys_to_virt((phys_addr_t)pfn << PAGE_SHIFT);
	kcharge(cost()->page_map_ns * DIV_ROUND_UP(size, PAGE_SIZE));
	return vma->host ? 0 : -EINVAL;
}

long kuser_map_file(struct file *f, uint64_t len_bytes, int prot, uint64_t offset)
{
	struct kprocess *p = process();
	struct vm_area_struct *v;
	int err;

	err = !len_bytes || offset % PAGE_SIZE ? -EINVAL : !f->f_op->mmap ? -ENODEV : 0;
	v = err ? NULL : vma_new(p, len_bytes);
	if (!v) {
		fput(f);
		return err ? err : -ENOMEM;
	}
	v->vm_pgoff = offset >> PAGE_SHIFT;
	v->vm_flags = VM_SHARED | (prot & 1 ? VM_READ : 0) | (prot & 2 ? VM_WRITE : 0);
	v->vm_file = f; /* the caller's reference becomes the mapping's */
	err = f->f_op->mmap(f, v);
	if (err) {
		vma_drop(p, v);
		return err;
	}
	return (long)v->vm_start;
}

long ksys_mmap(uint64_t len_bytes, int prot, int fd, uint64_t offset)
{
	struct file *f;

	ksys_enter("mmap");
	f = fget((unsigned int)fd);
	return ksys_exit("mmap", f ? kuser_map_file(f, len_bytes, prot, offset) : -EBADF);
}

long ksys_munmap(uint64_t addr, uint64_t len_bytes)
{
	struct kprocess *p = process();
	struct vm_area_struct *v;

	ksys_enter("munmap");
	v = vma_of(p, addr);
	if (addr % PAGE_SIZE || !len_bytes)
		return ksys_exit("munmap", -EINVAL);
	/* Whole mappings only: nobody here splits one. An unmapped range is no error. */
	if (v && (addr != v->vm_start || PAGE_ALIGN(len_bytes) != v->vm_end - v->vm_start))
		return ksys_exit("munmap", -EINVAL);
	if (v)
		vma_drop(p, v);
	return ksys_exit("munmap", 0);
}

void mmap_read_lock(struct mm_struct *mm)
{
	(void)mm;
}
void mmap_read_unlock(struct mm_struct *mm)
{
	(void)mm;
}

struct vm_area_struct *kvma_next(struct vma_iterator *it, unsigned long end)
{
	struct kprocess *p = process();

	for (struct vm_area_struct *v = p ? p->vmas : NULL; v; v = v->next) {
		if (v->vm_end > it->addr && v->vm_start < end) {
			it->addr = v->vm_end;
			return v;
		}
	}
	return NULL;
}

/* --- iterators -------------------------------------------------------------------------------- */
int iov_iter_npages(const struct iov_iter *i, int max)
{
	unsigned long pages;

	if (!i->count)
		return 0;
	pages = DIV_ROUND_UP(offset_in_page((void *)i->base) + i->count, PAGE_SIZE);
	return pages < (unsigned long)max ? (int)pages : max;
}

ssize_t iov_iter_extract_pages(struct iov_iter *i, struct page ***pages, size_t maxsize,
			       unsigned int maxpages, iov_iter_extraction_t flags, size_t *offset)
{
	unsigned long addr = i->base, start = offset_in_page((void *)addr);
	size_t want = min_t(size_t, maxsize, i->count), got = 0;
	unsigned int n = 0;
	struct page **list = *pages;

	(void)flags;
	*offset = start;
	if (!list) {
		list = kcalloc(min_t(size_t, maxpages, DIV_ROUND_UP(start + want, PAGE_SIZE)),
			       sizeof(*list), GFP_KERNEL);
		if (!list)
			return -ENOMEM;
		*pages = list;
	}
	addr &= PAGE_MASK;
	while (n < maxpages && got < start + want) {
		unsigned long part;
		void *host =
			i->kernel ? (void *)addr : user_part(process(), addr, PAGE_SIZE, &part);

		if (!host || !virt_addr_valid(host))
			break;
		list[n] = virt_to_page(host);
		if (!i->kernel) {
			get_page(list[n]);
			list[n]->pincount++;
		}
		n++;
		got += PAGE_SIZE;
		addr += PAGE_SIZE;
	}
	if (!n)
		return -EFAULT;
	got = min_t(size_t, got - start, want);
	i->base += got;
	i->count -= got;
	return (ssize_t)got;
}
