// SPDX-License-Identifier: BSD-3-Clause
/*
 * Shared memory objects: creation, lookup by id, references, the descriptor and its mappings
 * (linux-tee.md 2.3).
 *
 * A user buffer is made in two steps. Its id is reserved with an empty slot under the device's
 * mutex, the object is built without the mutex (the driver talks to the secure world here), then it
 * is put in the slot. Until then a lookup of the id finds nothing. Each object is a user of its
 * device and holds its context.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/io.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include "tee_private.h"

/* --- ids -------------------------------------------------------------------------------------- */
static int id_reserve(struct tee_device *teedev)
{
	int id;

	mutex_lock(&teedev->mutex);
	id = idr_alloc(&teedev->idr, NULL, 1, 0, GFP_KERNEL);
	mutex_unlock(&teedev->mutex);
	return id;
}

static void id_drop(struct tee_device *teedev, int id)
{
	mutex_lock(&teedev->mutex);
	idr_remove(&teedev->idr, id);
	mutex_unlock(&teedev->mutex);
}

/* Makes the finished object visible under the id reserved for it, or gives the id back. */
static struct tee_shm *id_fill(struct tee_device *teedev, int id, struct tee_shm *shm)
{
	void *old;

	if (IS_ERR(shm)) {
		id_drop(teedev, id);
		return shm;
	}
	mutex_lock(&teedev->mutex);
	old = idr_replace(&teedev->idr, shm, id);
	mutex_unlock(&teedev->mutex);
	if (IS_ERR(old)) {
		tee_shm_free(shm);
		return ERR_CAST(old);
	}
	return shm;
}

/* --- from the device's pool --------------------------------------------------------------------
 */
static struct tee_shm *pool_alloc(struct tee_context *ctx, size_t size, size_t align, u32 flags,
				  int id)
{
	struct tee_device *teedev = ctx->teedev;
	struct tee_shm *shm;
	int rc;

	if (!tee_device_get(teedev))
		return ERR_PTR(-EINVAL);
	if (!teedev->pool) {
		rc = -EINVAL;
		goto err_device;
	}

	shm = kzalloc(sizeof(*shm), GFP_KERNEL);
	if (!shm) {
		rc = -ENOMEM;
		goto err_device;
	}
	refcount_set(&shm->refcount, 1);
	shm->flags = flags;
	shm->id = id;
	shm->ctx = ctx; /* the driver needs it to register the pages */

	rc = teedev->pool->ops->alloc(teedev->pool, shm, size, align);
	if (rc)
		goto err_shm;
	teedev_ctx_get(ctx);
	return shm;

err_shm:
	kfree(shm);
err_device:
	tee_device_put(teedev);
	return ERR_PTR(rc);
}

struct tee_shm *tee_shm_alloc_user_buf(struct tee_context *ctx, size_t size)
{
	int id = id_reserve(ctx->teedev);

	if (id < 0)
		return ERR_PTR(id);
	return id_fill(ctx->teedev, id,
		       pool_alloc(ctx, size, PAGE_SIZE, TEE_SHM_DYNAMIC | TEE_SHM_POOL, id));
}

struct tee_shm *tee_shm_alloc_kernel_buf(struct tee_context *ctx, size_t size)
{
	return pool_alloc(ctx, size, PAGE_SIZE, TEE_SHM_DYNAMIC | TEE_SHM_POOL, -1);
}
EXPORT_SYMBOL_GPL(tee_shm_alloc_kernel_buf);

struct tee_shm *tee_shm_alloc_priv_buf(struct tee_context *ctx, size_t size)
{
	return pool_alloc(ctx, size, 2 * sizeof(long), TEE_SHM_PRIV | TEE_SHM_POOL, -1);
}
EXPORT_SYMBOL_GPL(tee_shm_alloc_priv_buf);

/* --- from pages that exist already --------------------------------------------------------------
 */
