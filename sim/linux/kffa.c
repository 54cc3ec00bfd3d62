/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a kernel helper without a driver of its own does with the FF-A bus: share pages with an
 * endpoint, and take them back, through the operations of that endpoint's device, hence under the
 * core driver's locks. And what root does to such a device in sysfs.
 */
#include <linux/arm_ffa.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "linux/kernel_internal.h"

static int is_endpoint(struct device *dev, const void *id)
{
	return to_ffa_dev(dev)->vm_id == *(const int *)id;
}

int kffa_share(const struct bus_type *bus, unsigned id, size_t bytes, void **ptr, uint64_t *handle)
{
	struct ffa_mem_region_attributes attr = {.receiver = (u16)id, .attrs = FFA_MEM_RW};
	struct ffa_mem_ops_args args = {.use_txbuf = true, .attrs = &attr, .nattrs = 1};
	const int vm_id = (int)id;
	struct device *dev = bus_find_device(bus, NULL, &vm_id, is_endpoint);
	struct scatterlist sg;
	void *page;
	int err;

	if (!dev)
		return -ENODEV;
	err = -ENOMEM;
	page = alloc_pages_exact(bytes, GFP_KERNEL | __GFP_ZERO);
	if (!page)
		goto put;
	sg_init_one(&sg, page, (unsigned int)bytes);
	args.sg = &sg;
	err = to_ffa_dev(dev)->ops->mem_ops->memory_share(&args);
	if (err) {
		free_pages_exact(page, bytes);
		goto put;
	}
	*ptr = page;
	*handle = args.g_handle;
put:
	put_device(dev);
	return err;
}

int kffa_unshare(const struct bus_type *bus, unsigned id, size_t bytes, void *ptr, uint64_t handle)
{
	const int vm_id = (int)id;
	struct device *dev = bus_find_device(bus, NULL, &vm_id, is_endpoint);
	int err;

	if (!dev)
		return -ENODEV;
	err = to_ffa_dev(dev)->ops->mem_ops->memory_reclaim(handle, 0);
	put_device(dev);
	if (!err)
		free_pages_exact(ptr, bytes);
	return err;
}

int kffa_unbind(const struct bus_type *bus, unsigned id)
{
	const int vm_id = (int)id;
	struct device *dev = bus_find_device(bus, NULL, &vm_id, is_endpoint);
	int err = dev && dev->driver ? 0 : -ENODEV;

	if (!err)
		device_release_driver(dev);
	put_device(dev);
	return err;
}
