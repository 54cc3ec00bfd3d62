// SPDX-License-Identifier: GPL-2.0-only
/*
 * OP-TEE behind FF-A, as a TEE driver: a client device (/dev/teeN) and one for the supplicant
 * (/dev/teeprivN), both on top of one partition.
 *
 * Probe asks what the partition is and can, then puts the parts together; the devices appear last.
 * The driver has a context of its own, for what must outlive the client that caused it. Not here:
 * the SMC back end, RPMB, protected memory, dma-buf.
 */
#define pr_fmt(fmt) "optee: " fmt

#include <linux/arm_ffa.h>
#include <linux/crash_dump.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/tee_core.h>
#include <linux/workqueue.h>

#include "optee_private.h"

/* --- contexts ----------------------------------------------------------------------------------
 */
static void get_version(struct tee_device *teedev, struct tee_ioctl_version_data *vers)
{
	*vers = (struct tee_ioctl_version_data){
		.impl_id = TEE_IMPL_ID_OPTEE,
		.impl_caps = TEE_OPTEE_CAP_TZ,
		.gen_caps = TEE_GEN_CAP_GP | TEE_GEN_CAP_REG_MEM | TEE_GEN_CAP_MEMREF_NULL,
	};
}

static int context_open(struct tee_context *ctx)
{
	struct optee_context *octx = optee_context_create();

	if (!octx)
		return -ENOMEM;
	ctx->cap_memref_null = true;
	ctx->data = octx;
	return 0;
}

static void context_release(struct tee_context *ctx)
{
	optee_context_destroy(ctx, ctx->data);
	ctx->data = NULL;
}

static void supp_devices(struct work_struct *work)
{
	optee_devices_list(container_of(work, struct optee, supp_devices_work), true);
}

static int supp_open(struct tee_context *ctx)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	int rc = context_open(ctx);

	if (rc)
		return rc;
	rc = optee_supp_attach(&optee->supp, ctx);
	if (rc) {
		context_release(ctx);
		return rc;
	}
	if (!optee->supp_devices_listed) {
		optee->supp_devices_listed = true;
		schedule_work(&optee->supp_devices_work);
	}
	return 0;
}

static void supp_release(struct tee_context *ctx)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);

	context_release(ctx);
	optee_supp_detach(&optee->supp);
}

static const struct tee_driver_ops client_ops = {
	.get_version = get_version,
	.open = context_open,
	.release = context_release,
	.open_session = optee_open_session,
	.close_session = optee_close_session,
	.invoke_func = optee_invoke,
	.cancel_req = optee_cancel,
	.shm_register = optee_shm_register,
	.shm_unregister = optee_shm_unregister,
};

static const struct tee_desc client_desc = {
	.name = "optee-ffa-clnt",
	.ops = &client_ops,
	.owner = THIS_MODULE,
};

static const struct tee_driver_ops supp_ops = {
	.get_version = get_version,
	.open = supp_open,
	.release = supp_release,
	.supp_recv = optee_supp_recv,
	.supp_send = optee_supp_send,
	.shm_register = optee_shm_register,
	.shm_unregister = optee_shm_unregister_supp,
};

static const struct tee_desc supp_desc = {
	.name = "optee-ffa-supp",
	.ops = &supp_ops,
	.owner = THIS_MODULE,
	.flags = TEE_DESC_PRIVILEGED,
};

/* --- what the partition is ----------------------------------------------------------------------
 */
static bool ask(struct ffa_device *ffa_dev, u32 what, struct ffa_send_direct_data *data)
{
	int rc;

	*data = (struct ffa_send_direct_data){.data0 = what};
	rc = ffa_dev->ops->msg_ops->sync_send_receive(ffa_dev, data);
	if (rc)
		pr_err("question %u is not answered: error %d\n", what, rc);
	return !rc;
}

static bool compatible(struct ffa_device *ffa_dev)
{
	struct ffa_send_direct_data data;

	ffa_dev->ops->msg_ops->mode_32bit_set(ffa_dev);
	if (!ask(ffa_dev, OPTEE_FFA_GET_API_VERSION, &data))
		return false;
	if (data.data0 != OPTEE_FFA_VERSION_MAJOR) {
		pr_err("API version %lu.%lu is not the driver's %u.%u\n", data.data0, data.data1,
		       OPTEE_FFA_VERSION_MAJOR, OPTEE_FFA_VERSION_MINOR);
		return false;
	}
	if (!ask(ffa_dev, OPTEE_FFA_GET_OS_VERSION, &data))
		return false;
	pr_debug("OS revision %lu.%lu (%08lx)\n", data.data0, data.data1, data.data2);
	return true;
}

static bool capabilities(struct ffa_device *ffa_dev, u32 *caps, unsigned int *rpc_params)
{
	struct ffa_send_direct_data data;

	if (!ask(ffa_dev, OPTEE_FFA_EXCHANGE_CAPABILITIES, &data))
		return false;
	if (data.data0) {
		pr_err("capabilities are refused: error %#lx\n", data.data0);
		return false;
	}
	*rpc_params = (u8)data.data1;
	*caps = data.data2;
	return true;
}

