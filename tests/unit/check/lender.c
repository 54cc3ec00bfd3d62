// SPDX-License-Identifier: BSD-3-Clause
/*
 * A kernel module for test_views.c: a driver that shares or lends a page with its partition and
 * then does, or does not, what it should. The test calls its functions from a task.
 */
#include <linux/arm_ffa.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uuid.h>

void *lender_alloc(void);
int lender_send(void *mem, int lend, int perm, unsigned long long *handle);
int lender_request(unsigned long op, unsigned long long handle, unsigned long perm,
		   unsigned long kind, unsigned long *answer);
int lender_reclaim(unsigned long long handle, unsigned int flags);
int lender_read(const char *mem);
void lender_write(char *mem);
int lender_copy(const char *mem);
void lender_free(void *mem);

static struct ffa_device *bound;

void *lender_alloc(void)
{
	return (void *)__get_free_pages(GFP_KERNEL, 0);
}

noinline int lender_send(void *mem, int lend, int perm, unsigned long long *handle)
{
	struct ffa_mem_region_attributes attr = {.receiver = bound->vm_id, .attrs = (u8)perm};
	struct ffa_mem_ops_args args = {.use_txbuf = true, .nattrs = 1, .attrs = &attr};
	struct scatterlist sg;
	int rc;

	sg_init_one(&sg, mem, PAGE_SIZE);
	args.sg = &sg;
	rc = lend ? bound->ops->mem_ops->memory_lend(&args)
		  : bound->ops->mem_ops->memory_share(&args);
	*handle = args.g_handle;
	return rc;
}

int lender_request(unsigned long op, unsigned long long handle, unsigned long perm,
		   unsigned long kind, unsigned long *answer)
{
	struct ffa_send_direct_data data = {.data0 = op,
					    .data1 = lower_32_bits(handle),
					    .data2 = upper_32_bits(handle),
					    .data3 = perm,
					    .data4 = kind};
	int rc;

	bound->mode_32bit = true;
	rc = bound->ops->msg_ops->sync_send_receive(bound, &data);
	*answer = data.data1;
	return rc;
}

int lender_reclaim(unsigned long long handle, unsigned int flags)
{
	return bound->ops->mem_ops->memory_reclaim(handle, flags);
}

noinline int lender_read(const char *mem)
{
	return mem[16];
}

noinline void lender_write(char *mem)
{
	mem[16] = 1;
}

noinline int lender_copy(const char *mem)
{
	char *copy = kmalloc(2048, GFP_KERNEL);
	int first;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, mem, 2048);
	first = copy[0];
	kfree(copy);
	return first;
}

void lender_free(void *mem)
{
	free_pages((unsigned long)mem, 0);
}

static int lender_probe(struct ffa_device *dev)
{
	bound = dev;
	return 0;
}

static const struct ffa_device_id lender_ids[] = {
	{UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49, 0x43, 0xac)},
	{}};

static struct ffa_driver lender_driver = {
	.name = "lender",
	.probe = lender_probe,
	.id_table = lender_ids,
};
module_ffa_driver(lender_driver);
MODULE_LICENSE("Dual BSD/GPL");
