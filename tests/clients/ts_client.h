/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a Trusted Services client does over /dev/teeN (trusted-services.md 2.3, 2.4), in plain C
 * against the kernel's <linux/tee.h>. Nothing here knows the simulator.
 */
#ifndef TS_CLIENT_H
#define TS_CLIENT_H

#include <errno.h>
#include <fcntl.h>
#include <linux/tee.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define TS_IMPL_ID 3 /* missing from older headers */
#define TS_DEVICES 16

struct ts_client {
	int fd;
	uint32_t session;
	int shm_id;
	uint8_t *buf;
	size_t buf_bytes;
};

/* 32 hex digits; false = something else. */
static inline bool ts_uuid(const char *text, uint8_t uuid[16])
{
	if (!text || strlen(text) != 32)
		return false;
	for (int i = 0; i < 16; i++) {
		const char digits[3] = {text[2 * i], text[2 * i + 1], 0};

		uuid[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return true;
}

/* The first device that has the service: 0, or -1 with errno; EBUSY = some device was too busy to
 * say whether it has. */
static inline int ts_open(struct ts_client *c, const uint8_t uuid[16], size_t buf_bytes)
{
	int err = ENODEV;
	struct tee_ioctl_shm_alloc_data shm = {.size = buf_bytes};
	char path[24];
	int shm_fd;

	for (int n = 0; n < TS_DEVICES; n++) {
		struct tee_ioctl_version_data v;
		struct tee_ioctl_open_session_arg arg = {0};
		struct tee_ioctl_buf_data head = {(uintptr_t)&arg, sizeof(arg)};

		snprintf(path, sizeof(path), "/dev/tee%d", n);
		c->fd = open(path, O_RDWR);
		if (c->fd < 0)
			continue;
		memcpy(arg.uuid, uuid, 16);
		if (!ioctl(c->fd, TEE_IOC_VERSION, &v) && v.impl_id == TS_IMPL_ID &&
		    !ioctl(c->fd, TEE_IOC_OPEN_SESSION, &head) && !arg.ret) {
			c->session = arg.session;
			goto found;
		}
		if (errno == EBUSY)
			err = EBUSY;
		close(c->fd);
	}
	errno = err;
	return -1;
found:
	shm_fd = ioctl(c->fd, TEE_IOC_SHM_ALLOC, &shm);
	if (shm_fd < 0) {
		err = errno;
		close(c->fd);
		errno = err;
		return -1;
	}
	c->shm_id = shm.id;
	c->buf_bytes = shm.size;
	c->buf = mmap(NULL, shm.size, PROT_READ | PROT_WRITE, MAP_SHARED, shm_fd, 0);
	close(shm_fd);
	return c->buf == MAP_FAILED ? -1 : 0;
}

/* Status of the service >= 0 or < 0 as it gave it, INT32_MIN with errno when the call failed.
 * *@response_bytes = length of the answer in c->buf. */
static inline int32_t ts_call(struct ts_client *c, uint32_t opcode, size_t request_bytes,
			      size_t *response_bytes)
{
	struct {
		struct tee_ioctl_invoke_arg arg;
		struct tee_ioctl_param param;
	} call = {{.func = opcode, .session = c->session, .num_params = 1},
		  {.attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT,
		   .a = (uint64_t)c->shm_id,
		   .b = request_bytes}};
	struct tee_ioctl_buf_data head = {(uintptr_t)&call, sizeof(call)};

	if (ioctl(c->fd, TEE_IOC_INVOKE, &head))
		return INT32_MIN;
	*response_bytes = call.param.a;
	return (int32_t)call.arg.ret;
}

static inline int ts_close(struct ts_client *c)
{
	struct tee_ioctl_close_session_arg arg = {.session = c->session};
	int err = munmap(c->buf, c->buf_bytes);

	err |= ioctl(c->fd, TEE_IOC_CLOSE_SESSION, &arg);
	err |= close(c->fd);
	return err;
}

#endif
