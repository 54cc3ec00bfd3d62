/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel objects, pages, scatter lists, pools: kernel-surface.md 5.2, 5.9; design.md 5 (detectors).
 */
#include <linux/genalloc.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "core/checkers.h"
#include "core/fault.h"
#include "linux/kobject_internal.h"
#include "cases.h"

/* Names that must appear in the findings. */
static noinline void *maker(size_t n)
{
	void *p = kmalloc(n, GFP_KERNEL);
	barrier();
	return p;
}
static noinline void breaker(void *p)
{
	kfree(p);
	barrier();
}

int kcase_kmalloc(void)
{
	u64 objects, bytes;
	unsigned long long before_ns = mini_now_ns();
	u8 *p = kzalloc(100, GFP_KERNEL), *q = kmalloc(5000, GFP_KERNEL);
	u8 *big = kcalloc(10, 10000, GFP_KERNEL), *dup;

	CHECK(p && q && big);
	for (int i = 0; i < 100; i++)
		CHECK(!p[i]);
	for (int i = 0; i < 100000; i++)
		CHECK(!big[i]);
	CHECK(virt_addr_valid(p) && virt_addr_valid(big));
	CHECK(virt_to_phys(big + 50000) == virt_to_phys(big) + 50000);
	klinux_mem_usage(mini_linux(), (uint64_t *)&objects, (uint64_t *)&bytes);
	CHECK(objects == 3 && bytes == 105100);
	p[3] = 9;
	dup = kmemdup(p, 10, GFP_KERNEL);
	CHECK(dup && dup[3] == 9);
	kfree(dup);
	kfree(big);
	kfree(q);
	kfree(p);
	kfree(NULL);
	klinux_mem_usage(mini_linux(), (uint64_t *)&objects, (uint64_t *)&bytes);
	CHECK(objects == 0 && bytes == 0 && mini_findings() == 0);
	CHECK(!kmalloc_array(~0ul / 2, 4, GFP_KERNEL) &&
	      !kcalloc(1ul << 33, 1ul << 33, GFP_KERNEL));
	CHECK(mini_now_ns() > before_ns); /* it costs virtual time */
	return 0;
}

int kcase_kmalloc_zero_size(void)
{
	void *p = kcalloc(0, 8, GFP_KERNEL);

	CHECK(p && ZERO_OR_NULL_PTR(p)); /* not NULL: the tee core relies on it */
	kfree(p);
	CHECK(mini_findings() == 0);
	return 0;
}

int kcase_kmalloc_reuse(void)
{
	void *first = kmalloc(40, GFP_KERNEL), *p;
	bool again = false;

	kfree(first);
	for (int i = 0; i < 1000; i++) {
		p = kmalloc(40, GFP_KERNEL);
		if (i < 16)
			CHECK(p != first); /* a freed object rests before it is used again */
		again |= p == first;
		kfree(p);
	}
	CHECK(again && mini_findings() == 0);
	return 0;
}

int kcase_double_free(void)
{
	void *p = maker(24);

	breaker(p);
	breaker(p);
	CHECK(mini_findings() == 1);
	CHECK(strstr(mini_finding(0), "double free") && strstr(mini_finding(0), "24 bytes"));
	/* Static functions are named, with file and line. */
	CHECK(strstr(mini_finding(0), "allocated in maker (cases_memory.c:"));
	CHECK(strstr(mini_finding(0), "freed in breaker (cases_memory.c:"));
	CHECK(!strstr(mini_finding(0), "0x") && !strchr(mini_finding(0), '/'));
	return 0;
}

int kcase_bad_free(void)
{
	char *p = maker(64);
	static char data[64];

	breaker(p + 16);
	CHECK(mini_findings() == 1 && strstr(mini_finding(0), "bad free"));
	breaker(data);
	CHECK(mini_findings() == 2 && strstr(mini_finding(1), "bad free in breaker"));
	kfree(p);
	CHECK(mini_findings() == 2);
	return 0;
}

/* Under a memory checker the write itself would be reported; the poison check is for plain runs. */
static void stale_write(char *p, int i)
{
	checkers_unpoison(p + i, 1);
	*(volatile char *)(p + i) = 1;
}

int kcase_use_after_free_at_end(void)
{
	char *p = maker(48);

	breaker(p);
	stale_write(p, 7);
	CHECK(mini_findings() == 0);
	kslab_check_poison(mini_linux()); /* what the end of the machine does */
	CHECK(mini_findings() == 1 && strstr(mini_finding(0), "use after free (write)"));
	CHECK(strstr(mini_finding(0), "48 bytes") && strstr(mini_finding(0), "in maker ("));
	stale_write(p, 7);
	return 0;
}

int kcase_use_after_free_at_reuse(void)
{
	char *p = maker(48);

	breaker(p);
	stale_write(p, 0);
	for (int i = 0; i < 200; i++)
		kfree(kmalloc(48, GFP_KERNEL));
	CHECK(mini_findings() == 1 && strstr(mini_finding(0), "use after free (write)"));
	return 0;
}

