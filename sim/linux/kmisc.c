/* SPDX-License-Identifier: BSD-3-Clause */
/* Bitmaps, UUIDs, scatter lists, static pools: helpers without state of their own. */
#include <linux/bitmap.h>
#include <linux/genalloc.h>
#include <linux/kernel.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uuid.h>
#include "linux/kernel_internal.h"
#include "linux/kobject_internal.h"

#define CALLER __builtin_return_address(0)

static unsigned long find_from(const unsigned long *p, unsigned long bits, unsigned long from,
			       unsigned long invert)
{
	while (from < bits) {
		unsigned long word = (p[from / 64] ^ invert) >> (from % 64);

		if (word) {
			from += __ffs(word);
			return from < bits ? from : bits;
		}
		from = (from / 64 + 1) * 64;
	}
	return bits;
}

unsigned long find_next_bit(const unsigned long *p, unsigned long bits, unsigned long from)
{
	return find_from(p, bits, from, 0);
}

unsigned long find_next_zero_bit(const unsigned long *p, unsigned long bits, unsigned long from)
{
	return find_from(p, bits, from, ~0ul);
}

unsigned long *bitmap_zalloc(unsigned int bits, gfp_t gfp)
{
	return kmalloc_at(BITS_TO_LONGS(bits) * sizeof(long), gfp | __GFP_ZERO, CALLER);
}

void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}

void bitmap_set(unsigned long *p, unsigned int start, unsigned int n)
{
	while (n--)
		set_bit(start++, p);
}

void bitmap_clear(unsigned long *p, unsigned int start, unsigned int n)
{
	while (n--)
		clear_bit(start++, p);
}

bool bitmap_empty(const unsigned long *p, unsigned int bits)
{
	return find_first_bit(p, bits) == bits;
}

const uuid_t uuid_null;
const guid_t guid_null;

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int uuid_parse(const char *text, uuid_t *uuid)
{
	uuid_t u;
	int n = 0;

	if (!text)
		return -EINVAL;
	for (int i = 0; i < UUID_STRING_LEN;) {
		int hi, lo;

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i++] != '-')
				return -EINVAL;
			continue;
		}
		hi = hex(text[i]);
		lo = hi < 0 ? -1 : hex(text[i + 1]);
		if (lo < 0)
			return -EINVAL;
		u.b[n++] = (u8)(hi << 4 | lo);
		i += 2;
	}
	*uuid = u;
	return 0;
}

void uuid_gen(uuid_t *uuid)
{
	for (int i = 0; i < UUID_SIZE; i++)
		uuid->b[i] = (u8)oracle_random(&machine->oracle);
	uuid->b[6] = (u8)((uuid->b[6] & 0x0f) | 0x40);
	uuid->b[8] = (u8)((uuid->b[8] & 0x3f) | 0x80);
}

void sg_init_table(struct scatterlist *sg, unsigned int n)
{
	memset(sg, 0, n * sizeof(*sg));
	sg_mark_end(&sg[n - 1]);
}

void sg_set_buf(struct scatterlist *sg, const void *buf, unsigned int len)
{
	sg_set_page(sg, virt_to_page(buf), len, (unsigned int)offset_in_page(buf));
}

void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int len)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, len);
}

int sg_nents(struct scatterlist *sg)
{
	int n = 0;

	for (; sg; sg = sg_next(sg))
		n++;
	return n;
}

static int table_alloc(struct sg_table *table, unsigned int n, gfp_t gfp, const void *site)
{
	memset(table, 0, sizeof(*table));
	if (!n)
		return -EINVAL;
	table->sgl = kmalloc_at(size_mul(n, sizeof(*table->sgl)), gfp | __GFP_ZERO, site);
	if (!table->sgl)
		return -ENOMEM;
	sg_init_table(table->sgl, n);
	table->nents = table->orig_nents = n;
	return 0;
}

int sg_alloc_table(struct sg_table *table, unsigned int n, gfp_t gfp)
{
	return table_alloc(table, n, gfp, CALLER);
}

/* Pages of one allocation are, here; a machine may say that its memory is not like that. */
static bool adjacent(struct page *a, struct page *b)
{
	return !klinux_now()->cfg.scattered && page_to_phys(a) + PAGE_SIZE == page_to_phys(b);
}

