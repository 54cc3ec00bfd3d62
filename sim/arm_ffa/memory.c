// SPDX-License-Identifier: BSD-3-Clause
/*
 * Memory share, lend and reclaim (linux-tee.md 4.5).
 *
 * The descriptor is written straight into the buffer the firmware reads, and sent each time the
 * buffer is exactly full: a fragment ends where the buffer does. Known weaknesses of the real code
 * are kept: a failing fragment before the last one is ENXIO and leaves the transaction open at the
 * SPMC (8.5 L4); a last fragment answered with "more" counts as success (L5).
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/errno.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "common.h"

#define PACK_HANDLE(low, high) ((u64)(u32)(low) | (u64)(u32)(high) << 32)

/* A transaction being sent. */
struct transaction {
	u32 func_id;
	void *buffer;
	size_t buffer_size;
	u64 buffer_addr; /* 0: the TX buffer */
	u32 buffer_pages;
	u32 total_len;
	u64 handle;
	bool begun;
};

/* Sends what is in the buffer. Negative errno, or 0 whether the SPMC wants more or not. */
static int fragment_send(struct transaction *t, u32 len)
{
	ffa_value_t ret, args = {0};

	if (!t->begun) {
		args.a0 = t->func_id;
		args.a1 = t->total_len;
		args.a2 = len;
		args.a3 = t->buffer_addr;
		args.a4 = t->buffer_pages;
	} else {
		args.a0 = FFA_MEM_FRAG_TX;
		args.a1 = (u32)t->handle;
		args.a2 = (u32)(t->handle >> 32);
		args.a3 = len;
	}
	ffa_smc(&args, &ret);
	while (ret.a0 == FFA_MEM_OP_PAUSE) {
		ffa_value_t resume = {.a0 = FFA_MEM_OP_RESUME, .a1 = ret.a1, .a2 = ret.a2};

		ffa_smc(&resume, &ret);
	}

	if (ret.a0 == FFA_ERROR)
		return ffa_answer_errno(&ret);
	if (ret.a0 == FFA_SUCCESS) {
		if (!t->begun)
			t->handle = PACK_HANDLE(ret.a2, ret.a3);
	} else if (ret.a0 == FFA_MEM_FRAG_RX) {
		/* The offset it asks for is not compared with what was sent. */
		if (!t->begun)
			t->handle = PACK_HANDLE(ret.a1, ret.a2);
	} else {
		return -EOPNOTSUPP;
	}
	t->begun = true;
	return 0;
}

static u32 sg_total_pages(struct scatterlist *sg)
{
	u32 pages = 0;

	for (; sg; sg = sg_next(sg))
		pages += sg->length / FFA_PAGE_SIZE;
	return pages;
}

/* Normal write-back memory is declared on a share; on a lend the attributes must be zero. */
static u16 region_attributes(u32 func_id)
{
	if (func_id == FFA_MEM_LEND || func_id == FFA_FN_NATIVE(MEM_LEND))
		return 0;
	return FFA_MEM_NORMAL | FFA_MEM_WRITE_BACK | FFA_MEM_INNER_SHAREABLE;
}

/* Header and borrowers; returns the composite's offset. The buffer may hold anything before, so
 * every byte up to the composite is written. */
static u32 header_write(struct transaction *t, const struct ffa_mem_ops_args *args)
{
	struct ffa_mem_region *region = t->buffer;
	u32 version = drv_info->version;
	u32 emad_size = ffa_emad_size_get(version);
	u32 composite = ffa_mem_desc_offset(region, args->nattrs, version);
	u32 n;

	region->sender_id = drv_info->vm_id;
	region->attributes = region_attributes(t->func_id);
	region->flags = args->flags;
	region->handle = 0;
	region->tag = args->tag;
	region->ep_count = args->nattrs;
	if (FFA_MEM_REGION_HAS_EP_MEM_OFFSET(version)) {
		region->ep_mem_size = emad_size;
		region->ep_mem_offset = sizeof(*region);
		memset(region->reserved, 0, sizeof(region->reserved));
	} else {
		region->ep_mem_size = 0;
	}

	for (n = 0; n < args->nattrs; n++) {
		const struct ffa_mem_region_attributes *from = &args->attrs[n];
		struct ffa_mem_region_attributes *emad =
			(void *)((char *)t->buffer + ffa_mem_desc_offset(region, n, version));

		memset(emad, 0, emad_size);
		emad->receiver = from->receiver;
		emad->attrs = from->attrs;
		emad->composite_off = composite;
		if (FFA_EMAD_HAS_IMPDEF_FIELD(version))
			memcpy(emad->impdef_val, from->impdef_val, sizeof(emad->impdef_val));
	}
	return composite;
}

