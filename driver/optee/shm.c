// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory shared with OP-TEE: FFA_MEM_SHARE on the way in, UNREGISTER_SHM and FFA_MEM_RECLAIM on the
 * way out. A table finds the object again by the handle the SPMC gave.
 *
 * Looking up by handle takes no reference: whoever names a handle in a message must keep its
 * memory.
 */
#define pr_fmt(fmt) "optee: " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "optee_private.h"

struct handle {
	struct hlist_node node;
	u64 id;
	struct tee_shm *shm;
};

/* --- by handle ----------------------------------------------------------------------------------
 */
/* With the mutex held. */
static struct handle *handle_find(struct optee *optee, u64 id)
{
	struct handle *h;

	hash_for_each_possible(optee->handles, h, node, id)
	{
		if (h->id == id)
			return h;
	}
	return NULL;
}

static int handle_add(struct optee *optee, struct tee_shm *shm, u64 id)
{
	struct handle *h = kzalloc(sizeof(*h), GFP_KERNEL);
	int rc = 0;

	if (!h)
		return -ENOMEM;
	h->id = id;
	h->shm = shm;
	mutex_lock(&optee->handles_mutex);
	if (handle_find(optee, id))
		rc = -EEXIST;
	else
		hash_add(optee->handles, &h->node, id);
	mutex_unlock(&optee->handles_mutex);
	if (rc)
		kfree(h);
	return rc;
}

static int handle_remove(struct optee *optee, u64 id)
{
	struct handle *h;

	mutex_lock(&optee->handles_mutex);
	h = handle_find(optee, id);
	if (h)
		hash_del(&h->node);
	mutex_unlock(&optee->handles_mutex);
	if (!h)
		return -ENOENT;
	kfree(h);
	return 0;
}

struct tee_shm *optee_shm_by_handle(struct optee *optee, u64 id)
{
	struct handle *h;
	struct tee_shm *shm;

	mutex_lock(&optee->handles_mutex);
	h = handle_find(optee, id);
	shm = h ? h->shm : NULL;
	mutex_unlock(&optee->handles_mutex);
	return shm;
}

/* --- share and take back ------------------------------------------------------------------------
 */
static bool is_normal(pgprot_t prot)
{
	u64 index = pgprot_val(prot) & PTE_ATTRINDX_MASK;

	return index == PTE_ATTRINDX(MT_NORMAL) || index == PTE_ATTRINDX(MT_NORMAL_TAGGED);
}

/* Device memory of a user cannot be shared as normal memory; the kernel's own is not looked at. */
static int check_memory_type(unsigned long start, size_t num_pages)
{
	unsigned long end = start + num_pages * PAGE_SIZE;
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int rc = 0;

	if (virt_addr_valid((void *)start) || is_vmalloc_addr((void *)start))
		return 0;

	mmap_read_lock(mm);
	{
		VMA_ITERATOR(iter, mm, start);

		for_each_vma_range(iter, vma, end)
		{
			if (!is_normal(vma->vm_page_prot))
				rc = -EINVAL;
		}
	}
	mmap_read_unlock(mm);
	return rc;
}

int optee_shm_register(struct tee_context *ctx, struct tee_shm *shm, struct page **pages,
		       size_t num_pages, unsigned long start)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	const struct ffa_mem_ops *mem_ops = optee->ffa_dev->ops->mem_ops;
	struct ffa_mem_region_attributes attr = {
		.receiver = optee->ffa_dev->vm_id,
		.attrs = FFA_MEM_RW,
	};
	struct ffa_mem_ops_args args = {.use_txbuf = true, .attrs = &attr, .nattrs = 1};
	struct sg_table sgt;
	int rc;

	if (!num_pages)
		return -EINVAL;
	rc = check_memory_type(start, num_pages);
	if (rc)
		return rc;
	rc = sg_alloc_table_from_pages(&sgt, pages, num_pages, 0, num_pages * PAGE_SIZE,
				       GFP_KERNEL);
	if (rc)
		return rc;
	args.sg = sgt.sgl;
	rc = mem_ops->memory_share(&args);
	sg_free_table(&sgt);
	if (rc)
		return rc;

	rc = handle_add(optee, shm, args.g_handle);
	if (rc) {
		mem_ops->memory_reclaim(args.g_handle, 0);
		return rc;
	}
	shm->sec_world_id = args.g_handle;
	return 0;
}

static int reclaim(struct optee *optee, u64 handle)
{
	int rc = optee->ffa_dev->ops->mem_ops->memory_reclaim(handle, 0);

	if (rc)
		pr_err("memory %#llx is not given back: error %d\n", handle, rc);
	return rc;
}

/* Taking it back is tried even when OP-TEE could not be told. */
int optee_shm_unregister(struct tee_context *ctx, struct tee_shm *shm)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	u64 handle = shm->sec_world_id;
	struct ffa_send_direct_data data = {
		.data0 = OPTEE_FFA_UNREGISTER_SHM,
		.data1 = lower_32_bits(handle),
		.data2 = upper_32_bits(handle),
	};
	int rc;

	handle_remove(optee, handle);
	shm->sec_world_id = 0;

	rc = optee->ffa_dev->ops->msg_ops->sync_send_receive(optee->ffa_dev, &data);
	if (rc)
		pr_err("memory %#llx is not unregistered: error %d\n", handle, rc);
	return reclaim(optee, handle);
}

/* The supplicant's memory: OP-TEE has let go of it by a request before. */
int optee_shm_unregister_supp(struct tee_context *ctx, struct tee_shm *shm)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	u64 handle = shm->sec_world_id;

	handle_remove(optee, handle);
	shm->sec_world_id = 0;
	return reclaim(optee, handle);
}

/* --- the pool -----------------------------------------------------------------------------------
 */
static int pool_alloc(struct tee_shm_pool *pool, struct tee_shm *shm, size_t size, size_t align)
{
	return tee_dyn_shm_alloc_helper(shm, size, align, optee_shm_register);
}

static void pool_free(struct tee_shm_pool *pool, struct tee_shm *shm)
{
	tee_dyn_shm_free_helper(shm, optee_shm_unregister);
}

static void pool_destroy(struct tee_shm_pool *pool)
{
	kfree(pool);
}

static const struct tee_shm_pool_ops pool_ops = {
	.alloc = pool_alloc,
	.free = pool_free,
	.destroy_pool = pool_destroy,
};

struct tee_shm_pool *optee_pool_create(void)
{
	struct tee_shm_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->ops = &pool_ops;
	return pool;
}
