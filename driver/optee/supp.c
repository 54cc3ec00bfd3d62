// SPDX-License-Identifier: GPL-2.0-only
/*
 * The channel to the supplicant, a user process that does for OP-TEE what the kernel cannot.
 *
 * A client's request waits in a queue, then under a number, then for its client. Asynchronous
 * supplicants name the number in each answer (a META value in front); synchronous ones have one
 * request at a time. A client may be killed at any moment: what it leaves under a number is a mark,
 * so that a late answer hits neither freed memory nor a stranger's request.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "optee_private.h"

struct supp_req {
	struct list_head node;
	bool queued; /* not yet fetched by the supplicant */
	int id;	     /* > 0: fetched */
	u32 func;
	u32 ret;
	size_t num_params;
	struct tee_param *params;
	struct completion done;
};

/* In place of a request whose client is gone. */
static struct supp_req client_gone;

void optee_supp_init(struct optee_supp *supp)
{
	mutex_init(&supp->mutex);
	init_completion(&supp->arrived);
	idr_init(&supp->idr);
	INIT_LIST_HEAD(&supp->queue);
	supp->sync_id = -1;
}

void optee_supp_destroy(struct optee_supp *supp)
{
	mutex_destroy(&supp->mutex);
	idr_destroy(&supp->idr);
}

int optee_supp_attach(struct optee_supp *supp, struct tee_context *ctx)
{
	int rc = 0;

	mutex_lock(&supp->mutex);
	if (supp->ctx)
		rc = -EBUSY;
	else
		WRITE_ONCE(supp->ctx, ctx); /* read without the lock by requests */
	mutex_unlock(&supp->mutex);
	return rc;
}

static void finish(struct supp_req *req, u32 ret)
{
	req->ret = ret;
	complete(&req->done);
}

/* Nobody will answer what was asked so far. */
void optee_supp_detach(struct optee_supp *supp)
{
	struct supp_req *req, *next;
	int id;

	mutex_lock(&supp->mutex);
	idr_for_each_entry(&supp->idr, req, id)
	{
		idr_remove(&supp->idr, id);
		if (req == &client_gone)
			continue;
		req->id = 0;
		finish(req, TEEC_ERROR_COMMUNICATION);
	}
	list_for_each_entry_safe(req, next, &supp->queue, node)
	{
		list_del(&req->node);
		req->queued = false;
		finish(req, TEEC_ERROR_COMMUNICATION);
	}
	WRITE_ONCE(supp->ctx, NULL);
	supp->sync_id = -1;
	mutex_unlock(&supp->mutex);
}

/* --- the client's side --------------------------------------------------------------------------
 */
/* Takes back what was asked; an answer that came first stands. */
static void withdraw(struct optee_supp *supp, struct supp_req *req)
{
	mutex_lock(&supp->mutex);
	if (req->queued) {
		list_del(&req->node);
		req->ret = TEEC_ERROR_COMMUNICATION;
	} else if (req->id) {
		idr_replace(&supp->idr, &client_gone, req->id);
		req->ret = TEEC_ERROR_COMMUNICATION;
	}
	mutex_unlock(&supp->mutex);
}

u32 optee_supp_request(struct tee_context *ctx, u32 func, size_t num_params,
		       struct tee_param *params)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct optee_supp *supp = &optee->supp;
	struct supp_req *req;
	u32 ret;

	/* Clients in the kernel do not wait for a process that may never start. */
	if (!READ_ONCE(supp->ctx) && ctx->supp_nowait)
		return TEEC_ERROR_COMMUNICATION;

	req = kzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return TEEC_ERROR_OUT_OF_MEMORY;
	init_completion(&req->done);
	req->func = func;
	req->num_params = num_params;
	req->params = params;

	mutex_lock(&supp->mutex);
	list_add_tail(&req->node, &supp->queue);
	req->queued = true;
	mutex_unlock(&supp->mutex);
	complete(&supp->arrived);

	if (wait_for_completion_killable(&req->done))
		withdraw(supp, req);
	ret = req->ret;
	kfree(req);
	return ret;
}

/* --- the supplicant's side ----------------------------------------------------------------------
 */
/* Room for a request: no types given, except that the first may be marked as META. */
static int check_recv(u32 num_params, struct tee_param *params, size_t *num_meta)
{
	size_t n;

	if (!num_params)
		return -EINVAL;

	/* Memory named by mistake is not kept. */
	for (n = 0; n < num_params; n++)
		if (tee_param_is_memref(params + n) && params[n].u.memref.shm)
			tee_shm_put(params[n].u.memref.shm);
	for (n = 0; n < num_params; n++)
		if (params[n].attr && params[n].attr != TEE_IOCTL_PARAM_ATTR_META)
			return -EINVAL;

	*num_meta = params[0].attr == TEE_IOCTL_PARAM_ATTR_META;
	return 0;
}

