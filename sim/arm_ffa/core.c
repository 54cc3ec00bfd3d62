// SPDX-License-Identifier: BSD-3-Clause
/*
 * Start and end of the FF-A core driver. The order of the calls is visible to the SPMC (golden.md
 * G10): version, own id, buffer size, map, features, notifications, partitions (linux-tee.md 4.1).
 * Which version of Linux it is: generation.c. Not modelled: pKVM.
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include "common.h"

#define MIN_VERSION FFA_VERSION_1_0
#define RXTX_MAX_PAGES(a2) ((u16)((a2) >> 16))

struct ffa_drv_info *drv_info;

const struct ffa_ops ffa_drv_ops = {
	.info_ops = &ffa_drv_info_ops,
	.msg_ops = &ffa_drv_msg_ops,
	.mem_ops = &ffa_drv_mem_ops,
	.cpu_ops = &ffa_drv_cpu_ops,
	.notifier_ops = &ffa_drv_notifier_ops,
};

static int version_check(void)
{
	const u32 own = ffa_gen->version;
	ffa_value_t ret, args = {.a0 = FFA_VERSION, .a1 = own};
	u32 fw;

	ffa_smc(&args, &ret);

	/* At full width: a zero-extended -1 passes and is refused as a version below. */
	if (ret.a0 == (unsigned long)(long)FFA_RET_NOT_SUPPORTED) {
		pr_info("FFA_VERSION returned not supported\n");
		return -EOPNOTSUPP;
	}
	fw = ret.a0;
	if (FFA_MAJOR_VERSION(fw) > FFA_MAJOR_VERSION(own)) {
		pr_err("Incompatible v%d.%d! Latest supported v%d.%d\n", FFA_MAJOR_VERSION(fw),
		       FFA_MINOR_VERSION(fw), FFA_MAJOR_VERSION(own), FFA_MINOR_VERSION(own));
		return -EINVAL;
	}
	if (fw < MIN_VERSION) {
		pr_err("Incompatible v%d.%d! Earliest supported v%d.%d\n", FFA_MAJOR_VERSION(fw),
		       FFA_MINOR_VERSION(fw), FFA_MAJOR_VERSION(MIN_VERSION),
		       FFA_MINOR_VERSION(MIN_VERSION));
		return -EINVAL;
	}

	pr_info("Driver version %d.%d\n", FFA_MAJOR_VERSION(own), FFA_MINOR_VERSION(own));
	pr_info("Firmware version %d.%d found\n", FFA_MAJOR_VERSION(fw), FFA_MINOR_VERSION(fw));
	drv_info->version = fw;
	if (FFA_MINOR_VERSION(fw) > FFA_MINOR_VERSION(own)) {
		pr_info("Firmware version higher than driver version, downgrading\n");
		drv_info->version = own;
	}
	return 0;
}

static int id_get(u16 *vm_id)
{
	ffa_value_t ret, args = {.a0 = FFA_ID_GET};

	ffa_smc(&args, &ret);
	if (ret.a0 == FFA_ERROR)
		return ffa_answer_errno(&ret);
	*vm_id = ret.a2;
	return 0;
}

static int rxtx_map(size_t size)
{
	ffa_value_t ret, args = {
				 .a0 = FFA_FN_NATIVE(RXTX_MAP),
				 .a1 = virt_to_phys(drv_info->tx_buffer),
				 .a2 = virt_to_phys(drv_info->rx_buffer),
				 .a3 = size / FFA_PAGE_SIZE,
			 };

	ffa_smc(&args, &ret);
	return ffa_answer_errno(&ret);
}

static void rxtx_unmap(void)
{
	ffa_value_t ret, args = {.a0 = FFA_RXTX_UNMAP};

	ffa_smc(&args, &ret);
}

