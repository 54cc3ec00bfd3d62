// SPDX-License-Identifier: BSD-3-Clause
/*
 * Parameters on their way between the user's array and the driver's: linux-tee.md 1.5 and 2.5.
 *
 * The type decides on the way in; on the way out the whole attribute does, so that a META element
 * is never written back. Shared memory is named by an id that is narrowed to int.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "tee_private.h"

/* a = offset, b = size, c = id; the reference taken here is dropped by tee_params_put(). */
static int memref_from_user(struct tee_context *ctx, struct tee_param *p,
			    const struct tee_ioctl_param *ip)
{
	struct tee_shm *shm = NULL;

	if (ip->c == TEE_MEMREF_NULL) {
		if (!ctx->cap_memref_null)
			return -EINVAL;
	} else {
		shm = tee_shm_get_from_id(ctx, (int)ip->c);
		if (IS_ERR(shm))
			return PTR_ERR(shm);
		if (ip->a + ip->b < ip->a || ip->a + ip->b > shm->size) {
			tee_shm_put(shm);
			return -EINVAL;
		}
	}
	p->u.memref.shm_offs = ip->a;
	p->u.memref.size = ip->b;
	p->u.memref.shm = shm;
	return 0;
}

int tee_params_from_user(struct tee_context *ctx, struct tee_param *params, size_t num_params,
			 struct tee_ioctl_param __user *uparams)
{
	size_t n;

	for (n = 0; n < num_params; n++) {
		struct tee_param *p = &params[n];
		struct tee_ioctl_param ip;
		int rc;

		if (copy_from_user(&ip, uparams + n, sizeof(ip)))
			return -EFAULT;
		if (ip.attr & ~(u64)TEE_IOCTL_PARAM_ATTR_MASK)
			return -EINVAL;

		p->attr = ip.attr;
		switch (ip.attr & TEE_IOCTL_PARAM_ATTR_TYPE_MASK) {
		case TEE_IOCTL_PARAM_ATTR_TYPE_NONE:
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_OUTPUT:
			break;
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT:
			p->u.value.a = ip.a;
			p->u.value.b = ip.b;
			p->u.value.c = ip.c;
			break;
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INOUT:
			rc = memref_from_user(ctx, p, &ip);
			if (rc)
				return rc;
			break;
		default:
			return -EINVAL;
		}
	}
	return 0;
}

int tee_params_to_user(struct tee_ioctl_param __user *uparams, size_t num_params,
		       struct tee_param *params)
{
	size_t n;

	for (n = 0; n < num_params; n++) {
		struct tee_ioctl_param __user *up = uparams + n;
		struct tee_param *p = &params[n];

		switch (p->attr) {
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_OUTPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT:
			if (put_user(p->u.value.a, &up->a) || put_user(p->u.value.b, &up->b) ||
			    put_user(p->u.value.c, &up->c))
				return -EFAULT;
			break;
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INOUT:
			if (put_user((u64)p->u.memref.size, &up->b))
				return -EFAULT;
			break;
		default:
			break;
		}
	}
	return 0;
}

int tee_params_to_supp(struct tee_ioctl_param __user *uparams, size_t num_params,
		       struct tee_param *params)
{
	size_t n;

	for (n = 0; n < num_params; n++) {
		struct tee_param *p = &params[n];
		struct tee_ioctl_param ip = {.attr = p->attr};

		switch (p->attr & TEE_IOCTL_PARAM_ATTR_TYPE_MASK) {
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT:
			ip.a = p->u.value.a;
			ip.b = p->u.value.b;
			ip.c = p->u.value.c;
			break;
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INOUT:
			ip.b = p->u.memref.size;
			if (p->u.memref.shm) {
				ip.a = p->u.memref.shm_offs;
				ip.c = p->u.memref.shm->id;
			} else {
				ip.a = 0;
				ip.c = TEE_MEMREF_NULL;
			}
			break;
		default:
			break;
		}
		if (copy_to_user(uparams + n, &ip, sizeof(ip)))
			return -EFAULT;
	}
	return 0;
}

int tee_params_from_supp(struct tee_param *params, size_t num_params,
			 struct tee_ioctl_param __user *uparams)
{
	size_t n;

	for (n = 0; n < num_params; n++) {
		struct tee_param *p = &params[n];
		struct tee_ioctl_param ip;

		if (copy_from_user(&ip, uparams + n, sizeof(ip)))
			return -EFAULT;
		if (ip.attr & ~(u64)TEE_IOCTL_PARAM_ATTR_MASK)
			return -EINVAL;

		p->attr = ip.attr;
		switch (ip.attr & TEE_IOCTL_PARAM_ATTR_TYPE_MASK) {
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_OUTPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT:
			p->u.value.a = ip.a;
			p->u.value.b = ip.b;
			p->u.value.c = ip.c;
			break;
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT:
		case TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INOUT:
			/* Only the updated size is the supplicant's to say. */
			p->u.memref.shm = NULL;
			p->u.memref.shm_offs = 0;
			p->u.memref.size = ip.b;
			break;
		default:
			memset(&p->u, 0, sizeof(p->u));
			break;
		}
	}
	return 0;
}

void tee_params_put(struct tee_param *params, size_t num_params)
{
	size_t n;

	for (n = 0; n < num_params; n++)
		if (tee_param_is_memref(&params[n]) && params[n].u.memref.shm)
			tee_shm_put(params[n].u.memref.shm);
}
