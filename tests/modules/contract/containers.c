// SPDX-License-Identifier: GPL-2.0-only
/* kernel-surface.md 5.4: reference counts, ids, lists, tables. */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/xarray.h>

static int released;
static void count_release(struct kref *kref)
{
	released++;
}

static void kref_rules(struct kunit *test)
{
	struct kref k;

	released = 0;
	kref_init(&k);
	kref_get(&k);
	KUNIT_EXPECT_EQ(test, kref_put(&k, count_release), 0);
	KUNIT_EXPECT_EQ(test, released, 0);
	KUNIT_EXPECT_EQ(test, kref_put(&k, count_release), 1);
	KUNIT_EXPECT_EQ(test, released, 1);
}

static void refcount_rules(struct kunit *test)
{
	refcount_t r;

	refcount_set(&r, 1);
	refcount_inc(&r);
	KUNIT_EXPECT_FALSE(test, refcount_dec_and_test(&r));
	KUNIT_EXPECT_TRUE(test, refcount_dec_and_test(&r));
	KUNIT_EXPECT_FALSE(test, refcount_inc_not_zero(&r)); /* and no warning for asking */
}

static void idr_rules(struct kunit *test)
{
	struct idr idr;
	int a, b, id, seen = 0;
	int *p;

	idr_init(&idr);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &a, 1, 0, GFP_KERNEL), 1);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, NULL, 1, 0, GFP_KERNEL), 2); /* NULL reserves */
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &a, 1, 3, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_NULL(test, idr_find(&idr, 2));
	KUNIT_EXPECT_NULL(test, idr_find(&idr, 7));
	KUNIT_EXPECT_PTR_EQ(test, idr_replace(&idr, &b, 1), &a);
	KUNIT_EXPECT_PTR_EQ(test, idr_replace(&idr, &b, 9), ERR_PTR(-ENOENT));
	KUNIT_EXPECT_PTR_EQ(test, idr_remove(&idr, 1), &b);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &a, 1, 0, GFP_KERNEL), 1); /* the lowest again */
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &b, 5, 0, GFP_KERNEL), 5);
	idr_for_each_entry(&idr, p, id)
	{
		seen++;
		idr_remove(&idr, id); /* inside the loop */
	}
	KUNIT_EXPECT_EQ(test, seen, 2); /* what reserves is no entry */
	idr_destroy(&idr);
}

static DEFINE_IDA(ida);
static void ida_rules(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ida_alloc_min(&ida, 1, GFP_KERNEL), 1);
	KUNIT_EXPECT_EQ(test, ida_alloc_min(&ida, 1, GFP_KERNEL), 2);
	ida_free(&ida, 1);
	KUNIT_EXPECT_EQ(test, ida_alloc_min(&ida, 1, GFP_KERNEL), 1);
	ida_destroy(&ida);
	KUNIT_EXPECT_EQ(test, ida_alloc_min(&ida, 1, GFP_KERNEL), 1);
	ida_destroy(&ida);
}

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
	KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, &b, XA_LIMIT(0, 0), GFP_KERNEL), -EBUSY);
	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 7, &b, GFP_KERNEL), 0);
	xa_for_each(&xa, i, p)
	{
		seen++;
		KUNIT_EXPECT_PTR_EQ(test, xa_erase(&xa, i), p);
	}
	KUNIT_EXPECT_EQ(test, seen, 2);
	KUNIT_EXPECT_NULL(test, xa_load(&xa, 7));
	KUNIT_EXPECT_NULL(test, xa_erase(&xa, 7));
	xa_lock(&xa); /* a spinlock: preemption is off, loading is allowed inside */
	KUNIT_EXPECT_FALSE(test, preemptible());
	KUNIT_EXPECT_NULL(test, xa_load(&xa, 0));
	xa_unlock(&xa);
	KUNIT_EXPECT_TRUE(test, preemptible());
	xa_destroy(&xa);
}

struct item {
	int value;
	struct list_head node;
	struct hlist_node hash;
};

static void list_rules(struct kunit *test)
{
	LIST_HEAD(head);
	struct item a = {.value = 1}, b = {.value = 2}, c = {.value = 3}, *i, *n;
	int seen = 0;

	list_add_tail(&b.node, &head);
	list_add_tail(&c.node, &head);
	list_add(&a.node, &head);
	list_for_each_entry(i, &head, node) seen = seen * 10 + i->value;
	KUNIT_EXPECT_EQ(test, seen, 123);
	/* The FF-A core compares the cursor with the head after a loop without break. */
	KUNIT_EXPECT_PTR_EQ(test, &i->node, &head);
	list_for_each_entry_safe(i, n, &head, node) list_del(&i->node);
	KUNIT_EXPECT_TRUE(test, list_empty(&head));
	list_add(&c.node, &head);
	KUNIT_EXPECT_PTR_EQ(test, list_first_entry(&head, struct item, node), &c);
}

static void hashtable_rules(struct kunit *test)
{
	DECLARE_HASHTABLE(table, 4);
	struct item a = {.value = 5}, b = {.value = 6}, *i;
	int seen = 0;

	hash_init(table);
	hash_add(table, &a.hash, 5);
	hash_add(table, &b.hash, 6);
	hash_for_each_possible(table, i, hash, 5)
	{
		KUNIT_EXPECT_EQ(test, i->value, 5); /* only that bucket */
		seen++;
	}
	KUNIT_EXPECT_EQ(test, seen, 1);
	hash_del(&a.hash);
	hash_for_each_possible(table, i, hash, 5) KUNIT_EXPECT_NE(test, i->value, 5);
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
	KUNIT_EXPECT_EQ(test, find_first_zero_bit(m, 70), 70ul);
	clear_bit(66, m);
	KUNIT_EXPECT_FALSE(test, test_bit(66, m));
	KUNIT_EXPECT_TRUE(test, test_bit(65, m));
	bitmap_free(m);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(kref_rules),	     KUNIT_CASE(refcount_rules),
	KUNIT_CASE(idr_rules),	     KUNIT_CASE(ida_rules),
	KUNIT_CASE(xarray_rules),    KUNIT_CASE(list_rules),
	KUNIT_CASE(hashtable_rules), KUNIT_CASE(rhashtable_rules),
	KUNIT_CASE(bitmap_rules),    {},
};
static struct kunit_suite suite = {.name = "containers", .test_cases = cases};
kunit_test_suite(suite);
