// SPDX-License-Identifier: BSD-3-Clause
/*
 * The TEE_IOC_* calls: which check comes first decides which errno the user sees (linux-tee.md
 * 1.5). No lock is held around a driver op; two ioctls on one file run side by side.
 *
 * Not modelled: the 6.18 calls (SHM_REGISTER_FD, OBJECT_INVOKE).
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "tee_private.h"

static int ioctl_version(struct tee_context *ctx, struct tee_ioctl_version_data __user *uvers)
{
	const struct tee_desc *desc = ctx->teedev->desc;
	struct tee_ioctl_version_data vers;

	desc->ops->get_version(ctx->teedev, &vers);
	if (desc->flags & TEE_DESC_PRIVILEGED)
		vers.gen_caps |= TEE_GEN_CAP_PRIVILEGED;
	return copy_to_user(uvers, &vers, sizeof(vers)) ? -EFAULT : 0;
}

/* The descriptor takes a reference of its own; the creator's goes in any case. */
static int ioctl_shm_to_fd(struct tee_shm *shm, void __user *udata, const void *data, size_t size)
{
	int rc;

	if (copy_to_user(udata, data, size))
		rc = -EFAULT;
	else
		rc = tee_shm_get_fd(shm);
	tee_shm_put(shm);
	return rc;
}

static int ioctl_shm_alloc(struct tee_context *ctx, struct tee_ioctl_shm_alloc_data __user *udata)
{
	struct tee_ioctl_shm_alloc_data data;
	struct tee_shm *shm;

	if (copy_from_user(&data, udata, sizeof(data)))
		return -EFAULT;
	if (data.flags)
		return -EINVAL;

	shm = tee_shm_alloc_user_buf(ctx, data.size);
	if (IS_ERR(shm))
		return PTR_ERR(shm);
	data.id = shm->id;
	data.size = shm->size;
	return ioctl_shm_to_fd(shm, udata, &data, sizeof(data));
}

static int ioctl_shm_register(struct tee_context *ctx,
			      struct tee_ioctl_shm_register_data __user *udata)
{
	struct tee_ioctl_shm_register_data data;
	struct tee_shm *shm;

	if (copy_from_user(&data, udata, sizeof(data)))
		return -EFAULT;
	if (data.flags)
		return -EINVAL;

	shm = tee_shm_register_user_buf(ctx, data.addr, data.length);
	if (IS_ERR(shm))
		return PTR_ERR(shm);
	data.id = shm->id;
	data.length = shm->size;
	return ioctl_shm_to_fd(shm, udata, &data, sizeof(data));
}

/* Where the argument block is and whether its size can be right at all. */
static int get_buf(struct tee_ioctl_buf_data __user *ubuf, size_t min_len,
		   struct tee_ioctl_buf_data *buf)
{
	if (copy_from_user(buf, ubuf, sizeof(*buf)))
		return -EFAULT;
	if (buf->buf_len > tee_max_arg_size || buf->buf_len < min_len)
		return -EINVAL;
	return 0;
}

static size_t arg_size(size_t fixed, u32 num_params)
{
	return size_add(fixed, size_mul(sizeof(struct tee_ioctl_param), num_params));
}

static bool login_is_for_kernel(u32 login)
{
	return login >= TEE_IOCTL_LOGIN_REE_KERNEL_MIN && login <= TEE_IOCTL_LOGIN_REE_KERNEL_MAX;
}

/* Parameters of a call from user space; *params needs params_drop() even when this fails. */
static int params_get(struct tee_context *ctx, u32 num_params,
		      struct tee_ioctl_param __user *uparams, struct tee_param **params)
{
	*params = NULL;
	if (!num_params)
		return 0;
	*params = kcalloc(num_params, sizeof(**params), GFP_KERNEL);
	if (!*params)
		return -ENOMEM;
	return tee_params_from_user(ctx, *params, num_params, uparams);
}

static void params_drop(struct tee_param *params, u32 num_params)
{
	if (!params)
		return;
	tee_params_put(params, num_params);
	kfree(params);
}

static int ioctl_open_session(struct tee_context *ctx, struct tee_ioctl_buf_data __user *ubuf)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;
	struct tee_ioctl_open_session_arg __user *uarg;
	struct tee_ioctl_open_session_arg arg;
	struct tee_ioctl_buf_data buf;
	struct tee_param *params;
	bool opened = false;
	int rc;

	if (!ops->open_session)
		return -EINVAL;
	rc = get_buf(ubuf, sizeof(arg), &buf);
	if (rc)
		return rc;
	uarg = u64_to_user_ptr(buf.buf_ptr);
	if (copy_from_user(&arg, uarg, sizeof(arg)))
		return -EFAULT;
	if (arg_size(sizeof(arg), arg.num_params) != buf.buf_len)
		return -EINVAL;

	rc = params_get(ctx, arg.num_params, uarg->params, &params);
	if (rc)
		goto out;

	/* Logins of the kernel's own clients cannot be claimed from user space. */
	if (login_is_for_kernel(arg.clnt_login)) {
		rc = -EPERM;
		goto out;
	}

	rc = ops->open_session(ctx, &arg, params);
	if (rc)
		goto out;
	opened = true;

	if (put_user(arg.session, &uarg->session) || put_user(arg.ret, &uarg->ret) ||
	    put_user(arg.ret_origin, &uarg->ret_origin)) {
		rc = -EFAULT;
		goto out;
	}
	rc = tee_params_to_user(uarg->params, arg.num_params, params);
out:
	/* The user never learned of the session. */
	if (rc && opened && ops->close_session)
		ops->close_session(ctx, arg.session);
	params_drop(params, arg.num_params);
	return rc;
}

