// SPDX-License-Identifier: GPL-2.0-only
/*
 * TEE driver for Trusted Services: a client's ioctl becomes one TS RPC message to a secure
 * partition.
 *
 * A session is nothing but the interface id of a service, remembered for the context that asked;
 * the partition hears of opening only. Requests travel in registers, their data in shared memory
 * that the pool shares with the partition when it is allocated. No lock is held while the partition
 * runs: what two callers at once mean is decided by the SPMC.
 */
#include <linux/arm_ffa.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tee_core.h>
#include <linux/types.h>
#include <linux/uuid.h>

#include "tstee_private.h"

static int rpc_call(struct tstee *tstee, struct ffa_send_direct_data *msg)
{
	return tstee->ffa_dev->ops->msg_ops->sync_send_receive(tstee->ffa_dev, msg);
}

/* --- sessions and calls ----------------------------------------------------------------------- */
static void tstee_get_version(struct tee_device *teedev, struct tee_ioctl_version_data *vers)
{
	struct tstee *tstee = tee_get_drvdata(teedev);

	vers->impl_id = TEE_IMPL_ID_TSTEE;
	/* The low half tells user space which partition this is. */
	vers->impl_caps = lower_16_bits(tstee->ffa_dev->vm_id);
	vers->gen_caps = 0;
}

static int tstee_open(struct tee_context *ctx)
{
	ctx->data = ts_sessions_create();
	return ctx->data ? 0 : -ENOMEM;
}

static void tstee_release(struct tee_context *ctx)
{
	ts_sessions_destroy(ctx->data);
	ctx->data = NULL;
}

static int tstee_open_session(struct tee_context *ctx, struct tee_ioctl_open_session_arg *arg,
			      struct tee_param *param __always_unused)
{
	struct tstee *tstee = tee_get_drvdata(ctx->teedev);
	struct ffa_send_direct_data msg = {
		.data0 = TS_RPC_CTRL(TS_RPC_MGMT_IFACE, TS_RPC_OP_SERVICE_INFO),
	};
	u32 uuid[4];
	int rc;

	/* The bytes in the order the user gave them. */
	memcpy(uuid, arg->uuid, sizeof(uuid));
	msg.data1 = uuid[0];
	msg.data2 = uuid[1];
	msg.data3 = uuid[2];
	msg.data4 = uuid[3];

	rc = rpc_call(tstee, &msg);
	if (rc)
		return rc;
	if (lower_32_bits(msg.data1) != TS_RPC_OK)
		return -ENODEV;
	if (lower_32_bits(msg.data2) > U8_MAX)
		return -EINVAL;

	rc = ts_session_add(ctx->data, msg.data2, &arg->session);
	if (rc)
		return rc;
	arg->ret = 0;
	return 0;
}

static int tstee_close_session(struct tee_context *ctx, u32 session)
{
	return ts_session_remove(ctx->data, session);
}

static int tstee_invoke_func(struct tee_context *ctx, struct tee_ioctl_invoke_arg *arg,
			     struct tee_param *param)
{
	struct tstee *tstee = tee_get_drvdata(ctx->teedev);
	struct ffa_send_direct_data msg;
	u64 handle = TS_RPC_NO_SHM;
	struct tee_shm *shm = NULL;
	u32 shm_id, req_len;
	u8 iface;
	int rc;

	rc = ts_session_iface(ctx->data, arg->session, &iface);
	if (rc)
		return rc;

	/* Parameter 0 by convention: a = shm id, b = request length. */
	shm_id = lower_32_bits(param[0].u.value.a);
	req_len = lower_32_bits(param[0].u.value.b);

	if (shm_id) {
		shm = tee_shm_get_from_id(ctx, shm_id);
		if (IS_ERR(shm))
			return PTR_ERR(shm);
		if (shm->size < req_len) {
			ts_err(tstee, "request larger than shared memory buffer\n");
			rc = -EINVAL;
			goto out;
		}
		handle = shm->sec_world_id;
	}

	msg.data0 = TS_RPC_CTRL(iface, lower_16_bits(arg->func));
	msg.data1 = lower_32_bits(handle);
	msg.data2 = upper_32_bits(handle);
	msg.data3 = req_len;
	msg.data4 = 0;
	rc = rpc_call(tstee, &msg);
	if (rc)
		goto out;

	if (lower_32_bits(msg.data1) != TS_RPC_OK) {
		ts_err(tstee, "invoke_func rpc status: %d\n", (int)lower_32_bits(msg.data1));
		rc = -EINVAL;
		goto out;
	}

	arg->ret = lower_32_bits(msg.data2);
	if (shm && shm->size >= lower_32_bits(msg.data3))
		param[0].u.value.a = lower_32_bits(msg.data3);
out:
	if (shm)
		tee_shm_put(shm);
	return rc;
}

/* --- shared memory ------------------------------------------------------------------------------
 */
static void mem_msg_init(struct ffa_send_direct_data *msg, u32 op, u64 handle)
{
	msg->data0 = TS_RPC_CTRL(TS_RPC_MGMT_IFACE, op);
	msg->data1 = lower_32_bits(handle);
	msg->data2 = upper_32_bits(handle);
	msg->data3 = 0;
	msg->data4 = 0;
}

