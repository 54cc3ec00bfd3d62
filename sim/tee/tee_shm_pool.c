// SPDX-License-Identifier: BSD-3-Clause
/*
 * What backs a pool: fresh contiguous pages announced to the secure side one buffer at a time (all
 * FF-A back ends), or a reserved piece of memory cut up by a first-fit allocator
 * (linux-tee.md 2.3).
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/genalloc.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "tee_private.h"

int tee_dyn_shm_alloc_helper(struct tee_shm *shm, size_t size, size_t align,
			     int (*shm_register)(struct tee_context *ctx, struct tee_shm *shm,
						 struct page **pages, size_t num_pages,
						 unsigned long start))
{
	size_t num_pages = roundup(size, PAGE_SIZE) / PAGE_SIZE, n;
	struct page **pages;
	int rc;

	/* Page alignment is all there is; @align is not looked at. */
	if (!num_pages)
		return -EINVAL;

	shm->kaddr = alloc_pages_exact(num_pages * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	if (!shm->kaddr)
		return -ENOMEM;
	shm->paddr = virt_to_phys(shm->kaddr);
	shm->size = num_pages * PAGE_SIZE;

	pages = kcalloc(num_pages, sizeof(*pages), GFP_KERNEL);
	if (!pages) {
		rc = -ENOMEM;
		goto err_memory;
	}
	for (n = 0; n < num_pages; n++)
		pages[n] = virt_to_page((char *)shm->kaddr + n * PAGE_SIZE);
	shm->pages = pages;
	shm->num_pages = num_pages;

	if (shm_register) {
		rc = shm_register(shm->ctx, shm, pages, num_pages, (unsigned long)shm->kaddr);
		if (rc)
			goto err_pages;
	}
	return 0;

err_pages:
	kfree(pages);
	shm->pages = NULL;
err_memory:
	free_pages_exact(shm->kaddr, shm->size);
	shm->kaddr = NULL;
	return rc;
}
EXPORT_SYMBOL_GPL(tee_dyn_shm_alloc_helper);

void tee_dyn_shm_free_helper(struct tee_shm *shm,
			     int (*shm_unregister)(struct tee_context *ctx, struct tee_shm *shm))
{
	/* Whatever the secure side says, the pages go back: it may still have them mapped. */
	if (shm_unregister)
		shm_unregister(shm->ctx, shm);
	free_pages_exact(shm->kaddr, shm->size);
	shm->kaddr = NULL;
	kfree(shm->pages);
	shm->pages = NULL;
}
EXPORT_SYMBOL_GPL(tee_dyn_shm_free_helper);

/* --- reserved memory ----------------------------------------------------------------------------
 */
static int reserved_alloc(struct tee_shm_pool *pool, struct tee_shm *shm, size_t size, size_t align)
{
	struct gen_pool *genpool = pool->private_data;
	size_t granule = 1UL << genpool->min_alloc_order;
	struct genpool_data_align data = {.align = max_t(size_t, align, granule)};
	size_t rounded = roundup(size, data.align);
	unsigned long va = gen_pool_alloc_algo(genpool, rounded, gen_pool_first_fit_align, &data);

	if (!va)
		return -ENOMEM;
	memset((void *)va, 0, rounded);
	shm->kaddr = (void *)va;
	shm->paddr = gen_pool_virt_to_phys(genpool, va);
	shm->size = rounded;
	shm->flags &= ~TEE_SHM_DYNAMIC; /* never registered one by one */
	return 0;
}

static void reserved_free(struct tee_shm_pool *pool, struct tee_shm *shm)
{
	gen_pool_free(pool->private_data, (unsigned long)shm->kaddr, shm->size);
	shm->kaddr = NULL;
}

static void reserved_destroy(struct tee_shm_pool *pool)
{
	gen_pool_destroy(pool->private_data);
	kfree(pool);
}

static const struct tee_shm_pool_ops reserved_ops = {
	.alloc = reserved_alloc,
	.free = reserved_free,
	.destroy_pool = reserved_destroy,
};

struct tee_shm_pool *tee_shm_pool_alloc_res_mem(unsigned long vaddr, phys_addr_t paddr, size_t size,
						int min_alloc_order)
{
	const size_t in_page = PAGE_SIZE - 1;
	struct tee_shm_pool *pool;
	int rc;

	if ((vaddr & in_page) || (paddr & in_page) || (size & in_page))
		return ERR_PTR(-EINVAL);

	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->ops = &reserved_ops;
	pool->private_data = gen_pool_create(min_alloc_order, -1);
	if (!pool->private_data) {
		rc = -ENOMEM;
		goto err_pool;
	}
	rc = gen_pool_add_virt(pool->private_data, vaddr, paddr, size, -1);
	if (rc)
		goto err_genpool;
	return pool;

err_genpool:
	gen_pool_destroy(pool->private_data);
err_pool:
	kfree(pool);
	return ERR_PTR(rc);
}
EXPORT_SYMBOL_GPL(tee_shm_pool_alloc_res_mem);
