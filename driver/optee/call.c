// SPDX-License-Identifier: GPL-2.0-only
/*
 * A yielding call, from its first message until it is done.
 *
 * OP-TEE comes back for one of three reasons and each time but the last it is resumed, by the word
 * that names its thread, from whatever CPU this task is on by then. A request of OP-TEE is served
 * first. A foreign interrupt needs nothing: it was taken when this CPU left the secure world.
 */
#define pr_fmt(fmt) "optee: " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "optee_private.h"

static int yielding_call(struct tee_context *ctx, struct optee *optee,
			 struct ffa_send_direct_data *data, struct optee_msg_arg *rpc_arg)
{
	const struct ffa_msg_ops *msg_ops = optee->ffa_dev->ops->msg_ops;
	const struct ffa_send_direct_data first = *data;
	struct optee_queue_waiter w;
	bool entered = false;
	int rc;

	optee_queue_enter(&optee->queue, &w);
	for (;;) {
		rc = msg_ops->sync_send_receive(optee->ffa_dev, data);
		if (rc)
			break;

		if (data->data0 == TEEC_ERROR_BUSY && !entered) {
			/* Word 4 stays as the answer left it: OP-TEE does not look at it here. */
			optee_queue_wait(&optee->queue, &w);
			data->data0 = first.data0;
			data->data1 = first.data1;
			data->data2 = first.data2;
			data->data3 = first.data3;
			continue;
		}
		if (data->data0 != TEEC_SUCCESS) {
			rc = -EIO;
			break;
		}
		if (data->data1 == OPTEE_FFA_RET_DONE)
			break;

		/* A long call does not keep others from this CPU, whatever the preemption model. */
		cond_resched();
		entered = true;
		switch (data->data1) {
		case OPTEE_FFA_RET_RPC_CMD:
			optee_rpc(ctx, optee, rpc_arg);
			break;
		case OPTEE_FFA_RET_INTERRUPT:
			break;
		default:
			pr_warn("call returned for unknown reason %#lx\n", data->data1);
			break;
		}
		data->data0 = OPTEE_FFA_CALL_RESUME;
		data->data1 = 0;
		data->data2 = 0;
		data->data3 = 0;
	}
	optee_queue_leave(&optee->queue, &w);
	return rc;
}

int optee_call(struct tee_context *ctx, struct optee_arg *arg)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct ffa_send_direct_data data = {
		.data0 = OPTEE_FFA_CALL_WITH_ARG,
		.data1 = lower_32_bits(arg->shm->sec_world_id),
		.data2 = upper_32_bits(arg->shm->sec_world_id),
		.data3 = arg->offs,
	};
	size_t rpc_offs = arg->offs + OPTEE_MSG_ARG_SIZE(arg->msg->num_params);
	void *rpc_arg;

	if (tee_shm_get_page_offset(arg->shm))
		return -EINVAL;
	rpc_arg = tee_shm_get_va(arg->shm, rpc_offs);
	if (IS_ERR(rpc_arg))
		return PTR_ERR(rpc_arg);
	return yielding_call(ctx, optee, &data, rpc_arg);
}