/* Shares the pages, then has the partition map them; taken back when it does not. */
static int tstee_shm_register(struct tee_context *ctx, struct tee_shm *shm, struct page **pages,
			      size_t num_pages, unsigned long start __always_unused)
{
	struct tstee *tstee = tee_get_drvdata(ctx->teedev);
	const struct ffa_mem_ops *mem_ops = tstee->ffa_dev->ops->mem_ops;
	struct ffa_mem_region_attributes attr = {
		.receiver = tstee->ffa_dev->vm_id,
		.attrs = FFA_MEM_RW,
	};
	struct ffa_mem_ops_args args = {
		.use_txbuf = true,
		.attrs = &attr,
		.nattrs = 1,
	};
	struct ffa_send_direct_data msg;
	struct sg_table sgt;
	int rc;

	rc = sg_alloc_table_from_pages(&sgt, pages, num_pages, 0, num_pages * PAGE_SIZE,
				       GFP_KERNEL);
	if (rc)
		return rc;
	args.sg = sgt.sgl;
	rc = mem_ops->memory_share(&args);
	sg_free_table(&sgt);
	if (rc)
		return rc;
	shm->sec_world_id = args.g_handle;

	mem_msg_init(&msg, TS_RPC_OP_RETRIEVE_MEM, shm->sec_world_id);
	rc = rpc_call(tstee, &msg);
	if (!rc && lower_32_bits(msg.data1) != TS_RPC_OK) {
		ts_err(tstee, "shm_register rpc status: %d\n", (int)lower_32_bits(msg.data1));
		rc = -EINVAL;
	}
	if (rc)
		mem_ops->memory_reclaim(shm->sec_world_id, 0);
	return rc;
}

/* What the partition does not give up is not reclaimed. */
static int tstee_shm_unregister(struct tee_context *ctx, struct tee_shm *shm)
{
	struct tstee *tstee = tee_get_drvdata(ctx->teedev);
	struct ffa_send_direct_data msg;
	int rc;

	mem_msg_init(&msg, TS_RPC_OP_RELINQ_MEM, shm->sec_world_id);
	rc = rpc_call(tstee, &msg);
	if (rc)
		return rc;
	if (lower_32_bits(msg.data1) != TS_RPC_OK) {
		ts_err(tstee, "shm_unregister rpc status: %d\n", (int)lower_32_bits(msg.data1));
		return -EINVAL;
	}
	return tstee->ffa_dev->ops->mem_ops->memory_reclaim(shm->sec_world_id, 0);
}

static int pool_alloc(struct tee_shm_pool *pool, struct tee_shm *shm, size_t size, size_t align)
{
	return tee_dyn_shm_alloc_helper(shm, size, align, tstee_shm_register);
}

static void pool_free(struct tee_shm_pool *pool, struct tee_shm *shm)
{
	tee_dyn_shm_free_helper(shm, tstee_shm_unregister);
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

static struct tee_shm_pool *pool_create(void)
{
	struct tee_shm_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->ops = &pool_ops;
	return pool;
}

/* --- devices ------------------------------------------------------------------------------------
 */
static const struct tee_driver_ops tstee_ops = {
	.get_version = tstee_get_version,
	.open = tstee_open,
	.release = tstee_release,
	.open_session = tstee_open_session,
	.close_session = tstee_close_session,
	.invoke_func = tstee_invoke_func,
#ifdef TSTEE_RFC
	.shm_register = tstee_shm_register,
	.shm_unregister = tstee_shm_unregister,
#endif
};

static const struct tee_desc tstee_desc = {
	.name = "tstee-clnt",
	.ops = &tstee_ops,
	.owner = THIS_MODULE,
};

static bool rpc_compatible(struct tstee *tstee)
{
	struct ffa_send_direct_data msg = {
		.data0 = TS_RPC_CTRL(TS_RPC_MGMT_IFACE, TS_RPC_OP_GET_VERSION),
	};

	return !rpc_call(tstee, &msg) && lower_32_bits(msg.data1) == TS_RPC_PROTOCOL_VERSION;
}

static int tstee_probe(struct ffa_device *ffa_dev)
{
	struct tstee local = {.ffa_dev = ffa_dev};
	struct tstee *tstee;
	int rc;

	ffa_dev->ops->msg_ops->mode_32bit_set(ffa_dev);
	if (!rpc_compatible(&local))
		return -EINVAL;

	tstee = kzalloc(sizeof(*tstee), GFP_KERNEL);
	if (!tstee)
		return -ENOMEM;
	tstee->ffa_dev = ffa_dev;

	tstee->pool = pool_create();
	if (IS_ERR(tstee->pool)) {
		rc = PTR_ERR(tstee->pool);
		goto err_state;
	}
	tstee->teedev = tee_device_alloc(&tstee_desc, NULL, tstee->pool, tstee);
	if (IS_ERR(tstee->teedev)) {
		rc = PTR_ERR(tstee->teedev);
		tstee->teedev = NULL;
		goto err_pool;
	}
	rc = tee_device_register(tstee->teedev);
	if (rc)
		goto err_teedev;

	ffa_dev_set_drvdata(ffa_dev, tstee);
	return 0;

err_teedev:
	tee_device_unregister(tstee->teedev);
err_pool:
	tee_shm_pool_free(tstee->pool);
err_state:
	kfree(tstee);
	return rc;
}

static void tstee_remove(struct ffa_device *ffa_dev)
{
	struct tstee *tstee = ffa_dev->dev.driver_data;

	/* Waits for the last user. */
	tee_device_unregister(tstee->teedev);
	tee_shm_pool_free(tstee->pool);
	kfree(tstee);
}

static const struct ffa_device_id tstee_device_ids[] = {{TS_RPC_UUID}, {}};

static struct ffa_driver tstee_driver = {
	.name = "arm_tstee",
	.probe = tstee_probe,
	.remove = tstee_remove,
	.id_table = tstee_device_ids,
};
module_ffa_driver(tstee_driver);

MODULE_DESCRIPTION("TEE driver for Arm Trusted Services");
MODULE_LICENSE("GPL");
