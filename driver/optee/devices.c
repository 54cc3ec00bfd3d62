// SPDX-License-Identifier: GPL-2.0-only
/*
 * TAs that kernel drivers use, as devices on the tee bus: OP-TEE's own list of them is read by a
 * client of this driver in the kernel, once at probe and once more, for those that need the
 * supplicant, when that one has come.
 */
#define pr_fmt(fmt) "optee: " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uuid.h>

#include "optee_private.h"

#define GET_DEVICES 0
#define GET_DEVICES_SUPP 1

struct ta_device {
	struct tee_client_device client;
	struct list_head node;
};

static void device_release(struct device *dev)
{
	kfree(container_of(to_tee_client_device(dev), struct ta_device, client));
}

static ssize_t need_supplicant_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return 0; /* that it exists is all it says */
}
static DEVICE_ATTR_RO(need_supplicant);

static int device_add_one(struct optee *optee, const uuid_t *uuid, bool with_supplicant)
{
	struct ta_device *ta = kzalloc(sizeof(*ta), GFP_KERNEL);
	struct device *dev;
	int rc;

	if (!ta)
		return -ENOMEM;
	dev = &ta->client.dev;
	uuid_copy(&ta->client.id.uuid, uuid);
	dev->bus = &tee_bus_type;
	dev->release = device_release;
	rc = dev_set_name(dev, "optee-ta-%pUb", uuid);
	if (rc) {
		kfree(ta);
		return rc;
	}
	rc = device_register(dev);
	if (rc) {
		pr_err("device for TA %pUb is not registered: error %d\n", uuid, rc);
		put_device(dev); /* frees it and its name */
		return rc;
	}
	if (with_supplicant)
		device_create_file(dev, &dev_attr_need_supplicant);

	mutex_lock(&optee->devices_mutex);
	list_add_tail(&ta->node, &optee->devices);
	mutex_unlock(&optee->devices_mutex);
	return 0;
}

/* The list, or with @shm NULL the room it takes. */
static int get_list(struct tee_context *ctx, u32 session, u32 func, struct tee_shm *shm,
		    size_t *bytes)
{
	struct tee_ioctl_invoke_arg arg = {.func = func, .session = session, .num_params = 1};
	struct tee_param param = {
		.attr = TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT,
		.u.memref = {.shm = shm, .size = shm ? *bytes : 0},
	};
	int rc = tee_client_invoke_func(ctx, &arg, &param);

	if (rc < 0)
		return rc;
	if (arg.ret != TEEC_SUCCESS && (shm || arg.ret != TEEC_ERROR_SHORT_BUFFER)) {
		pr_err("list of TAs: error %#x\n", arg.ret);
		return -EINVAL;
	}
	*bytes = param.u.memref.size;
	return 0;
}

static int is_optee(struct tee_ioctl_version_data *vers, const void *data)
{
	return vers->impl_id == TEE_IMPL_ID_OPTEE;
}

static int list_session(struct optee *optee, struct tee_context *ctx, u32 session,
			bool with_supplicant)
{
	u32 func = with_supplicant ? GET_DEVICES_SUPP : GET_DEVICES;
	size_t bytes = 0, n;
	struct tee_shm *shm;
	uuid_t *uuids;
	int rc;

	rc = get_list(ctx, session, func, NULL, &bytes);
	if (rc || !bytes)
		return rc;
	shm = tee_shm_alloc_kernel_buf(ctx, bytes);
	if (IS_ERR(shm))
		return PTR_ERR(shm);
	rc = get_list(ctx, session, func, shm, &bytes);
	if (rc)
		goto out;
	uuids = tee_shm_get_va(shm, 0);
	if (IS_ERR(uuids)) {
		rc = PTR_ERR(uuids);
		goto out;
	}
	/* What OP-TEE says is only as good as the room it was given. */
	if (bytes > tee_shm_get_size(shm))
		bytes = tee_shm_get_size(shm);
	for (n = 0; n < bytes / sizeof(*uuids) && !rc; n++)
		rc = device_add_one(optee, &uuids[n], with_supplicant);
out:
	tee_shm_free(shm);
	return rc;
}

int optee_devices_list(struct optee *optee, bool with_supplicant)
{
	struct tee_ioctl_open_session_arg arg = {.clnt_login = TEE_IOCTL_LOGIN_REE_KERNEL};
	const uuid_t uuid = OPTEE_DEVICES_UUID;
	struct tee_context *ctx;
	int rc;

	ctx = tee_client_open_context(NULL, is_optee, NULL, NULL);
	if (IS_ERR(ctx))
		return -ENODEV;
	export_uuid(arg.uuid, &uuid);
	rc = tee_client_open_session(ctx, &arg, NULL);
	if (rc < 0 || arg.ret != TEEC_SUCCESS) {
		rc = 0; /* an OP-TEE without such a list */
		goto out;
	}
	rc = list_session(optee, ctx, arg.session, with_supplicant);
	tee_client_close_session(ctx, arg.session);
out:
	tee_client_close_context(ctx);
	return rc;
}

void optee_devices_remove(struct optee *optee)
{
	struct ta_device *ta, *next;

	list_for_each_entry_safe(ta, next, &optee->devices, node)
	{
		list_del(&ta->node);
		device_unregister(&ta->client.dev);
	}
}