int sg_alloc_table_from_pages(struct sg_table *table, struct page **pages, unsigned int n,
			      unsigned int offset, unsigned long size, gfp_t gfp)
{
	unsigned int entries = 1, at = 0;
	struct scatterlist *sg;
	int err;

	if (!n)
		return -EINVAL;
	for (unsigned int i = 1; i < n; i++)
		entries += !adjacent(pages[i - 1], pages[i]);
	err = table_alloc(table, entries, gfp, CALLER);
	if (err)
		return err;
	for (sg = table->sgl; sg; sg = sg_next(sg)) {
		unsigned int end = at + 1;
		unsigned long bytes;

		while (end < n && adjacent(pages[end - 1], pages[end]))
			end++;
		bytes = (unsigned long)(end - at) * PAGE_SIZE - offset;
		if (bytes > size)
			bytes = size;
		sg_set_page(sg, pages[at], (unsigned int)bytes, offset);
		size -= bytes;
		offset = 0;
		at = end;
	}
	return 0;
}

void sg_free_table(struct sg_table *table)
{
	kfree(table->sgl);
	memset(table, 0, sizeof(*table));
}

struct gen_pool *gen_pool_create(int min_alloc_order, int nid)
{
	struct gen_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	(void)nid;
	if (pool)
		pool->min_alloc_order = min_alloc_order;
	return pool;
}

int gen_pool_add_virt(struct gen_pool *pool, unsigned long virt, phys_addr_t phys, size_t size,
		      int nid)
{
	(void)nid;
	if (pool->map)
		return -EBUSY; /* one range is all a reserved-memory pool has */
	pool->chunks = size >> pool->min_alloc_order;
	pool->map = bitmap_zalloc((unsigned int)pool->chunks, GFP_KERNEL);
	pool->length = kcalloc(pool->chunks, sizeof(*pool->length), GFP_KERNEL);
	if (!pool->map || !pool->length)
		return -ENOMEM;
	pool->virt = virt;
	pool->phys = phys;
	pool->size = size;
	return 0;
}

unsigned long gen_pool_first_fit_align(unsigned long *map, unsigned long size, unsigned long start,
				       unsigned int nr, void *data, struct gen_pool *pool,
				       unsigned long start_addr)
{
	struct genpool_data_align *d = data;
	unsigned long step = d && d->align ? (unsigned long)d->align >> pool->min_alloc_order : 1;

	(void)start_addr;
	if (!step)
		step = 1;
	for (unsigned long at = round_up(start, step); at + nr <= size; at += step) {
		unsigned long used = find_next_bit(map, at + nr, at);

		if (used >= at + nr)
			return at;
	}
	return size;
}

unsigned long gen_pool_alloc_algo(struct gen_pool *pool, size_t size, genpool_algo_t algo,
				  void *data)
{
	unsigned int nr = (unsigned int)DIV_ROUND_UP(size, 1ul << pool->min_alloc_order);
	unsigned long at;

	if (!size || !pool->map)
		return 0;
	at = algo(pool->map, pool->chunks, 0, nr, data, pool, pool->virt);
	if (at >= pool->chunks)
		return 0;
	bitmap_set(pool->map, (unsigned int)at, nr);
	return pool->virt + (at << pool->min_alloc_order);
}

unsigned long gen_pool_alloc(struct gen_pool *pool, size_t size)
{
	return gen_pool_alloc_algo(pool, size, gen_pool_first_fit_align, NULL);
}

void gen_pool_free(struct gen_pool *pool, unsigned long addr, size_t size)
{
	unsigned int nr = (unsigned int)DIV_ROUND_UP(size, 1ul << pool->min_alloc_order);

	bitmap_clear(pool->map, (unsigned int)((addr - pool->virt) >> pool->min_alloc_order), nr);
}

phys_addr_t gen_pool_virt_to_phys(struct gen_pool *pool, unsigned long addr)
{
	return addr >= pool->virt && addr - pool->virt < pool->size
		       ? pool->phys + (addr - pool->virt)
		       : ~0ULL;
}

void gen_pool_destroy(struct gen_pool *pool)
{
	BUG_ON(pool->map && !bitmap_empty(pool->map, (unsigned int)pool->chunks));
	bitmap_free(pool->map);
	kfree(pool->length);
	kfree(pool);
}
