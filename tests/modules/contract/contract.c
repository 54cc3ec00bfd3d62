// SPDX-License-Identifier: GPL-2.0-only
/*
 * What drivers rely on, one case a row of the contract table (kernel-surface.md section 5, named in
 * each comment), as a KUnit suite that runs inside a world. Rows of locks, waiting, interrupts,
 * hotplug, files and user copies have their tests in tests/unit/sched and tests/unit/kobj.
 */
#include <crypto/hash.h>
#include <crypto/sha1.h>
#include <kunit/test.h>
#include <linux/arm-smccc.h>
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/cred.h>
#include <linux/hashtable.h>
#include <linux/i2c.h>
#include <linux/idr.h>
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/platform_device.h>
#include <linux/rhashtable.h>
#include <linux/rpmb.h>
#include <linux/scatterlist.h>
#include <linux/smp.h>
#include <linux/uuid.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

/* 5.1 */
static void smccc_version_and_conduit(struct kunit *test)
{
	struct arm_smccc_1_2_regs r = {.a0 = 0x84000063, .a1 = 0x10001}; /* FFA_VERSION */

	KUNIT_EXPECT_GE(test, arm_smccc_get_version(), 0x10002u);
	KUNIT_EXPECT_NE(test, arm_smccc_1_1_get_conduit(), SMCCC_CONDUIT_NONE);
	KUNIT_EXPECT_EQ(test, sizeof(r), 18 * sizeof(long));
	arm_smccc_1_2_smc(&r, &r); /* arguments and results may be one object */
	KUNIT_EXPECT_EQ(test, r.a0 >> 16, 1ul);
}

/* 5.2 kzalloc, kcalloc, kfree */
static void allocation(struct kunit *test)
{
	char *p = kzalloc(40, GFP_KERNEL);
	void *none = kcalloc(0, 8, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (int i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, p[i], 0);
	KUNIT_EXPECT_NULL(test, kcalloc(~0ul / 4, 8, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc_array(~0ul / 4, 8, GFP_KERNEL));
	KUNIT_EXPECT_NOT_NULL(test, none);
	kfree(none);
	kfree(NULL);
	kfree(p);
}

/* 5.2 alloc_pages_exact, virt_to_phys, virt_to_page */
static void exact_pages(struct kunit *test)
{
	char *p = alloc_pages_exact(2 * PAGE_SIZE + 1, GFP_KERNEL | __GFP_ZERO);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, (unsigned long)p % PAGE_SIZE, 0ul);
	for (int i = 0; i < 3; i++) {
		struct page *page = virt_to_page(p + i * PAGE_SIZE);

		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		KUNIT_EXPECT_EQ(test, page_to_phys(page), virt_to_phys(p) + i * PAGE_SIZE);
		KUNIT_EXPECT_PTR_EQ(test, page_address(page), p + i * PAGE_SIZE);
	}
	free_pages_exact(p, 2 * PAGE_SIZE + 1);
	KUNIT_EXPECT_NULL(test, alloc_pages_exact(PAGE_SIZE << 11, GFP_KERNEL));
}

static int released;
static void count_release(struct kref *kref)
{
	released++;
}

/* 5.4 kref */
static void reference_counts(struct kunit *test)
{
	struct kref k;

	released = 0;
	kref_init(&k);
	kref_get(&k);
	KUNIT_EXPECT_EQ(test, kref_put(&k, count_release), 0);
	KUNIT_EXPECT_EQ(test, kref_put(&k, count_release), 1);
	KUNIT_EXPECT_EQ(test, released, 1);
}

/* 5.4 idr */
static void idr_rules(struct kunit *test)
{
	struct idr idr;
	int a, b;

	idr_init(&idr);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &a, 1, 0, GFP_KERNEL), 1);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, NULL, 1, 0, GFP_KERNEL), 2);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &a, 1, 3, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_NULL(test, idr_find(&idr, 2));
	KUNIT_EXPECT_PTR_EQ(test, idr_replace(&idr, &b, 1), &a);
	KUNIT_EXPECT_PTR_EQ(test, idr_replace(&idr, &b, 9), ERR_PTR(-ENOENT));
	KUNIT_EXPECT_PTR_EQ(test, idr_remove(&idr, 1), &b);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &a, 1, 0, GFP_KERNEL), 1); /* the lowest again */
	idr_destroy(&idr);
}

/* 5.4 xarray */
static void xarray_rules(struct kunit *test)
{
	struct xarray xa;
	unsigned long i;
	int a, b, seen = 0;
	void *p;
	u32 id;

	xa_init_flags(&xa, XA_FLAGS_ALLOC);
	KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, &a, xa_limit_32b, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 0u);
	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 0, &b, GFP_KERNEL), -EBUSY);
	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 7, &b, GFP_KERNEL), 0);
	xa_for_each(&xa, i, p)
	{
		seen++;
		xa_erase(&xa, i);
	}
	KUNIT_EXPECT_EQ(test, seen, 2);
	KUNIT_EXPECT_NULL(test, xa_load(&xa, 7));
	KUNIT_EXPECT_NULL(test, xa_erase(&xa, 7));
	xa_destroy(&xa);
}