int kcase_out_of_bounds(void)
{
	char *p = maker(32);

	stale_write(p, 32);
	breaker(p);
	CHECK(mini_findings() == 1 && strstr(mini_finding(0), "out of bounds"));
	CHECK(strstr(mini_finding(0), "in maker ("));
	return 0;
}

int kcase_out_of_bounds_odd(void)
{
	char *p = maker(13);

	stale_write(p, 13); /* one byte past an odd size */
	breaker(p);
	CHECK(mini_findings() == 1 && strstr(mini_finding(0), "object of 13 bytes"));
	return 0;
}

int kcase_leaks(void)
{
	void *a = maker(24), *b = maker(24), *c = kzalloc(100, GFP_KERNEL);

	CHECK(klinux_check_leaks(mini_linux()) == 3);
	CHECK(mini_findings() == 2); /* one line a place */
	CHECK(strstr(mini_finding(0), "leak: 2 objects of 24 bytes allocated in maker ("));
	CHECK(strstr(mini_finding(1), "leak: 1 object of 100 bytes allocated in kcase_leaks ("));
	kfree(a);
	kfree(b);
	kfree(c);
	CHECK(klinux_check_leaks(mini_linux()) == 0);
	return 0;
}

int kcase_page_leaks(void)
{
	u64 objects, bytes;
	void *p = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);
	uint64_t user = kuser_alloc(4 * PAGE_SIZE); /* not the kernel's */

	CHECK(user);
	klinux_mem_usage(mini_linux(), (uint64_t *)&objects, (uint64_t *)&bytes);
	CHECK(objects == 1 && bytes == 5 * PAGE_SIZE);
	CHECK(klinux_check_leaks(mini_linux()) == 1);
	CHECK(strstr(mini_finding(0), "leak: 5 pages of 5 allocated in kcase_page_leaks ("));
	free_pages_exact(p, 5 * PAGE_SIZE);
	CHECK(klinux_check_leaks(mini_linux()) == 0);
	return 0;
}

int kcase_pages(void)
{
	char *p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	struct page *page;

	CHECK(p && !((unsigned long)p % PAGE_SIZE) && !p[0] && !p[3 * PAGE_SIZE - 1]);
	page = virt_to_page(p + PAGE_SIZE + 5);
	CHECK(page == virt_to_page(p) + 1 && page_address(page) == p + PAGE_SIZE);
	CHECK(page_to_phys(page) == virt_to_phys(p) + PAGE_SIZE && page_count(page) == 1);
	get_page(page);
	free_pages_exact(p, 3 * PAGE_SIZE);
	CHECK(page_count(page) == 1); /* still referenced: not given away */
	for (int i = 0; i < 4; i++) {
		char *q = alloc_pages_exact(PAGE_SIZE, GFP_KERNEL);

		CHECK(q != p + PAGE_SIZE);
		free_pages_exact(q, PAGE_SIZE);
	}
	put_page(page);
	CHECK(mini_findings() == 0);
	put_page(page); /* one too many */
	CHECK(mini_findings() == 1);
	return 0;
}

int kcase_pages_limits(void)
{
	void *p = alloc_pages_exact(PAGE_SIZE << MAX_PAGE_ORDER, GFP_KERNEL);
	uint64_t t;

	CHECK(p); /* 4 MiB */
	free_pages_exact(p, PAGE_SIZE << MAX_PAGE_ORDER);
	CHECK(!alloc_pages_exact((PAGE_SIZE << MAX_PAGE_ORDER) + 1, GFP_KERNEL));
	CHECK(klinux_log_line(mini_linux(), 0, &t)); /* and it says so */
	CHECK(!alloc_pages_exact(~0ul - 10, GFP_KERNEL));
	return 0;
}

int kcase_slab_page_refs(void)
{
	void *p = kmalloc(64, GFP_KERNEL), *big = kmalloc(3 * PAGE_SIZE, GFP_KERNEL);

	get_page(virt_to_page(p)); /* the bug of linux-tee.md 8: must be observable */
	CHECK(mini_findings() == 1);
	get_page(virt_to_page(big));
	CHECK(mini_findings() == 2);
	kfree(p);
	kfree(big);
	return 0;
}

int kcase_faults(void)
{
	void *p;

	CHECK(!fault_arm("kern.kmalloc", 2, 1, 0));
	p = kmalloc(8, GFP_KERNEL);
	CHECK(p && !kmalloc(8, GFP_KERNEL));
	kfree(p);
	p = kmalloc(8, GFP_KERNEL);
	CHECK(p);
	kfree(p);
	CHECK(!fault_arm("kern.alloc_pages", 1, 1, 0) && !alloc_pages_exact(PAGE_SIZE, GFP_KERNEL));
	CHECK(!fault_arm("kern.anon_fd", 1, 1, 0) && !fault_arm("kern.device_register", 1, 1, 0));
	CHECK(!fault_arm("kern.copy_from_user", 1, 1, 0) &&
	      !fault_arm("kern.copy_to_user", 1, 1, 0));
	return 0;
}

