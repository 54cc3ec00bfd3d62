// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions of a context and the calls made in them.
 *
 * OP-TEE numbers its sessions; a context only remembers which of them are its own. Once a message
 * could be built, a call that did not reach OP-TEE is a result of the call, not of the ioctl: it is
 * reported as TEEC_ERROR_COMMUNICATION with the transport as origin.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uuid.h>

#include "optee_private.h"

struct session {
	struct list_head node;
	u32 id;
};

/* With the context's mutex held. */
static struct session *session_find(struct optee_context *octx, u32 id)
{
	struct session *session;

	list_for_each_entry(session, &octx->sessions, node)
	{
		if (session->id == id)
			return session;
	}
	return NULL;
}

static bool session_exists(struct optee_context *octx, u32 id)
{
	bool found;

	mutex_lock(&octx->mutex);
	found = session_find(octx, id);
	mutex_unlock(&octx->mutex);
	return found;
}

/* The call, with its failure to arrive put into the message. */
static void call_or_note(struct tee_context *ctx, struct optee_arg *arg)
{
	if (optee_call(ctx, arg)) {
		arg->msg->ret = TEEC_ERROR_COMMUNICATION;
		arg->msg->ret_origin = TEEC_ORIGIN_COMMS;
	}
}

static int session_end(struct tee_context *ctx, u32 id)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct optee_arg arg;
	int rc = optee_arg_get(optee, 0, &arg);

	if (rc)
		return rc;
	arg.msg->cmd = OPTEE_MSG_CMD_CLOSE_SESSION;
	arg.msg->session = id;
	optee_call(ctx, &arg);
	optee_arg_put(optee, &arg);
	return 0;
}

/* The TA's UUID and who asks: two parameters before the caller's own. */
static int describe_caller(struct optee_msg_arg *msg, const struct tee_ioctl_open_session_arg *arg)
{
	uuid_t client;
	int rc;

	msg->params[0].attr = OPTEE_MSG_ATTR_TYPE_VALUE_INPUT | OPTEE_MSG_ATTR_META;
	memcpy(&msg->params[0].u.value, arg->uuid, sizeof(arg->uuid));

	rc = tee_session_calc_client_uuid(&client, arg->clnt_login, arg->clnt_uuid);
	if (rc)
		return rc;
	msg->params[1].attr = OPTEE_MSG_ATTR_TYPE_VALUE_INPUT | OPTEE_MSG_ATTR_META;
	export_uuid((u8 *)&msg->params[1].u.value, &client);
	msg->params[1].u.value.c = arg->clnt_login;
	return 0;
}

int optee_open_session(struct tee_context *ctx, struct tee_ioctl_open_session_arg *arg,
		       struct tee_param *params)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct optee_context *octx = ctx->data;
	struct session *session = NULL;
	struct optee_arg m;
	int rc;

	rc = optee_arg_get(optee, (size_t)arg->num_params + 2, &m);
	if (rc)
		return rc;
	m.msg->cmd = OPTEE_MSG_CMD_OPEN_SESSION;
	m.msg->cancel_id = arg->cancel_id;
	rc = describe_caller(m.msg, arg);
	if (rc)
		goto out;
	rc = optee_params_to_msg(m.msg->params + 2, arg->num_params, params);
	if (rc)
		goto out;

	/* Before the call: a session OP-TEE opened can then always be remembered. */
	session = kzalloc(sizeof(*session), GFP_KERNEL);
	if (!session) {
		rc = -ENOMEM;
		goto out;
	}
	call_or_note(ctx, &m);

	if (m.msg->ret == TEEC_SUCCESS) {
		session->id = m.msg->session;
		mutex_lock(&octx->mutex);
		list_add(&session->node, &octx->sessions);
		mutex_unlock(&octx->mutex);
	} else {
		kfree(session);
	}

	if (optee_params_from_msg(optee, params, arg->num_params, m.msg->params + 2)) {
		arg->ret = TEEC_ERROR_COMMUNICATION;
		arg->ret_origin = TEEC_ORIGIN_COMMS;
		if (m.msg->ret == TEEC_SUCCESS)
			optee_close_session(ctx, m.msg->session);
	} else {
		arg->session = m.msg->session;
		arg->ret = m.msg->ret;
		arg->ret_origin = m.msg->ret_origin;
	}
out:
	optee_arg_put(optee, &m);
	return rc;
}

int optee_close_session(struct tee_context *ctx, u32 id)
{
	struct optee_context *octx = ctx->data;
	struct session *session;

	mutex_lock(&octx->mutex);
	session = session_find(octx, id);
	if (session)
		list_del(&session->node);
	mutex_unlock(&octx->mutex);
	if (!session)
		return -EINVAL;
	kfree(session);
	return session_end(ctx, id);
}

int optee_invoke(struct tee_context *ctx, struct tee_ioctl_invoke_arg *arg,
		 struct tee_param *params)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct optee_arg m;
	int rc;

	if (!session_exists(ctx->data, arg->session))
		return -EINVAL;
	rc = optee_arg_get(optee, arg->num_params, &m);
	if (rc)
		return rc;
	m.msg->cmd = OPTEE_MSG_CMD_INVOKE_COMMAND;
	m.msg->func = arg->func;
	m.msg->session = arg->session;
	m.msg->cancel_id = arg->cancel_id;
	rc = optee_params_to_msg(m.msg->params, arg->num_params, params);
	if (rc)
		goto out;

	call_or_note(ctx, &m);
	if (optee_params_from_msg(optee, params, arg->num_params, m.msg->params)) {
		m.msg->ret = TEEC_ERROR_COMMUNICATION;
		m.msg->ret_origin = TEEC_ORIGIN_COMMS;
	}
	arg->ret = m.msg->ret;
	arg->ret_origin = m.msg->ret_origin;
out:
	optee_arg_put(optee, &m);
	return rc;
}

/* Whether there was something to cancel is not known here. */
int optee_cancel(struct tee_context *ctx, u32 cancel_id, u32 id)
{
	struct optee *optee = tee_get_drvdata(ctx->teedev);
	struct optee_arg m;
	int rc;

	if (!session_exists(ctx->data, id))
		return -EINVAL;
	rc = optee_arg_get(optee, 0, &m);
	if (rc)
		return rc;
	m.msg->cmd = OPTEE_MSG_CMD_CANCEL;
	m.msg->session = id;
	m.msg->cancel_id = cancel_id;
	optee_call(ctx, &m);
	optee_arg_put(optee, &m);
	return 0;
}

int optee_bottom_half(struct optee *optee)
{
	struct optee_arg m;
	int rc = optee_arg_get(optee, 0, &m);

	if (rc)
		return rc;
	m.msg->cmd = OPTEE_MSG_CMD_DO_BOTTOM_HALF;
	rc = optee_call(optee->ctx, &m);
	optee_arg_put(optee, &m);
	return rc;
}

/* --- contexts ----------------------------------------------------------------------------------
 */
struct optee_context *optee_context_create(void)
{
	struct optee_context *octx = kzalloc(sizeof(*octx), GFP_KERNEL);

	if (octx) {
		mutex_init(&octx->mutex);
		INIT_LIST_HEAD(&octx->sessions);
	}
	return octx;
}

/* Nobody else has it any more. Sessions left open are closed in OP-TEE, too. */
void optee_context_destroy(struct tee_context *ctx, struct optee_context *octx)
{
	struct session *session, *next;

	list_for_each_entry_safe(session, next, &octx->sessions, node)
	{
		list_del(&session->node);
		session_end(ctx, session->id);
		kfree(session);
	}
	mutex_destroy(&octx->mutex);
	kfree(octx);
}
