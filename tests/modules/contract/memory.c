// SPDX-License-Identifier: GPL-2.0-only
/* kernel-surface.md 5.2 and 5.3: allocation, pages, user memory. */
#include <kunit/test.h>
#include <linux/genalloc.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/scatterlist.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

static void kmalloc_family(struct kunit *test)
{
	char *p = kzalloc(40, GFP_KERNEL), *q = kcalloc(5, 8, GFP_KERNEL);
	void *none = kcalloc(0, 8, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_NOT_NULL(test, q);
	for (int i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, p[i] | q[i], 0);
	/* Products that come out small when nobody looks. */
	KUNIT_EXPECT_NULL(test, kcalloc((1ul << 61) + 1, 8, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc_array((1ul << 61) + 1, 8, GFP_KERNEL));
	KUNIT_EXPECT_NOT_NULL(test, none); /* the tee core relies on it */
	kfree(none);
	kfree(NULL);
	kfree(p);
	kfree(q);
}

static void alloc_pages_exact_rules(struct kunit *test)
{
	const size_t bytes = 2 * PAGE_SIZE + 1;
	char *p = alloc_pages_exact(bytes, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, (unsigned long)p % PAGE_SIZE, 0ul);
	memset(p, 0xee, 3 * PAGE_SIZE); /* up to whole pages */
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, page_count(virt_to_page(p + i * PAGE_SIZE)), 1);
	free_pages_exact(p, bytes);
	p = alloc_pages_exact(bytes, GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 3 * PAGE_SIZE));
	free_pages_exact(p, bytes);
	KUNIT_EXPECT_NULL(test, alloc_pages_exact((PAGE_SIZE << 10) + 1, GFP_KERNEL));
}

static void virt_page_phys_bijection(struct kunit *test)
{
	char *p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);
	struct scatterlist sg;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (int i = 0; i < 3; i++) {
		struct page *page = virt_to_page(p + i * PAGE_SIZE + 7);

		KUNIT_EXPECT_PTR_EQ(test, page_address(page), p + i * PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, page_to_phys(page), virt_to_phys(p) + i * PAGE_SIZE);
		KUNIT_EXPECT_PTR_EQ(test, phys_to_virt(page_to_phys(page)), p + i * PAGE_SIZE);
	}
	sg_init_one(&sg, p + 16, 32);
	KUNIT_EXPECT_EQ(test, sg_phys(&sg), virt_to_phys(p) + 16);
	free_pages_exact(p, 3 * PAGE_SIZE);
}

static void page_references(struct kunit *test)
{
	char *p = alloc_pages_exact(PAGE_SIZE, GFP_KERNEL), *q;
	struct page *page = virt_to_page(p);

	get_page(page);
	free_pages_exact(p, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	q = alloc_pages_exact(PAGE_SIZE, GFP_KERNEL);
	KUNIT_EXPECT_PTR_NE(test, p, q); /* not free while somebody refers to it */
	free_pages_exact(q, PAGE_SIZE);
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 0);
}

static unsigned long map_user(struct kunit *test, unsigned long bytes)
{
	unsigned long at;

	KUNIT_ASSERT_EQ(test, kunit_attach_mm(), 0);
	at = kunit_vm_mmap(test, NULL, 0, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(at));
	return at;
}

