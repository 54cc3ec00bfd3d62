/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages: one struct page per Non-secure page, reference counted. Pages of one allocation return to
 * the machine together, when the last of them is no longer referenced.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "core/watch.h"
#include "core/fault.h"
#include "linux/kernel_internal.h"
#include "linux/kobject_internal.h"

FAULT_SITE(fault_alloc_pages, FAULT_PLAIN, "kern.alloc_pages", "a page allocation fails");

static struct physmem *mem(void)
{
	return &machine->mem;
}

phys_addr_t virt_to_phys(const volatile void *virt)
{
	pa_t pa;

	return physmem_pa(mem(), (const void *)virt, &pa) ? pa.v : ~0ULL;
}

void *phys_to_virt(phys_addr_t phys)
{
	return physmem_at(mem(), pa_of(phys), 1);
}

bool virt_addr_valid(const void *virt)
{
	pa_t pa;

	return physmem_pa(mem(), virt, &pa) && pa.v >= PHYS_NS_BASE;
}

/* There is no vmalloc area: modules' data counts as one, as it does in the kernel. */
bool is_vmalloc_addr(const void *virt)
{
	return !virt_addr_valid(virt);
}

struct page *phys_to_page(phys_addr_t phys)
{
	return kslab_pages(klinux_now()) + ((phys - PHYS_NS_BASE) >> PAGE_SHIFT);
}

struct page *virt_to_page(const void *virt)
{
	return phys_to_page(virt_to_phys(virt));
}

phys_addr_t page_to_phys(const struct page *page)
{
	return PHYS_NS_BASE + ((u64)(page - kslab_pages(klinux_now())) << PAGE_SHIFT);
}

void *page_address(const struct page *page)
{
	return phys_to_virt(page_to_phys(page));
}

static struct page *pages_alloc(u32 count, const void *site)
{
	struct klinux *k = klinux_now();
	struct page *first;
	u32 head;
	pa_t pa;

	if (fault_hit(&fault_alloc_pages) || !physmem_alloc(mem(), PHYS_NS, count, &pa))
		return NULL;
	first = phys_to_page(pa.v);
	head = (u32)(first - kslab_pages(k));
	for (u32 i = 0; i < count; i++)
		first[i] = (struct page){.refcount = 1, .head = head};
	first->live = first->count = count;
	first->site = site;
	WATCH(alloc, page_address(first), (size_t)count << PAGE_SHIFT);
	if (site)
		kslab_account(k, 1, (s64)count << PAGE_SHIFT);
	return first;
}

void get_page(struct page *page)
{
	if (PageSlab(page)) {
		WARN_ON(PageSlab(page)); /* linux-tee.md 40: slab memory has no page references */
		return;
	}
	page->refcount++;
}

void put_page(struct page *page)
{
	struct page *head;

	if (PageSlab(page)) {
		WARN_ON(PageSlab(page));
		return;
	}
	if (WARN_ON(page->refcount <= 0))
		return;
	head = kslab_pages(klinux_now()) + page->head;
	WATCH(release, head); /* what each holder did comes before the pages are free */
	if (--page->refcount)
		return;
	if (--head->live)
		return;
	if (head->site)
		kslab_account(klinux_now(), -1, -((s64)head->count << PAGE_SHIFT));
	WATCH(acquire, head);
	WATCH(free, page_address(head), (size_t)head->count << PAGE_SHIFT);
	physmem_free(mem(), pa_of(page_to_phys(head)));
}

void unpin_user_pages(struct page **pages, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		WARN_ON(pages[i]->pincount <= 0);
		pages[i]->pincount--;
		put_page(pages[i]);
	}
}

void *kpages_alloc(size_t count, gfp_t gfp, const void *site)
{
	struct page *page;

	/* Like the real one: above the largest order the allocator refuses and says so once. */
	if (!count || count > 1ul << MAX_PAGE_ORDER) {
		if (count && !(gfp & __GFP_NOWARN))
			klog_line(4, "page allocation failure: order above 10");
		return NULL;
	}
	if (gfpflags_allow_blocking(gfp))
		kmight_sleep_at(site);
	page = pages_alloc((u32)count, site);
	kcharge(cost()->alloc_ns * count);
	return page ? page_address(page) : NULL;
}

#define CALLER __builtin_return_address(0)

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	/* Not DIV_ROUND_UP: a size near the end of the address space must not wrap to zero pages.
	 */
	return kpages_alloc(size / PAGE_SIZE + (size % PAGE_SIZE != 0), gfp, CALLER);
}

void free_pages_exact(void *virt, size_t size)
{
	size_t count = DIV_ROUND_UP(size, PAGE_SIZE);
	struct page *page = virt_to_page(virt);

	for (size_t i = 0; i < count; i++)
		put_page(page + i);
	kcharge(cost()->alloc_ns);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	void *virt = order > MAX_PAGE_ORDER ? NULL : kpages_alloc(1UL << order, gfp, CALLER);

	return virt ? virt_to_page(virt) : NULL;
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	return order > MAX_PAGE_ORDER ? 0 : (unsigned long)kpages_alloc(1UL << order, gfp, CALLER);
}

unsigned kpages_check_leaks(struct klinux *k)
{
	const struct page *pages = kslab_pages(k);
	unsigned leaks = 0;

	/* No page above the mark was ever handed out. */
	for (u32 i = 0; i < k->m->mem.zone[PHYS_NS].high_water; i++) {
		char text[KSITE_BYTES];

		if (!pages[i].live || !pages[i].site)
			continue;
		leaks++;
		report_add(&k->m->report, FINDING_DETECTOR, NULL,
			   "leak: %u page%s of %u allocated in %s", pages[i].live,
			   pages[i].live == 1 ? "" : "s", pages[i].count,
			   ksite(pages[i].site, text));
	}
	return leaks;
}

void __free_pages(struct page *page, unsigned int order)
{
	for (unsigned int i = 0; i < 1u << order; i++)
		put_page(page + i);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}