static int transaction_send(struct transaction *t, struct ffa_mem_ops_args *args)
{
	u32 composite_off = ffa_mem_desc_offset(t->buffer, args->nattrs, drv_info->version);
	u32 ranges = sg_nents(args->sg);
	struct ffa_composite_mem_region *composite;
	size_t fill;
	int rc;

	if (composite_off + sizeof(*composite) > t->buffer_size)
		return -ENXIO;

	header_write(t, args);
	composite = (void *)((char *)t->buffer + composite_off);
	composite->total_pg_cnt = sg_total_pages(args->sg);
	composite->addr_range_cnt = ranges;
	composite->reserved = 0;

	fill = composite_off + sizeof(*composite);
	t->total_len = fill + ranges * sizeof(struct ffa_mem_region_addr_range);

	do {
		struct ffa_mem_region_addr_range *range;

		if (fill == t->buffer_size) {
			rc = fragment_send(t, fill);
			if (rc)
				return -ENXIO;
			fill = 0;
		}
		if (fill + sizeof(*range) > t->buffer_size) {
			pr_err("Memory Region Fragment > Tx Buffer size\n");
			return -EFAULT;
		}
		range = (void *)((char *)t->buffer + fill);
		range->address = sg_phys(args->sg);
		range->pg_cnt = args->sg->length / FFA_PAGE_SIZE;
		range->reserved = 0;
		fill += sizeof(*range);
	} while ((args->sg = sg_next(args->sg)) != NULL);

	rc = fragment_send(t, fill);
	args->g_handle = t->handle;
	return rc;
}

static int memory_ops(u32 func_id, struct ffa_mem_ops_args *args)
{
	struct transaction t = {.func_id = func_id, .buffer_size = drv_info->rxtx_bufsz};
	int rc;

	if (args->use_txbuf) {
		t.buffer = drv_info->tx_buffer;
		mutex_lock(&drv_info->tx_lock);
		rc = transaction_send(&t, args);
		mutex_unlock(&drv_info->tx_lock);
		return rc;
	}

	t.buffer = alloc_pages_exact(t.buffer_size, GFP_KERNEL);
	if (!t.buffer)
		return -ENOMEM;
	t.buffer_addr = virt_to_phys(t.buffer);
	t.buffer_pages = t.buffer_size / FFA_PAGE_SIZE;
	rc = transaction_send(&t, args);
	free_pages_exact(t.buffer, t.buffer_size);
	return rc;
}

static int memory_share(struct ffa_mem_ops_args *args)
{
	return memory_ops(drv_info->mem_ops_native ? FFA_FN_NATIVE(MEM_SHARE) : FFA_MEM_SHARE,
			  args);
}

static int memory_lend(struct ffa_mem_ops_args *args)
{
	return memory_ops(drv_info->mem_ops_native ? FFA_FN_NATIVE(MEM_LEND) : FFA_MEM_LEND, args);
}

static int memory_reclaim(u64 g_handle, u32 flags)
{
	ffa_value_t ret, args = {
				 .a0 = FFA_MEM_RECLAIM,
				 .a1 = (u32)g_handle,
				 .a2 = (u32)(g_handle >> 32),
				 .a3 = flags,
			 };

	ffa_smc(&args, &ret);
	return ffa_answer_errno(&ret);
}

const struct ffa_mem_ops ffa_drv_mem_ops = {
	.memory_reclaim = memory_reclaim,
	.memory_share = memory_share,
	.memory_lend = memory_lend,
};