static void registered_pages_release(struct tee_shm *shm)
{
	size_t n;

	if (!shm->pages)
		return;
	if (shm->flags & TEE_SHM_USER_MAPPED)
		unpin_user_pages(shm->pages, shm->num_pages);
	else
		for (n = 0; n < shm->num_pages; n++)
			put_page(shm->pages[n]);
	kfree(shm->pages);
}

/* Pins user pages for writing, or takes plain references on kernel pages. */
static int registered_pages_get(struct tee_shm *shm, struct iov_iter *iter)
{
	size_t wanted = iov_iter_npages(iter, INT_MAX), n;
	size_t offset;
	ssize_t len;

	if (!wanted)
		return -ENOMEM;
	shm->pages = kcalloc(wanted, sizeof(*shm->pages), GFP_KERNEL);
	if (!shm->pages)
		return -ENOMEM;

	len = iov_iter_extract_pages(iter, &shm->pages, LONG_MAX, wanted, 0, &offset);
	if (len <= 0) {
		kfree(shm->pages);
		shm->pages = NULL;
		return len ? len : -ENOMEM;
	}
	shm->offset = offset;
	shm->size = len;
	shm->num_pages = DIV_ROUND_UP(len + offset, PAGE_SIZE);
	if (iov_iter_is_kvec(iter))
		for (n = 0; n < shm->num_pages; n++)
			get_page(shm->pages[n]);
	return shm->num_pages == wanted ? 0 : -ENOMEM;
}

static struct tee_shm *pages_register(struct tee_context *ctx, struct iov_iter *iter, u32 flags,
				      int id)
{
	struct tee_device *teedev = ctx->teedev;
	const struct tee_driver_ops *ops;
	unsigned long start;
	struct tee_shm *shm;
	int rc;

	if (!tee_device_get(teedev))
		return ERR_PTR(-EINVAL);
	ops = teedev->desc->ops;
	if (!ops->shm_register || !ops->shm_unregister) {
		rc = -ENOTSUPP;
		goto err_device;
	}
	teedev_ctx_get(ctx);

	shm = kzalloc(sizeof(*shm), GFP_KERNEL);
	if (!shm) {
		rc = -ENOMEM;
		goto err_ctx;
	}
	refcount_set(&shm->refcount, 1);
	shm->flags = flags;
	shm->ctx = ctx;
	shm->id = id;

	start = rounddown(untagged_addr((unsigned long)iter_iov_addr(iter)), PAGE_SIZE);
	rc = registered_pages_get(shm, iter);
	if (rc)
		goto err_pages;
	rc = ops->shm_register(ctx, shm, shm->pages, shm->num_pages, start);
	if (rc)
		goto err_pages;
	return shm;

err_pages:
	registered_pages_release(shm);
	kfree(shm);
err_ctx:
	teedev_ctx_put(ctx);
err_device:
	tee_device_put(teedev);
	return ERR_PTR(rc);
}

struct tee_shm *tee_shm_register_user_buf(struct tee_context *ctx, unsigned long addr,
					  size_t length)
{
	struct iov_iter iter;
	int id;

	if (!access_ok((void __user *)addr, length))
		return ERR_PTR(-EFAULT);
	id = id_reserve(ctx->teedev);
	if (id < 0)
		return ERR_PTR(id);

	iov_iter_ubuf(&iter, ITER_DEST, (void __user *)addr, length);
	return id_fill(ctx->teedev, id,
		       pages_register(ctx, &iter, TEE_SHM_USER_MAPPED | TEE_SHM_DYNAMIC, id));
}

struct tee_shm *tee_shm_register_kernel_buf(struct tee_context *ctx, void *addr, size_t length)
{
	struct kvec kvec = {.iov_base = addr, .iov_len = length};
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, &kvec, 1, length);
	return pages_register(ctx, &iter, TEE_SHM_DYNAMIC, -1);
}
EXPORT_SYMBOL_GPL(tee_shm_register_kernel_buf);

/* --- references --------------------------------------------------------------------------------
 */