static int ioctl_invoke(struct tee_context *ctx, struct tee_ioctl_buf_data __user *ubuf)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;
	struct tee_ioctl_invoke_arg __user *uarg;
	struct tee_ioctl_invoke_arg arg;
	struct tee_ioctl_buf_data buf;
	struct tee_param *params = NULL;
	int rc;

	if (!ops->invoke_func)
		return -EINVAL;
	rc = get_buf(ubuf, sizeof(arg), &buf);
	if (rc)
		return rc;
	uarg = u64_to_user_ptr(buf.buf_ptr);
	if (copy_from_user(&arg, uarg, sizeof(arg)))
		return -EFAULT;
	if (arg_size(sizeof(arg), arg.num_params) != buf.buf_len)
		return -EINVAL;

	rc = params_get(ctx, arg.num_params, uarg->params, &params);
	if (rc)
		goto out;

	rc = ops->invoke_func(ctx, &arg, params);
	if (rc)
		goto out;

	if (put_user(arg.ret, &uarg->ret) || put_user(arg.ret_origin, &uarg->ret_origin)) {
		rc = -EFAULT;
		goto out;
	}
	rc = tee_params_to_user(uarg->params, arg.num_params, params);
out:
	params_drop(params, arg.num_params);
	return rc;
}

static int ioctl_cancel(struct tee_context *ctx, struct tee_ioctl_cancel_arg __user *uarg)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;
	struct tee_ioctl_cancel_arg arg;

	if (!ops->cancel_req)
		return -EINVAL;
	if (copy_from_user(&arg, uarg, sizeof(arg)))
		return -EFAULT;
	return ops->cancel_req(ctx, arg.cancel_id, arg.session);
}

static int ioctl_close_session(struct tee_context *ctx,
			       struct tee_ioctl_close_session_arg __user *uarg)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;
	struct tee_ioctl_close_session_arg arg;

	if (!ops->close_session)
		return -EINVAL;
	if (copy_from_user(&arg, uarg, sizeof(arg)))
		return -EFAULT;
	return ops->close_session(ctx, arg.session);
}

static int ioctl_supp_recv(struct tee_context *ctx, struct tee_ioctl_buf_data __user *ubuf)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;
	struct tee_iocl_supp_recv_arg __user *uarg;
	struct tee_ioctl_buf_data buf;
	struct tee_param *params;
	u32 func, num_params;
	int rc;

	if (!ops->supp_recv)
		return -EINVAL;
	rc = get_buf(ubuf, sizeof(*uarg), &buf);
	if (rc)
		return rc;
	uarg = u64_to_user_ptr(buf.buf_ptr);
	if (get_user(num_params, &uarg->num_params))
		return -EFAULT;
	if (arg_size(sizeof(*uarg), num_params) != buf.buf_len)
		return -EINVAL;

	params = kcalloc(num_params, sizeof(*params), GFP_KERNEL);
	if (!params)
		return -ENOMEM;

	/* A later bad element leaks the references of the earlier ones (linux-tee.md 8.2 no. 41);
	 * with a good array the driver drops them. */
	rc = tee_params_from_user(ctx, params, num_params, uarg->params);
	if (rc)
		goto out;
	rc = ops->supp_recv(ctx, &func, &num_params, params);
	if (rc)
		goto out;

	if (put_user(func, &uarg->func) || put_user(num_params, &uarg->num_params)) {
		rc = -EFAULT;
		goto out;
	}
	rc = tee_params_to_supp(uarg->params, num_params, params);
out:
	kfree(params);
	return rc;
}

static int ioctl_supp_send(struct tee_context *ctx, struct tee_ioctl_buf_data __user *ubuf)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;
	struct tee_iocl_supp_send_arg __user *uarg;
	struct tee_ioctl_buf_data buf;
	struct tee_param *params;
	u32 ret, num_params;
	int rc;

	if (!ops->supp_send)
		return -EINVAL;
	rc = get_buf(ubuf, sizeof(*uarg), &buf);
	if (rc)
		return rc;
	uarg = u64_to_user_ptr(buf.buf_ptr);
	if (get_user(ret, &uarg->ret) || get_user(num_params, &uarg->num_params))
		return -EFAULT;
	/* Unlike elsewhere the block may be longer than its parameters need. */
	if (arg_size(sizeof(*uarg), num_params) > buf.buf_len)
		return -EINVAL;

	params = kcalloc(num_params, sizeof(*params), GFP_KERNEL);
	if (!params)
		return -ENOMEM;
	rc = tee_params_from_supp(params, num_params, uarg->params);
	if (!rc)
		rc = ops->supp_send(ctx, ret, num_params, params);
	kfree(params);
	return rc;
}

long tee_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct tee_context *ctx = filp->private_data;
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case TEE_IOC_INVOKE:
		return ioctl_invoke(ctx, uarg);
	case TEE_IOC_VERSION:
		return ioctl_version(ctx, uarg);
	case TEE_IOC_SHM_ALLOC:
		return ioctl_shm_alloc(ctx, uarg);
	case TEE_IOC_SHM_REGISTER:
		return ioctl_shm_register(ctx, uarg);
	case TEE_IOC_OPEN_SESSION:
		return ioctl_open_session(ctx, uarg);
	case TEE_IOC_CLOSE_SESSION:
		return ioctl_close_session(ctx, uarg);
	case TEE_IOC_CANCEL:
		return ioctl_cancel(ctx, uarg);
	case TEE_IOC_SUPPL_RECV:
		return ioctl_supp_recv(ctx, uarg);
	case TEE_IOC_SUPPL_SEND:
		return ioctl_supp_send(ctx, uarg);
	default:
		return -EINVAL; /* not ENOTTY */
	}
}
