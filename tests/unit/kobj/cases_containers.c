/* SPDX-License-Identifier: BSD-3-Clause */
/* Containers, text and arithmetic: kernel-surface.md 5.4 and 5.8. */
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include <linux/xarray.h>
#include "cases.h"

struct item {
	int value;
	struct list_head node;
	struct hlist_node hash;
};

int kcase_list(void)
{
	LIST_HEAD(head);
	struct item a = {.value = 1}, b = {.value = 2}, c = {.value = 3}, *i, *n;
	int seen = 0;

	CHECK(list_empty(&head));
	list_add_tail(&b.node, &head);
	list_add_tail(&c.node, &head);
	list_add(&a.node, &head);
	list_for_each_entry(i, &head, node) seen = seen * 10 + i->value;
	CHECK(seen == 123);
	CHECK(&i->node == &head); /* the cursor ends at the head's container */
	list_for_each_entry_safe(i, n, &head, node) if (i->value == 2) list_del(&i->node);
	CHECK(list_first_entry(&head, struct item, node) == &a && a.node.next == &c.node);
	CHECK(b.node.next == LIST_POISON1 && b.node.prev == LIST_POISON2);
	return 0;
}

int kcase_xarray_alloc(void)
{
	struct xarray xa;
	u32 id;
	int v[4];

	xa_init_flags(&xa, XA_FLAGS_ALLOC);
	for (u32 i = 0; i < 4; i++) {
		CHECK(!xa_alloc(&xa, &id, &v[i], xa_limit_32b, GFP_KERNEL));
		CHECK(id == i); /* from 0, lowest free */
	}
	CHECK(xa_erase(&xa, 1) == &v[1]);
	CHECK(!xa_erase(&xa, 1));
	CHECK(!xa_alloc(&xa, &id, &v[1], xa_limit_32b, GFP_KERNEL) && id == 1);
	CHECK(xa_alloc(&xa, &id, &v[0], XA_LIMIT(0, 3), GFP_KERNEL) == -EBUSY);
	CHECK(xa_load(&xa, 3) == &v[3] && !xa_load(&xa, 4));
	xa_destroy(&xa);
	return 0;
}

int kcase_xarray_insert_erase(void)
{
	struct xarray xa;
	static int v[300];

	xa_init(&xa);
	for (unsigned long i = 0; i < 300; i++)
		CHECK(!xa_insert(&xa, i * 0x10001, &v[i], GFP_KERNEL));
	CHECK(xa_insert(&xa, 0x10001, &v[0], GFP_KERNEL) == -EBUSY);
	for (unsigned long i = 0; i < 300; i++)
		CHECK(xa_load(&xa, i * 0x10001) == &v[i]);
	CHECK(!xa_load(&xa, 5));
	for (unsigned long i = 0; i < 300; i += 2)
		CHECK(xa_erase(&xa, i * 0x10001) == &v[i]);
	CHECK(!xa_load(&xa, 0x20002) && xa_load(&xa, 0x10001) == &v[1]);
	xa_destroy(&xa);
	CHECK(!xa_load(&xa, 0x10001));
	return 0;
}

int kcase_xarray_walk(void)
{
	struct xarray xa;
	unsigned long index;
	int v[5], *p, n = 0;

	xa_init(&xa);
	for (int i = 4; i >= 0; i--)
		CHECK(!xa_insert(&xa, (unsigned long)i * 100, &v[i], GFP_KERNEL));
	xa_for_each(&xa, index, p)
	{
		CHECK(index == (unsigned long)n * 100 && p == &v[n]); /* in order of index */
		xa_erase(&xa, index);				      /* allowed inside the loop */
		n++;
	}
	CHECK(n == 5 && xa_empty(&xa));
	xa_destroy(&xa);
	return 0;
}

int kcase_idr(void)
{
	struct idr idr;
	int v[3], id, n = 0, *p;

	idr_init(&idr);
	CHECK(idr_alloc(&idr, NULL, 1, 0, GFP_KERNEL) == 1); /* NULL reserves the id */
	CHECK(!idr_find(&idr, 1));
	CHECK(idr_replace(&idr, &v[0], 1) == NULL && idr_find(&idr, 1) == &v[0]);
	CHECK(idr_replace(&idr, &v[0], 9) == ERR_PTR(-ENOENT));
	CHECK(idr_alloc(&idr, &v[1], 1, 0, GFP_KERNEL) == 2);
	CHECK(idr_alloc(&idr, &v[2], 1, 3, GFP_KERNEL) == -ENOSPC);
	CHECK(idr_remove(&idr, 1) == &v[0] && idr_alloc(&idr, &v[2], 1, 0, GFP_KERNEL) == 1);
	idr_for_each_entry(&idr, p, id)
	{
		idr_remove(&idr, (unsigned long)id);
		n++;
	}
	CHECK(n == 2 && idr_is_empty(&idr));
	idr_destroy(&idr);
	return 0;
}

int kcase_ida(void)
{
	static DEFINE_IDA(ida);

	CHECK(ida_alloc_min(&ida, 1, GFP_KERNEL) == 1);
	CHECK(ida_alloc_min(&ida, 1, GFP_KERNEL) == 2);
	ida_free(&ida, 1);
	CHECK(ida_alloc_min(&ida, 1, GFP_KERNEL) == 1);
	CHECK(mini_findings() == 0);
	ida_free(&ida, 77); /* WARN, and it must be visible */
	CHECK(mini_findings() == 1 && strstr(mini_finding(0), "ida_free"));
	ida_destroy(&ida);
	return 0;
}

