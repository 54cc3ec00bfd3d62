// SPDX-License-Identifier: BSD-3-Clause
/*
 * TEE clients inside the kernel: the call interface without a file, the bus on which pseudo TAs
 * appear as devices, and the module's start and stop (linux-tee.md 2.2, 2.6).
 */
#define pr_fmt(fmt) "tee: " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/tee_limits.h>
#include <linux/uuid.h>
#include "tee_private.h"

struct match_arg {
	struct tee_ioctl_version_data *vers;
	const void *data;
	int (*match)(struct tee_ioctl_version_data *vers, const void *data);
};

static int match_dev(struct device *dev, const void *data)
{
	const struct match_arg *arg = data;
	struct tee_device *teedev = container_of(dev, struct tee_device, dev);

	teedev->desc->ops->get_version(teedev, arg->vers);
	return arg->match(arg->vers, arg->data);
}

struct tee_context *tee_client_open_context(struct tee_context *start,
					    int (*match)(struct tee_ioctl_version_data *vers,
							 const void *data),
					    const void *data, struct tee_ioctl_version_data *vers)
{
	struct tee_ioctl_version_data local;
	struct match_arg arg = {.vers = vers ? vers : &local, .data = data, .match = match};
	struct device *prev = start ? &start->teedev->dev : NULL;
	struct device *held = NULL, *dev;
	struct tee_context *ctx;

	/* A device that cannot be opened is passed over, except when memory is short. */
	do {
		dev = class_find_device(&tee_class, prev, &arg, match_dev);
		if (!dev) {
			ctx = ERR_PTR(-ENOENT);
			break;
		}
		put_device(held);
		held = prev = dev;
		ctx = teedev_open(container_of(dev, struct tee_device, dev));
	} while (IS_ERR(ctx) && PTR_ERR(ctx) != -ENOMEM);
	put_device(held);

	if (!IS_ERR(ctx))
		ctx->supp_nowait = true;
	return ctx;
}
EXPORT_SYMBOL_GPL(tee_client_open_context);

void tee_client_close_context(struct tee_context *ctx)
{
	teedev_close_context(ctx);
}
EXPORT_SYMBOL_GPL(tee_client_close_context);

void tee_client_get_version(struct tee_context *ctx, struct tee_ioctl_version_data *vers)
{
	ctx->teedev->desc->ops->get_version(ctx->teedev, vers);
}
EXPORT_SYMBOL_GPL(tee_client_get_version);

int tee_client_open_session(struct tee_context *ctx, struct tee_ioctl_open_session_arg *arg,
			    struct tee_param *param)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;

	return ops->open_session ? ops->open_session(ctx, arg, param) : -EINVAL;
}
EXPORT_SYMBOL_GPL(tee_client_open_session);

int tee_client_close_session(struct tee_context *ctx, u32 session)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;

	return ops->close_session ? ops->close_session(ctx, session) : -EINVAL;
}
EXPORT_SYMBOL_GPL(tee_client_close_session);

int tee_client_system_session(struct tee_context *ctx, u32 session)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;

	return ops->system_session ? ops->system_session(ctx, session) : -EINVAL;
}
EXPORT_SYMBOL_GPL(tee_client_system_session);

int tee_client_invoke_func(struct tee_context *ctx, struct tee_ioctl_invoke_arg *arg,
			   struct tee_param *param)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;

	return ops->invoke_func ? ops->invoke_func(ctx, arg, param) : -EINVAL;
}
EXPORT_SYMBOL_GPL(tee_client_invoke_func);

int tee_client_cancel_req(struct tee_context *ctx, struct tee_ioctl_cancel_arg *arg)
{
	const struct tee_driver_ops *ops = ctx->teedev->desc->ops;

	return ops->cancel_req ? ops->cancel_req(ctx, arg->cancel_id, arg->session) : -EINVAL;
}
EXPORT_SYMBOL_GPL(tee_client_cancel_req);

/* --- the bus ------------------------------------------------------------------------------------
 */
static int bus_match(struct device *dev, const struct device_driver *drv)
{
	const struct tee_client_device_id *id = to_tee_client_driver(drv)->id_table;
	struct tee_client_device *client = to_tee_client_device(dev);

	for (; !uuid_is_null(&id->uuid); id++)
		if (uuid_equal(&client->id.uuid, &id->uuid))
			return 1;
	return 0;
}

static int bus_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	const struct tee_client_device *client =
		container_of_const(dev, struct tee_client_device, dev);

	return add_uevent_var(env, "MODALIAS=tee:%pUb", &client->id.uuid);
}

const struct bus_type tee_bus_type = {
	.name = "tee",
	.match = bus_match,
	.uevent = bus_uevent,
};
EXPORT_SYMBOL_GPL(tee_bus_type);

static int __init tee_init(void)
{
	int rc = tee_devices_init();

	if (rc)
		return rc;
	if (klinux_tee_max_arg_size())
		tee_max_arg_size = klinux_tee_max_arg_size();
	rc = bus_register(&tee_bus_type);
	if (rc) {
		pr_err("bus could not be registered: %d\n", rc);
		tee_devices_exit();
	}
	return rc;
}

static void __exit tee_exit(void)
{
	bus_unregister(&tee_bus_type);
	tee_devices_exit();
}

subsys_initcall(tee_init);
module_exit(tee_exit);

MODULE_DESCRIPTION("Fake TEE subsystem");
MODULE_LICENSE("Dual BSD/GPL");