/* Buffers as large as the firmware wants at least, in whole pages of this kernel. */
static int rxtx_setup(void)
{
	static const size_t min_sizes[] = {SZ_4K, SZ_64K, SZ_16K, SZ_4K};
	size_t min_size = SZ_4K, max_size = 0, size;
	u32 props;
	int rc;

	if (!ffa_features(FFA_FN_NATIVE(RXTX_MAP), 0, &props, NULL)) {
		min_size = min_sizes[props & FFA_FEAT_RXTX_MIN_SZ_MASK];
		max_size = RXTX_MAX_PAGES(props) * (size_t)FFA_PAGE_SIZE;
		if (max_size && max_size < min_size)
			max_size = min_size;
	}
	size = PAGE_ALIGN(min_size);
	if (max_size && size > max_size)
		size = max_size;

	drv_info->rx_buffer = alloc_pages_exact(size, GFP_KERNEL);
	if (!drv_info->rx_buffer)
		return -ENOMEM;
	drv_info->tx_buffer = alloc_pages_exact(size, GFP_KERNEL);
	if (!drv_info->tx_buffer) {
		rc = -ENOMEM;
		goto err_rx;
	}

	drv_info->rxtx_bufsz = size;
	rc = rxtx_map(size);
	if (rc == -EINVAL && !max_size && size != min_size) {
		drv_info->rxtx_bufsz = min_size;
		rc = rxtx_map(min_size);
	}
	if (rc) {
		pr_err("failed to register FFA RxTx buffers\n");
		goto err_tx;
	}
	mutex_init(&drv_info->rx_lock);
	mutex_init(&drv_info->tx_lock);
	return 0;

err_tx:
	free_pages_exact(drv_info->tx_buffer, size);
err_rx:
	free_pages_exact(drv_info->rx_buffer, size);
	return rc;
}

static void rxtx_free(void)
{
	rxtx_unmap();
	free_pages_exact(drv_info->tx_buffer, PAGE_ALIGN(drv_info->rxtx_bufsz));
	free_pages_exact(drv_info->rx_buffer, PAGE_ALIGN(drv_info->rxtx_bufsz));
}

/* The second of each pair is asked only when the first was refused. */
static void features_setup(void)
{
	drv_info->mem_ops_native = !ffa_features(FFA_FN_NATIVE(MEM_LEND), 0, NULL, NULL) ||
				   !ffa_features(FFA_FN_NATIVE(MEM_SHARE), 0, NULL, NULL);
	drv_info->msg_direct_req2_supp = !ffa_features(FFA_MSG_SEND_DIRECT_REQ2, 0, NULL, NULL) ||
					 !ffa_features(FFA_MSG_SEND_DIRECT_RESP2, 0, NULL, NULL);
}

static int __init ffa_init(void)
{
	void (*smc)(const ffa_value_t *args, ffa_value_t *res);
	int rc;

	rc = ffa_transport_init(&smc);
	if (rc)
		return rc;
	ffa_generation_init();
	drv_info = kzalloc(sizeof(*drv_info), GFP_KERNEL);
	if (!drv_info)
		return -ENOMEM;
	drv_info->smc = smc;

	rc = version_check();
	if (rc)
		goto err_info;
	if (id_get(&drv_info->vm_id)) {
		pr_err("failed to obtain VM id for self\n");
		rc = -ENODEV;
		goto err_info;
	}
	rc = rxtx_setup();
	if (rc)
		goto err_info;
	features_setup();
	ffa_notifications_setup();

	rc = ffa_partitions_setup();
	if (rc) {
		pr_err("failed to setup partitions\n");
		goto err_notifications;
	}
	rc = ffa_notifications_self_register();
	if (rc)
		pr_info("Failed to register driver sched callback %d\n", rc);
	return 0;

err_notifications:
	ffa_notifications_cleanup();
	rxtx_free();
err_info:
	kfree(drv_info);
	drv_info = NULL;
	return rc;
}
rootfs_initcall(ffa_init);

static void __exit ffa_exit(void)
{
	/* The core may have failed to start while the bus did not. */
	if (drv_info) {
		ffa_notifications_cleanup();
		ffa_partitions_cleanup();
		rxtx_free();
		kfree(drv_info);
		drv_info = NULL;
	}
	/* The devices point to this module's operations. */
	ffa_devices_unregister();
}
module_exit(ffa_exit);

MODULE_DESCRIPTION("Fake FF-A core driver");
MODULE_LICENSE("Dual BSD/GPL");