static void shm_release(struct tee_device *teedev, struct tee_shm *shm)
{
	if (shm->flags & TEE_SHM_POOL) {
		teedev->pool->ops->free(teedev->pool, shm);
	} else if (shm->flags & TEE_SHM_DYNAMIC) {
		int rc = teedev->desc->ops->shm_unregister(shm->ctx, shm);

		if (rc)
			dev_err(teedev->dev.parent, "shm %d is not unregistered: error %d\n",
				shm->id, rc);
		registered_pages_release(shm);
	}
	teedev_ctx_put(shm->ctx);
	kfree(shm);
	tee_device_put(teedev);
}

void tee_shm_put(struct tee_shm *shm)
{
	struct tee_device *teedev;
	bool last;

	if (!shm || !shm->ctx || !shm->ctx->teedev)
		return;
	teedev = shm->ctx->teedev;

	/* The id goes with the last reference under the mutex: a lookup finds the object alive or
	 * not at all. The driver is called without the mutex. */
	mutex_lock(&teedev->mutex);
	last = refcount_dec_and_test(&shm->refcount);
	if (last && shm->id >= 0)
		idr_remove(&teedev->idr, shm->id);
	mutex_unlock(&teedev->mutex);

	if (last)
		shm_release(teedev, shm);
}
EXPORT_SYMBOL_GPL(tee_shm_put);

void tee_shm_free(struct tee_shm *shm)
{
	tee_shm_put(shm);
}
EXPORT_SYMBOL_GPL(tee_shm_free);

struct tee_shm *tee_shm_get_from_id(struct tee_context *ctx, int id)
{
	struct tee_device *teedev;
	struct tee_shm *shm;

	if (!ctx)
		return ERR_PTR(-EINVAL);
	teedev = ctx->teedev;

	mutex_lock(&teedev->mutex);
	shm = idr_find(&teedev->idr, id);
	if (!shm || shm->ctx != ctx)
		shm = ERR_PTR(-EINVAL);
	else
		refcount_inc(&shm->refcount);
	mutex_unlock(&teedev->mutex);
	return shm;
}
EXPORT_SYMBOL_GPL(tee_shm_get_from_id);

/* --- the descriptor -----------------------------------------------------------------------------
 */
static int shm_fop_release(struct inode *inode, struct file *filp)
{
	tee_shm_put(filp->private_data);
	return 0;
}

static int shm_fop_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct tee_shm *shm = filp->private_data;

	if (shm->flags & TEE_SHM_USER_MAPPED)
		return -EINVAL;
	if (vma->vm_pgoff + vma_pages(vma) > shm->size >> PAGE_SHIFT)
		return -EINVAL;
	/* From the start whatever the offset is (linux-tee.md 8.5 L6). */
	return remap_pfn_range(vma, vma->vm_start, shm->paddr >> PAGE_SHIFT,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

static const struct file_operations shm_fops = {
	.owner = THIS_MODULE,
	.release = shm_fop_release,
	.mmap = shm_fop_mmap,
};

int tee_shm_get_fd(struct tee_shm *shm)
{
	int fd;

	if (shm->id < 0)
		return -EINVAL;
	refcount_inc(&shm->refcount);
	fd = anon_inode_getfd("tee_shm", &shm_fops, shm, O_RDWR);
	if (fd < 0)
		tee_shm_put(shm);
	return fd;
}

/* --- contents -----------------------------------------------------------------------------------
 */
void *tee_shm_get_va(struct tee_shm *shm, size_t offs)
{
	if (!shm->kaddr || offs >= shm->size)
		return ERR_PTR(-EINVAL);
	return (char *)shm->kaddr + offs;
}
EXPORT_SYMBOL_GPL(tee_shm_get_va);

int tee_shm_get_pa(struct tee_shm *shm, size_t offs, phys_addr_t *pa)
{
	if (offs >= shm->size)
		return -EINVAL;
	if (pa)
		*pa = shm->paddr + offs;
	return 0;
}
EXPORT_SYMBOL_GPL(tee_shm_get_pa);