int kcase_scatter_merge(void)
{
	char *a = alloc_pages_exact(4 * PAGE_SIZE, GFP_KERNEL);
	char *hole = alloc_pages_exact(PAGE_SIZE, GFP_KERNEL);
	char *b = alloc_pages_exact(2 * PAGE_SIZE, GFP_KERNEL);
	struct page *pages[6];
	struct sg_table t;
	struct scatterlist *sg;

	for (int i = 0; i < 4; i++)
		pages[i] = virt_to_page(a + i * PAGE_SIZE);
	pages[4] = virt_to_page(b);
	pages[5] = virt_to_page(b + PAGE_SIZE);
	CHECK(!sg_alloc_table_from_pages(&t, pages, 6, 0, 6 * PAGE_SIZE, GFP_KERNEL));
	sg = t.sgl;
	CHECK(sg_nents(sg) == 2 && sg->length == 4 * PAGE_SIZE && sg_phys(sg) == virt_to_phys(a));
	sg = sg_next(sg);
	CHECK(sg && sg->length == 2 * PAGE_SIZE && sg_phys(sg) == virt_to_phys(b) && !sg_next(sg));
	sg_free_table(&t);
	/* The other way round nothing is adjacent. */
	for (int i = 0; i < 4; i++)
		pages[3 - i] = virt_to_page(a + i * PAGE_SIZE);
	CHECK(!sg_alloc_table_from_pages(&t, pages, 4, 0, 4 * PAGE_SIZE, GFP_KERNEL));
	CHECK(sg_nents(t.sgl) == 4);
	sg_free_table(&t);
	free_pages_exact(a, 4 * PAGE_SIZE);
	free_pages_exact(hole, PAGE_SIZE);
	free_pages_exact(b, 2 * PAGE_SIZE);
	return 0;
}

int kcase_scatter_offset(void)
{
	char *a = alloc_pages_exact(2 * PAGE_SIZE, GFP_KERNEL);
	struct page *pages[2] = {virt_to_page(a), virt_to_page(a + PAGE_SIZE)};
	struct sg_table t;

	CHECK(!sg_alloc_table_from_pages(&t, pages, 2, 0x100, PAGE_SIZE, GFP_KERNEL));
	CHECK(sg_nents(t.sgl) == 1 && t.sgl->offset == 0x100 && t.sgl->length == PAGE_SIZE);
	CHECK(sg_phys(t.sgl) == virt_to_phys(a) + 0x100);
	sg_free_table(&t);
	free_pages_exact(a, 2 * PAGE_SIZE);
	return 0;
}

int kcase_genpool(void)
{
	struct gen_pool *pool = gen_pool_create(12, -1);
	struct genpool_data_align align = {.align = 4 * PAGE_SIZE};
	unsigned long a, b;

	CHECK(pool && pool->min_alloc_order == 12);
	CHECK(!gen_pool_add_virt(pool, 0x100000, 0x80000000, 8 * PAGE_SIZE, -1));
	a = gen_pool_alloc_algo(pool, 100, gen_pool_first_fit_align, &align);
	b = gen_pool_alloc_algo(pool, 100, gen_pool_first_fit_align, &align);
	CHECK(a == 0x100000 && b == 0x104000);
	CHECK(!gen_pool_alloc_algo(pool, 5 * PAGE_SIZE, gen_pool_first_fit_align, &align));
	CHECK(gen_pool_virt_to_phys(pool, b + 4) == 0x80004004);
	gen_pool_free(pool, a, 100);
	CHECK(gen_pool_alloc_algo(pool, 100, gen_pool_first_fit_align, &align) == a);
	gen_pool_free(pool, a, 100);
	gen_pool_free(pool, b, 100);
	gen_pool_destroy(pool);
	return 0;
}

static const char *last_line(void)
{
	const char *line = "", *next;
	uint64_t t;

	for (size_t i = 0; (next = klinux_log_line(mini_linux(), i, &t)); i++)
		line = next;
	return line;
}

int kcase_log_ring(void)
{
	uint64_t t;
	size_t n = 0;

	printk(KERN_ERR "first %d\n", 1);
	CHECK(!strcmp(last_line(), "first 1"));
	for (int i = 0; i < 3000; i++)
		printk(KERN_INFO "line %d\n", i);
	while (klinux_log_line(mini_linux(), n, &t))
		n++;
	CHECK(n >= 512 && n < 3000); /* a ring: the oldest are gone, the last is there */
	CHECK(!strcmp(klinux_log_line(mini_linux(), n - 1, &t), "line 2999"));
	return 0;
}

int kcase_warn_on(void)
{
	CHECK(!WARN_ON(0) && mini_findings() == 0);
	CHECK(WARN_ON(1) && mini_findings() == 1); /* observable, and gives the condition back */
	CHECK(strstr(mini_finding(0), "cases_memory.c:"));
	return 0;
}