static void unpin_user_pages_rules(struct kunit *test)
{
	unsigned long at = map_user(test, 2 * PAGE_SIZE);
	struct page *pages[4], **list = pages;
	struct iov_iter it;
	size_t off;

	iov_iter_ubuf(&it, ITER_DEST, (void __user *)at, 2 * PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, iov_iter_extract_pages(&it, &list, LONG_MAX, 4, 0, &off),
			(ssize_t)(2 * PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, page_count(pages[0]), 2); /* the mapping's and the pin */
	unpin_user_pages(pages, 2);
	KUNIT_EXPECT_EQ(test, page_count(pages[0]), 1);
	KUNIT_EXPECT_EQ(test, page_count(pages[1]), 1);
}

static void access_ok_rules(struct kunit *test)
{
	unsigned long at = map_user(test, PAGE_SIZE);
	void *k = kmalloc(8, GFP_KERNEL);

	KUNIT_EXPECT_PTR_EQ(test, untagged_addr(k), k);
	KUNIT_EXPECT_TRUE(test, access_ok((void __user *)at, PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, access_ok((void __user *)~0xffful, 4096));
	KUNIT_EXPECT_FALSE(test, access_ok((void __user *)at, ~0ul)); /* wraps */
	KUNIT_EXPECT_FALSE(test, access_ok((void __user *)(~0ul - 10), 100));
	kfree(k);
}

static void gen_pool_rules(struct kunit *test)
{
	struct gen_pool *pool = gen_pool_create(PAGE_SHIFT, -1);
	struct genpool_data_align align = {.align = 4 * PAGE_SIZE};
	unsigned long a, b;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_EXPECT_EQ(test, pool->min_alloc_order, PAGE_SHIFT);
	KUNIT_ASSERT_EQ(test, gen_pool_add_virt(pool, 0x100000, 0x80000000, 8 * PAGE_SIZE, -1), 0);
	a = gen_pool_alloc_algo(pool, 100, gen_pool_first_fit_align, &align);
	b = gen_pool_alloc_algo(pool, 100, gen_pool_first_fit_align, &align);
	KUNIT_EXPECT_EQ(test, a, 0x100000ul);
	KUNIT_EXPECT_EQ(test, b, 0x104000ul);
	KUNIT_EXPECT_EQ(test, gen_pool_alloc_algo(pool, 100, gen_pool_first_fit_align, &align),
			0ul);
	KUNIT_EXPECT_EQ(test, gen_pool_virt_to_phys(pool, b + 4), (phys_addr_t)0x80004004);
	gen_pool_free(pool, a, 100);
	gen_pool_free(pool, b, 100);
	gen_pool_destroy(pool);
}

static void gfp_zero(struct kunit *test)
{
	char *p = kmalloc(64, GFP_KERNEL);

	memset(p, 0xaa, 64);
	kfree(p);
	for (int i = 0; i < 40; i++) { /* until that memory comes round again */
		p = kmalloc(64, GFP_KERNEL | __GFP_ZERO);
		KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 64));
		kfree(p);
	}
}

/* --- 5.3 --- */
static void copy_counts_what_is_missing(struct kunit *test)
{
	unsigned long at = map_user(test, PAGE_SIZE);
	char buf[16] = "abcdefghijklmno", back[16] = "";

	KUNIT_EXPECT_EQ(test, copy_to_user((void __user *)at, buf, 16), 0ul);
	KUNIT_EXPECT_EQ(test, copy_from_user(back, (void __user *)at, 16), 0ul);
	KUNIT_EXPECT_MEMEQ(test, buf, back, 16);
	KUNIT_EXPECT_EQ(test, copy_to_user((void __user *)(at + PAGE_SIZE - 4), buf, 16), 12ul);
	KUNIT_EXPECT_EQ(test, copy_from_user(back, (void __user *)(at + PAGE_SIZE - 4), 16), 12ul);
	KUNIT_EXPECT_MEMEQ(test, back, "abcd", 4);
	KUNIT_EXPECT_EQ(test, copy_from_user(back, NULL, 16), 16ul);
	KUNIT_EXPECT_EQ(test, copy_to_user((void __user *)buf, back, 4), 4ul); /* kernel memory */
}

static void get_put_user_take_the_size(struct kunit *test)
{
	unsigned long at = map_user(test, PAGE_SIZE);
	u64 v64;
	u8 v8 = 0;

	KUNIT_EXPECT_EQ(test, put_user(0x1122334455667788ull, (u64 __user *)at), 0);
	KUNIT_EXPECT_EQ(test, put_user(0xff, (u8 __user *)at), 0);
	KUNIT_EXPECT_EQ(test, get_user(v64, (u64 __user *)at), 0);
	KUNIT_EXPECT_EQ(test, v64, 0x11223344556677ffull); /* one byte changed */
	KUNIT_EXPECT_EQ(test, get_user(v8, (u8 __user *)(at + 1)), 0);
	KUNIT_EXPECT_EQ(test, v8, 0x77);
	KUNIT_EXPECT_EQ(test, get_user(v8, (u8 __user *)(at + PAGE_SIZE)), -EFAULT);
	KUNIT_EXPECT_EQ(test, put_user(0, (u8 __user *)8), -EFAULT);
}

