// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests OP-TEE makes in the middle of a call: time, sleep, wake-ups and memory are the kernel's;
 * everything else is for the supplicant.
 *
 * Kernel memory for OP-TEE belongs to the driver's own context, so that it may outlive the client
 * whose call asked for it. Not here: I2C and RPMB, answered as not supported and by the supplicant.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "optee_private.h"

/* The one parameter that most requests have. */
static bool has_one(const struct optee_msg_arg *arg, u64 type)
{
	return arg->num_params == 1 && (arg->params[0].attr & OPTEE_MSG_ATTR_TYPE_MASK) == type;
}

static u32 get_time(struct optee_msg_arg *arg)
{
	struct timespec64 ts;

	if (!has_one(arg, OPTEE_MSG_ATTR_TYPE_VALUE_OUTPUT))
		return TEEC_ERROR_BAD_PARAMETERS;
	ktime_get_real_ts64(&ts);
	arg->params[0].u.value.a = ts.tv_sec;
	arg->params[0].u.value.b = ts.tv_nsec;
	return TEEC_SUCCESS;
}

static u32 suspend(const struct optee_msg_arg *arg)
{
	if (!has_one(arg, OPTEE_MSG_ATTR_TYPE_VALUE_INPUT))
		return TEEC_ERROR_BAD_PARAMETERS;
	/* Comes back early on a signal; OP-TEE looks at its own clock. */
	msleep_interruptible(arg->params[0].u.value.a);
	return TEEC_SUCCESS;
}

static u32 notification(struct optee *optee, const struct optee_msg_arg *arg)
{
	const struct optee_msg_value *v = &arg->params[0].u.value;
	int rc;

	if (!has_one(arg, OPTEE_MSG_ATTR_TYPE_VALUE_INPUT))
		return TEEC_ERROR_BAD_PARAMETERS;
	switch (v->a) {
	case OPTEE_RPC_NOTIFICATION_WAIT:
		/* OP-TEE says milliseconds; the wait takes the number for jiffies. */
		rc = optee_notif_wait(&optee->notif, v->b, v->c);
		break;
	case OPTEE_RPC_NOTIFICATION_SEND:
		rc = optee_notif_send(&optee->notif, v->b);
		break;
	default:
		rc = -EINVAL;
		break;
	}
	if (rc == -ETIMEDOUT)
		return TEE_ERROR_TIMEOUT;
	return rc ? TEEC_ERROR_BAD_PARAMETERS : TEEC_SUCCESS;
}

/* --- memory -------------------------------------------------------------------------------------
 */
/* The supplicant allocates; its context names the memory by the id that comes back. */
static struct tee_shm *supp_memory_alloc(struct tee_context *ctx, struct optee *optee, u64 size)
{
	struct tee_param param = {
		.attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT,
		.u.value = {.a = OPTEE_RPC_SHM_TYPE_APPL, .b = size},
	};
	struct tee_shm *shm;

	if (optee_supp_request(ctx, OPTEE_RPC_CMD_SHM_ALLOC, 1, &param))
		return ERR_PTR(-ENOMEM);

	/* Its context may be gone by now, and is looked at under its mutex only. */
	mutex_lock(&optee->supp.mutex);
	shm = tee_shm_get_from_id(optee->supp.ctx, (int)param.u.value.c);
	mutex_unlock(&optee->supp.mutex);
	return shm;
}

static void supp_memory_free(struct tee_context *ctx, struct tee_shm *shm)
{
	struct tee_param param = {
		.attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT,
		.u.value = {.a = OPTEE_RPC_SHM_TYPE_APPL, .b = tee_shm_get_id(shm)},
	};

	/* The reference OP-TEE had. */
	tee_shm_put(shm);
	optee_supp_request(ctx, OPTEE_RPC_CMD_SHM_FREE, 1, &param);
}

