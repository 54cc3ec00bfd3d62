// SPDX-License-Identifier: GPL-2.0-only
/* kernel-surface.md 5.8 and 5.9: credentials, digests, UUIDs, arithmetic, what OP-TEE adds. */
#include <asm/pgtable.h>
#include <crypto/hash.h>
#include <crypto/sha1.h>
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/crash_dump.h>
#include <linux/cred.h>
#include <linux/i2c.h>
#include <linux/io.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/overflow.h>
#include <linux/rpmb.h>
#include <linux/sched.h>
#include <linux/scatterlist.h>
#include <linux/uuid.h>

static void credentials(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, current_euid().val, 0u); /* a kernel thread */
	KUNIT_EXPECT_TRUE(test, in_egroup_p(make_kgid(current_user_ns(), 0)));
	KUNIT_EXPECT_FALSE(test, in_egroup_p(make_kgid(current_user_ns(), 77)));
	KUNIT_EXPECT_FALSE(test, gid_valid(INVALID_GID));
	KUNIT_EXPECT_TRUE(test, gid_valid(make_kgid(current_user_ns(), 0)));
}

/* SHA-1 in both forms (FIPS 180 "abc") */
static void sha1_of_abc(struct kunit *test)
{
	static const u8 want[SHA1_DIGEST_SIZE] = {0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81,
						  0x6a, 0xba, 0x3e, 0x25, 0x71, 0x78, 0x50,
						  0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
	struct crypto_shash *tfm = crypto_alloc_shash("sha1", 0, 0);
	u8 out[SHA1_DIGEST_SIZE];
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	sha1_update(&ctx, (const u8 *)"abc", 3);
	sha1_final(&ctx, out);
	KUNIT_EXPECT_MEMEQ(test, out, want, sizeof(out));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tfm);
	{
		SHASH_DESC_ON_STACK(desc, tfm);
		desc->tfm = tfm;
		memset(out, 0, sizeof(out));
		KUNIT_EXPECT_EQ(test, crypto_shash_init(desc), 0);
		KUNIT_EXPECT_EQ(test, crypto_shash_update(desc, (const u8 *)"a", 1), 0);
		KUNIT_EXPECT_EQ(test, crypto_shash_update(desc, (const u8 *)"bc", 2), 0);
		KUNIT_EXPECT_EQ(test, crypto_shash_final(desc, out), 0);
	}
	KUNIT_EXPECT_MEMEQ(test, out, want, sizeof(out));
	crypto_free_shash(tfm);
	KUNIT_EXPECT_PTR_EQ(test, crypto_alloc_shash("md5", 0, 0), ERR_PTR(-ENOENT));
}

static void uuid_rules(struct kunit *test)
{
	const uuid_t v = UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49,
				   0x43, 0xac);
	const char *text = "bdcd76d7-825e-4751-963b-86d4f84943ac";
	char back[40];
	uuid_t u, copy;
	u8 raw[UUID_SIZE];

	KUNIT_EXPECT_EQ(test, sizeof(uuid_t), 16ul);
	KUNIT_EXPECT_EQ(test, uuid_parse(text, &u), 0);
	KUNIT_EXPECT_TRUE(test, uuid_equal(&u, &v));
	KUNIT_EXPECT_EQ(test, uuid_parse("bdcd76d7", &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, uuid_parse("bdcd76d7x825e-4751-963b-86d4f84943ac", &u), -EINVAL);
	export_uuid(raw, &v);
	KUNIT_EXPECT_EQ(test, raw[0], 0xbd); /* canonical order */
	KUNIT_EXPECT_EQ(test, raw[15], 0xac);
	import_uuid(&copy, raw);
	KUNIT_EXPECT_TRUE(test, uuid_equal(&copy, &v));
	uuid_copy(&u, &uuid_null);
	KUNIT_EXPECT_TRUE(test, uuid_is_null(&u));
	KUNIT_EXPECT_FALSE(test, uuid_is_null(&v));
	snprintf(back, sizeof(back), "%pUb", &v);
	KUNIT_EXPECT_STREQ(test, back, text);
}

