/* SPDX-License-Identifier: BSD-3-Clause */
/* See gp_client.h. The layouts are those of linux-tee.md 1.3. */
#include "host/gp_client.h"

#include <errno.h>
#include <string.h>

#include "linux/klinux.h"

#define TEE_IOC_OPEN_SESSION 0x8010a402u
#define TEE_IOC_INVOKE 0x8010a403u
#define TEE_IOC_CANCEL 0x8008a404u
#define TEE_IOC_SUPPL_RECV 0x8010a406u
#define TEE_IOC_SUPPL_SEND 0x8010a407u
#define TEE_IOC_SHM_REGISTER 0xc018a409u

struct buf_data {
	uint64_t buf_ptr, buf_len;
};
struct open_session_arg {
	uint8_t uuid[16], clnt_uuid[16];
	uint32_t clnt_login, cancel_id, session, ret, ret_origin, num_params;
	struct gp_param params[];
};
struct invoke_arg {
	uint32_t func, session, cancel_id, ret, ret_origin, num_params;
	struct gp_param params[];
};
struct supp_arg { /* func of a request, ret of an answer */
	uint32_t func_or_ret, num_params;
	struct gp_param params[];
};
struct shm_register_data {
	uint64_t addr, length;
	uint32_t flags;
	int32_t id;
};
_Static_assert(sizeof(struct open_session_arg) == 56, "linux-tee.md 1.3");
_Static_assert(sizeof(struct invoke_arg) == 24, "linux-tee.md 1.3");
_Static_assert(sizeof(struct supp_arg) == 8, "linux-tee.md 1.3");
_Static_assert(sizeof(struct shm_register_data) == 24, "linux-tee.md 1.3");

#define ARGS_BYTES 4096
/* buf_data first, what it points to behind it. */
#define BODY 64

/* The argument block, zeroed; NULL = no memory. */
static void *body(struct gp_args *args)
{
	if (!args->at) {
		args->addr = kuser_alloc(ARGS_BYTES);
		args->at = args->addr ? kuser_ptr(args->addr, ARGS_BYTES) : NULL;
	}
	return args->at ? memset((char *)args->at + BODY, 0, ARGS_BYTES - BODY) : NULL;
}

static int call_with_bytes(int fd, struct gp_args *args, unsigned cmd, uint64_t bytes)
{
	struct buf_data *head = args->at;

	head->buf_ptr = args->addr + BODY;
	head->buf_len = bytes;
	return (int)ksys_ioctl(fd, cmd, args->addr);
}

static int call_with_body(int fd, struct gp_args *args, unsigned cmd, size_t fixed, uint32_t params)
{
	return call_with_bytes(fd, args, cmd, fixed + params * sizeof(struct gp_param));
}

/* A call whose size or number of parameters may be a lie. */
static int call_as_told(int fd, struct gp_args *args, unsigned cmd, size_t fixed,
			const struct gp_call *call)
{
	return call->told_bytes ? call_with_bytes(fd, args, cmd, call->told_bytes)
				: call_with_body(fd, args, cmd, fixed, call->param_count);
}

int gp_open_session(int fd, struct gp_args *args, struct gp_call *call)
{
	struct open_session_arg *a = body(args);
	int err;

	if (!a)
		return -ENOMEM;
	memcpy(a->uuid, call->uuid, sizeof(a->uuid));
	memcpy(a->clnt_uuid, call->client, sizeof(a->clnt_uuid));
	a->clnt_login = call->login;
	a->cancel_id = call->cancel_id;
	a->num_params = call->told_params ? call->told_params : call->param_count;
	memcpy(a->params, call->param, call->param_count * sizeof(call->param[0]));
	err = call_as_told(fd, args, TEE_IOC_OPEN_SESSION, sizeof(*a), call);
	call->session = a->session;
	call->ret = a->ret;
	call->origin = a->ret_origin;
	memcpy(call->param, a->params, call->param_count * sizeof(call->param[0]));
	return err;
}

int gp_invoke(int fd, struct gp_args *args, struct gp_call *call)
{
	struct invoke_arg *a = body(args);
	int err;

	if (!a)
		return -ENOMEM;
	a->func = call->func;
	a->session = call->session;
	a->cancel_id = call->cancel_id;
	a->num_params = call->told_params ? call->told_params : call->param_count;
	memcpy(a->params, call->param, call->param_count * sizeof(call->param[0]));
	err = call_as_told(fd, args, TEE_IOC_INVOKE, sizeof(*a), call);
	call->ret = a->ret;
	call->origin = a->ret_origin;
	memcpy(call->param, a->params, call->param_count * sizeof(call->param[0]));
	return err;
}

int gp_cancel(int fd, struct gp_args *args, uint32_t session, uint32_t cancel_id)
{
	uint32_t *a = body(args);

	if (!a)
		return -ENOMEM;
	a[0] = cancel_id;
	a[1] = session;
	return (int)ksys_ioctl(fd, TEE_IOC_CANCEL, args->addr + BODY);
}

int gp_shm_register(int fd, struct gp_args *args, uint64_t addr, uint64_t bytes, int *id)
{
	struct shm_register_data *a = body(args);
	int shm_fd;

	if (!a)
		return -ENOMEM;
	a->addr = addr;
	a->length = bytes;
	shm_fd = (int)ksys_ioctl(fd, TEE_IOC_SHM_REGISTER, args->addr + BODY);
	*id = a->id;
	return shm_fd;
}

int gp_supp_recv(int fd, struct gp_args *args, struct gp_request *r)
{
	struct supp_arg *a = body(args);
	int err;

	if (!a)
		return -ENOMEM;
	a->num_params = r->param_count;
	memcpy(a->params, r->param, r->param_count * sizeof(r->param[0]));
	err = call_with_body(fd, args, TEE_IOC_SUPPL_RECV, sizeof(*a), r->param_count);
	if (err)
		return err;
	r->func = a->func_or_ret;
	r->param_count = a->num_params;
	memcpy(r->param, a->params, r->param_count * sizeof(r->param[0]));
	return 0;
}

int gp_supp_send(int fd, struct gp_args *args, const struct gp_request *r)
{
	struct supp_arg *a = body(args);

	if (!a)
		return -ENOMEM;
	a->func_or_ret = r->ret;
	a->num_params = r->param_count;
	memcpy(a->params, r->param, r->param_count * sizeof(r->param[0]));
	return call_with_body(fd, args, TEE_IOC_SUPPL_SEND, sizeof(*a), r->param_count);
}