static void user_pointers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (unsigned long)u64_to_user_ptr(0x12345678ull), 0x12345678ul);
}

static void iov_iter_setup(struct kunit *test)
{
	struct kvec v = {.iov_base = (void *)0x5000, .iov_len = 100};
	struct iov_iter it;

	iov_iter_ubuf(&it, ITER_DEST, (void __user *)0x1010, 64);
	KUNIT_EXPECT_FALSE(test, iov_iter_is_kvec(&it));
	KUNIT_EXPECT_EQ(test, iov_iter_count(&it), 64ul);
	iov_iter_kvec(&it, ITER_DEST, &v, 1, 100);
	KUNIT_EXPECT_TRUE(test, iov_iter_is_kvec(&it));
	KUNIT_EXPECT_EQ(test, iov_iter_count(&it), 100ul);
}

static void iov_iter_questions(struct kunit *test)
{
	struct iov_iter it;

	iov_iter_ubuf(&it, ITER_DEST, (void __user *)0x1ff0, 0x20);
	KUNIT_EXPECT_EQ(test, (unsigned long)iter_iov_addr(&it), 0x1ff0ul);
	KUNIT_EXPECT_EQ(test, iov_iter_npages(&it, 100), 2); /* it crosses a border */
	KUNIT_EXPECT_EQ(test, iov_iter_npages(&it, 1), 1);
	iov_iter_ubuf(&it, ITER_DEST, (void __user *)0x1ff0, 0);
	KUNIT_EXPECT_EQ(test, iov_iter_npages(&it, 100), 0);
}

static void iov_iter_extract_rules(struct kunit *test)
{
	unsigned long at = map_user(test, 2 * PAGE_SIZE);
	char *k = alloc_pages_exact(PAGE_SIZE, GFP_KERNEL);
	struct kvec v = {.iov_base = k + 16, .iov_len = 100};
	struct page *pages[4], **list = pages;
	struct iov_iter it;
	size_t off;

	/* Runs over the end of the mapping: what is there is pinned, the answer is short. */
	iov_iter_ubuf(&it, ITER_DEST, (void __user *)(at + 100), 4 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, iov_iter_extract_pages(&it, &list, LONG_MAX, 4, 0, &off),
			(ssize_t)(2 * PAGE_SIZE - 100));
	KUNIT_EXPECT_EQ(test, off, 100ul);
	KUNIT_EXPECT_EQ(test, page_count(pages[1]), 2);
	unpin_user_pages(pages, 2);
	iov_iter_ubuf(&it, ITER_DEST, (void __user *)8, 100);
	KUNIT_EXPECT_EQ(test, iov_iter_extract_pages(&it, &list, LONG_MAX, 4, 0, &off),
			(ssize_t)-EFAULT);
	iov_iter_kvec(&it, ITER_DEST, &v, 1, 100);
	KUNIT_EXPECT_EQ(test, iov_iter_extract_pages(&it, &list, LONG_MAX, 4, 0, &off), 100l);
	KUNIT_EXPECT_EQ(test, off, 16ul);
	KUNIT_EXPECT_PTR_EQ(test, pages[0], virt_to_page(k));
	KUNIT_EXPECT_EQ(test, page_count(pages[0]), 1); /* no reference on kernel pages */
	free_pages_exact(k, PAGE_SIZE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(kmalloc_family),
	KUNIT_CASE(alloc_pages_exact_rules),
	KUNIT_CASE(virt_page_phys_bijection),
	KUNIT_CASE(page_references),
	KUNIT_CASE(unpin_user_pages_rules),
	KUNIT_CASE(access_ok_rules),
	KUNIT_CASE(gen_pool_rules),
	KUNIT_CASE(gfp_zero),
	KUNIT_CASE(copy_counts_what_is_missing),
	KUNIT_CASE(get_put_user_take_the_size),
	KUNIT_CASE(user_pointers),
	KUNIT_CASE(iov_iter_setup),
	KUNIT_CASE(iov_iter_questions),
	KUNIT_CASE(iov_iter_extract_rules),
	{},
};
static struct kunit_suite suite = {.name = "memory", .test_cases = cases};
kunit_test_suite(suite);