int kcase_bitmap(void)
{
	DECLARE_BITMAP(map, 130) = {0};
	unsigned long *z = bitmap_zalloc(70, GFP_KERNEL);

	CHECK(find_first_bit(map, 130) == 130 && find_first_zero_bit(map, 130) == 0);
	for (int i = 0; i < 130; i++)
		set_bit(i, map);
	CHECK(find_first_zero_bit(map, 130) == 130);
	clear_bit(129, map);
	CHECK(find_next_zero_bit(map, 130, 3) == 129 && !test_bit(129, map) && test_bit(64, map));
	CHECK(find_next_zero_bit(map, 129, 3) == 129); /* none: answers the size */
	CHECK(z && find_first_bit(z, 70) == 70);
	bitmap_free(z);
	return 0;
}

int kcase_hashtable(void)
{
	DECLARE_HASHTABLE(table, 4);
	struct item a = {.value = 5}, b = {.value = 6}, *i;
	int n = 0;

	hash_init(table);
	hash_add(table, &a.hash, 5);
	hash_add(table, &b.hash, 6);
	hash_for_each_possible(table, i, hash, 5) n += i->value == 5;
	CHECK(n == 1);
	hash_del(&a.hash);
	hash_for_each_possible(table, i, hash, 5) CHECK(i->value != 5);
	return 0;
}

int kcase_uuid(void)
{
	uuid_t u, v = UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49,
				0x43, 0xac);
	u8 raw[16];
	char text[96];

	CHECK(!uuid_parse("bdcd76d7-825e-4751-963b-86d4f84943ac", &u) && uuid_equal(&u, &v));
	CHECK(uuid_parse("bdcd76d7-825e-4751-963b-86d4f84943", &u) == -EINVAL);
	CHECK(uuid_parse("bdcd76d7x825e-4751-963b-86d4f84943ac", &u) == -EINVAL);
	export_uuid(raw, &v);
	CHECK(raw[0] == 0xbd && raw[15] == 0xac);
	import_uuid(&u, raw);
	CHECK(uuid_equal(&u, &v) && uuid_is_null(&uuid_null) && !uuid_is_null(&u));
	snprintf(text, sizeof(text), "%pUb|%pUB", &v, &v);
	CHECK(!strcmp(text, "bdcd76d7-825e-4751-963b-86d4f84943ac|"
			    "BDCD76D7-825E-4751-963B-86D4F84943AC"));
	return 0;
}

static bool prints(const char *want, const char *fmt, ...)
{
	char text[128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return !strcmp(text, want) && n == (int)strlen(want);
}

int kcase_format(void)
{
	char small[5];

	CHECK(prints("-7|  42|0042|42  |+1", "%d|%4d|%04d|%-4d|%+d", -7, 42, 42, 42, 1));
	CHECK(prints("ff|0xff|FF|00ff|37777", "%x|%#x|%X|%04x|%o", 255, 255, 255, 255, 16383));
	CHECK(prints("18446744073709551615|ffffffffffffffff", "%llu|%lx", ~0ULL, ~0UL));
	CHECK(prints("9223372036854775808|-1", "%zu|%zd", (size_t)1 << 63, (size_t)-1));
	CHECK(prints("ab|   ab|ab   |a", "%s|%5s|%-5s|%.1s", "ab", "ab", "ab", "ab"));
	CHECK(prints("x%y 300 44", "x%%%c %hd %hhd", 'y', 300, 300));
	CHECK(prints("-22", "%pe", ERR_PTR(-EINVAL)) || prints("-EINVAL", "%pe", ERR_PTR(-EINVAL)));
	CHECK(snprintf(small, sizeof(small), "%s", "abcdefgh") == 8 && !strcmp(small, "abcd"));
	CHECK(scnprintf(small, sizeof(small), "%s", "abcdefgh") == 4);
	CHECK(scnprintf(small, 0, "x") == 0);
	CHECK(strscpy(small, "abcdefgh", sizeof(small)) == -E2BIG && !strcmp(small, "abcd"));
	CHECK(strscpy(small, "abc", sizeof(small)) == 3);
	return 0;
}

int kcase_arithmetic(void)
{
	u64 sum;

	CHECK(size_add(~0ul, 1) == ~0ul && size_mul(1ul << 40, 1ul << 40) == ~0ul);
	CHECK(size_add(3, 4) == 7 && size_mul(3, 4) == 12);
	CHECK(check_add_overflow(~0ULL, 1ULL, &sum) && sum == 0);
	CHECK(!check_add_overflow(1ULL, 2ULL, &sum) && sum == 3);
	CHECK(min_not_zero(0u, 5u) == 5 && min_not_zero(3u, 0u) == 3 && min_not_zero(3u, 5u) == 3);
	CHECK(FIELD_PREP(GENMASK(15, 8), 0x12) == 0x1200 &&
	      FIELD_GET(GENMASK(15, 8), 0x1234) == 0x12);
	CHECK(FIELD_GET(GENMASK_ULL(63, 48), 0xabcd000000000000ULL) == 0xabcd);
	CHECK(roundup(5, 4) == 8 && rounddown(5, 4) == 4 && DIV_ROUND_UP(5, 4) == 2);
	CHECK(ilog2(4096) == 12 && round_down(0x1fff, 0x1000) == 0x1000);
	CHECK(lower_16_bits(0x12345678) == 0x5678 && upper_32_bits(0x1234567890ULL) == 0x12);
	CHECK(IS_ERR(ERR_PTR(-4095)) && !IS_ERR(NULL) && !IS_ERR((void *)-4096L));
	CHECK(PTR_ERR(ERR_PTR(-ENOMEM)) == -ENOMEM);
	return 0;
}
