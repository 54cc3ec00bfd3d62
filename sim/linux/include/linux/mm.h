/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H
/*
 * Pages and mappings. A kernel address is the host address of simulated memory, so virt_to_phys()
 * is a subtraction and contiguous buffers are contiguous for the SPMC.
 */
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/types.h>
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define PAGE_ALIGNED(x) IS_ALIGNED((unsigned long)(x), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define MAX_PAGE_ORDER 10

struct page {
	int refcount;
	int pincount;
	u32 head;	  /* index of the first page of its allocation */
	u32 live;	  /* in the head: pages of the allocation still referenced */
	u32 flags;	  /* PG_* */
	u32 count;	  /* in the head: pages of the allocation */
	const void *site; /* in the head: who allocated, NULL = user memory */
};
#define PG_slab 1u
#define PG_user 2u

struct page *virt_to_page(const void *virt);
void *page_address(const struct page *page);
phys_addr_t page_to_phys(const struct page *page);
struct page *phys_to_page(phys_addr_t phys);
phys_addr_t virt_to_phys(const volatile void *virt);
void *phys_to_virt(phys_addr_t phys);
bool virt_addr_valid(const void *virt);
bool is_vmalloc_addr(const void *virt);
void get_page(struct page *page);
void put_page(struct page *page);
static inline int page_count(const struct page *page)
{
	return page->refcount;
}
static inline bool PageSlab(const struct page *page)
{
	return page->flags & PG_slab;
}
void unpin_user_pages(struct page **pages, unsigned long n);
#define page_to_pfn(page) (page_to_phys(page) >> PAGE_SHIFT)
#define pfn_to_page(pfn) phys_to_page((phys_addr_t)(pfn) << PAGE_SHIFT)
#define untagged_addr(a) (a)
static inline int get_order(unsigned long size)
{
	int order = 0;

	while ((PAGE_SIZE << order) < size)
		order++;
	return order;
}

typedef struct {
	u64 pgprot;
} pgprot_t;
#define pgprot_val(p) ((p).pgprot)
#define __pgprot(x) ((pgprot_t){x})
#define MT_NORMAL 0
#define MT_NORMAL_TAGGED 1
#define MT_DEVICE_nGnRnE 4
#define PTE_ATTRINDX(t) ((u64)(t) << 2)
#define PTE_ATTRINDX_MASK ((u64)7 << 2)
#define VM_READ 1ul
#define VM_WRITE 2ul
#define VM_SHARED 8ul
#define VM_PFNMAP 0x400ul
struct file;
struct mm_struct;
struct vm_operations_struct;
struct vm_area_struct {
	unsigned long vm_start, vm_end;
	unsigned long vm_pgoff;
	unsigned long vm_flags;
	pgprot_t vm_page_prot;
	struct file *vm_file;
	void *vm_private_data;
	const struct vm_operations_struct *vm_ops;
	struct mm_struct *vm_mm;
	/* Of the simulator: a mapping is contiguous in physical memory, hence in host memory. */
	void *host;
	bool anonymous;
	struct vm_area_struct *next;
};
static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot);
void mmap_read_lock(struct mm_struct *mm);
void mmap_read_unlock(struct mm_struct *mm);
struct vma_iterator {
	struct mm_struct *mm;
	unsigned long addr;
};
#define VMA_ITERATOR(name, mm_, addr_) struct vma_iterator name = {.mm = mm_, .addr = addr_}
struct vm_area_struct *kvma_next(struct vma_iterator *it, unsigned long end);
#define for_each_vma_range(it, vma, end) while (((vma) = kvma_next(&(it), (end))) != NULL)
#endif
