/* SPDX-License-Identifier: BSD-3-Clause */
/* TEE ioctls as a user program makes them (linux-tee.md 1.2, 1.3). */
#include "ffasim/client.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "linux/klinux.h"

#define TEE_IOC_VERSION 0x800ca400u
#define TEE_IOC_SHM_ALLOC 0xc010a401u
#define TEE_IOC_OPEN_SESSION 0x8010a402u
#define TEE_IOC_INVOKE 0x8010a403u
#define TEE_IOC_CLOSE_SESSION 0x8004a405u
#define TEE_DEVICES 16
#define VALUE_INOUT 3

struct version_data {
	uint32_t impl_id, impl_caps, gen_caps;
};
struct shm_alloc_data {
	uint64_t size;
	uint32_t flags;
	int32_t id;
};
struct buf_data {
	uint64_t buf_ptr, buf_len;
};
struct param {
	uint64_t attr, a, b, c;
};
struct open_session_arg {
	uint8_t uuid[16], clnt_uuid[16];
	uint32_t clnt_login, cancel_id, session, ret, ret_origin, num_params;
};
struct invoke_arg {
	uint32_t func, session, cancel_id, ret, ret_origin, num_params;
	struct param param[1];
};
_Static_assert(sizeof(struct open_session_arg) == 56, "linux-tee.md 1.3");
_Static_assert(sizeof(struct invoke_arg) == 24 + 32, "linux-tee.md 1.3");

/* The page of arguments: buf_data first, what it points to behind it. */
#define BODY 64

static int call_with_body(struct ffasim_client *c, unsigned cmd, size_t body_bytes)
{
	struct buf_data *head = c->arg;

	head->buf_ptr = c->arg_addr + BODY;
	head->buf_len = body_bytes;
	return (int)ksys_ioctl(c->fd, cmd, c->arg_addr);
}

static void *body(struct ffasim_client *c, size_t bytes)
{
	void *p = (char *)c->arg + BODY;

	memset(p, 0, bytes);
	return p;
}

static int prepare(struct ffasim_client *c)
{
	c->fd = -1;
	c->arg_addr = kuser_alloc(4096);
	c->arg = c->arg_addr ? kuser_ptr(c->arg_addr, 4096) : NULL;
	return c->arg ? 0 : -ENOMEM;
}

int ffasim_client_version(struct ffasim_client *c, uint32_t *impl_id, uint32_t *impl_caps,
			  uint32_t *gen_caps)
{
	struct version_data *v = c->arg;
	int err = (int)ksys_ioctl(c->fd, TEE_IOC_VERSION, c->arg_addr);

	if (!err) {
		*impl_id = v->impl_id;
		*impl_caps = v->impl_caps;
		*gen_caps = v->gen_caps;
	}
	return err;
}

/* Tries every number and looks at the version. */
static int open_first(struct ffasim_client *c, uint32_t want_impl, int want_caps)
{
	for (int n = 0; n < TEE_DEVICES; n++) {
		uint32_t impl, caps, gen;
		char name[] = "/dev/tee00";

		/* Every client of every explored run passes here: no printf. */
		name[8] = (char)(n < 10 ? '0' + n : '1');
		name[9] = (char)(n < 10 ? 0 : '0' + n % 10);
		c->fd = (int)ksys_open(name, 2);
		if (c->fd < 0)
			continue;
		if (!ffasim_client_version(c, &impl, &caps, &gen) && impl == want_impl &&
		    (want_caps < 0 || (caps & 0xffff) == (uint32_t)want_caps))
			return 0;
		ksys_close(c->fd);
	}
	kuser_free(c->arg_addr);
	return -ENODEV;
}

int ffasim_client_open(struct ffasim_client *c, const char *path, uint16_t sp_id)
{
	int err = prepare(c);

	if (err)
		return err;
	if (path) {
		c->fd = (int)ksys_open(path, 2);
		return c->fd < 0 ? c->fd : 0;
	}
	/* As libts does (trusted-services.md 2.4 row 1). */
	return open_first(c, TEE_IMPL_ID_TSTEE, sp_id);
}

int ffasim_client_open_impl(struct ffasim_client *c, uint32_t impl_id)
{
	int err = prepare(c);

	return err ? err : open_first(c, impl_id, -1);
}

int ffasim_client_close(struct ffasim_client *c)
{
	int err = (int)ksys_close(c->fd);

	kuser_free(c->arg_addr);
	c->arg = NULL;
	c->fd = -1;
	return err;
}

int ffasim_client_open_session(struct ffasim_client *c, const uint8_t uuid[16], uint32_t *session)
{
	struct open_session_arg *a = body(c, sizeof(*a));
	int err;

	memcpy(a->uuid, uuid, 16);
	err = call_with_body(c, TEE_IOC_OPEN_SESSION, sizeof(*a));
	if (!err)
		*session = a->session;
	return err;
}

int ffasim_client_close_session(struct ffasim_client *c, uint32_t session)
{
	*(uint32_t *)c->arg = session;
	return (int)ksys_ioctl(c->fd, TEE_IOC_CLOSE_SESSION, c->arg_addr);
}

int ffasim_client_shm_alloc(struct ffasim_client *c, size_t bytes, struct ffasim_shm *shm)
{
	struct shm_alloc_data *a = c->arg;
	long addr;

	*a = (struct shm_alloc_data){.size = bytes};
	shm->fd = (int)ksys_ioctl(c->fd, TEE_IOC_SHM_ALLOC, c->arg_addr);
	if (shm->fd < 0)
		return shm->fd;
	shm->id = a->id;
	shm->bytes = a->size;
	addr = ksys_mmap(shm->bytes, 3, shm->fd, 0);
	if (addr < 0) {
		ksys_close(shm->fd);
		return (int)addr;
	}
	shm->addr = (uint64_t)addr;
	shm->ptr = kuser_ptr(shm->addr, shm->bytes);
	return 0;
}

int ffasim_shm_close_fd(struct ffasim_shm *shm)
{
	int err = (int)ksys_close(shm->fd);

	shm->fd = -1;
	return err;
}

int ffasim_shm_unmap(struct ffasim_shm *shm)
{
	int err = (int)ksys_munmap(shm->addr, shm->bytes);

	shm->addr = 0;
	shm->ptr = NULL;
	return err;
}

int ffasim_client_invoke(struct ffasim_client *c, uint32_t session, uint32_t opcode,
			 const struct ffasim_shm *shm, size_t request_bytes,
			 struct ffasim_invoke *out)
{
	struct invoke_arg *a = body(c, sizeof(*a));
	int err;

	a->func = opcode;
	a->session = session;
	a->num_params = 1;
	a->param[0] = (struct param){
		.attr = VALUE_INOUT, .a = shm ? (uint32_t)shm->id : 0, .b = request_bytes};
	err = call_with_body(c, TEE_IOC_INVOKE, sizeof(*a));
	out->ret = a->ret;
	out->response = a->param[0].a;
	return err;
}