/* The oldest request under a number. 0 = none; copied, since its client may die afterwards. */
static int fetch(struct optee_supp *supp, size_t room, struct tee_param *params, u32 *func,
		 size_t *num_params)
{
	struct supp_req *req;
	int id;

	/* Synchronous: one at a time. */
	if (supp->sync_id != -1)
		return -EINVAL;
	if (list_empty(&supp->queue))
		return 0;
	req = list_first_entry(&supp->queue, struct supp_req, node);
	if (room < req->num_params)
		return -EINVAL;
	id = idr_alloc(&supp->idr, req, 1, 0, GFP_KERNEL);
	if (id < 0)
		return -ENOMEM;
	list_del(&req->node);
	req->queued = false;
	req->id = id;

	*func = req->func;
	*num_params = req->num_params;
	memcpy(params, req->params, req->num_params * sizeof(*params));
	return id;
}

int optee_supp_recv(struct tee_context *ctx, u32 *func, u32 *num_params, struct tee_param *params)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct optee_supp *supp = &optee->supp;
	size_t num_meta, got;
	int id;

	id = check_recv(*num_params, params, &num_meta);
	if (id)
		return id;

	for (;;) {
		mutex_lock(&supp->mutex);
		id = fetch(supp, *num_params - num_meta, params + num_meta, func, &got);
		if (id > 0 && !num_meta)
			supp->sync_id = id;
		mutex_unlock(&supp->mutex);
		if (id < 0)
			return id;
		if (id)
			break;
		/* May be for a request already fetched; then the queue is empty again. */
		if (wait_for_completion_interruptible(&supp->arrived))
			return -ERESTARTSYS;
	}

	if (num_meta) {
		params[0].attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT | TEE_IOCTL_PARAM_ATTR_META;
		params[0].u.value.a = id;
		params[0].u.value.b = 0;
		params[0].u.value.c = 0;
	}
	*num_params = got + num_meta;
	return 0;
}

/* Which request an answer is for; it loses its number. */
static struct supp_req *answered(struct optee_supp *supp, u32 num_params,
				 const struct tee_param *params, size_t *num_meta)
{
	struct supp_req *req;
	int id = supp->sync_id;

	*num_meta = 0;
	if (id == -1) {
		if (!num_params || params[0].attr != (TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT |
						      TEE_IOCTL_PARAM_ATTR_META))
			return ERR_PTR(-EINVAL);
		id = (int)params[0].u.value.a;
		*num_meta = 1;
	}
	req = idr_find(&supp->idr, id);
	if (!req)
		return ERR_PTR(-ENOENT);
	if (req == &client_gone) {
		idr_remove(&supp->idr, id);
		supp->sync_id = -1;
		return ERR_PTR(-EBADF);
	}
	if (num_params - *num_meta != req->num_params)
		return ERR_PTR(-EINVAL);
	idr_remove(&supp->idr, id);
	supp->sync_id = -1;
	req->id = 0;
	return req;
}

/* Only what the request declared as output is taken over. */
static void take_answer(struct tee_param *to, const struct tee_param *from)
{
	switch (to->attr & TEE_IOCTL_PARAM_ATTR_TYPE_MASK) {
	case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_OUTPUT:
	case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT:
		to->u.value.a = from->u.value.a;
		to->u.value.b = from->u.value.b;
		to->u.value.c = from->u.value.c;
		break;
	case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT:
	case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INOUT:
		to->u.memref.size = from->u.memref.size;
		break;
	default:
		break;
	}
}

int optee_supp_send(struct tee_context *ctx, u32 ret, u32 num_params, struct tee_param *params)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct optee_supp *supp = &optee->supp;
	struct supp_req *req;
	size_t num_meta, n;

	mutex_lock(&supp->mutex);
	req = answered(supp, num_params, params, &num_meta);
	if (!IS_ERR(req)) {
		for (n = 0; n < req->num_params; n++)
			take_answer(req->params + n, params + num_meta + n);
		/* Under the mutex: the client's memory goes when it has seen this. */
		finish(req, ret);
	}
	mutex_unlock(&supp->mutex);
	return IS_ERR(req) ? PTR_ERR(req) : 0;
}