static void bit_fields(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, FIELD_GET(GENMASK(7, 4), 0x35), 3ul);
	KUNIT_EXPECT_EQ(test, FIELD_PREP(GENMASK(7, 4), 3), 0x30ul);
	KUNIT_EXPECT_EQ(test, FIELD_GET(GENMASK_ULL(63, 48), 0x8001ull << 48), 0x8001ull);
	KUNIT_EXPECT_EQ(test, BIT(63), 1ul << 63);
	KUNIT_EXPECT_EQ(test, sizeof(BIT(0)), sizeof(long));
}

static void register_halves(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, lower_16_bits(0x12345678u), 0x5678u);
	KUNIT_EXPECT_EQ(test, lower_32_bits(0x1122334455667788ull), 0x55667788u);
	KUNIT_EXPECT_EQ(test, upper_32_bits(0x1122334455667788ull), 0x11223344u);
}

static void sizes_saturate(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, size_add(~0ul, 1), ~0ul);
	KUNIT_EXPECT_EQ(test, size_mul(~0ul / 2, 3), ~0ul);
	KUNIT_EXPECT_EQ(test, size_add(40, 2), 42ul);
	KUNIT_EXPECT_EQ(test, size_mul(6, 7), 42ul);
}

static void additions_tell_overflow(struct kunit *test)
{
	u32 sum;

	KUNIT_EXPECT_TRUE(test, check_add_overflow(~0u, 2u, &sum));
	KUNIT_EXPECT_EQ(test, sum, 1u); /* stored all the same */
	KUNIT_EXPECT_FALSE(test, check_add_overflow(40u, 2u, &sum));
	KUNIT_EXPECT_EQ(test, sum, 42u);
}

static void arithmetic(struct kunit *test)
{
	static const char constant[ilog2(4096)]; /* constant of a constant */

	KUNIT_EXPECT_EQ(test, min_not_zero(0, 7), 7);
	KUNIT_EXPECT_EQ(test, min_not_zero(9, 7), 7);
	KUNIT_EXPECT_EQ(test, max_t(u32, -1, 1), ~0u); /* compared in the given type */
	KUNIT_EXPECT_EQ(test, roundup(9, 6), 12);
	KUNIT_EXPECT_EQ(test, rounddown(9, 6), 6);
	KUNIT_EXPECT_EQ(test, round_down(4097ul, PAGE_SIZE), 4096ul);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP(9, 4), 3);
	KUNIT_EXPECT_EQ(test, PAGE_ALIGN(1ul), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, sizeof(constant), 12ul);
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(constant), 12ul);
}

struct outer {
	int a, b;
};

static void containers_keep_const(struct kunit *test)
{
	const struct outer o = {1, 2};
	const int *b = &o.b;

	KUNIT_EXPECT_PTR_EQ(test, container_of(b, struct outer, b), &o);
	/* container_of_const() of a const member is a pointer to const. */
	KUNIT_EXPECT_TRUE(test, _Generic(container_of_const(b, struct outer, b),
					 const struct outer *: true, default: false));
	KUNIT_EXPECT_TRUE(test,
			  _Generic(container_of_const((int *)b, struct outer, b), struct outer *
				   : true, default
				   : false));
}

static void byte_order(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, le64_to_cpu((__force __le64)0x1122334455667788ull),
			0x1122334455667788ull);
}

static void no_crash_kernel(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, is_kdump_kernel());
}

static void error_pointers(struct kunit *test)
{
	char text[20];

	KUNIT_EXPECT_TRUE(test, IS_ERR(ERR_PTR(-1)));
	KUNIT_EXPECT_TRUE(test, IS_ERR((void *)-4095l));
	KUNIT_EXPECT_FALSE(test, IS_ERR((void *)-4096l));
	KUNIT_EXPECT_FALSE(test, IS_ERR(NULL));
	KUNIT_EXPECT_EQ(test, PTR_ERR(ERR_PTR(-EBUSY)), (long)-EBUSY);
	snprintf(text, sizeof(text), "%pe", ERR_PTR(-EPROBE_DEFER));
	KUNIT_EXPECT_STREQ(test, text, "-EPROBE_DEFER");
}

