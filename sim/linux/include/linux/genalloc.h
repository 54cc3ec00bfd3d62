/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_GENALLOC_H
#define _LINUX_GENALLOC_H
/* Allocator for a fixed range (static shared-memory pools). */
#include <linux/types.h>
struct gen_pool {
	int min_alloc_order;
	unsigned long virt;
	phys_addr_t phys;
	size_t size, chunks;
	unsigned long *map;
	u32 *length;
};
struct genpool_data_align {
	int align;
};
typedef unsigned long (*genpool_algo_t)(unsigned long *map, unsigned long size, unsigned long start,
					unsigned int nr, void *data, struct gen_pool *pool,
					unsigned long start_addr);
struct gen_pool *gen_pool_create(int min_alloc_order, int nid);
int gen_pool_add_virt(struct gen_pool *pool, unsigned long virt, phys_addr_t phys, size_t size,
		      int nid);
unsigned long gen_pool_alloc_algo(struct gen_pool *pool, size_t size, genpool_algo_t algo,
				  void *data);
unsigned long gen_pool_alloc(struct gen_pool *pool, size_t size);
unsigned long gen_pool_first_fit_align(unsigned long *map, unsigned long size, unsigned long start,
				       unsigned int nr, void *data, struct gen_pool *pool,
				       unsigned long start_addr);
void gen_pool_free(struct gen_pool *pool, unsigned long addr, size_t size);
phys_addr_t gen_pool_virt_to_phys(struct gen_pool *pool, unsigned long addr);
void gen_pool_destroy(struct gen_pool *pool);
#endif