struct keyed {
	struct rhash_head node;
	u64 key;
};
static const struct rhashtable_params params = {
	.key_len = sizeof(u64),
	.key_offset = offsetof(struct keyed, key),
	.head_offset = offsetof(struct keyed, node),
};
static void count_object(void *obj, void *arg)
{
	++*(int *)arg;
}

/* 5.4 rhashtable */
static void rhashtable_rules(struct kunit *test)
{
	struct keyed a = {.key = 5}, b = {.key = 1ull << 40}, twin = {.key = 5};
	struct rhashtable ht;
	u64 key = 5;
	int freed = 0;

	KUNIT_ASSERT_EQ(test, rhashtable_init(&ht, &params), 0);
	KUNIT_EXPECT_EQ(test, rhashtable_lookup_insert_fast(&ht, &a.node, params), 0);
	KUNIT_EXPECT_EQ(test, rhashtable_lookup_insert_fast(&ht, &b.node, params), 0);
	KUNIT_EXPECT_EQ(test, rhashtable_lookup_insert_fast(&ht, &twin.node, params), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, rhashtable_lookup_fast(&ht, &key, params), &a);
	KUNIT_EXPECT_EQ(test, rhashtable_remove_fast(&ht, &a.node, params), 0);
	KUNIT_EXPECT_EQ(test, rhashtable_remove_fast(&ht, &a.node, params), -ENOENT);
	KUNIT_EXPECT_NULL(test, rhashtable_lookup_fast(&ht, &key, params));
	rhashtable_free_and_destroy(&ht, count_object, &freed);
	KUNIT_EXPECT_EQ(test, freed, 1);
}

/* 5.4 bitmaps */
static void bitmap_rules(struct kunit *test)
{
	unsigned long *m = bitmap_zalloc(70, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	KUNIT_EXPECT_EQ(test, find_first_bit(m, 70), 70ul);
	for (int i = 0; i < 69; i++)
		set_bit(i, m);
	KUNIT_EXPECT_EQ(test, find_first_zero_bit(m, 70), 69ul);
	set_bit(69, m);
	KUNIT_EXPECT_EQ(test, find_next_zero_bit(m, 70, 3), 70ul);
	clear_bit(66, m);
	KUNIT_EXPECT_FALSE(test, test_bit(66, m));
	bitmap_free(m);
}

static int where = -1;
static void note_cpu(void *arg)
{
	where = smp_processor_id();
}

/* 5.5 smp_call_function_single, per-CPU memory */
static void cross_calls(struct kunit *test)
{
	int __percpu *v = alloc_percpu(int);

	KUNIT_EXPECT_EQ(test, smp_call_function_single(1, note_cpu, NULL, 1), 0);
	KUNIT_EXPECT_EQ(test, where, 1);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(nr_cpu_ids, note_cpu, NULL, 0), -ENXIO);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(v, 0), 0);
	KUNIT_EXPECT_PTR_NE(test, per_cpu_ptr(v, 0), per_cpu_ptr(v, 1));
	free_percpu(v);
}

static int work_runs;
static void count_work(struct work_struct *work)
{
	work_runs++;
}

/* 5.6 work queues */
static void work_is_pending_once(struct kunit *test)
{
	struct workqueue_struct *wq = create_workqueue("contract");
	struct work_struct w;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	work_runs = 0;
	INIT_WORK(&w, count_work);
	preempt_disable();
	KUNIT_EXPECT_TRUE(test, queue_work_on(1, wq, &w));
	KUNIT_EXPECT_FALSE(test, queue_work_on(0, wq, &w));
	preempt_enable();
	destroy_workqueue(wq); /* drains */
	KUNIT_EXPECT_EQ(test, work_runs, 1);
}

static int probes, undone;
static int probe_answer;
static void undo(void *data)
{
	undone++;
}
static int plat_probe(struct platform_device *pdev)
{
	probes++;
	if (!devm_kzalloc(&pdev->dev, 64, GFP_KERNEL))
		return -ENOMEM;
	platform_set_drvdata(pdev, pdev);
	return devm_add_action_or_reset(&pdev->dev, undo, NULL) ?: probe_answer;
}
static struct platform_driver plat = {.probe = plat_probe, .driver = {.name = "contract"}};