static u32 memory_alloc(struct tee_context *ctx, struct optee *optee, struct optee_msg_arg *arg)
{
	struct optee_msg_fmem *fmem = &arg->params[0].u.fmem;
	struct tee_shm *shm;
	u64 size;

	if (!has_one(arg, OPTEE_MSG_ATTR_TYPE_VALUE_INPUT))
		return TEEC_ERROR_BAD_PARAMETERS;
	size = arg->params[0].u.value.b;
	switch (arg->params[0].u.value.a) {
	case OPTEE_RPC_SHM_TYPE_APPL:
		shm = supp_memory_alloc(ctx, optee, size);
		break;
	case OPTEE_RPC_SHM_TYPE_KERNEL:
		shm = tee_shm_alloc_priv_buf(optee->ctx, size);
		break;
	default:
		return TEEC_ERROR_BAD_PARAMETERS;
	}
	if (IS_ERR(shm))
		return TEEC_ERROR_OUT_OF_MEMORY;

	memset(fmem, 0, sizeof(*fmem));
	arg->params[0].attr = OPTEE_MSG_ATTR_TYPE_FMEM_OUTPUT;
	fmem->internal_offs = tee_shm_get_page_offset(shm) & (FFA_PAGE_SIZE - 1);
	fmem->size = tee_shm_get_size(shm);
	fmem->global_id = shm->sec_world_id;
	return TEEC_SUCCESS;
}

static u32 memory_free(struct tee_context *ctx, struct optee *optee,
		       const struct optee_msg_arg *arg)
{
	struct tee_shm *shm;

	if (!has_one(arg, OPTEE_MSG_ATTR_TYPE_VALUE_INPUT))
		return TEEC_ERROR_BAD_PARAMETERS;
	shm = optee_shm_by_handle(optee, arg->params[0].u.value.b);
	if (!shm)
		return TEEC_ERROR_BAD_PARAMETERS;
	switch (arg->params[0].u.value.a) {
	case OPTEE_RPC_SHM_TYPE_APPL:
		supp_memory_free(ctx, shm);
		return TEEC_SUCCESS;
	case OPTEE_RPC_SHM_TYPE_KERNEL:
		tee_shm_free(shm);
		return TEEC_SUCCESS;
	default:
		return TEEC_ERROR_BAD_PARAMETERS;
	}
}

/* --- the rest -----------------------------------------------------------------------------------
 */
static u32 ask_supplicant(struct tee_context *ctx, struct optee *optee, struct optee_msg_arg *arg)
{
	struct tee_param *params;
	u32 ret;

	if (arg->num_params > optee->rpc_params)
		return TEEC_ERROR_BAD_PARAMETERS;
	params = kcalloc(arg->num_params, sizeof(*params), GFP_KERNEL);
	if (!params)
		return TEEC_ERROR_OUT_OF_MEMORY;

	ret = TEEC_ERROR_BAD_PARAMETERS;
	if (optee_params_from_msg(optee, params, arg->num_params, arg->params))
		goto out;
	ret = optee_supp_request(ctx, arg->cmd, arg->num_params, params);
	if (optee_params_to_msg(arg->params, arg->num_params, params))
		ret = TEEC_ERROR_BAD_PARAMETERS;
out:
	kfree(params);
	return ret;
}

void optee_rpc(struct tee_context *ctx, struct optee *optee, struct optee_msg_arg *arg)
{
	switch (arg->cmd) {
	case OPTEE_RPC_CMD_GET_TIME:
		arg->ret = get_time(arg);
		break;
	case OPTEE_RPC_CMD_NOTIFICATION:
		arg->ret = notification(optee, arg);
		break;
	case OPTEE_RPC_CMD_SUSPEND:
		arg->ret = suspend(arg);
		break;
	case OPTEE_RPC_CMD_SHM_ALLOC:
		arg->ret = memory_alloc(ctx, optee, arg);
		break;
	case OPTEE_RPC_CMD_SHM_FREE:
		arg->ret = memory_free(ctx, optee, arg);
		break;
	case OPTEE_RPC_CMD_I2C_TRANSFER:
		arg->ret = TEEC_ERROR_NOT_SUPPORTED;
		break;
	default:
		arg->ret = ask_supplicant(ctx, optee, arg);
		break;
	}
}