/* --- 5.9 --- */
static void vma_walk(struct kunit *test)
{
	struct mm_struct *mm;
	struct vm_area_struct *vma;
	unsigned long at, end;
	int n = 0;

	KUNIT_ASSERT_EQ(test, kunit_attach_mm(), 0);
	mm = current->mm;
	KUNIT_ASSERT_NOT_NULL(test, mm);
	at = kunit_vm_mmap(test, NULL, 0, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_ANONYMOUS, 0);
	end = at + 3 * PAGE_SIZE;
	mmap_read_lock(mm);
	{
		VMA_ITERATOR(vmi, mm, at);
		for_each_vma_range(vmi, vma, end)
		{
			KUNIT_EXPECT_EQ(test, vma->vm_start, at);
			KUNIT_EXPECT_EQ(test, vma->vm_end, end);
			KUNIT_EXPECT_EQ(test, vma_pages(vma), 3ul);
			KUNIT_EXPECT_EQ(test,
					(u64)pgprot_val(vma->vm_page_prot) & PTE_ATTRINDX_MASK,
					(u64)PTE_ATTRINDX(MT_NORMAL));
			n++;
		}
	}
	mmap_read_unlock(mm);
	KUNIT_EXPECT_EQ(test, n, 1);
}

static void kernel_addresses_are_valid(struct kunit *test)
{
	void *k = kmalloc(8, GFP_KERNEL);

	KUNIT_EXPECT_TRUE(test, virt_addr_valid(k));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid((void *)0x1000));
	KUNIT_EXPECT_FALSE(test, is_vmalloc_addr(k));
	kfree(k);
}

static void scatter_lists_merge(struct kunit *test)
{
	char *p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);
	struct page *pages[3];
	struct sg_table t;

	for (int i = 0; i < 3; i++)
		pages[i] = virt_to_page(p + i * PAGE_SIZE);
	KUNIT_ASSERT_EQ(test,
			sg_alloc_table_from_pages(&t, pages, 3, 16, 3 * PAGE_SIZE - 16, GFP_KERNEL),
			0);
	KUNIT_EXPECT_EQ(test, sg_nents(t.sgl), 1); /* neighbours are one entry */
	KUNIT_EXPECT_EQ(test, t.sgl->length, (unsigned int)(3 * PAGE_SIZE - 16));
	KUNIT_EXPECT_EQ(test, sg_phys(t.sgl), virt_to_phys(p) + 16);
	KUNIT_EXPECT_NULL(test, sg_next(t.sgl));
	sg_free_table(&t);
	swap(pages[0], pages[2]);
	KUNIT_ASSERT_EQ(test, sg_alloc_table_from_pages(&t, pages, 3, 0, 3 * PAGE_SIZE, GFP_KERNEL),
			0);
	KUNIT_EXPECT_EQ(test, sg_nents(t.sgl), 3);
	KUNIT_EXPECT_EQ(test, sg_phys(sg_next(t.sgl)), virt_to_phys(p) + PAGE_SIZE);
	sg_free_table(&t);
	free_pages_exact(p, 3 * PAGE_SIZE);
}

static void i2c_and_rpmb_refuse(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, i2c_get_adapter(0));
	KUNIT_EXPECT_EQ(test, rpmb_interface_register(NULL), -EOPNOTSUPP);
	KUNIT_EXPECT_NULL(test, rpmb_dev_find_device(NULL, NULL, NULL));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(credentials),
	KUNIT_CASE(sha1_of_abc),
	KUNIT_CASE(uuid_rules),
	KUNIT_CASE(bit_fields),
	KUNIT_CASE(register_halves),
	KUNIT_CASE(sizes_saturate),
	KUNIT_CASE(additions_tell_overflow),
	KUNIT_CASE(arithmetic),
	KUNIT_CASE(containers_keep_const),
	KUNIT_CASE(byte_order),
	KUNIT_CASE(no_crash_kernel),
	KUNIT_CASE(error_pointers),
	KUNIT_CASE(vma_walk),
	KUNIT_CASE(kernel_addresses_are_valid),
	KUNIT_CASE(scatter_lists_merge),
	KUNIT_CASE(i2c_and_rpmb_refuse),
	{},
};
static struct kunit_suite suite = {.name = "library", .test_cases = cases};
kunit_test_suite(suite);