/* 5.7 driver core, with managed resources and deferred probing */
static void probe_fails_defers_binds(struct kunit *test)
{
	struct platform_device *pdev, *other;

	probes = undone = 0;
	pdev = platform_device_register_simple("contract", PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	probe_answer = -ENODEV; /* the usual no */
	KUNIT_EXPECT_EQ(test, platform_driver_register(&plat), 0); /* no error to the registrar */
	KUNIT_EXPECT_EQ(test, probes, 1);
	KUNIT_EXPECT_EQ(test, undone, 1);
	KUNIT_EXPECT_NULL(test, pdev->dev.driver);
	KUNIT_EXPECT_NULL(test, platform_get_drvdata(pdev)); /* cleared by the core */
	platform_driver_unregister(&plat);

	probe_answer = -EPROBE_DEFER;
	KUNIT_EXPECT_EQ(test, platform_driver_register(&plat), 0);
	KUNIT_EXPECT_EQ(test, probes, 2);
	probe_answer = 0; /* what it waited for is there: another device binds */
	other = platform_device_register_simple("contract", 1, NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_EXPECT_EQ(test, probes, 4);
	KUNIT_EXPECT_PTR_EQ(test, pdev->dev.driver, &plat.driver);
	KUNIT_EXPECT_STREQ(test, dev_name(&other->dev), "contract.1");
	undone = 0;
	platform_device_unregister(other);
	platform_driver_unregister(&plat);
	platform_device_unregister(pdev);
	KUNIT_EXPECT_EQ(test, undone, 2);
}

/* 5.8 SHA-1, in both forms (FIPS 180 "abc") */
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

/* 5.8 UUIDs and formats */
static void uuids(struct kunit *test)
{
	const char *text = "01234567-89ab-cdef-0011-223344556677";
	char back[40];
	uuid_t u;

	KUNIT_EXPECT_EQ(test, uuid_parse(text, &u), 0);
	KUNIT_EXPECT_EQ(test, u.b[0], 1);
	snprintf(back, sizeof(back), "%pUb", &u);
	KUNIT_EXPECT_STREQ(test, back, text);
	KUNIT_EXPECT_EQ(test, uuid_parse("01234567", &u), -EINVAL);
	KUNIT_EXPECT_TRUE(test, uuid_is_null(&uuid_null));
	snprintf(back, sizeof(back), "%pe", ERR_PTR(-EPROBE_DEFER));
	KUNIT_EXPECT_STREQ(test, back, "-EPROBE_DEFER");
}

/* 5.8 arithmetic */
static void arithmetic(struct kunit *test)
{
	u32 sum;

	KUNIT_EXPECT_EQ(test, size_add(~0ul, 1), ~0ul);
	KUNIT_EXPECT_EQ(test, size_mul(~0ul / 2, 3), ~0ul);
	KUNIT_EXPECT_TRUE(test, check_add_overflow(~0u, 1u, &sum));
	KUNIT_EXPECT_EQ(test, min_not_zero(0, 7), 7);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP(9, 4), 3);
	KUNIT_EXPECT_EQ(test, round_down(4097ul, PAGE_SIZE), 4096ul);
	KUNIT_EXPECT_EQ(test, FIELD_GET(GENMASK(7, 4), 0x35), 3ul);
	KUNIT_EXPECT_TRUE(test, IS_ENABLED(CONFIG_ARM64));
	KUNIT_EXPECT_FALSE(test, IS_ENABLED(CONFIG_ACPI));
}

/* 5.9 scatter lists */
static void scatter_lists(struct kunit *test)
{
	char *p = alloc_pages_exact(2 * PAGE_SIZE, GFP_KERNEL);
	struct page *pages[2] = {virt_to_page(p), virt_to_page(p + PAGE_SIZE)};
	struct sg_table t;

	KUNIT_ASSERT_EQ(test,
			sg_alloc_table_from_pages(&t, pages, 2, 16, 2 * PAGE_SIZE - 16, GFP_KERNEL),
			0);
	KUNIT_EXPECT_EQ(test, sg_nents(t.sgl), 1); /* neighbours merge */
	KUNIT_EXPECT_EQ(test, t.sgl->length, 2 * PAGE_SIZE - 16);
	KUNIT_EXPECT_EQ(test, sg_phys(t.sgl), virt_to_phys(p) + 16);
	KUNIT_EXPECT_NULL(test, sg_next(t.sgl));
	sg_free_table(&t);
	free_pages_exact(p, 2 * PAGE_SIZE);
}

/* 5.9 what this kernel is built without */
static void refusals(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, i2c_get_adapter(0));
	KUNIT_EXPECT_EQ(test, rpmb_interface_register(NULL), -EOPNOTSUPP);
	KUNIT_EXPECT_NULL(test, rpmb_dev_find_device(NULL, NULL, NULL));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(smccc_version_and_conduit),
	KUNIT_CASE(allocation),
	KUNIT_CASE(exact_pages),
	KUNIT_CASE(reference_counts),
	KUNIT_CASE(idr_rules),
	KUNIT_CASE(xarray_rules),
	KUNIT_CASE(rhashtable_rules),
	KUNIT_CASE(bitmap_rules),
	KUNIT_CASE(cross_calls),
	KUNIT_CASE(work_is_pending_once),
	KUNIT_CASE(probe_fails_defers_binds),
	KUNIT_CASE(sha1_of_abc),
	KUNIT_CASE(uuids),
	KUNIT_CASE(arithmetic),
	KUNIT_CASE(scatter_lists),
	KUNIT_CASE(refusals),
	{},
};
static struct kunit_suite contract = {.name = "contract", .test_cases = cases};
kunit_test_suite(contract);
MODULE_LICENSE("GPL");