/* --- putting it together ------------------------------------------------------------------------
 */
static int parts_init(struct optee *optee, u32 caps)
{
	int rc;

	mutex_init(&optee->handles_mutex);
	hash_init(optee->handles);
	optee_queue_init(&optee->queue);
	optee_supp_init(&optee->supp);
	optee_args_init(&optee->args, optee->rpc_params, caps & OPTEE_FFA_CAP_ARG_OFFSET);
	mutex_init(&optee->devices_mutex);
	INIT_LIST_HEAD(&optee->devices);
	INIT_WORK(&optee->supp_devices_work, supp_devices);
	optee->bottom_half_id = -1;
	ffa_dev_set_drvdata(optee->ffa_dev, optee);

	optee->ctx = teedev_open(optee->teedev);
	if (IS_ERR(optee->ctx))
		return PTR_ERR(optee->ctx);
	rc = optee_notif_init(&optee->notif);
	if (rc)
		teedev_close_context(optee->ctx);
	return rc;
}

/* What does not need the devices' users to be gone. */
static void parts_stop(struct optee *optee)
{
	optee_async_destroy(optee);
	optee_args_destroy(&optee->args);
	optee_notif_destroy(&optee->notif);
	teedev_close_context(optee->ctx);
}

static void parts_destroy(struct optee *optee)
{
	mutex_destroy(&optee->devices_mutex);
	optee_supp_destroy(&optee->supp);
	optee_queue_destroy(&optee->queue);
	mutex_destroy(&optee->handles_mutex);
}

static int devices_alloc(struct optee *optee)
{
	optee->teedev = tee_device_alloc(&client_desc, NULL, optee->pool, optee);
	if (IS_ERR(optee->teedev))
		return PTR_ERR(optee->teedev);
	optee->supp_teedev = tee_device_alloc(&supp_desc, NULL, optee->pool, optee);
	if (IS_ERR(optee->supp_teedev)) {
		int rc = PTR_ERR(optee->supp_teedev);

		tee_device_unregister(optee->teedev);
		return rc;
	}
	return 0;
}

static int optee_probe(struct ffa_device *ffa_dev)
{
	unsigned int rpc_params;
	struct optee *optee;
	u32 caps;
	int rc;

	if (!compatible(ffa_dev) || !capabilities(ffa_dev, &caps, &rpc_params))
		return -EINVAL;

	optee = kzalloc(sizeof(*optee), GFP_KERNEL);
	if (!optee)
		return -ENOMEM;
	optee->ffa_dev = ffa_dev;
	optee->rpc_params = rpc_params;

	optee->pool = optee_pool_create();
	if (IS_ERR(optee->pool)) {
		rc = PTR_ERR(optee->pool);
		goto err_optee;
	}
	rc = devices_alloc(optee);
	if (rc)
		goto err_pool;
	rc = parts_init(optee, caps);
	if (rc)
		goto err_teedevs;
	if (caps & OPTEE_FFA_CAP_ASYNC_NOTIF) {
		rc = optee_async_init(optee);
		if (rc)
			pr_err("no asynchronous notifications: error %d\n", rc);
	}

	rc = tee_device_register(optee->teedev);
	if (rc)
		goto err_parts;
	rc = tee_device_register(optee->supp_teedev);
	if (rc)
		goto err_parts;
	rc = optee_devices_list(optee, false);
	if (rc)
		goto err_listed;

	pr_info("initialized driver\n");
	return 0;

err_listed:
	optee_devices_remove(optee);
err_parts:
	parts_stop(optee);
err_teedevs:
	tee_device_unregister(optee->supp_teedev);
	tee_device_unregister(optee->teedev);
	parts_destroy(optee);
err_pool:
	tee_shm_pool_free(optee->pool);
err_optee:
	kfree(optee);
	return rc;
}

static void optee_remove(struct ffa_device *ffa_dev)
{
	struct optee *optee = ffa_dev_get_drvdata(ffa_dev);

	cancel_work_sync(&optee->supp_devices_work);
	optee_devices_remove(optee);
	parts_stop(optee);
	/* These wait for the last user. */
	tee_device_unregister(optee->supp_teedev);
	tee_device_unregister(optee->teedev);
	parts_destroy(optee);
	tee_shm_pool_free(optee->pool);
	kfree(optee);
}

static const struct ffa_device_id optee_ids[] = {{OPTEE_FFA_UUID}, {}};

static struct ffa_driver optee_driver = {
	.name = "optee",
	.probe = optee_probe,
	.remove = optee_remove,
	.id_table = optee_ids,
};

static int __init optee_init(void)
{
	/* A kernel that only saves the crashed one's memory leaves the secure world alone. */
	if (is_kdump_kernel())
		return -ENODEV;
	return ffa_register(&optee_driver);
}
module_init(optee_init);

static void __exit optee_exit(void)
{
	ffa_unregister(&optee_driver);
}
module_exit(optee_exit);

MODULE_DESCRIPTION("OP-TEE driver over FF-A");
MODULE_LICENSE("GPL");
