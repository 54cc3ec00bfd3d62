// SPDX-License-Identifier: BSD-3-Clause
/*
 * A kernel module for test_optee_kernel: a driver on the tee bus for the echo TA, as kernel clients
 * of OP-TEE are. Its probe runs inside the OP-TEE driver's own probe; the test reads what happened
 * and calls the entry points for the rest.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tee_drv.h>
#include <linux/uuid.h>

/* 66666173-696d-4001-8000-6563686f0001: echo */
#define ECHO_UUID                                                                                  \
	UUID_INIT(0x66666173, 0x696d, 0x4001, 0x80, 0x00, 0x65, 0x63, 0x68, 0x6f, 0x00, 0x01)

/* What probe saw. */
struct ta_client_seen {
	int probed, removed;
	int open, call, cancel, system, login;
	unsigned int ret, impl_id, gen_caps;
	unsigned long long answer;
};
struct ta_client_seen ta_client_seen;
int ta_client_echo_memory(unsigned int bytes, unsigned int *ret, int *same);

static struct tee_context *ctx;
static u32 session;

static int is_optee(struct tee_ioctl_version_data *vers, const void *data)
{
	return vers->impl_id == TEE_IMPL_ID_OPTEE;
}

static int echo_open(u32 login)
{
	struct tee_ioctl_open_session_arg arg = {.clnt_login = login};
	const uuid_t uuid = ECHO_UUID;
	int rc;

	export_uuid(arg.uuid, &uuid);
	rc = tee_client_open_session(ctx, &arg, NULL);
	session = arg.session;
	return rc ? rc : arg.ret ? -EIO : 0;
}

static int client_probe(struct device *dev)
{
	struct tee_ioctl_invoke_arg arg = {.num_params = 2};
	struct tee_ioctl_cancel_arg cancel = {0};
	struct tee_param params[2] = {
		{.attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INPUT, .u.value = {.a = 42}},
		{.attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_OUTPUT},
	};
	struct tee_ioctl_version_data vers;

	ta_client_seen.probed++;
	ctx = tee_client_open_context(NULL, is_optee, NULL, &vers);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	ta_client_seen.impl_id = vers.impl_id;
	ta_client_seen.gen_caps = vers.gen_caps;
	ta_client_seen.login = echo_open(TEE_IOCTL_LOGIN_APPLICATION);
	ta_client_seen.open = echo_open(TEE_IOCTL_LOGIN_REE_KERNEL);
	arg.session = session;
	ta_client_seen.call = tee_client_invoke_func(ctx, &arg, params);
	ta_client_seen.ret = arg.ret;
	ta_client_seen.answer = params[1].u.value.a;
	cancel.session = session;
	ta_client_seen.cancel = tee_client_cancel_req(ctx, &cancel);
	ta_client_seen.system = tee_client_system_session(ctx, session);
	return 0;
}

static int client_remove(struct device *dev)
{
	ta_client_seen.removed++;
	tee_client_close_session(ctx, session);
	tee_client_close_context(ctx);
	return 0;
}

/* From pages of the kernel's own, registered, into a buffer of the pool. */
int ta_client_echo_memory(unsigned int bytes, unsigned int *ret, int *same)
{
	struct tee_ioctl_invoke_arg arg = {.func = 1, .session = session, .num_params = 2};
	struct tee_param params[2] = {
		{.attr = TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INPUT},
		{.attr = TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT},
	};
	void *page = alloc_pages_exact(bytes, GFP_KERNEL | __GFP_ZERO);
	struct tee_shm *from, *to;
	int rc;

	if (!page)
		return -ENOMEM;
	memset(page, 0x5a, bytes);
	from = tee_shm_register_kernel_buf(ctx, page, bytes);
	if (IS_ERR(from)) {
		rc = PTR_ERR(from);
		goto out_page;
	}
	to = tee_shm_alloc_kernel_buf(ctx, bytes);
	if (IS_ERR(to)) {
		rc = PTR_ERR(to);
		goto out_from;
	}
	params[0].u.memref.shm = from;
	params[0].u.memref.size = bytes;
	params[1].u.memref.shm = to;
	params[1].u.memref.size = bytes;
	rc = tee_client_invoke_func(ctx, &arg, params);
	*ret = arg.ret;
	*same = !memcmp(page, tee_shm_get_va(to, 0), bytes) && params[1].u.memref.size == bytes;
	tee_shm_free(to);
out_from:
	tee_shm_free(from);
out_page:
	free_pages_exact(page, bytes);
	return rc;
}

static const struct tee_client_device_id client_ids[] = {{ECHO_UUID}, {}};

static struct tee_client_driver client_driver = {
	.id_table = client_ids,
	.driver =
		{
			.name = "ta_client",
			.bus = &tee_bus_type,
			.probe = client_probe,
			.remove = client_remove,
		},
};

static int __init client_init(void)
{
	return driver_register(&client_driver.driver);
}
module_init(client_init);

static void __exit client_exit(void)
{
	driver_unregister(&client_driver.driver);
}
module_exit(client_exit);
MODULE_LICENSE("Dual BSD/GPL");
